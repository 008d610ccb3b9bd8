"""Media time of a session: what each frame counts for, gaps, whole seconds and the frame rate."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from statistics import median

from femon.monitors.limits import Limits
from femon.types import ROUNDING_S


@dataclass(frozen=True, slots=True)
class Tick:
    """The time of one frame."""

    t: float  # s, never falls
    dt: float  # s the frame counts for
    span: float  # the same where one look tells enough (head, face in view): longer at low rates
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
        self._steps: deque[float] = deque(maxlen=limits.usual_steps)
        self._seconds = 0

    def update(self, t: float) -> Tick:
        """The tick of the frame at t seconds."""
        if self._start is None:
            self._start = self._t = t
        if t + self._offset < self._t:
            self._offset = self._t - t
        now = t + self._offset
        step, self._t = now - self._t, now
        if now > self._start:
            self._steps.append(step)
        dt, fps = min(step, self._limits.longest_dt_s), self._fps(now, step)
        return Tick(
            t=now,
            dt=dt,
            span=self._span(step, dt, fps),
            step=step,
            gap=step > self._limits.gap_s + ROUNDING_S,
            since_start=now - self._start,
            second=self._second(now - self._start),
            fps=fps,
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
        span, settled_s = now - times[0], self._limits.fps_settled_s - ROUNDING_S
        if span >= settled_s:
            return (len(times) - 1) / span
        usual_s = self._usual_s() if span == 0 else None
        # Where every step is as long as a stall nothing would ever settle.
        return 1 / usual_s if usual_s is not None and usual_s >= settled_s else None

    def _usual_s(self) -> float | None:
        steps = self._steps
        return median(steps) if len(steps) >= self._limits.usual_steps_least else None

    def _span(self, step: float, dt: float, fps: float | None) -> float:
        """The whole step of a slow source, but dt of a pause and where the rate is high or not known."""
        limits = self._limits
        if fps is None or fps >= limits.fps_alarms:
            return dt
        usual_s = self._usual_s()
        if usual_s is None or usual_s <= limits.longest_dt_s + ROUNDING_S:
            return dt  # pauses alone made the rate low
        longest_s = min(limits.pause_steps * usual_s, limits.longest_span_s)
        return step if step <= longest_s + ROUNDING_S else dt


def fast_enough(fps: float | None, minimum: float, limits: Limits) -> bool:
    """Whether a frame rate meets a minimum, within the slack; an unsettled one is given credit."""
    return fps is None or fps >= minimum * limits.fps_slack - ROUNDING_S
