"""Changes of the settings, from menus and dialogs; what is read at opening opens the source again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from femon.gui import messages
from femon.gui.dialogs.frame import answered
from femon.gui.participants import ParticipantDeletion
from femon.settings import DisplaySettings, ModeSettings, Settings
from femon.types import Notice

if TYPE_CHECKING:
    from femon.gui.controller import Controller
    from femon.gui.dialogs.sound_tests import SoundBench
    from femon.gui.live import Live
    from femon.gui.sessions import SessionControls


class Preferences(QObject):
    """Gives changed settings to the controller and opens the source again where they need it."""

    def __init__(
        self,
        controller: Controller,
        live: Live,
        sessions: SessionControls,
        window: QWidget,
        *,
        sounds: SoundBench,
    ) -> None:
        super().__init__(window)
        self._controller, self._live, self._sessions = controller, live, sessions
        self._window, self._sounds = window, sounds
        self._deletion = ParticipantDeletion(controller, self)  # it may go on when its dialog is gone
        self._opening = False  # with the settings of that moment
        controller.opening.connect(self._note_opening)
        controller.notice.connect(self._note_end_of_opening)

    @property
    def display(self) -> DisplaySettings:
        """How the window looks."""
        return self._controller.settings.display

    def change_display(self, **changes: Any) -> None:
        """Change entries of DisplaySettings by name."""
        display = replace(self.display, **changes)
        self._controller.change_settings(replace(self._controller.settings, display=display))

    def flip_overlay(self) -> None:
        """Hide everything drawn on the picture, or show it again."""
        shown = not (self.display.boxes or self.display.bars)
        self.change_display(boxes=shown, bars=shown)

    def choose_theme(self, name: str) -> None:
        """Use another theme."""
        self.change_display(theme=name)

    def choose_modes(self, modes: ModeSettings) -> None:
        """Watch something else from now on; a session keeps what it was started with."""
        if not self._sessions.recording:
            self.take(replace(self._controller.settings, modes=modes))

    def choose_model(self) -> None:
        """Ask for the model."""
        from femon.gui.dialogs.model_picker import ModelPicker
        from femon.gui.dialogs.model_speed import ModelSpeed

        models, settings = self._controller.models, self._controller.settings
        speed = ModelSpeed(models, settings, self._controller.background)
        picker = ModelPicker(models, settings.model, self._window, speed=speed)
        answered(picker)
        if picker.choice:
            self._controller.use_model(picker.choice)

    def edit(self) -> None:
        """Show the settings dialog."""
        from femon.gui.dialogs.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self._controller.settings, self._window, sounds=self._sounds)
        dialog.delete_participant_requested.connect(lambda: self._deletion.ask(dialog))
        if answered(dialog):
            recording = self._controller.settings.recording  # a participant may be gone since
            self.take(replace(dialog.settings, recording=recording))

    def take(self, settings: Settings) -> None:
        """Use changed settings: what is read when a source opens makes it open again."""
        before = self._controller.settings
        self._controller.change_settings(settings)
        if settings.model != before.model:
            self._controller.use_model(settings.model)
        is_open = self._opening or self._live.info is not None
        if not is_open or _at_opening(before) == _at_opening(settings):
            return
        if self._sessions.recording:
            self._live.show_message(messages.SETTINGS_LATER)
        else:
            self._controller.reopen()

    @Slot(str)
    def _note_opening(self, _source: str) -> None:
        self._opening = True

    @Slot(object)
    def _note_end_of_opening(self, notice: Notice) -> None:
        if notice.kind in ("opened", "error", "ended"):
            self._opening = False


def _at_opening(settings: Settings) -> tuple[object, ...]:
    """What a pipeline reads only when it opens."""
    limits = replace(settings.alarms, volume=0.0)  # the volume changes while alarms sound
    return settings.camera, settings.analysis, settings.device, settings.modes, settings.lsl, limits
