"""Deleting all that is stored of a participant: asked for in the settings, done away from the GUI thread."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from femon.gui.dialogs.frame import answered
from femon.profiles import PROFILES_FOLDER

if TYPE_CHECKING:
    from femon.gui.controller import Controller
    from femon.gui.dialogs.delete_participant import DeleteParticipant
    from femon.retention import Belongings

log = logging.getLogger(__name__)


class ParticipantDeletion(QObject):
    """Reads what is stored, deletes what is wanted, and forgets the code in the settings."""

    _found = Signal(object, str, bool)  # tuple of Belongings, what was done, whether something stayed
    _deleted = Signal(object, object)  # Belongings, tuple of sentences

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._dialog: DeleteParticipant | None = None
        self._found.connect(self._show)
        self._deleted.connect(self._tell)

    def ask(self, parent: QWidget) -> None:
        """Show the question above a window."""
        from femon.gui.dialogs.delete_participant import DeleteParticipant

        self._dialog = DeleteParticipant(parent)
        self._dialog.wanted.connect(self._delete)
        self._look()
        answered(self._dialog)
        self._dialog = None

    def _look(self, said: str = "", wrong: bool = False) -> None:
        settings, profiles = self._controller.settings, self._profiles

        def work() -> None:
            from femon.retention import participants_in

            try:
                stored = participants_in(settings.sessions_folder, profiles, settings.recording.participants)
            except OSError as error:
                log.warning("what is stored could not be read: %s", error)
                place = error.filename or settings.sessions_folder
                self._found.emit((), f"{place} cannot be read ({error.strerror}). Check its rights.", True)
                return
            self._found.emit(stored, said, wrong)

        self._controller.background("look for participants", work)

    @Slot(object)
    def _delete(self, going: Belongings) -> None:
        profiles = self._profiles

        def work() -> None:
            from femon.retention import delete_belongings

            self._deleted.emit(going, delete_belongings(going, profiles))

        self._controller.background("delete participant", work)

    @Slot(object, object)
    def _tell(self, gone: Belongings, stayed: tuple[str, ...]) -> None:
        from femon.gui.dialogs.delete_participant import counted
        from femon.retention import without_codes

        if stayed:
            self._look(" ".join((f"Not all of {gone.participant} is deleted.", *stayed)), True)
            return
        settings = self._controller.settings
        self._controller.change_settings(without_codes(settings, {gone.participant}))
        self._look(f"Deleted: {counted(gone)} of {gone.participant}.")

    @Slot(object, str, bool)
    def _show(self, stored: tuple[Belongings, ...], said: str, wrong: bool) -> None:
        if self._dialog is not None:
            self._dialog.show_stored(stored, said, wrong=wrong)

    @property
    def _profiles(self) -> Path:
        return self._controller.settings_path.parent / PROFILES_FOLDER
