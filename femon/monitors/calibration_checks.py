"""Live checks of the guided calibration: what one frame shows and whether it can be counted."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.monitors.calibration_limits import CalibrationLimits
from femon.monitors.calibration_state import Check, CheckName, Reason
from femon.monitors.clock import Tick, fast_enough
from femon.monitors.geometry import Expression, Shape, expression_of, shape_of
from femon.monitors.limits import Limits
from femon.monitors.validity import ValidityState
from femon.types import Face, Pose

POSITION_CHECKS: Final[tuple[CheckName, ...]] = (
    "one_face",
    "distance",
    "upright",
    "facing",
    "eyes",
    "light",
    "frame_rate",
)
OPEN_CHECKS: Final[tuple[CheckName, ...]] = (*POSITION_CHECKS, "still", "mouth")
CLOSED_CHECKS: Final[tuple[CheckName, ...]] = (*POSITION_CHECKS, "still")
CORNER_CHECKS: Final[tuple[CheckName, ...]] = ("one_face", "distance", "eyes", "frame_rate")


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What one face shows."""

    track: int
    shape: Shape
    expression: Expression
    pose: Pose
    dark: bool
    luminance: float  # 0..255
    probabilities: NDArray[np.float32] | None  # (7,)


def seen_of(face: Face | None, probabilities: NDArray[np.float32] | None) -> Seen | None:
    """What a face shows; None also for one whose pose is not a number."""
    if face is None or not math.isfinite(face.pose.yaw + face.pose.pitch + face.pose.roll):
        return None
    return Seen(
        track=face.track,
        shape=shape_of(face.landmarks),
        expression=expression_of(face.blendshapes),
        pose=face.pose,
        dark="dark" in face.quality.reasons,
        luminance=face.quality.brightness,
        probabilities=probabilities,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """One frame with its time and its face."""

    tick: Tick
    number: int  # of the frame
    seen: Seen | None
    validity: ValidityState
    people: int
    fps: float | None


class Checker:
    """Judges frames against the limits."""

    def __init__(self, limits: Limits, rules: CalibrationLimits) -> None:
        self.limits = limits
        self.rules = rules

    def check(
        self, look: Look, names: tuple[CheckName, ...], pitch: float | None = None
    ) -> tuple[Check, ...]:
        """The checks of these names; `pitch` is where the head should stay, degrees."""
        known = {"one_face": self._one_face(look), "frame_rate": self._frame_rate(look)}
        if look.seen is not None and look.validity.head_known:
            known |= self._face(look.seen, look.validity, pitch)
        return tuple(known.get(name, Check(name, None)) for name in names)

    def _one_face(self, look: Look) -> Check:
        if look.people > 1:
            return Check("one_face", False, "several_faces")
        if look.seen is None or not look.validity.head_known:
            return Check("one_face", False, "no_face")
        return Check("one_face", True)

    def _frame_rate(self, look: Look) -> Check:
        if look.tick.gap:
            return Check("frame_rate", False, "stalled")
        if look.fps is None:
            return Check("frame_rate", None)
        return _check("frame_rate", fast_enough(look.fps, self.rules.fps, self.limits), "low_fps")

    def _face(self, seen: Seen, validity: ValidityState, pitch: float | None) -> dict[str, Check]:
        rules, pose = self.rules, seen.pose
        still = pitch is None or abs(pose.pitch - pitch) < rules.pitch
        checks = (
            _check("distance", seen.shape.outer_span_px >= rules.face_span_px, "too_small"),
            _check("upright", abs(pose.roll) < rules.roll, "tilted"),
            _check("facing", abs(pose.yaw) < rules.yaw, "turned"),
            _check("eyes", validity.eyes == "both", "eyes_unreadable"),
            _check("light", not seen.dark, "dark"),
            _check("still", still, "moved"),
            _check("mouth", seen.expression.jaw_open <= rules.jaw_open, "mouth_open"),
        )
        return {check.name: check for check in checks}


def _check(name: CheckName, ok: bool, reason: Reason) -> Check:
    return Check(name, True) if ok else Check(name, False, reason)


def passed(checks: tuple[Check, ...]) -> bool:
    """Whether every check is known to hold."""
    return all(check.ok for check in checks)


class LostTime:
    """What made frames unusable, and for how long."""

    def __init__(self, rules: CalibrationLimits) -> None:
        self._rules = rules
        self._seconds: defaultdict[Reason, float] = defaultdict(float)

    def add(self, checks: tuple[Check, ...], dt: float) -> None:
        """Blame the first check that failed."""
        reason = next((check.reason for check in checks if check.reason), None)
        if reason is not None:
            self.blame(reason, dt)

    def blame(self, reason: Reason, seconds: float) -> None:
        """Time that this reason has cost."""
        self._seconds[reason] += seconds

    def reasons(self) -> tuple[Reason, ...]:
        """Those that cost a good part of the lost time, worst first; else that it took too long."""
        least_s = max(sum(self._seconds.values()) * self._rules.reason_share, self._rules.reason_least_s)
        worst = sorted(self._seconds, key=self._seconds.__getitem__, reverse=True)
        return tuple(reason for reason in worst if self._seconds[reason] >= least_s) or ("too_long",)
