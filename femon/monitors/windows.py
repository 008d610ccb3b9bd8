"""Sums, medians and percentiles over the last seconds, and the instant between frames of a crossing."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Sequence
from operator import add, sub
from typing import Generic, TypeVar

from femon.monitors.clock import Tick
from femon.types import ROUNDING_S

Total = TypeVar("Total", float, tuple[float, ...])


class RollingSums:
    """Sums of some series over windows (t - window_s, t] that end now; constant time per frame on average."""

    def __init__(self, windows_s: Sequence[float], series: int = 1) -> None:
        self._total = (0.0,) * series  # since the start: a window is the difference to where it begins
        self._windows = [_Window(window_s, self._total) for window_s in windows_s]

    def add(self, t: float, *values: float) -> None:
        """Take one value for each series at t seconds."""
        self._total = tuple(map(add, self._total, values))
        entry = t, self._total
        for window in self._windows:
            entries, oldest = window.entries, t - window.window_s + ROUNDING_S
            entries.append(entry)
            while entries[0][0] <= oldest:
                window.start = entries.popleft()[1]

    def sums(self, window: int = 0) -> tuple[float, ...]:
        """The sums over one of the windows, as they stood at the last value."""
        return tuple(map(sub, self._total, self._windows[window].start))


class RollingSum:
    """The same for one series, which costs a third."""

    def __init__(self, windows_s: Sequence[float]) -> None:
        self._total = 0.0
        self._windows: list[_Window[float]] = [_Window(window_s, 0.0) for window_s in windows_s]

    def add(self, t: float, value: float) -> None:
        """Take a value at t seconds."""
        self._total += value
        entry = t, self._total
        for window in self._windows:
            entries, oldest = window.entries, t - window.window_s + ROUNDING_S
            entries.append(entry)
            while entries[0][0] <= oldest:
                window.start = entries.popleft()[1]

    def sum(self, window: int = 0) -> float:
        """The sum over one of the windows, as it stood at the last value."""
        return self._total - self._windows[window].start


class _Window(Generic[Total]):
    def __init__(self, window_s: float, start: Total) -> None:
        self.window_s = window_s
        self.start: Total = start
        self.entries: deque[tuple[float, Total]] = deque()


class RollingMedian:
    """The median of the values of the last window_s seconds."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._entries: deque[tuple[float, float]] = deque()
        self._sorted: list[float] = []

    def add(self, t: float, value: float) -> None:
        """Take a value at t seconds."""
        self._entries.append((t, value))
        insort(self._sorted, value)
        while self._entries[0][0] <= t - self._window_s + ROUNDING_S:
            del self._sorted[bisect_left(self._sorted, self._entries.popleft()[1])]

    def value(self) -> float | None:
        """The median, None without values."""
        return median(self._sorted) if self._sorted else None


class RecentTimes:
    """How often something happened lately and in all."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._times: deque[float] = deque()
        self.total = 0

    def add(self, t: float) -> None:
        """It happened at t seconds."""
        self._times.append(t)
        self.total += 1

    def count(self, t: float) -> int:
        """How often in the window that ends at t seconds."""
        while self._times and self._times[0] <= t - self._window_s + ROUNDING_S:
            self._times.popleft()
        return len(self._times)


def median(ordered: Sequence[float]) -> float:
    """The median of ascending values."""
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def percentile(values: Sequence[float], share: float) -> float:
    """The percentile of the values, `share` in percent, linear between neighbours."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def seconds_since_crossing(
    tick: Tick, before: float | None, now: float, threshold: float, longest_s: float
) -> float:
    """How long before this frame a value crossed a threshold: linear in time, at most longest_s.

    `before` is the value of the previous frame, None when that was not valid; then, and over a gap, 0.
    """
    if before is None or tick.gap or before == now:
        return 0.0
    share = (now - threshold) / (now - before)
    return min(max(share, 0.0) * tick.step, tick.step, longest_s)


def held(before_s: float | None, seconds: float, holds: bool) -> float | None:
    """For how long a condition has held, from the first frame it does; None while it does not."""
    if not holds:
        return None
    return 0.0 if before_s is None else before_s + seconds


def lasted(held_s: float | None, limit_s: float) -> bool:
    """Whether a condition has held for long enough."""
    return held_s is not None and held_s >= limit_s - ROUNDING_S
