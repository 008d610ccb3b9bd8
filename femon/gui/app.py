"""The start of the program with a window: application, looks, controller, window and exception hooks."""

from __future__ import annotations

import importlib
import logging
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from femon.gui import messages
from femon.gui.controller import Controller, forget_cv2_plugins
from femon.gui.icons import app_icon
from femon.gui.pipeline_like import PipelineLike
from femon.gui.sources import DEMO
from femon.gui.status import DISK_LIMIT
from femon.gui.theme import apply_theme, current_theme, reduce_motion, theme_named
from femon.gui.window import MainWindow
from femon.heap import spare_what_is_loaded
from femon.settings import Settings, load_settings

if TYPE_CHECKING:
    from femon.recording.session import SessionRequest

log = logging.getLogger(__name__)

DISK_EVERY_MS = 10_000
INTERRUPTED = 130  # as a shell reports Ctrl+C


def run(
    source: str | None,
    settings: Settings,
    *,
    settings_path: Path,
    models: Path,
    make_pipeline: Callable[..., PipelineLike] | None = None,
    participant: str = "",
    condition: str = "",
    consent: bool = False,
    record: bool = False,
    lsl: bool = False,
    beside: Sequence[str] = (),
) -> int:
    """Show the window until it is closed; returns the exit code.

    Ctrl+C in the terminal closes it too, and gives 130. While the purpose is not known it is asked for first.
    Without a source the camera used last is opened, else the only one, else the user is asked. `record`
    starts a session for `participant` with the first frame, research only with `consent`. `lsl` sends lab
    streams this time. `beside` are sources that are watched together with the first.
    """
    forget_cv2_plugins()
    app = _application()
    apply_theme(app, settings.display.theme, text_percent=settings.display.text_percent)
    reduce_motion(app, settings.display.reduce_motion)
    controller = Controller(
        settings, settings_path=settings_path, models=models, make_pipeline=make_pipeline, lsl=lsl
    )
    window = MainWindow(controller)
    window.calibrations.given = window.sessions.asking.offered = participant
    chores = Chores(controller, window)
    request = _request(settings, participant, condition, consent) if record else None
    window.ready.connect(lambda: chores.begin(source, request, beside))
    Looks(app, controller, window)
    window.closed.connect(
        lambda: app.exit(0)
    )  # a window that hides before it closes does not count as the last
    with _exceptions_to(chores.failed.emit), _interrupt_closes(window) as interrupted:
        window.show()
        code = app.exec()
    return INTERRUPTED if interrupted else code


class Chores(QObject):
    """What the window does beside showing: late loading, free space, sessions that a crash left open."""

    failed = Signal(object)  # BaseException, from any thread
    _timeline_loaded = Signal()
    _free_known = Signal(object, str)  # bytes, the disk
    _size_known = Signal(object)  # bytes of the running session, or None
    _recovered = Signal(object)  # Message

    def __init__(self, controller: Controller, window: MainWindow) -> None:
        super().__init__(window)
        self._controller, self._window = controller, window
        self._timer = QTimer(self, interval=DISK_EVERY_MS)
        self._timer.timeout.connect(self._measure_disk)
        self.failed.connect(self._show_failure)
        self._timeline_loaded.connect(window.parts.add_timeline)
        self._free_known.connect(self._show_free)
        self._size_known.connect(self._show_size)
        self._free: int | None = None
        self._recovered.connect(window.live.show_message)
        controller.not_saved.connect(lambda text: window.live.show_message(messages.Message("disk", text)))
        controller.stopped.connect(self._timer.stop)
        controller.readings_ready.connect(spare_what_is_loaded, Qt.ConnectionType.SingleShotConnection)

    def begin(self, source: str | None, record: SessionRequest | None, beside: Sequence[str] = ()) -> None:
        """Open the source first, with others beside it, once it is known what for, then do the rest."""
        asked_for = next((one for one in beside if one != DEMO), source)  # the clip alone shows nobody
        self._window.purposes.ask_first(asked_for, lambda: self._open(source, record, beside))
        self._controller.background("load timeline", self._load_timeline)
        self._controller.background("recover sessions", self._recover)
        self._measure_disk()
        self._timer.start()
        _, rejected = load_settings(self._controller.settings_path)
        if rejected:
            self._window.live.show_message(messages.settings_damaged(rejected))
        self._window.retention.look()

    def _open(self, source: str | None, record: SessionRequest | None, beside: Sequence[str]) -> None:
        stated = None if record is None else self._window.sessions.stated(record)
        self._window.sources.start(source, record=stated, beside=beside)

    def _load_timeline(self) -> None:
        importlib.import_module("femon.gui.timeline")  # not needed for the first picture
        self._timeline_loaded.emit()

    def _recover(self) -> None:
        from femon.recording import recover_sessions

        found = recover_sessions(self._controller.settings.sessions_folder)
        if found:
            rows = sum(session.rows for session in found)
            self._recovered.emit(messages.recovered([session.folder for session in found], rows))

    def _measure_disk(self) -> None:
        folder = self._controller.settings.sessions_folder

        session = self._window.sessions.folder

        def work() -> None:
            existing = next(path for path in (folder, *folder.parents) if path.exists())
            self._free_known.emit(shutil.disk_usage(existing).free, str(_disk_of(existing)))
            self._size_known.emit(_size_of(session))

        self._controller.background("measure disk", work)

    def _show_free(self, size_bytes: int, disk: str) -> None:
        self._window.status.show_free(size_bytes)
        self._free = size_bytes
        if size_bytes < DISK_LIMIT:
            self._window.live.show_message(messages.disk_low(disk))

    def _show_size(self, size_bytes: int | None) -> None:
        self._window.parts.session_panel.show_room(size_bytes, self._free)

    def _show_failure(self, error: BaseException) -> None:
        self._window.live.show_message(messages.unexpected(error))


class Looks(QObject):
    """Changes theme, text size and motion with the settings, the theme with the system if they say so."""

    def __init__(self, app: QApplication, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._app, self._controller = app, controller
        self._used = controller.settings.display
        controller.settings_changed.connect(self._follow_setting)
        app.styleHints().colorSchemeChanged.connect(self._follow_system)

    @Slot(object)
    def _follow_setting(self, settings: Settings) -> None:
        display, used = settings.display, self._used
        self._used = display
        reduce_motion(self._app, display.reduce_motion)
        if (display.theme, display.text_percent) != (used.theme, used.text_percent):
            apply_theme(self._app, display.theme, text_percent=display.text_percent)

    @Slot(object)
    def _follow_system(self, scheme: Qt.ColorScheme) -> None:
        is_dark = scheme != Qt.ColorScheme.Light
        used = self._used
        if theme_named(used.theme, system_is_dark=is_dark) != current_theme():
            apply_theme(self._app, used.theme, text_percent=used.text_percent)


def _disk_of(folder: Path) -> Path:
    """Where the disk is mounted that a folder lies on."""
    whole = folder.resolve()
    return next((path for path in (whole, *whole.parents) if os.path.ismount(path)), whole)


def _size_of(session: Path | None) -> int | None:
    """Bytes of a session folder without its reserve; None when there is none, or it has just gone."""
    from femon.recording.folder import RESERVE_FILE
    from femon.retention import size_of

    if session is None:
        return None
    reserve = session / RESERVE_FILE
    try:
        return size_of(session) - (reserve.stat().st_size if reserve.exists() else 0)
    except OSError:
        return None


def _application() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("femon")
    app.setApplicationDisplayName("femon")
    app.setDesktopFileName("femon")
    app.setWindowIcon(app_icon())
    return app


def _request(settings: Settings, participant: str, condition: str, consent: bool) -> SessionRequest:
    from femon.recording.session import SessionRequest

    return SessionRequest(
        settings.sessions_folder, participant, condition, consent=consent, video=settings.video
    )


@contextmanager
def _interrupt_closes(window: MainWindow) -> Iterator[list[int]]:
    """Let Ctrl+C close the window, so that files are closed; yields the signals that came."""
    came: list[int] = []

    def close(number: int, _frame: object) -> None:
        came.append(number)
        window.close_unasked()

    before = signal.signal(signal.SIGINT, close)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _exceptions_to(show: Callable[[BaseException], object]) -> Iterator[None]:
    """Log what nobody caught and show it, on any thread: the one catch-all of the program with a window."""
    before = sys.excepthook, threading.excepthook

    def on_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("not caught", exc_info=(kind, error, trace))
        if not isinstance(error, KeyboardInterrupt):
            show(error)

    def on_thread(failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None:
            on_main(failure.exc_type, failure.exc_value, failure.exc_traceback)

    sys.excepthook, threading.excepthook = on_main, on_thread
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before
