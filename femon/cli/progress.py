"""The bars and lines that long commands show on standard error."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
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

    def __init__(self, source: str, *, quiet: bool) -> None:
        self._make = bar_over(Path(source).name or source, " frames", quiet=quiet)
        self._bar: tqdm[NoReturn] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def open(self, info: SourceInfo) -> None:
        """The number of frames is known now, if the source tells it; that of one more source adds to it."""
        if self._bar is None:
            self._bar = self._make(total=info.frame_count)
        elif self._bar.total is not None:
            self._bar.total = info.frame_count and self._bar.total + info.frame_count

    def step(self, readings: Readings) -> None:
        """One more frame is done."""
        assert self._bar is not None  # opened before the first frame
        self._bar.update()
