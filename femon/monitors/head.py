"""Where the head points, relative to a neutral pose that is calibrated or learned."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import Literal

from femon.monitors.clock import Tick
from femon.monitors.limits import Limits
from femon.monitors.windows import RollingSums
from femon.types import ROUNDING_S, Pose

_ZERO = Pose(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class HeadState:
    """The head in one frame; angles in degrees with the signs of Pose."""

    raw: Pose | None  # relative to the camera; None without a face
    relative: Pose | None  # smoothed, relative to neutral; None where `why` says so
    neutral: Pose | None
    calibrated: bool  # neutral is guided or learned for long enough
    camera_moved: bool  # neutral has been at the end of its reach for long
    sd_yaw: float | None  # over 60 s; log only
    sd_pitch: float | None
    unsteadiness: float | None  # SD of yaw and pitch together over 10 s
    why: Literal["no_face", "warming_up"] | None


class HeadMonitor:
    """Smooths the pose and keeps the neutral one."""

    def __init__(self, limits: Limits, guided: Pose | None) -> None:
        self._limits = limits
        self._guided = guided
        self._neutral = guided
        # A guided pose is as good as one learned for as long as calibration takes.
        self._learned_s = limits.neutral_calibrated_s if guided else 0.0
        self._first: list[Pose] = []
        self._smooth: Pose | None = None
        self._at_stop_s = 0.0
        # Weights, then yaw and pitch times weight, then their squares.
        self._spread = RollingSums((limits.dispersion_window_s, limits.steadiness_window_s), 5)

    def update(self, tick: Tick, pose: Pose | None, openness: float | None) -> HeadState:
        """Take a frame; `pose` is None without a face, `openness` without readable eyes."""
        if pose is None:
            self._smooth = None
            return self._state(None)
        self._smooth = self._smoothed(tick.span, pose)
        dt, yaw, pitch = tick.span, pose.yaw, pose.pitch
        self._spread.add(tick.t, dt, dt * yaw, dt * pitch, dt * yaw * yaw, dt * pitch * pitch)
        if self._neutral is None or self._learned_s < self._limits.neutral_first_s:
            self._begin(tick.span, pose)
        elif openness is not None and openness > self._limits.neutral_openness:
            self._learn(tick.span, pose, self._neutral)
        return self._state(pose)

    def _smoothed(self, dt: float, pose: Pose) -> Pose:
        if self._smooth is None:
            return pose
        return _between(self._smooth, pose, -math.expm1(-dt / self._limits.pose_tau_s))

    def _begin(self, dt: float, pose: Pose) -> None:
        """Gather the first seconds, then take their median."""
        limits = self._limits
        self._first.append(pose)
        self._learned_s += dt
        if self._learned_s >= limits.neutral_first_s - ROUNDING_S:
            middle = Pose(
                median(one.yaw for one in self._first),
                median(one.pitch for one in self._first),
                median(one.roll for one in self._first),
            )
            self._neutral = _within(middle, _ZERO, limits.neutral_reach)
            self._learned_s = max(self._learned_s, limits.neutral_first_s)
            self._first.clear()

    def _learn(self, dt: float, pose: Pose, neutral: Pose) -> None:
        limits = self._limits
        if abs(pose.yaw - neutral.yaw) > limits.neutral_yaw:
            return
        if abs(pose.pitch - neutral.pitch) > limits.neutral_pitch:
            return
        self._learned_s += dt
        mean = _between(neutral, pose, dt / min(self._learned_s, limits.neutral_memory_s))
        reach = limits.neutral_reach_guided if self._guided else limits.neutral_reach
        self._neutral = _within(mean, self._guided or _ZERO, reach)
        self._at_stop_s = 0.0 if self._neutral == mean else self._at_stop_s + dt

    def _state(self, pose: Pose | None) -> HeadState:
        limits, smooth, neutral = self._limits, self._smooth, self._neutral
        relative = None
        if smooth is not None and neutral is not None:
            relative = Pose(
                smooth.yaw - neutral.yaw, smooth.pitch - neutral.pitch, smooth.roll - neutral.roll
            )
        long, short = _deviations(self._spread.sums(0)), _deviations(self._spread.sums(1))
        return HeadState(
            raw=pose,
            relative=relative,
            neutral=neutral,
            calibrated=neutral is not None and self._learned_s >= limits.neutral_calibrated_s - ROUNDING_S,
            camera_moved=self._at_stop_s >= limits.camera_moved_s - ROUNDING_S,
            sd_yaw=long[0] if long else None,
            sd_pitch=long[1] if long else None,
            unsteadiness=math.hypot(*short) if short else None,
            why=None if relative is not None else "no_face" if pose is None else "warming_up",
        )


def _deviations(sums: tuple[float, ...]) -> tuple[float, float] | None:
    """Standard deviations of yaw and pitch, degrees, weighted by time; None without readings."""
    weight, yaw, pitch, yaw_squared, pitch_squared = sums
    if weight <= ROUNDING_S:
        return None
    return (
        math.sqrt(max(yaw_squared / weight - (yaw / weight) ** 2, 0.0)),
        math.sqrt(max(pitch_squared / weight - (pitch / weight) ** 2, 0.0)),
    )


def _between(one: Pose, other: Pose, share: float) -> Pose:
    return Pose(
        one.yaw + (other.yaw - one.yaw) * share,
        one.pitch + (other.pitch - one.pitch) * share,
        one.roll + (other.roll - one.roll) * share,
    )


def _within(pose: Pose, centre: Pose, reach: float) -> Pose:
    return Pose(
        min(max(pose.yaw, centre.yaw - reach), centre.yaw + reach),
        min(max(pose.pitch, centre.pitch - reach), centre.pitch + reach),
        min(max(pose.roll, centre.roll - reach), centre.roll + reach),
    )
