"""One closure of the eyes while it lasts: its durations, its depth and how the head moved at its onset."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from femon.monitors.clock import Tick
from femon.monitors.limits import Limits
from femon.monitors.windows import seconds_since_crossing
from femon.types import ROUNDING_S

EventLevel = Literal[
    "unknown", "open", "closing", "long_blink", "pre", "microsleep", "sleep", "lost_closed", "unresponsive"
]
RANK: Final[dict[EventLevel, int]] = {
    "unknown": 0,
    "open": 0,
    "closing": 1,
    "long_blink": 2,
    "pre": 3,
    "microsleep": 4,
    "sleep": 5,
    "lost_closed": 5,
    "unresponsive": 6,
}
# Each level is reached after the limit of that name; the two last ones also by an unbroken deep closure.
LEVEL_LIMITS: Final[tuple[tuple[EventLevel, str], ...]] = (
    ("unresponsive", "unresponsive_s"),
    ("sleep", "sleep_s"),
    ("microsleep", "microsleep_s"),
    ("pre", "pre_s"),
    ("long_blink", "long_blink_s"),
)


@dataclass(slots=True)
class Closure:
    """What is known of a closure so far; durations in s of time with readable eyes."""

    number: int
    onset_t: float
    pitch_low: float  # degrees, raw, around the onset
    pitch_high: float
    closed_s: float = 0.0
    age_s: float = 0.0  # openings included
    deep_s: float = 0.0
    deep_run_s: float = 0.0  # without a break
    shallow_s: float = math.inf  # the break in it
    opening: bool = False
    open_s: float = 0.0
    level: EventLevel = "closing"
    flagged: bool = False  # the head moved at the onset
    glance: bool = False  # counts as looking away
    acknowledged: bool = False

    @property
    def deep_share(self) -> float:
        """Share of the closed time at PERCLOS depth."""
        return self.deep_s / self.closed_s if self.closed_s > 0 else 1.0


def closure_begun(
    tick: Tick,
    before: float | None,
    openness: float,
    *,
    limits: Limits,
    number: int,
    pitches: Sequence[tuple[float, float]],
) -> Closure:
    """The closure whose first frame this is; `before` is the openness of the previous frame, if readable."""
    since = seconds_since_crossing(
        tick, before, openness, limits.closure_enter, limits.longest_interpolation_s
    )
    onset_t = tick.t - since
    around = [pitch for t, pitch in pitches if t >= onset_t - limits.guard_within_s - ROUNDING_S]
    closure = Closure(number, onset_t, min(around, default=math.inf), max(around, default=-math.inf))
    closure.closed_s = closure.age_s = since
    if openness <= limits.p80_level:
        closure.deep_s = since
    _follow_depth(closure, tick, before, openness, limits)
    return closure


def grow(closure: Closure, tick: Tick, before: float | None, openness: float, limits: Limits) -> None:
    """Add a readable frame to a closure."""
    closure.age_s += tick.dt
    if openness <= limits.p80_level:
        closure.deep_s += tick.dt
    _follow_depth(closure, tick, before, openness, limits)
    if openness <= limits.closure_leave:
        closure.closed_s += tick.dt
        closure.opening, closure.open_s = False, 0.0
    elif closure.opening:
        closure.open_s += tick.dt
    else:
        closure.opening = True
        closure.open_s = seconds_since_crossing(
            tick, before, openness, limits.closure_leave, limits.longest_interpolation_s
        )


def _follow_depth(
    closure: Closure, tick: Tick, before: float | None, openness: float, limits: Limits
) -> None:
    if openness > limits.p80_level:
        closure.shallow_s += tick.dt
        return
    if closure.shallow_s > limits.override_bridge_s + ROUNDING_S:
        closure.deep_run_s = seconds_since_crossing(
            tick, before, openness, limits.p80_level, limits.longest_interpolation_s
        )
    else:
        closure.deep_run_s += closure.shallow_s + tick.dt
    closure.shallow_s = 0.0


def watch_head(closure: Closure, t: float, pitch: float, limits: Limits) -> None:
    """Note the raw pitch (degrees) of a frame near the onset."""
    if t <= closure.onset_t + limits.guard_within_s + ROUNDING_S:
        closure.pitch_low = min(closure.pitch_low, pitch)
        closure.pitch_high = max(closure.pitch_high, pitch)


def judge(closure: Closure, limits: Limits) -> tuple[EventLevel, str]:
    """The level a closure has earned so far and the rule behind it; marks it flagged or a glance.

    From pre-alarm up a closure must be deep for most of its time, and the head still at its onset: people who
    look down close their lids half and tilt the head (after US11144756B2). A closure that stays deep for long
    is sleep all the same, since a nodding sleeper drops the head too.
    """
    if closure.pitch_high - closure.pitch_low >= limits.guard_pitch:
        closure.flagged = True
    shallow = closure.deep_share < limits.deep_share
    if closure.closed_s >= (limits.long_blink_s if closure.flagged else limits.pre_s) - ROUNDING_S:
        closure.glance = closure.glance or closure.flagged or shallow
    guarded = closure.flagged or shallow
    for level, name in LEVEL_LIMITS:
        limit_s = getattr(limits, name) - ROUNDING_S
        if closure.closed_s >= limit_s and not (guarded and RANK[level] >= RANK["pre"]):
            return level, name
        if closure.deep_run_s >= limit_s and RANK[level] >= RANK["sleep"]:
            return level, "override"
    return "closing", "closure_enter"
