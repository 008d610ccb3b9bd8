"""The offer to delete old sessions: found at the start, shown or deleted only when the user says so."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from femon.gui import messages
from femon.gui.dialogs.frame import answered
from femon.gui.drawing import size_text

if TYPE_CHECKING:
    from pathlib import Path

    from femon.gui.controller import Controller
    from femon.gui.live import Live
    from femon.retention import StoredSession

log = logging.getLogger(__name__)


class RetentionOffer(QObject):
    """Looks and deletes away from the GUI thread; a session that is being recorded is left alone."""

    _found = Signal(object)  # tuple of StoredSession
    _deleted = Signal(int, object, object)  # how many, the sentences of those that stayed, codes gone

    def __init__(self, controller: Controller, live: Live, window: QWidget) -> None:
        super().__init__(window)
        self._controller, self._live, self._window = controller, live, window
        self._days = 0
        self._old: tuple[StoredSession, ...] = ()
        self._found.connect(self._offer)
        controller.opening.connect(lambda _source: self._offer(self._old))  # which clears the banner
        self._deleted.connect(self._tell)

    def look(self) -> None:
        """Find the sessions that are older than the setting says; a message follows if there are any."""
        settings = self._controller.settings
        self._days = settings.retention_days
        root, age = settings.sessions_folder, timedelta(days=settings.retention_days)

        def work() -> None:
            from femon.retention import find_sessions

            if not root.is_dir():
                return
            try:
                old = find_sessions(root).older_than(age, datetime.now())
            except OSError as error:
                log.warning("old sessions could not be looked for in %s: %s", root, error)
                return
            self._found.emit(tuple(session for session in old if not session.running))

        if self._days:
            self._controller.background("look for old sessions", work)

    def show(self) -> None:
        """List the old sessions."""
        from femon.gui.dialogs.old_sessions import OldSessions

        if answered(OldSessions(self._old, self._days, self._window)):
            self._delete()

    def delete(self) -> None:
        """Delete them, after one more question: nothing brings them back."""
        from femon.gui.dialogs.question import agreed

        size = size_text(sum(session.size_bytes for session in self._old))
        going = messages.sessions_counted(len(self._old))
        text = f"Together {size}. What is deleted cannot be brought back."
        if agreed(f"Delete {going}?", text, go_on="Delete", stay="Keep", parent=self._window):
            self._delete()

    def forget(self) -> None:
        """Ask again at the next start only."""
        self._old = ()

    @Slot(object)
    def _offer(self, old: tuple[StoredSession, ...]) -> None:
        self._old = old
        if old:
            self._live.show_message(messages.old_sessions(len(old), self._days))

    def _delete(self) -> None:
        going, self._old = self._old, ()
        root = self._controller.settings.sessions_folder

        def work() -> None:
            stayed = _deleted(going)
            self._deleted.emit(len(going) - len(stayed), stayed, _gone(going, root))

        self._controller.background("delete old sessions", work)

    @Slot(int, object, object)
    def _tell(self, deleted: int, stayed: list[str], gone: frozenset[str]) -> None:
        from femon.retention import without_codes

        self._controller.change_settings(without_codes(self._controller.settings, gone))
        self._live.show_message(messages.sessions_deleted(deleted, stayed))


def _gone(sessions: Iterable[StoredSession], root: Path) -> frozenset[str]:
    """The codes of deleted sessions of which none is left; none are known gone where that cannot be read."""
    from femon.retention import codes_gone, find_sessions

    try:
        left = find_sessions(root).sessions
    except OSError as error:
        log.warning("what is left in %s is not known: %s", root, error)
        return frozenset()
    return codes_gone((session.participant for session in sessions), left)


def _deleted(sessions: Iterable[StoredSession]) -> list[str]:
    """Delete sessions; returns one sentence for each that could not be."""
    from femon.retention import delete_session

    stayed = []
    for session in sessions:
        try:
            delete_session(session)
        except OSError as error:
            stayed.append(f"{session.folder} could not be deleted ({error.strerror or error}).")
    return stayed
