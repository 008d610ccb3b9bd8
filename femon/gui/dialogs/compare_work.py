"""The comparing itself, away from the GUI thread: one picture at a time, the newest wish first."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from femon.errors import FemonError
from femon.gui.controller import RunInBackground, forget_cv2_plugins
from femon.settings import Settings

if TYPE_CHECKING:
    from femon.comparison import Comparison

log = logging.getLogger(__name__)


class Compare(Protocol):
    """What reads one picture with every bundle; it runs on a background thread."""

    def __call__(
        self,
        image_bgr: NDArray[np.uint8],
        *,
        on_progress: Callable[[int, int], None],
        stopped: Callable[[], bool],
    ) -> Comparison:
        """Raises FemonError."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """A picture that is wished for: its name, and how to get its pixels, which may be slow."""

    name: str
    read: Callable[[], NDArray[np.uint8]]  # BGR (h, w, 3); raises FemonError


class CompareWork(QObject):
    """Signals are emitted on the GUI thread; it has no parent, since a thread may hold it to its end."""

    started = Signal(str)  # the name of the picture
    progressed = Signal(int, int)  # models done, models
    done = Signal(str, object)  # name, Comparison
    failed = Signal(str, str)  # name, sentence
    written = Signal(str, str)  # path, and a sentence when it could not be written
    _ended = Signal(object, object)  # Still, Comparison or the exception

    def __init__(self, compare: Compare, background: RunInBackground) -> None:
        super().__init__()
        self._compare, self._background = compare, background
        self._wanted: Still | None = None
        self._running = self._closed = False
        self._ended.connect(self._finish)

    def ask(self, still: Still) -> None:
        """Compare a picture; what runs now is given up for it."""
        self._wanted = still
        if not self._running:
            self._start()

    def write(self, rows: list[list[str]], path: Path) -> None:
        """Save a table; `written` follows."""

        def work() -> None:
            from femon.comparison import write_csv

            try:
                write_csv(rows, path)
            except FemonError as error:
                self.written.emit(str(path), str(error))
            else:
                self.written.emit(str(path), "")

        self._background("save comparison", work)

    def close(self) -> None:
        """Give up what runs; nothing more is told about it."""
        self._closed, self._wanted = True, None

    def _start(self) -> None:
        still, self._wanted = self._wanted, None
        if still is None or self._closed:
            return
        self._running = True
        self.started.emit(still.name)
        self._background("compare models", partial(self._work, still))

    def _work(self, still: Still) -> None:
        try:
            outcome: Comparison | Exception = self._compare(
                still.read(), on_progress=self.progressed.emit, stopped=self._given_up
            )
        except FemonError as error:
            outcome = error
        except Exception as failure:  # a thread boundary: the dialog tells it
            log.exception("%s could not be compared", still.name)
            outcome = failure
        finally:
            forget_cv2_plugins()
        self._ended.emit(still, outcome)

    def _given_up(self) -> bool:
        return self._closed or self._wanted is not None

    @Slot(object, object)
    def _finish(self, still: Still, outcome: Comparison | Exception) -> None:
        self._running = False
        if self._given_up():
            self._start()
        elif isinstance(outcome, Exception):
            self.failed.emit(still.name, _sentence(outcome))
        else:
            self.done.emit(still.name, outcome)


def compare_with(models: Path, settings: Settings) -> Compare:
    """The comparison that the app shows: its models folder and its settings."""

    def run(
        image_bgr: NDArray[np.uint8],
        *,
        on_progress: Callable[[int, int], None],
        stopped: Callable[[], bool],
    ) -> Comparison:
        from femon.comparison import compare  # loads cv2, so not on the GUI thread

        return compare(image_bgr, models=models, settings=settings, on_progress=on_progress, stopped=stopped)

    return run


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, FemonError) else f"The picture could not be compared: {error}."
