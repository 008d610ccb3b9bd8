"""What was captured or missed but not analysed, waiting for its place among the analysed frames."""

from __future__ import annotations

import bisect
from math import inf

from femon.types import Dropped, Lost


class LeftOut:
    """Dropped frames and lost seconds in the order of their times; frames before them may come later."""

    def __init__(self) -> None:
        self._waiting: list[Dropped | Lost] = []

    def add(self, item: Dropped | Lost) -> None:
        """Put it into its place."""
        bisect.insort(self._waiting, item, key=_place)

    def take_before(self, t: float, index: int) -> list[Dropped | Lost]:
        """Take all that precede the frame of this source time (s) and number."""
        return self._take(bisect.bisect_left(self._waiting, (t, float(index)), key=_place))

    def take_to_last_loss(self) -> list[Dropped | Lost]:
        """Take all up to the last lost second: no frame before it is in analysis when the next comes."""
        lost = [item.t for item in self._waiting if isinstance(item, Lost)]
        return self._take(bisect.bisect_right(self._waiting, (lost[-1], inf), key=_place)) if lost else []

    def take_rest(self, index: int | None) -> list[Dropped | Lost]:
        """Take what follows frame `index` at the end; frames behind one still in analysis are forgotten."""
        rest: list[Dropped | Lost] = []
        for item in self._take(len(self._waiting)):
            if isinstance(item, Dropped):
                if index is not None and item.index != index + 1:
                    continue
                index = item.index
            rest.append(item)
        return rest

    def _take(self, count: int) -> list[Dropped | Lost]:
        due, self._waiting = self._waiting[:count], self._waiting[count:]
        return due


def _place(item: Dropped | Lost) -> tuple[float, float]:
    """By time, then by frame number."""
    return item.t, inf if isinstance(item, Lost) else item.index
