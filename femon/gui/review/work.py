"""What the review screen does away from the GUI thread, with its outcome brought back there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from femon.errors import FemonError
from femon.gui.controller import RunInBackground

log = logging.getLogger(__name__)

Outcome = TypeVar("Outcome")


class ReviewWork(QObject):
    """Runs jobs; it has no parent, since a thread may hold it to its end."""

    busy_changed = Signal(str)  # what is being done, "" for nothing
    failed = Signal(str)  # one sentence
    progressed = Signal(int, int, str)  # done, of how many, what comes now
    _ended = Signal(object, object)  # what to do with the outcome, the outcome or the exception

    def __init__(self, background: RunInBackground) -> None:
        super().__init__()
        self._background = background
        self._running: list[str] = []
        self._closed = False
        self._ended.connect(self._finish)

    @property
    def busy(self) -> bool:
        """Whether anything runs."""
        return bool(self._running)

    def run(self, what: str, work: Callable[[], Outcome], done: Callable[[Outcome], object]) -> None:
        """Do `work` on a background thread and `done` with its outcome here; `failed` tells what it raised.

        what: the activity for people, such as "Writing the report".
        """
        self._running.append(what)
        self.busy_changed.emit(what)

        def job() -> None:
            outcome: Outcome | Exception
            try:
                outcome = work()
            except FemonError as error:
                outcome = error
            except Exception as failure:  # a thread boundary: the window tells it
                log.exception("%s failed", what)
                outcome = failure
            self._ended.emit((what, done), outcome)

        self._background(what.lower(), job)

    def close(self) -> None:
        """Nothing that ends later is told any more."""
        self._closed = True

    @Slot(object, object)
    def _finish(self, job: tuple[str, Callable[[Any], object]], outcome: object) -> None:
        what, done = job
        self._running.remove(what)
        if self._closed:
            return
        self.busy_changed.emit(self._running[-1] if self._running else "")
        if isinstance(outcome, FemonError):
            self.failed.emit(str(outcome))
        elif isinstance(outcome, Exception):
            self.failed.emit(f"{what} failed ({outcome}). The log says more.")
        else:
            done(outcome)
