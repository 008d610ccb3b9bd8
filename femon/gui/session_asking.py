"""Asking for a new session: the dialog, what is looked up for it meanwhile, and the start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from femon.gui.dialogs.frame import answered
from femon.profiles import list_profiles
from femon.types import Notice

if TYPE_CHECKING:
    from femon.gui.controller import Controller
    from femon.gui.dialogs.session_start import SessionStartDialog
    from femon.recording.session import SessionRequest
    from femon.settings import ModeSettings, Settings
    from femon.types import SourceInfo


@dataclass(frozen=True, slots=True)
class _Draft:
    """What was chosen before a calibration and is not remembered otherwise; consent is asked for anew."""

    modes: ModeSettings
    folder: Path
    video: bool
    notes: str


class SessionAsking(QObject):
    """Reads calibrations and looks at the folder away from the GUI thread, while the dialog is shown."""

    calibrate_requested = Signal()
    _profiles_known = Signal(object)
    _room_known = Signal(object)  # Room

    def __init__(self, controller: Controller, window: QWidget) -> None:
        super().__init__(window)
        self._controller, self._window = controller, window
        self.offered = ""  # the participant named on the command line, until one is typed
        self._draft: _Draft | None = None
        self._over = False  # the source has ended, perhaps while the dialog was open
        controller.notice.connect(self._follow_source)

    def ask(self, info: SourceInfo | None) -> SessionRequest | None:
        """Ask for a session of the source and start it; what was asked for, None when it was cancelled."""
        from femon.gui.dialogs.session_start import SessionStartDialog

        name, live = (info.name, info.live) if info else ("", False)
        count = len(self._controller.sources)
        name = f"{count} sources, with a session for each" if count > 1 else name
        draft, self._draft = self._draft, None
        dialog = SessionStartDialog(self._offers(draft), self._window, source_name=name, live=live)
        dialog.notes.setPlainText(draft.notes if draft else "")
        dialog.calibrate_requested.connect(lambda: self._calibrate(dialog))
        dialog.room_wanted.connect(self._look)
        self._profiles_known.connect(dialog.show_profiles)
        self._room_known.connect(dialog.show_room)
        self._controller.background("read calibrations", self._read_profiles)
        dialog.ask_for_room()
        answered(dialog)
        self._profiles_known.disconnect(dialog.show_profiles)
        self._room_known.disconnect(dialog.show_room)
        if dialog.request is not None:
            self._start(dialog, dialog.request)
        return dialog.request

    @Slot(object)
    def _follow_source(self, notice: Notice) -> None:
        if notice.kind in ("opened", "error", "ended"):
            self._over = notice.kind != "opened"

    def _offers(self, draft: _Draft | None) -> Settings:
        """What the dialog begins with."""
        settings = self._controller.settings
        if draft is not None:
            folder = str(draft.folder) if draft.folder != settings.sessions_folder else settings.sessions
            return replace(settings, modes=draft.modes, sessions=folder, video=draft.video)
        if not self.offered:
            return settings
        others = (code for code in settings.recording.participants if code != self.offered)
        return replace(settings, recording=replace(settings.recording, participants=(self.offered, *others)))

    def _calibrate(self, dialog: SessionStartDialog) -> None:
        """Keep what was typed: the calibration and the next try begin with it."""
        settings = self._controller.settings
        self._draft = _Draft(dialog.modes, dialog.folder, dialog.video.wanted, dialog.notes.toPlainText())
        self._controller.change_settings(replace(settings, recording=dialog.remembered))
        self.offered = ""
        self.calibrate_requested.emit()

    def _read_profiles(self) -> None:
        profiles, _ = list_profiles(self._controller.settings_path.parent / "profiles")
        self._profiles_known.emit(profiles)

    @Slot(object, bool)
    def _look(self, folder: Path, video: bool) -> None:
        def work() -> None:
            from femon.gui.dialogs.session_room import room_in

            self._room_known.emit(room_in(folder, video=video))

        self._controller.background("look at folder", work)

    def _start(self, dialog: SessionStartDialog, request: SessionRequest) -> None:
        """Record at once, or after the source was opened again: it is over, or is to be watched otherwise."""
        controller, before = self._controller, self._controller.settings
        self.offered = ""
        folder = str(dialog.folder) if dialog.folder != before.sessions_folder else before.sessions
        controller.change_settings(
            replace(before, modes=dialog.modes, recording=dialog.remembered, sessions=folder)
        )
        if self._over or dialog.modes != before.modes:
            controller.reopen(record=request)
        elif controller.pipeline is not None:
            controller.pipeline.record(request)
