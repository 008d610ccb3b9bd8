"""Yawns: long wide openings of the jaw; they corroborate fatigue and never alarm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from femon.monitors.clock import Tick, fast_enough
from femon.monitors.limits import Limits
from femon.monitors.windows import RecentTimes, seconds_since_crossing
from femon.types import ROUNDING_S


@dataclass(frozen=True, slots=True)
class MouthState:
    """The mouth of one frame and the yawns so far."""

    jaw_open: float | None  # blendshape 0..1; None without a face
    mouth_ratio: float | None  # logged only
    yawning: bool
    ended_s: float | None  # length of the yawn that ended at this frame
    last_s: float | None
    recent: int | None  # yawns in 10 min; None where `why` says so
    total: int
    why: Literal["low_fps"] | None


class MouthMonitor:
    """Counts yawns at their end. Losing the face, or a gap, drops the one in progress."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._before: float | None = None
        self._open_s: float | None = None  # since the jaw dropped; None while it is up
        self._peak = 0.0
        self._yawning = False
        self._last_s: float | None = None
        self._recent = RecentTimes(limits.yawn_window_s)

    def update(self, tick: Tick, jaw_open: float | None, mouth_ratio: float | None) -> MouthState:
        """Take a frame; both are None without a face."""
        ended_s = None
        if jaw_open is None or tick.gap:
            self._open_s, self._yawning = None, False
        if jaw_open is not None and self._open_s is not None:
            ended_s = self._follow(tick, jaw_open)
        elif jaw_open is not None and jaw_open > self._limits.yawn_enter:
            self._open_s, self._peak = self._since(tick, jaw_open, self._limits.yawn_enter), jaw_open
        self._before = jaw_open
        slow = not fast_enough(tick.fps, self._limits.fps_alarms, self._limits)
        recent = self._recent.count(tick.t)
        return MouthState(
            jaw_open,
            mouth_ratio,
            self._yawning,
            ended_s,
            self._last_s,
            None if slow else recent,
            self._recent.total,
            "low_fps" if slow else None,
        )

    def _follow(self, tick: Tick, jaw_open: float) -> float | None:
        """Continue an opening; the length of the yawn if one ends here."""
        limits = self._limits
        open_s = self._open_s = (self._open_s or 0.0) + tick.dt
        self._peak = max(self._peak, jaw_open)
        if jaw_open < (limits.yawn_leave if self._yawning else limits.yawn_enter):
            if self._yawning:
                open_s -= self._since(tick, jaw_open, limits.yawn_leave)
            was_yawn = self._yawning and open_s <= limits.yawn_longest_s + ROUNDING_S
            self._open_s, self._yawning = None, False
            return self._counted(tick.t, open_s) if was_yawn else None
        long_enough = open_s >= limits.yawn_shortest_s - ROUNDING_S
        self._yawning = self._yawning or (long_enough and self._peak >= limits.yawn_peak)
        return None

    def _counted(self, t: float, length_s: float) -> float:
        self._last_s = length_s
        self._recent.add(t)
        return length_s

    def _since(self, tick: Tick, jaw_open: float, threshold: float) -> float:
        return seconds_since_crossing(
            tick, self._before, jaw_open, threshold, self._limits.longest_interpolation_s
        )
