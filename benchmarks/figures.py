"""The figures of the report and the arithmetic behind them: fair turns, ratios and spreads."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

Seconds = Sequence[float]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report; `value` is None for what could not be measured here, and the note says why."""

    name: str
    value: float | None
    unit: str = ""
    extent: tuple[float, float] | None = None  # the smallest and the largest of the repeats
    at_most: float | None = None  # the budget, from one side or the other
    at_least: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the budget is kept; None without a budget or a value."""
        if self.value is None or (self.at_most is None and self.at_least is None):
            return None
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)


@dataclass(frozen=True, slots=True)
class Pair:
    """The same work done both ways, one directly after the other; s per item."""

    plain: Seconds
    ours: Seconds

    @property
    def cost(self) -> float:
        """How many times the plain way's median time ours takes."""
        return median(self.ours) / median(self.plain)


def take_turns(
    count: int, prepare: Callable[[int], tuple[Callable[[], Seconds], Callable[[], Seconds]]]
) -> list[Pair]:
    """Time `count` pairs; who goes first changes from pair to pair, so that a drift favours nobody.

    `prepare(number)` gives the plain way and ours for one pair; its own time does not count.
    """
    pairs = []
    for number in range(count):
        plain, ours = prepare(number)
        if number % 2:
            later = ours()
            pairs.append(Pair(plain(), later))
        else:
            pairs.append(Pair(plain(), ours()))
    return pairs


def timed(work: Callable[[], object]) -> float:
    """How long the work takes, in s."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def spread(
    name: str, values: Seconds, unit: str = "", *, at_most: float | None = None, at_least: float | None = None
) -> Figure:
    """A figure from repeats: their median, with the smallest and the largest."""
    return Figure(name, median(values), unit, (min(values), max(values)), at_most, at_least)


def milliseconds(name: str, seconds: Seconds) -> Figure:
    """A figure for information: the median in ms, with the 95th percentile as a note."""
    p95 = float(np.percentile(seconds, 95))
    return Figure(name, 1000 * median(seconds), "ms", note=f"p95 {1000 * p95:.2f}")
