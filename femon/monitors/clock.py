"""Media time of a session: what each frame counts for, gaps, whole seconds and the frame rate."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from femon.monitors.limits import ROUNDING_S, Limits


@dataclass(frozen=True, slots=True)
class Tick:
    """The time of one frame."""

    t: float  # s, never falls
    dt: float  # s the frame counts for
    step: float  # s since the frame before
    gap: bool  # too long a step to bridge
    since_start: float  # s
    second: bool  # the first frame of a new second of the session
    fps: float | None  # frames per second; None until it has settled


class Clock:
    """Turns the times of frames into ticks.

    Time that runs backwards stands still: the session goes on from the time it had reached.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._offset = 0.0
        self._start: float | None = None
        self._t = 0.0
        self._times: deque[float] = deque()
        self._seconds = 0

    def update(self, t: float) -> Tick:
        """The tick of the frame at t seconds."""
        if self._start is None:
            self._start = self._t = t
        if t + self._offset < self._t:
            self._offset = self._t - t
        now = t + self._offset
        step, self._t = now - self._t, now
        dt = min(step, self._limits.longest_dt_s)
        return Tick(
            t=now,
            dt=dt,
            step=step,
            gap=step > self._limits.gap_s + ROUNDING_S,
            since_start=now - self._start,
            second=self._second(now - self._start),
            fps=self._fps(now, step),
        )

    def _second(self, since_start: float) -> bool:
        before, self._seconds = self._seconds, int(since_start + ROUNDING_S)
        return self._seconds != before

    def _fps(self, now: float, step: float) -> float | None:
        times = self._times
        if step > self._limits.stall_s + ROUNDING_S:
            times.clear()
        times.append(now)
        while times[0] < now - self._limits.fps_window_s - ROUNDING_S:
            times.popleft()
        span = now - times[0]
        return (len(times) - 1) / span if span >= self._limits.fps_settled_s - ROUNDING_S else None


def fast_enough(fps: float | None, minimum: float, limits: Limits) -> bool:
    """Whether a frame rate meets a minimum, within the slack; an unsettled one is given credit."""
    return fps is None or fps >= minimum * limits.fps_slack - ROUNDING_S
