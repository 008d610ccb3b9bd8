"""The step in which the person looks at the corners of the screen: how gaze blendshapes become degrees."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import Final

from femon.monitors.calibration_checks import CORNER_CHECKS, Checker, Look, passed
from femon.monitors.calibration_limits import CalibrationLimits
from femon.monitors.calibration_open import OpenFigures
from femon.monitors.calibration_state import Step
from femon.monitors.calibration_step import StepState
from femon.monitors.gaze import gaze_of
from femon.monitors.geometry import Expression
from femon.monitors.profile import GazeFit
from femon.types import ROUNDING_S, Pose

TARGETS: Final = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.5, 0.5))  # shares from the upper left
OUTER_SPAN_CM: Final = 8.9  # between the outer eye corners of MediaPipe's canonical face
FIELD_OF_VIEW: Final = 63.0  # degrees, vertical; MediaPipe assumes it too


@dataclass(frozen=True, slots=True)
class Screen:
    """The visible area of the screen, with the camera in the middle of its upper edge (design choice)."""

    width_cm: float
    height_cm: float


@dataclass(frozen=True, slots=True)
class _Reading:
    """Medians of one point, relative to looking at the lens."""

    yaw: float  # degrees
    pitch: float
    gaze_x: float
    gaze_y: float


class CornersStep:
    """Shows five points in turn; it never refuses, it only gives no zone when a point was missed."""

    name: Step = "corners"

    def __init__(
        self, checker: Checker, opened: OpenFigures, frame_size: tuple[int, int], screen: Screen | None
    ) -> None:
        self._checker = checker
        self._opened = opened
        self._frame_size, self._screen = frame_size, screen
        rules = checker.rules
        self._point_s = rules.corner_move_s + rules.corner_s
        self.planned_s = corners_planned_s(rules)
        self._point = 0
        self._at_s = 0.0
        self._seen_s = 0.0
        self._rows: list[tuple[float, float, float, float]] = []
        self._readings: list[_Reading] = []

    def update(self, look: Look) -> StepState:
        """Take a frame."""
        rules = self._checker.rules
        checks = self._checker.check(look, CORNER_CHECKS)
        self._at_s += look.tick.dt
        if self._at_s > rules.corner_move_s and passed(checks):
            self._read(look)
        if self._at_s >= self._point_s - ROUNDING_S:
            self._end_point()
        done = self._point == len(TARGETS)
        share = (self._point + self._at_s / self._point_s) / len(TARGETS)
        target = None if done else TARGETS[self._point]
        return StepState(checks, 1.0 if done else share, done=done, target=target)

    def fit(self) -> GazeFit:
        """Slopes by least squares if the screen is known, and the zone of the corners if all were seen."""
        start = GazeFit(self._opened.gaze_x, self._opened.gaze_y)
        if len(self._readings) < len(TARGETS):
            return start
        fitted = self._with_slopes(start)
        gazes = [
            gaze_of(*self._pose_and_gaze(one), 1.0, fitted, self._checker.limits) for one in self._readings
        ]
        yaws = [gaze.yaw for gaze in gazes if gaze]
        pitches = [gaze.pitch for gaze in gazes if gaze]
        margin = self._checker.rules.zone_margin
        zone = min(yaws) - margin, max(yaws) + margin, min(pitches) - margin, max(pitches) + margin
        return GazeFit(fitted.x0, fitted.y0, fitted.yaw_per_unit, fitted.pitch_per_unit, zone)

    def _read(self, look: Look) -> None:
        seen, opened = look.seen, self._opened
        if seen is None:
            return
        ratio = (seen.shape.right.ear / opened.ear_right + seen.shape.left.ear / opened.ear_left) / 2
        if ratio < self._checker.limits.blink_enter:
            return
        self._seen_s += look.tick.dt
        self._rows.append((seen.pose.yaw, seen.pose.pitch, seen.expression.gaze_x, seen.expression.gaze_y))

    def _end_point(self) -> None:
        opened = self._opened
        if self._seen_s >= self._checker.rules.corner_seen_s - ROUNDING_S:
            yaw, pitch, x, y = (median(column) for column in zip(*self._rows, strict=True))
            self._readings.append(
                _Reading(
                    yaw - opened.neutral.yaw,
                    pitch - opened.neutral.pitch,
                    x - opened.gaze_x,
                    y - opened.gaze_y,
                )
            )
        self._point, self._at_s, self._seen_s, self._rows = self._point + 1, 0.0, 0.0, []

    def _with_slopes(self, start: GazeFit) -> GazeFit:
        rules, screen = self._checker.rules, self._screen
        if screen is None:
            return start
        angles = [_angles(target, screen, self._distance_cm()) for target in TARGETS]
        yaw = _slope(
            [(one.gaze_x, angle[0] - one.yaw) for one, angle in zip(self._readings, angles, strict=True)]
        )
        pitch = _slope(
            [(one.gaze_y, angle[1] - one.pitch) for one, angle in zip(self._readings, angles, strict=True)]
        )
        return GazeFit(
            start.x0,
            start.y0,
            start.yaw_per_unit if not _within(yaw, rules.yaw_per_unit_range) else yaw,
            start.pitch_per_unit if not _within(pitch, rules.pitch_per_unit_range) else pitch,
        )

    def _distance_cm(self) -> float:
        focal_px = self._frame_size[1] / 2 / math.tan(math.radians(FIELD_OF_VIEW / 2))
        return OUTER_SPAN_CM * focal_px / self._opened.span_px

    def _pose_and_gaze(self, one: _Reading) -> tuple[Pose, Expression]:
        opened = self._opened
        pose = Pose(one.yaw + opened.neutral.yaw, one.pitch + opened.neutral.pitch, 0.0)
        return pose, Expression(0.0, 0.0, one.gaze_x + opened.gaze_x, one.gaze_y + opened.gaze_y)


def corners_planned_s(rules: CalibrationLimits) -> float:
    """How long the step takes."""
    return len(TARGETS) * (rules.corner_move_s + rules.corner_s)


def _angles(target: tuple[float, float], screen: Screen, distance_cm: float) -> tuple[float, float]:
    """Yaw and pitch of a point seen from the person, degrees from the lens.

    The right edge of the screen lies on the person's right, which is the left of the unmirrored picture.
    """
    right_cm, down_cm = (target[0] - 0.5) * screen.width_cm, target[1] * screen.height_cm
    return (
        -math.degrees(math.atan2(right_cm, distance_cm)),
        -math.degrees(math.atan2(down_cm, math.hypot(right_cm, distance_cm))),
    )


def _slope(pairs: list[tuple[float, float]]) -> float:
    """Least squares through the origin; nan without any spread."""
    spread = sum(x * x for x, _ in pairs)
    return sum(x * y for x, y in pairs) / spread if spread > 0 else math.nan


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
