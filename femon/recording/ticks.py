"""Ticks: the times of the pictures in a video, counted from its first one."""

from __future__ import annotations

from typing import Final

# A multiple of the usual rates, 29.97 and 59.94 included, and below the 65536 that MPEG-4 allows.
TICKS_PER_S: Final = 60_000


class Ticks:
    """Turns times in s into ticks that always rise; the first one asked for is 0."""

    def __init__(self) -> None:
        self._first_t: float | None = None
        self._last = -1

    def at(self, t: float) -> int:
        """The tick of a time; one that does not lie after the last gets the next."""
        if self._first_t is None:
            self._first_t = t
        self._last = max(self._last + 1, round((t - self._first_t) * TICKS_PER_S))
        return self._last
