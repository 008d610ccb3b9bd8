"""The alarms in the window: the pipeline's become banner, frame, sound and tray message; answers go back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from femon.gui.alarm_banner import ANSWERS
from femon.gui.alarm_frame import AlarmFrame
from femon.gui.sounds import SoundPlayer
from femon.gui.tray import Tray
from femon.types import Notice, Readings

if TYPE_CHECKING:
    from femon.alarms import Alarms, SoundName
    from femon.gui.controller import Controller
    from femon.gui.layout import Parts
    from femon.settings import Settings


class AlarmControls(QObject):
    """Owns the player and the tray icon, both busy only while somebody is watched."""

    fault_changed = Signal(str)  # of the audio device

    def __init__(self, controller: Controller, parts: Parts, window: QWidget) -> None:
        super().__init__(window)
        self.possible = False  # somebody is watched: alarms may come
        banner = parts.alarm_banner
        self._controller, self._banner, self._window = controller, banner, window
        self._frame = AlarmFrame(window, parts.picture, parts)
        self._player: SoundPlayer | None = None  # made at its first use: most sessions need none
        self._testing = False
        self._sounds = False
        self._commands: tuple[QAction, ...] = ()
        self._told: tuple[object, float, str] | None = None  # pipeline, volume and fault as it knows them
        self.tray = Tray(window)
        self.tray.show_wanted.connect(self._show_window)
        self.tray.acknowledge_wanted.connect(lambda: self.answer("acknowledge"))
        self.tray.quit_wanted.connect(self._quit)
        banner.answered.connect(self.answer)
        banner.flashed.connect(self._frame.set_dim)
        controller.opening.connect(self._end)
        controller.stopped.connect(self._end)
        controller.readings_ready.connect(self._take_readings)
        controller.notice.connect(self._take_notice)
        controller.settings_changed.connect(self._use_settings)

    @property
    def player(self) -> SoundPlayer:
        """The one player of the window."""
        if self._player is None:
            controller = self._controller
            self._player = SoundPlayer(
                background=controller.background, volume=controller.settings.alarms.volume, parent=self
            )
            self._player.fault_changed.connect(self._take_fault)
        return self._player

    def slots(self) -> dict[str, Callable[[], None]]:
        """What each command of an answer calls."""
        return {answer: partial(self.answer, answer) for answer in ANSWERS}

    def use_commands(self, commands: Mapping[str, QAction]) -> None:
        """Enable the commands of the answers while there may be alarms."""
        self._commands = tuple(commands[answer] for answer in ANSWERS)
        self._set_possible(self.possible)

    @Slot(str)
    def answer(self, answer: str) -> None:
        """Give an answer of the banner, a key or the tray to the pipeline; it tells what follows from it."""
        pipeline = self._controller.pipeline
        if pipeline is None or not self.possible:
            return
        ways = {
            "acknowledge": pipeline.acknowledge,
            "false_alarm": pipeline.false_alarm,
            "snooze": pipeline.snooze,
        }
        ways[answer]()

    def begin_test(self) -> str:
        """Get hold of the audio device for the test buttons; why nothing can be heard, as known by now."""
        self._testing = True
        self.player.open()
        return self.player.fault

    def test(self, name: SoundName, volume: float) -> None:
        """Play a sound once at a volume, unless an alarm sounds."""
        self.player.set_volume(volume)
        self.player.test(name)

    def end_test(self) -> None:
        """Let go of the device again, unless alarms need it."""
        self._testing = False
        self.player.set_volume(self._controller.settings.alarms.volume)
        if not self._sounds:
            self.player.close()

    def _begin(self) -> None:
        modes = self._controller.settings.modes
        self._set_possible(modes.monitored)
        self._sounds = modes.audible
        if self._sounds:
            self.player.open()
        if self.possible:
            self.tray.begin()

    def _set_possible(self, possible: bool) -> None:
        self.possible = possible
        for command in self._commands:
            command.setEnabled(possible)

    @Slot()
    def _end(self) -> None:
        self._set_possible(False)
        self._sounds, self._told = False, None
        self._show(None)
        self.tray.end()
        if self._player is not None and not self._testing:
            self._player.close()

    @Slot(object)
    def _take_notice(self, notice: Notice) -> None:
        match notice.kind:
            case "opened":
                self._begin()
            case "ended" | "error":
                self._end()
            case "alarms":
                self._show(notice.details["alarms"])  # type: ignore[arg-type]

    @Slot(object)
    def _take_readings(self, readings: Readings) -> None:
        if self._controller.feeds is None:  # of several sources all alarms count
            self.show_alarms(readings.alarms)

    def show_alarms(self, alarms: Alarms | None) -> None:
        """Show and sound what the newest frame calls for, while somebody is watched."""
        if self.possible:
            self._tell_sound()
            self._show(alarms)

    def _show(self, alarms: Alarms | None) -> None:
        self._banner.show_alarms(alarms)
        of_one_tile = alarms is not None and alarms.style == "edge" and self._controller.feeds is not None
        self._frame.show_alarms(None if of_one_tile else alarms)
        self.tray.show_alarms(alarms)
        if self._player is not None and (self._sounds or alarms is None):
            self._player.play(alarms.sound if alarms is not None else None)

    def _tell_sound(self) -> None:
        """The desk has to know what can be heard; with the first frame it is sure to have a pipeline."""
        pipeline = self._controller.pipeline
        if pipeline is None or not self._sounds:
            return
        told = pipeline, self._controller.settings.alarms.volume, self.player.fault
        if told != self._told:
            self._told = told
            pipeline.set_sound(told[1], told[2])

    @Slot(str)
    def _take_fault(self, fault: str) -> None:
        self._tell_sound()
        self.fault_changed.emit(fault)

    @Slot(object)
    def _use_settings(self, settings: Settings) -> None:
        if self._player is not None:
            self._player.set_volume(settings.alarms.volume)
        self._tell_sound()

    @Slot()
    def _show_window(self) -> None:
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    @Slot()
    def _quit(self) -> None:
        self._show_window()  # it may ask before it closes
        self._window.close()
