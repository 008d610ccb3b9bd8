"""The step in which the person looks at the lens: open eyes, neutral pose, mouth at rest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from femon.monitors.calibration_checks import OPEN_CHECKS, Checker, Look, LostTime, Seen, passed
from femon.monitors.calibration_limits import CalibrationLimits
from femon.monitors.calibration_state import Reason, Step
from femon.monitors.calibration_step import StepState
from femon.monitors.limits import Limits
from femon.monitors.windows import RollingMedian
from femon.types import ROUNDING_S, Pose


@dataclass(frozen=True, slots=True)
class OpenFigures:
    """Medians over the counted frames; right and left are the subject's."""

    ear_right: float
    ear_left: float
    neutral: Pose
    eye_blink: float
    jaw_open: float
    mouth_ratio: float
    gaze_x: float
    gaze_y: float
    luminance: float
    span_px: float
    probabilities: tuple[float, ...] | None  # mean


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One counted frame."""

    number: int  # of the frame
    dt: float
    seen: Seen


class OpenStep:
    """Counts 10 s of good frames, then judges them together."""

    name: Step = "open"

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self.planned_s = checker.rules.open_s
        self._candidates: list[Sample] = []
        self._samples: list[Sample] = []  # those that are counted
        self._pitch = RollingMedian(checker.rules.longest_s)
        self._candidates_s = 0.0
        self._counted_s = 0.0
        self._elapsed_s = 0.0
        self._lost = LostTime(checker.rules)
        self.figures: OpenFigures | None = None  # once done

    def update(self, look: Look) -> StepState:
        """Take a frame."""
        rules, dt = self._checker.rules, look.tick.dt
        checks = self._checker.check(look, OPEN_CHECKS, self._pitch.value())
        self._elapsed_s += dt
        self._lost.add(checks, dt)
        if look.seen is not None and passed(tuple(check for check in checks if check.name != "still")):
            self._take(Sample(look.number, dt, look.seen), look.tick.t, still=passed(checks))
        refused: tuple[Reason, ...] = ()
        if self._counted_s >= rules.open_s - ROUNDING_S:
            refused = self._judged()
        elif self._elapsed_s >= rules.open_longest_s - ROUNDING_S:
            refused = self._lost.reasons()
        done = self.figures is not None and not refused
        return StepState(checks, min(self._counted_s / rules.open_s, 1.0), done=done, refused=refused)

    def _take(self, one: Sample, t: float, *, still: bool) -> None:
        """The first frames meet a young median: once there may be enough, all are judged anew."""
        self._candidates.append(one)
        self._candidates_s += one.dt
        self._pitch.add(t, one.seen.pose.pitch)
        self._counted_s += one.dt if still else 0.0
        pitch, rules = self._pitch.value(), self._checker.rules
        if pitch is not None and self._candidates_s >= rules.open_s - ROUNDING_S:
            near = [abs(each.seen.pose.pitch - pitch) < rules.pitch for each in self._candidates]
            self._samples = list(compress(self._candidates, near))
            self._counted_s = sum(each.dt for each in self._samples)

    def _judged(self) -> tuple[Reason, ...]:
        self.figures = figures = open_figures(self._samples)
        ears = np.array([(one.seen.shape.right.ear, one.seen.shape.left.ear) for one in self._samples])
        return not_open(figures, self._checker.rules) or self._not_steady(figures, ears)

    def _not_steady(self, figures: OpenFigures, ears: NDArray[np.float64]) -> tuple[Reason, ...]:
        rules = self._checker.rules
        faults: list[Reason] = []
        if self._longest_lowered_s(figures, ears) > rules.lowered_s + ROUNDING_S:
            faults.append("eyes_closed")
        if max(_spread(ears[:, eye], rules.blink_share) for eye in (0, 1)) > rules.unsteady:
            faults.append("unsteady")
        return tuple(faults)

    def _longest_lowered_s(self, figures: OpenFigures, ears: NDArray[np.float64]) -> float:
        """The longest time for which the lids stayed down, measured as blinks are."""
        limits: Limits = self._checker.limits
        ratios = (ears / (figures.ear_right, figures.ear_left)).mean(axis=1)
        longest_s = lowered_s = 0.0
        number = -1
        for one, ratio in zip(self._samples, ratios.tolist(), strict=True):
            if one.number != number + 1:
                lowered_s = 0.0
            threshold = limits.blink_leave if lowered_s > 0 else limits.blink_enter
            lowered_s = lowered_s + one.dt if ratio < threshold else 0.0
            longest_s, number = max(longest_s, lowered_s), one.number
        return longest_s


def not_open(figures: OpenFigures, rules: CalibrationLimits) -> tuple[Reason, ...]:
    """Why the eyes were not really open, or nothing."""
    low, high = rules.open_ear_range
    faults: list[Reason] = []
    if figures.eye_blink >= rules.eye_blink:
        faults.append("not_open")
    if not all(low <= ear <= high for ear in (figures.ear_right, figures.ear_left)):
        faults.append("out_of_range")
    return tuple(faults)


def _spread(ears: NDArray[np.float64], blink_share: float) -> float:
    """Standard deviation over mean, without the frames of blinks."""
    steady = ears[ears >= blink_share * np.median(ears)]
    return float(steady.std() / steady.mean())


def open_figures(samples: list[Sample]) -> OpenFigures:
    """The medians over counted frames, at least one."""
    rows = [
        (
            seen.shape.right.ear,
            seen.shape.left.ear,
            seen.pose.yaw,
            seen.pose.pitch,
            seen.pose.roll,
            seen.expression.eye_blink,
            seen.expression.jaw_open,
            seen.shape.mouth_ratio,
            seen.expression.gaze_x,
            seen.expression.gaze_y,
            seen.luminance,
            seen.shape.outer_span_px,
        )
        for seen in (one.seen for one in samples)
    ]
    middle: list[float] = np.median(np.array(rows), axis=0).tolist()
    right, left, yaw, pitch, roll, blink, jaw, mouth, x, y, luminance, span = middle
    return OpenFigures(
        right, left, Pose(yaw, pitch, roll), blink, jaw, mouth, x, y, luminance, span, _mean_shares(samples)
    )


def _mean_shares(samples: list[Sample]) -> tuple[float, ...] | None:
    shares = [one.seen.probabilities for one in samples if one.seen.probabilities is not None]
    return tuple(np.stack(shares).mean(axis=0, dtype=np.float64).tolist()) if shares else None
