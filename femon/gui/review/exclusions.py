"""How stretches are excluded and counted again: the question, the file work, the news."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from femon.gui.dialogs.frame import answered
from femon.gui.review.deeds import count_again, exclude_stretch
from femon.gui.review.dialogs import ExcludeDialog
from femon.gui.review.scenery import Scenery
from femon.gui.review.session_view import SessionView
from femon.gui.review.spans import Span
from femon.gui.review.work import ReviewWork

_WAIT: Final = "Something is still being written. Try again in a moment."


class Exclusions(QObject):
    """Answers what the view of a session asks for."""

    changed = Signal(object, str)  # Scenery of the session as it is now, a sentence
    refused = Signal(str)  # a sentence

    def __init__(self, work: ReviewWork, view: SessionView) -> None:
        super().__init__(view)
        self._work, self._view = work, view
        view.exclude_requested.connect(self._exclude)
        view.undo_requested.connect(self._undo)

    @Slot(float, float)
    def _exclude(self, start: float, end: float) -> None:
        scenery, timeline = self._view.scenery, self._view.panel.timeline
        if scenery is None or self._work.busy:  # what is written now decides what comes next
            timeline.choose(None)
            self.refused.emit(_WAIT)
            return
        self._view.playhead.pause()
        timeline.choose((start, end))
        dialog = ExcludeDialog((start, end), scenery.record.duration_s, self._view)
        if answered(dialog):
            job = partial(exclude_stretch, scenery, *dialog.stretch, dialog.reason.text().strip())
            self._work.run("Excluding", job, partial(self._tell, "The stretch is excluded."))
        timeline.choose(None)

    @Slot(object)
    def _undo(self, span: Span) -> None:
        scenery = self._view.scenery
        if scenery is None or self._work.busy:
            self.refused.emit(_WAIT)
        else:
            job = partial(count_again, scenery, span)
            self._work.run("Undoing", job, partial(self._tell, "The stretch is counted again."))

    def _tell(self, said: str, scenery: Scenery) -> None:
        self.changed.emit(scenery, said)
