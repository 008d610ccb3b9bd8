"""The bars and lines that long commands show on standard error."""

from __future__ import annotations

import sys
from functools import partial
from threading import Lock
from typing import NoReturn, Self

from tqdm import tqdm

from femon.types import Readings, SourceInfo

LINE_EVERY_S = 10.0  # without a terminal


def bar_over(what: str, unit: str, *, quiet: bool) -> partial[tqdm[NoReturn]]:
    """Makes a bar; it still wants its total."""
    interval = 0.2 if sys.stderr.isatty() else LINE_EVERY_S
    return partial(tqdm, desc=what, unit=unit, disable=quiet, mininterval=interval, maxinterval=interval)


class Progress:
    """A bar on standard error: percent, frames, rate and time left; a line every 10 s without a terminal."""

    def __init__(self, name: str, *, quiet: bool) -> None:
        self._make = bar_over(name, " frames", quiet=quiet)
        self._counts: list[int | None] = []  # of the frames of each open source
        self._bar: tqdm[NoReturn] | None = None
        self._stepping = Lock()  # sources that are watched together have threads of their own

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def open(self, info: SourceInfo) -> None:
        """One more source is open, and the number of its frames is known if it tells; on any thread."""
        self._counts.append(info.frame_count)

    def step(self, readings: Readings) -> None:
        """One more frame is done; on any thread."""
        counts = [count for count in self._counts if count is not None]
        total = sum(counts) if counts and len(counts) == len(self._counts) else None
        with self._stepping:
            if self._bar is None:
                self._bar = self._make(total=total)
            self._bar.total = total
            self._bar.update()
