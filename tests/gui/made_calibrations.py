"""Made-up results and stored calibrations for the tests of the window."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from femon.monitors import EyeReference, Profile
from femon.monitors.calibration_run import CalibrationNews
from femon.monitors.calibration_state import CalibrationResult, CalibrationState, Figures, Step
from femon.profiles import StoredProfile
from femon.types import Pose

NEUTRAL = (0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4)
WEIGHTS = "5" * 64
REFERENCE = (0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.7)
PROFILE = Profile(EyeReference(0.28, 0.05), EyeReference(0.3, 0.05), Pose(2.0, -4.0, 0.0), "guided")
BEFORE = Figures(0.28, 0.28, 0.2, 0.2, None)
AFTER = Figures(0.28, 0.3, 0.18, 0.17, PROFILE.neutral)


def result(**changes: Any) -> CalibrationResult:
    made = CalibrationResult(PROFILE, BEFORE, AFTER, (), 120.0, (64, 48), NEUTRAL)
    return replace(made, **changes)


def news(step: Step = "open", **changes: Any) -> CalibrationNews:
    done = changes.pop("result", None)
    state = replace(CalibrationState(step, (), 0.5, 0.5), **changes)
    return CalibrationNews(state, done, "femon-small", WEIGHTS, REFERENCE)


def stored(participant: str = "p01", *, days: float = 0.0, glasses: bool = False) -> StoredProfile:
    made_at = datetime.now(UTC) - timedelta(days=days)
    profile = replace(PROFILE, glasses=glasses)
    return StoredProfile(
        participant, "Integrated Camera", (64, 48), made_at, profile, 120.0, NEUTRAL, "femon-small", WEIGHTS
    )
