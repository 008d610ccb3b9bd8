"""The calibration from a stretch of a clip that shows one person relaxed: nobody can be asked any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.monitors.calibration_checks import Checker, Look, LostTime, passed, seen_of
from femon.monitors.calibration_limits import CalibrationLimits
from femon.monitors.calibration_open import Sample, not_open, open_figures
from femon.monitors.calibration_state import CheckName, Reason
from femon.monitors.clock import Clock
from femon.monitors.limits import Limits
from femon.monitors.profile import EyeReference, GazeFit, Profile
from femon.monitors.validity import ValidityMonitor
from femon.types import ROUNDING_S, Readings

LEAST_S: Final = 0.3  # of usable frames (design choice): the shortest stretch of a test clip is 0.4 s
# How near and how often people were filmed is not theirs to choose any more.
_CHECKS: Final[tuple[CheckName, ...]] = ("upright", "facing", "eyes", "light", "mouth")


@dataclass(frozen=True, slots=True)
class StretchFigures:
    """What a stretch gives; None where its frames do not suffice.

    `reasons` say why there is no profile, worst first; empty when the stretch was only too short.
    """

    profile: Profile | None
    neutral_probabilities: tuple[float, ...] | None  # mean (7,) in EMOTIONS order
    luminance: float | None  # median grey value of the face, 0..255
    frame_size: tuple[int, int]  # px
    reasons: tuple[Reason, ...]


class Stretch:
    """Collects the frames of the primary face; pure."""

    def __init__(self, limits: Limits | None = None, rules: CalibrationLimits | None = None) -> None:
        limits, self._rules = limits or Limits(), rules or CalibrationLimits()
        self._checker = Checker(limits, self._rules)
        self._clock, self._validity = Clock(limits), ValidityMonitor(limits)
        self._lost = LostTime(self._rules)
        self._samples: list[Sample] = []
        self._shares: list[tuple[float, NDArray[np.float32]]] = []  # dt, probabilities
        self._frame_size = (0, 0)
        self._number = 0

    def add(self, readings: Readings) -> None:
        """Take a frame of the stretch."""
        self._number += 1
        height, width = readings.frame.image_bgr.shape[:2]
        self._frame_size = (width, height)
        person = next((one for one in readings.readings if one.primary), None)
        tick = self._clock.update(readings.frame.t)
        if person is not None and person.raw is not None and person.uncertain != "low_quality":
            self._shares.append((tick.dt, person.raw))
        seen = seen_of(person.face, person.raw) if person else None
        yaw = seen.pose.yaw if seen else 0.0
        validity = self._validity.update(tick, seen.shape if seen else None, yaw)
        look = Look(tick, self._number, seen, validity, len(readings.readings), tick.fps)
        checks = self._checker.check(look, _CHECKS)
        if seen is None or not validity.head_known:
            self._lost.blame("no_face", tick.dt)
        elif passed(checks):
            self._samples.append(Sample(self._number, tick.dt, seen))
        else:
            self._lost.add(checks, tick.dt)

    def figures(self) -> StretchFigures:
        """What the frames so far give."""
        neutral = None
        if sum(dt for dt, _ in self._shares) >= LEAST_S - ROUNDING_S:
            shares = np.stack([shares for _, shares in self._shares])
            neutral = tuple(shares.mean(axis=0, dtype=np.float64).tolist())
        if sum(one.dt for one in self._samples) < LEAST_S - ROUNDING_S:
            lost = tuple(reason for reason in self._lost.reasons() if reason != "too_long")
            return StretchFigures(None, neutral, None, self._frame_size, lost)
        opened = open_figures(self._samples)
        faults = not_open(opened, self._rules)
        profile = Profile(
            right=EyeReference(opened.ear_right),
            left=EyeReference(opened.ear_left),
            neutral=opened.neutral,
            jaw_open_rest=opened.jaw_open,
            mouth_ratio_rest=opened.mouth_ratio,
            gaze=GazeFit(opened.gaze_x, opened.gaze_y),
        )
        return StretchFigures(
            None if faults else profile, neutral, opened.luminance, self._frame_size, faults
        )
