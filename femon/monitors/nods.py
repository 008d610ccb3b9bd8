"""Nods: the head sinks with closed eyes and comes up again; they corroborate fatigue and never alarm."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

from femon.monitors.clock import Tick, fast_enough
from femon.monitors.limits import Limits
from femon.monitors.windows import RecentTimes
from femon.types import ROUNDING_S


@dataclass(frozen=True, slots=True)
class NodsState:
    """Nods so far."""

    ended: bool  # one ended at this frame
    recent: int | None  # in 10 min; None where `why` says so
    total: int
    why: Literal["low_fps"] | None


class NodMonitor:
    """Finds nods on the raw pitch."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pitches: deque[tuple[float, float, float]] = deque()  # t, degrees, closed_s so far
        self._closed_s = 0.0
        self._fallen_t: float | None = None
        self._lowest = 0.0
        self._recent = RecentTimes(limits.nod_window_s)

    def update(self, tick: Tick, pitch: float | None, openness: float | None) -> NodsState:
        """Take a frame; raw pitch in degrees, None without a face; openness None without readable eyes."""
        slow = not fast_enough(tick.fps, self._limits.fps_nods, self._limits)
        if openness is not None and openness < self._limits.nod_openness:
            self._closed_s += tick.dt
        ended = False
        if pitch is None or slow or tick.gap:
            self._pitches.clear()
            self._fallen_t = None
        elif self._fallen_t is not None:
            ended = self._risen(tick.t, self._fallen_t, pitch)
        else:
            self._fall(tick.t, pitch)
        if ended:
            self._recent.add(tick.t)
        recent = self._recent.count(tick.t)
        return NodsState(ended, None if slow else recent, self._recent.total, "low_fps" if slow else None)

    def _fall(self, t: float, pitch: float) -> None:
        limits, pitches = self._limits, self._pitches
        pitches.append((t, pitch, self._closed_s))
        while pitches[0][0] < t - limits.nod_fall_within_s - ROUNDING_S:
            pitches.popleft()
        if self._closed_s - pitches[0][2] < limits.nod_closed_s - ROUNDING_S:
            return
        _, highest, closed_before = max(pitches, key=itemgetter(1))
        closed_s = self._closed_s - closed_before
        if highest - pitch >= limits.nod_fall and closed_s >= limits.nod_closed_s - ROUNDING_S:
            self._fallen_t, self._lowest = t, pitch
            pitches.clear()

    def _risen(self, t: float, fallen_t: float, pitch: float) -> bool:
        limits = self._limits
        self._lowest = min(self._lowest, pitch)
        risen = pitch - self._lowest >= limits.nod_rise
        if risen or t - fallen_t > limits.nod_rise_within_s + ROUNDING_S:
            self._fallen_t = None
        return risen and t - fallen_t <= limits.nod_rise_within_s + ROUNDING_S
