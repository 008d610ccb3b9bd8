"""The quality badge: how far the figures of a session can be trusted just now, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from femon.monitors.clock import fast_enough
from femon.monitors.limits import Limits
from femon.monitors.openness import References

Colour = Literal["green", "amber", "red"]
BadgeReason = Literal[
    "very_low_fps",
    "very_low_coverage",
    "low_fps",
    "low_coverage",
    "uncalibrated",
    "old_calibration",
    "eyes_hidden",
]


@dataclass(frozen=True, slots=True)
class Badge:
    """The colour and every reason against green, the worst first."""

    colour: Colour
    reasons: tuple[BadgeReason, ...]


def badge_of(
    *,
    fps: float | None,
    coverage: float | None,
    references: References,
    calibrated: bool,
    age_days: int | None,
    limits: Limits,
) -> Badge:
    """The badge (design choice); what is not known yet counts for nothing."""
    red: list[BadgeReason] = []
    amber: list[BadgeReason] = []
    if not fast_enough(fps, limits.fps_perclos, limits):
        red.append("very_low_fps")
    elif not fast_enough(fps, limits.fps_blinks, limits):
        amber.append("low_fps")
    if coverage is not None and coverage < limits.coverage:
        red.append("very_low_coverage")
    elif coverage is not None and coverage < limits.coverage_good:
        amber.append("low_coverage")
    if not calibrated:
        amber.append("uncalibrated")
    if age_days is not None and age_days > limits.calibration_days:
        amber.append("old_calibration")
    if references.partly_hidden:
        amber.append("eyes_hidden")
    return Badge("red" if red else "amber" if amber else "green", (*red, *amber))
