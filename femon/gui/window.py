"""The main window: its parts put together, and where each command and each button of a message leads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QMessageBox

from femon.alarms import limits_of
from femon.gui import messages
from femon.gui.actions import Toolbar, make_actions, tip_of
from femon.gui.alarms import AlarmControls
from femon.gui.calibrating import CalibrationControls
from femon.gui.camera_wall import CameraWall
from femon.gui.dialogs.frame import answered
from femon.gui.drawing import clock_text
from femon.gui.layout import Parts
from femon.gui.live import Live
from femon.gui.messages import Message
from femon.gui.monitor_modes import ModeMenu
from femon.gui.places import Places
from femon.gui.preferences import Preferences
from femon.gui.purposes import PurposeControls
from femon.gui.retention_offer import RetentionOffer
from femon.gui.review.opening import ReviewOpener
from femon.gui.sessions import SessionControls
from femon.gui.sources import SourceChooser
from femon.gui.status import StatusBar
from femon.gui.view_commands import ViewCommands
from femon.purpose import allows, not_available

if TYPE_CHECKING:
    from femon.gui.controller import Controller

_MARKER_KEYS = range(Qt.Key.Key_1, Qt.Key.Key_9 + 1)
_ONCE = (Qt.Key.Key_Space, *_MARKER_KEYS)  # keys that mean one thing, however long they are held


class MainWindow(QMainWindow):
    """Turns commands into calls of the controller; it never waits for anything."""

    ready = Signal()  # once, after the first paint: what is slow may load now
    closed = Signal()  # nothing runs any more

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._painted = self._closing = False
        self._asks = True
        self.sessions = SessionControls(controller, self)
        self.sources = SourceChooser(controller, self, self.sessions)
        self.calibrations = CalibrationControls(controller, self)
        self.parts = Parts(self)
        self.status = StatusBar()
        self.live = Live(controller, self.parts, self.status, self.sessions)
        self.alarms = AlarmControls(controller, self.parts, self)
        self.calibrations.sounds = self.alarms
        self.preferences = Preferences(controller, self.live, self.sessions, self, sounds=self.alarms)
        self.purposes = PurposeControls(controller, self.preferences, self)
        self.retention = RetentionOffer(controller, self.live, self)
        self.review = ReviewOpener(controller, self)
        self.views = ViewCommands(controller, self)  # before the wall: it frees pictures the wall gives up
        self.wall = CameraWall(controller, self)
        self.modes = ModeMenu(self)
        self.commands = make_actions(self, self._slots())
        self.toolbar = Toolbar(self.commands, self.preferences.choose_theme, self.modes)
        self.addToolBar(self.toolbar)
        self.setStatusBar(self.status)
        self.setCentralWidget(self.parts)
        self.setWindowTitle("femon")
        self.setMinimumSize(1024, 640)
        self.resize(1280, 800)
        self._places = Places(controller.settings_path, self, self.parts.splitters)
        self._connect()
        self._places.restore()
        self.alarms.use_commands(self.commands)
        self.views.use_commands(self.commands)
        self._show_settings()
        self._show_session()
        self._show_calibration()

    def _connect(self) -> None:
        self.live.source_changed.connect(self._show_source)
        self.sessions.changed.connect(self._show_session)
        self.sessions.marked.connect(self.parts.mark)
        self.sessions.unmarked.connect(self.parts.unmark)
        self.modes.chosen.connect(self.preferences.choose_modes)
        self.sources.no_camera.connect(lambda: self.live.show_message(messages.NO_CAMERA))
        self.sources.nothing_chosen.connect(lambda: self.live.show_message(messages.NO_CHOICE))
        self.parts.banner.chosen.connect(self.act_on)
        self.parts.empty.chosen.connect(self.act_on)
        panel = self.parts.session_panel
        panel.start_requested.connect(self._record)
        panel.stop_requested.connect(self._record)
        self.sessions.serve(panel)
        panel.markers.left.connect(self.parts.picture.setFocus)
        self.sessions.consent_missing.connect(lambda: self.live.show_message(messages.CONSENT_MISSING))
        self.sessions.calibrate_requested.connect(self._calibrate_first, Qt.ConnectionType.QueuedConnection)
        self.calibrations.message.connect(self.live.show_message)
        self.calibrations.changed.connect(self._show_calibration)
        self.parts.cards.baseline_wanted.connect(self.calibrations.set_baseline)
        self._controller.settings_changed.connect(self._show_settings)
        self._controller.stopped.connect(self._close_at_last)
        self.sessions.review_requested.connect(self.review.open_session)
        self.closed.connect(self.review.close)

    @Slot()
    def _calibrate_first(self) -> None:
        self.calibrations.given = ""  # somebody was typed
        self.calibrations.start()
        self.sessions.ask_again()

    @Slot(str, object)
    def act_on(self, action: str, message: Message) -> None:
        """Go the way of a pressed button."""
        self.parts.banner.clear(message.level)
        ways: dict[str, Callable[[], object]] = {
            "retry": self.sources.open_again,
            "refresh": self.sources.look_again,
            "demo": self.sources.open_demo,
            "choose_camera": self.sources.choose_camera,
            "open_file": self.sources.open_file,
            "choose_model": self.preferences.choose_model,
            "choose_folder": self.sessions.choose_folder,
            "open_folder": lambda: self._open_folder(message.details),
            "details": lambda: QMessageBox.information(self, "Details", message.details),
            "calibrate": self.calibrations.start,
            "no_calibration": self.calibrations.forget,
            "show_old": self.retention.show,
            "delete_old": self.retention.delete,
            "later": self.retention.forget,
        }
        ways[action]()

    # --- what is shown ---

    @Slot()
    def _show_source(self) -> None:
        info = self.live.info
        self.setWindowTitle(f"{info.name} - femon" if info else "femon")
        self.views.show_source()
        self._show_session()

    @Slot()
    def _show_session(self) -> None:
        sessions = self.sessions
        self.toolbar.allow_modes(not sessions.recording)
        self.toolbar.show_recording(clock_text(sessions.elapsed_s) if sessions.recording else "")
        self.commands["record"].setEnabled(sessions.recording or self.live.info is not None)
        self.parts.session_panel.allow_start(self.live.info is not None)
        self.commands["again"].setEnabled(self.live.info is None and self.sources.plays)
        for name in ("pause", "marker", "note"):
            self.commands[name].setEnabled(sessions.recording)
        self.commands["purpose"].setEnabled(not sessions.recording)
        self.commands["pause"].setChecked(sessions.paused)
        self.wall.allow(self.commands, recording=sessions.recording)

    @Slot()
    def _show_calibration(self) -> None:
        made, commands = self.calibrations, self.commands
        commands["calibrate"].setEnabled(made.possible)
        commands["baseline"].setEnabled(made.baseline_available)
        commands["baseline"].setChecked(made.baseline_on)
        self.parts.cards.show_baseline(available=made.baseline_available, on=made.baseline_on)

    @Slot()
    def _show_settings(self) -> None:
        display = self.preferences.display
        self.views.show_overlay()
        self.toolbar.show_theme(display.theme)
        self.parts.set_span(display.timeline_s)
        settings = self._controller.settings
        compare, compared = self.commands["compare"], allows(settings.purpose, "expression")
        compare.setEnabled(compared)
        compare.setToolTip(tip_of("compare") if compared else not_available(settings.purpose))
        self.modes.show_modes(settings.modes, settings.purpose)
        self.parts.monitor.set_limits(limits_of(self._controller.settings.alarms))
        self.parts.set_modes(self._controller.settings.modes)

    # --- commands ---

    def _slots(self) -> dict[str, Callable[..., object]]:
        return {
            "camera": self.sources.choose_camera,
            "file": self.sources.open_file,
            "demo": self.sources.open_demo,
            "again": self.sources.open_again,
            "add_camera": self.sources.add_camera,
            "add_file": self.sources.add_file,
            "next_source": self.wall.choose_next,
            "close_source": self.wall.close_selected,
            "record": self._record,
            "pause": self.sessions.pause,
            "marker": lambda: self.sessions.ask_and_mark("marker"),
            "note": lambda: self.sessions.ask_and_mark("note"),
            "calibrate": self.calibrations.start,
            "baseline": self.calibrations.set_baseline,
            "model": self.preferences.choose_model,
            **self.views.slots(),
            "compare": self._compare_models,
            **self.parts.cards.slots(),
            **self.review.slots(),
            "settings": self.preferences.edit,
            "help": self._show_help,
            "purpose": self.purposes.choose,
            "quit": self.close,
            **self.alarms.slots(),
        }

    def _record(self) -> None:
        if self.live.info is None and not self.sessions.recording:
            self.live.show_message(messages.NO_CHOICE)
        else:
            self.sessions.toggle()

    def _compare_models(self) -> None:
        from femon.gui.dialogs.comparing import compare_models

        compare_models(self._controller, self.parts.video, self)

    def _show_help(self) -> None:
        from femon.gui.dialogs.about import AboutDialog

        answered(AboutDialog(self._controller.models, self))

    def _open_folder(self, folder: str) -> None:
        path = Path(folder) if folder else self._controller.settings.sessions_folder
        there = next(one for one in (path, *path.parents) if one.exists())  # a session may have been moved
        QDesktopServices.openUrl(QUrl.fromLocalFile(there))

    # --- events of the window itself ---

    def close_unasked(self) -> None:
        """Close even while a session runs: nobody is there to answer."""
        self._asks = False
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that a focused button or field may want first: Space, 1 to 9, plus and minus, Esc."""
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.isAutoRepeat() and key in _ONCE:
            return
        if key == Qt.Key.Key_Space:
            self.sessions.pause()
        elif key in _MARKER_KEYS and not modifiers:
            self.sessions.press(key - Qt.Key.Key_0)
        elif key in _MARKER_KEYS and modifiers == Qt.KeyboardModifier.ControlModifier:
            self._controller.select(key - Qt.Key.Key_1)
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Minus}:
            self.parts.zoom(1 if key == Qt.Key.Key_Plus else -1)
        elif key == Qt.Key.Key_Escape and self.isFullScreen():
            self.commands["full_screen"].trigger()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell the first time that the window is on screen."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.ready.emit)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a desktop that puts the window into full screen, or out of it, by itself."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.views.tick_full_screen()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask while recording, then stop everything in the background and close when that is done."""
        if self._controller.idle:
            event.accept()
            self.closed.emit()
            return
        event.ignore()
        if self._closing or not self._may_close():
            return
        self._closing = True
        self._places.keep()
        self.sessions.silent = True
        self.live.end()
        self.purposes.close()
        self.hide()
        self._controller.close()

    def _may_close(self) -> bool:
        from femon.gui.dialogs.question import may_quit

        asks = self._asks and self._controller.settings.confirm_quit
        return not asks or not self.sessions.recording or may_quit(self)

    @Slot()
    def _close_at_last(self) -> None:
        if self._closing:
            self.close()
