"""How far the eyes are open, against personal references that never follow sleepy eyes down."""

from __future__ import annotations

import math
from dataclasses import dataclass

from femon.monitors.clock import Tick
from femon.monitors.geometry import Shape
from femon.monitors.limits import Limits
from femon.monitors.profile import ClosedSource, EyeReference, Profile
from femon.monitors.validity import Eyes
from femon.monitors.windows import RollingMedian, percentile
from femon.types import ROUNDING_S


@dataclass(frozen=True, slots=True)
class EyesState:
    """The eyes of one frame; None where an eye is not used."""

    ear_right: float | None
    ear_left: float | None
    openness_right: float | None  # 0..1.3
    openness_left: float | None
    openness: float | None  # mean of the eyes used
    ratio: float | None  # EAR over the open reference, mean of the eyes used


@dataclass(frozen=True, slots=True)
class References:
    """The eye aspect ratios the eyes are held against; right and left are the subject's."""

    open_right: float
    open_left: float
    closed_right: float
    closed_left: float
    closed_source: ClosedSource
    partly_hidden: bool  # the lids never seem to close: glasses, or a misfit mesh


class _EyeReference:
    """Open and closed reference of one eye."""

    def __init__(self, limits: Limits, start: EyeReference) -> None:
        self._limits = limits
        self._start = start.open_ear
        self._seen = RollingMedian(limits.reference_window_s)
        self.open = start.open_ear
        share = limits.closed_share if start.closed_ear is None else start.closed_ear / start.open_ear
        self.closed = self._clamped(share)

    def openness(self, ear: float) -> float:
        """0 closed, 1 open, at most highest_openness."""
        share = (ear - self.closed) / (self.open - self.closed)
        return min(max(share, 0.0), self._limits.highest_openness)

    def follow(self, tick: Tick, ear: float) -> None:
        """Let the open reference drift towards the recent median of open eyes, within its range."""
        self._seen.add(tick.t, ear)
        low, high = (share * self._start for share in self._limits.reference_range)
        target = min(max(self._seen.value() or self.open, low), high)
        self.open += (target - self.open) * -math.expm1(-tick.dt / self._limits.reference_tau_s)

    def learn_closed(self, lowest: list[float]) -> None:
        """Set the closed reference from the lowest ratios of blinks."""
        self.closed = self._clamped(percentile(lowest, self._limits.closed_percentile) / self._start)

    @property
    def closed_share(self) -> float:
        """The closed reference as a share of the calibrated open one."""
        return self.closed / self._start

    def _clamped(self, share: float) -> float:
        low, high = self._limits.closed_share_range
        return min(max(share, low), high) * self._start


class OpennessMonitor:
    """Openness of both eyes and the references behind it."""

    def __init__(self, limits: Limits, profile: Profile | None) -> None:
        self._limits = limits
        assumed = EyeReference(limits.open_ear)
        self._right = _EyeReference(limits, profile.right if profile else assumed)
        self._left = _EyeReference(limits, profile.left if profile else assumed)
        self._source: ClosedSource = profile.closed_source if profile else "assumed"
        self._lowest: list[tuple[float, float]] = []  # right, left of each blink

    def update(self, tick: Tick, shape: Shape | None, eyes: Eyes) -> EyesState:
        """The openness of the eyes that are used in this frame."""
        if shape is None or eyes == "none":
            return EyesState(None, None, None, None, None, None)
        right = shape.right.ear if eyes != "left" else None
        left = shape.left.ear if eyes != "right" else None
        right_o = None if right is None else self._right.openness(right)
        left_o = None if left is None else self._left.openness(left)
        ratio = _mean(
            None if right is None else right / self._right.open,
            None if left is None else left / self._left.open,
        )
        return EyesState(right, left, right_o, left_o, _mean(right_o, left_o), ratio)

    def follow(self, tick: Tick, state: EyesState, yaw: float, pitch_from_neutral: float | None) -> None:
        """Adapt the open references to a frame with wide open eyes and a head that looks ahead (degrees)."""
        limits = self._limits
        if state.openness is None or state.openness <= limits.reference_openness:
            return
        if pitch_from_neutral is None or abs(pitch_from_neutral) >= limits.reference_pitch:
            return
        if abs(yaw) >= limits.reference_yaw:
            return
        if state.ear_right is not None:
            self._right.follow(tick, state.ear_right)
        if state.ear_left is not None:
            self._left.follow(tick, state.ear_left)

    def learn(self, lowest: tuple[float, float] | None) -> None:
        """Take the lowest EAR (right, left) of a blink; enough of them fix an assumed closed reference."""
        if self._source != "assumed" or lowest is None:
            return
        self._lowest.append(lowest)
        if len(self._lowest) >= self._limits.closed_blinks:
            self._right.learn_closed([right for right, _ in self._lowest])
            self._left.learn_closed([left for _, left in self._lowest])
            self._source = "learned"

    def references(self) -> References:
        """What the eyes are held against now."""
        hidden = self._limits.closed_share_hidden + ROUNDING_S
        return References(
            self._right.open,
            self._left.open,
            self._right.closed,
            self._left.closed,
            self._source,
            max(self._right.closed_share, self._left.closed_share) > hidden,
        )


def _mean(right: float | None, left: float | None) -> float | None:
    if right is None:
        return left
    return right if left is None else (right + left) / 2
