"""The ATTENTION channel: time looking away, in one run, within half a minute, and as AttenD's buffer."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

from femon.monitors.clock import Tick, fast_enough
from femon.monitors.head import HeadState
from femon.monitors.limits import Limits
from femon.types import ROUNDING_S

AttentionLevel = Literal["on", "off", "shared", "long_distraction", "long_2"]
Distraction = Literal["on", "long_distraction", "long_2"]


@dataclass(frozen=True, slots=True)
class AttentionState:
    """The ATTENTION channel after one frame."""

    off: bool  # looking away now
    distraction: Distraction
    shared: bool
    off_s: float  # length of the current run of looking away
    vats_s: float  # looking away within 30 s
    attend_s: float  # AttenD's buffer, 0 is distracted
    share: float | None  # of the last 10 s spent looking ahead; None where `why` says so
    frozen: bool  # no head to judge
    acknowledged_t: float | None  # of the distraction or sum in progress
    why: Literal["low_fps", "warming_up"] | None

    @property
    def timed_off_s(self) -> float | None:
        """off_s, where the frames are enough to time anything."""
        return None if self.why == "low_fps" else self.off_s

    @property
    def timed_vats_s(self) -> float | None:
        """vats_s, where the frames are enough to time anything."""
        return None if self.why == "low_fps" else self.vats_s

    @property
    def level(self) -> AttentionLevel:
        """The worst that holds."""
        if self.distraction != "on":
            return self.distraction
        return "shared" if self.shared else "off" if self.off else "on"


class AttentionMonitor:
    """Follows a head that leaves the zone ahead, or a glance down with lowered lids."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._zone_off = False
        self._gate = 0.0  # low-passed: 1 is off
        self._raw = False
        self._raw_s = 0.0  # length of the current run of equal raw values
        self._raw_t = 0.0  # its first frame
        self._glancing = False
        self._off = False
        self._off_s = 0.0
        self._on_s = math.inf  # at the start nothing needs clearing
        self._lost_s = 0.0
        self._distraction: Distraction = "on"
        self._shared = False
        self._acknowledged_t: float | None = None
        self._history = _History(limits)

    def update(
        self,
        tick: Tick,
        head: HeadState,
        *,
        glance_s: float | None = None,
        gaze_off: bool | None = None,
        alarms: bool = True,
    ) -> AttentionState:
        """Take a frame.

        `glance_s` is the age of a closure that counts as looking down; `gaze_off` replaces the head's zone
        where gaze is used. With alarms=False (the frame rate is too low) nothing gets worse.
        """
        frozen = head.relative is None
        if head.relative is not None:
            self._lost_s = 0.0
            self._update_zone(head.relative.yaw, head.relative.pitch, head.calibrated)
            zone_off = self._zone_off if gaze_off is None else gaze_off
            self._judge(tick, zone_off, glance_s)
            self._count(alarms=alarms)
        elif head.why == "warming_up":
            frozen = self._warm_up(tick, glance_s, alarms=alarms)
        elif head.why == "no_face":
            self._lost_s += tick.span
            if self._off and self._lost_s <= self._limits.off_lost_s + ROUNDING_S:
                self._history.add(tick, off=True)
                self._off_s += tick.span
                self._count(alarms=alarms)
                frozen = False
        return self._state(tick.fps, frozen=frozen)

    def acknowledge(self, t: float) -> None:
        """The person reacted at t seconds to what is shown."""
        self._acknowledged_t = t

    def _update_zone(self, yaw: float, pitch: float, calibrated: bool) -> None:
        limits = self._limits
        yaw_limit = limits.off_yaw if calibrated else limits.off_yaw_uncalibrated
        pitch_limit = limits.off_pitch if calibrated else limits.off_pitch_uncalibrated
        if self._zone_off:
            yaw_limit, pitch_limit = yaw_limit * limits.on_share, pitch_limit * limits.on_share
        self._zone_off = abs(yaw) > yaw_limit or pitch < -pitch_limit

    def _warm_up(self, tick: Tick, glance_s: float | None, *, alarms: bool) -> bool:
        """Take a frame before it is known where ahead is: lowered lids are off all the same. Else frozen."""
        if glance_s is None and not self._off:
            self._history.add(tick, off=None)
            return True
        self._judge(tick, False, glance_s)
        self._count(alarms=alarms)
        return not self._off

    def _judge(self, tick: Tick, zone_off: bool, glance_s: float | None) -> None:
        """Decide between on and off; edges count from their first raw frame, glances from their onset."""
        limits, raw = self._limits, zone_off or glance_s is not None
        self._raw_s = self._raw_s + tick.span if raw == self._raw else tick.span
        if raw != self._raw:
            self._raw, self._raw_t = raw, tick.t
        self._gate += (raw - self._gate) * -math.expm1(-tick.span / limits.off_tau_s)
        was_off = self._off
        if glance_s is not None:
            self._gate, self._off = 1.0, True
        elif self._gate > limits.off_accepted:
            self._off = True
        elif self._gate < limits.on_accepted:
            self._off = False
        self._history.add(tick, off=self._off)
        self._measure_runs(tick, was_off)
        if glance_s is not None and not self._glancing:
            self._history.relabel(tick.t - glance_s, off=True, seconds=glance_s)
        self._glancing = glance_s is not None
        self._off_s = max(self._off_s, glance_s or 0.0)

    def _measure_runs(self, tick: Tick, was_off: bool) -> None:
        if self._off == was_off:
            self._off_s += tick.span if self._off else 0.0
            self._on_s += 0.0 if self._off else tick.span
            return
        self._history.relabel(self._raw_t, off=self._off)
        if self._off:
            self._off_s += self._raw_s
        else:
            self._off_s -= self._raw_s - tick.span
            self._on_s = self._raw_s

    def _count(self, *, alarms: bool) -> None:
        limits, history = self._limits, self._history
        ahead = not self._off and not self._raw  # what may yet be accepted as off clears nothing
        if ahead and self._on_s >= limits.long_cleared_s - ROUNDING_S:
            self._off_s, self._distraction = 0.0, "on"
        if ahead and self._on_s >= limits.shared_cleared_s - ROUNDING_S:
            self._shared = False
            history.clear()
        if alarms and self._off:
            self._worsen()

    def _worsen(self) -> None:
        limits, before = self._limits, (self._distraction, self._shared)
        if self._off_s >= limits.long_distraction_2_s - ROUNDING_S:
            self._distraction = "long_2"
        elif self._off_s >= limits.long_distraction_s - ROUNDING_S and self._distraction == "on":
            self._distraction = "long_distraction"
        self._shared = self._shared or self._history.off_s >= limits.shared_s - ROUNDING_S
        if (self._distraction, self._shared) != before:
            self._acknowledged_t = None

    def _state(self, fps: float | None, *, frozen: bool) -> AttentionState:
        history, slow = self._history, not fast_enough(fps, self._limits.fps_head, self._limits)
        share = None if slow else history.on_share()
        return AttentionState(
            off=self._off,
            distraction=self._distraction,
            shared=self._shared,
            off_s=self._off_s,
            # The oldest frame of the window began before it.
            vats_s=min(max(history.off_s, 0.0), self._limits.shared_window_s),
            attend_s=history.buffer_s,
            share=share,
            frozen=frozen,
            acknowledged_t=self._acknowledged_t,
            why="low_fps" if slow else "warming_up" if share is None else None,
        )


@dataclass(slots=True)
class _Frame:
    t: float
    dt: float
    off: bool | None  # None: not judged
    buffer_s: float  # before this frame
    sum_number: int = 0  # of the sum that counts it


class _History:
    """What the last half minute was judged to be; the judgement of recent frames may change."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._frames: deque[_Frame] = deque()
        self._recent: deque[_Frame] = deque()  # those of the short window
        self._recent_s = 0.0
        self._recent_off_s = 0.0
        self._sum_number = 1  # a new one begins when the sum is cleared
        self.off_s = 0.0
        self.buffer_s = limits.attend_s

    def add(self, tick: Tick, *, off: bool | None) -> None:
        """Take a frame, judged or not, and forget what is too old."""
        limits = self._limits
        frame = _Frame(tick.t, tick.span, None, self.buffer_s)
        self._frames.append(frame)
        self._recent.append(frame)
        if off is not None:
            self._judge(frame, off)
        while self._recent[0].t <= tick.t - limits.attention_window_s + ROUNDING_S:
            old = self._recent.popleft()
            self._recent_s -= old.dt * (old.off is not None)
            self._recent_off_s -= old.dt * (old.off is True)
        while self._frames[0].t <= tick.t - limits.shared_window_s + ROUNDING_S:
            old = self._frames.popleft()
            if old.sum_number == self._sum_number:
                self.off_s = max(self.off_s - old.dt, 0.0)

    def relabel(self, from_t: float, *, off: bool, seconds: float = 0.0) -> None:
        """Judge the frames from from_t on anew, and earlier ones until there are so many seconds of them."""
        last: list[_Frame] = []
        for frame in reversed(self._frames):
            if frame.t < from_t - ROUNDING_S and seconds <= ROUNDING_S:
                break
            last.append(frame)
            seconds -= frame.dt
        if last:
            self.buffer_s = last[-1].buffer_s
        for frame in reversed(last):
            frame.buffer_s = self.buffer_s
            self._judge(frame, off)

    def clear(self) -> None:
        """Begin the sum of half a minute anew."""
        self.off_s = 0.0
        self._sum_number += 1

    def on_share(self) -> float | None:
        """Share of the short window spent looking ahead; None after too little time."""
        if self._recent_s < self._limits.attention_judged_s - ROUNDING_S:
            return None
        return min(max(1 - self._recent_off_s / self._recent_s, 0.0), 1.0)

    def _judge(self, frame: _Frame, off: bool) -> None:
        """Give a frame its judgement, in the sums and in the buffer."""
        if off and frame.sum_number != self._sum_number:
            frame.sum_number = self._sum_number
            self.off_s += frame.dt
        elif not off and frame.sum_number == self._sum_number:
            frame.sum_number = 0
            self.off_s -= frame.dt
        if frame.t >= self._recent[0].t:
            self._recent_s += frame.dt * (frame.off is None)
            self._recent_off_s += frame.dt * (off - (frame.off is True))
        frame.off = off
        self._fill(frame)

    def _fill(self, frame: _Frame) -> None:
        change = -frame.dt if frame.off else frame.dt
        self.buffer_s = min(max(self.buffer_s + change, 0.0), self._limits.attend_s)
