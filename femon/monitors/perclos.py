"""PERCLOS: the share of readable time the eyes were almost shut, in slow closures only."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from femon.monitors.clock import Tick, fast_enough
from femon.monitors.limits import Limits
from femon.types import ROUNDING_S

Why = Literal["low_fps", "warming_up", "coverage"]


@dataclass(slots=True)
class _Frame:
    """What one readable frame counts for; it may change while its closure is judged."""

    t: float
    dt: float
    p80: bool  # part of a slow closure
    p70: bool
    raw: bool  # at the depth of P80, however short
    low: bool  # under the blink threshold
    excluded: bool = False  # part of a glance


class _Window:
    """Sums over the frames of the last window_s seconds: counted time, P80, P70, raw P80, low."""

    def __init__(self, window_s: float) -> None:
        self.window_s = window_s
        self.sums = [0.0] * 5
        self.readable_s = 0.0  # glances included
        self._frames: deque[_Frame] = deque()

    def add(self, frame: _Frame) -> None:
        self._frames.append(frame)
        self.readable_s += frame.dt
        self.count(frame, 1)

    def expire(self, t: float) -> None:
        frames, oldest = self._frames, t - self.window_s + ROUNDING_S
        while frames and frames[0].t <= oldest:
            frame = frames.popleft()
            self.readable_s -= frame.dt
            self.count(frame, -1)
        if not frames:
            self.sums, self.readable_s = [0.0] * 5, 0.0  # what rounding left behind

    def count(self, frame: _Frame, sign: int) -> None:
        if frame.excluded:
            return
        weight, sums = sign * frame.dt, self.sums
        sums[0] += weight
        if frame.p80:
            sums[1] += weight
        if frame.p70:
            sums[2] += weight
        if frame.raw:
            sums[3] += weight
        if frame.low:
            sums[4] += weight

    def holds(self, frame: _Frame) -> bool:
        return bool(self._frames) and frame.t >= self._frames[0].t

    def share(self, series: int) -> float:
        """A series over the counted time, which must not be nothing."""
        part = self.sums[series]
        if part <= ROUNDING_S:  # adding and taking away leaves a little behind
            return 0.0
        return min(round(part / self.sums[0], 9), 1.0)


@dataclass(frozen=True, slots=True)
class PerclosState:
    """Shares 0..1; None where `why_60` or `why_180` says so."""

    p60: float | None  # P80 over 60 s
    p180: float | None  # P80 over 180 s
    p70_60: float | None  # openness <= 0.30, for the log, as the next two
    raw_60: float | None  # P80 without exclusion of short closures
    low_60: float | None  # under the blink threshold; not PERCLOS
    why_60: Why | None
    why_180: Why | None


class PerclosMonitor:
    """P80 over two windows (Wierwille 1994), without closures under 0.25 s (after Abe 2023).

    A frame without readable eyes is in neither sum, nor is one of a glance unless that becomes sleep.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._windows = tuple(_Window(window_s) for window_s in limits.perclos_windows_s)
        self._run: list[_Frame] = []  # of P80 depth, too short so far
        self._run_s: float | None = None  # length of the run, None outside of one
        self._closure = 0
        self._closure_frames: deque[_Frame] = deque()
        self._excluded = False

    def update(
        self,
        tick: Tick,
        openness: float | None,
        ratio: float | None,
        *,
        closure: int,
        excluded: bool,
        coverage: tuple[float | None, float | None],
    ) -> PerclosState:
        """Take a frame; `closure` is the number of the one in progress (0: none), which may be excluded."""
        for window in self._windows:
            window.expire(tick.t)
        self._follow_run(tick, openness)
        if openness is not None and ratio is not None:
            self._add(tick, openness, ratio)
        self._follow_closure(closure, excluded=excluded)
        return self._state(tick, coverage)

    def _follow_run(self, tick: Tick, openness: float | None) -> None:
        deep = openness is not None and openness <= self._limits.p80_level
        if self._run_s is not None:
            self._run_s += tick.dt
            if self._run and self._run_s >= self._limits.p80_run_s - ROUNDING_S:
                for frame in self._run:
                    self._change(frame, p80=True)
                self._run.clear()
        if not deep:
            self._run_s = None
            self._run.clear()
        elif self._run_s is None:
            self._run_s = 0.0

    def _add(self, tick: Tick, openness: float, ratio: float) -> None:
        limits, run_s = self._limits, self._run_s
        slow = run_s is not None and run_s >= limits.p80_run_s - ROUNDING_S
        frame = _Frame(
            tick.t,
            tick.dt,
            slow,
            openness <= limits.p70_level,
            openness <= limits.p80_level,
            ratio < limits.blink_enter,
        )
        for window in self._windows:
            window.add(frame)
        if run_s is not None and not slow:
            self._run.append(frame)
        self._closure_frames.append(frame)

    def _follow_closure(self, closure: int, *, excluded: bool) -> None:
        frames = self._closure_frames
        if closure != self._closure:
            last = frames[-1] if frames else None
            frames.clear()
            self._closure, self._excluded = closure, False
            if closure and last is not None:
                frames.append(last)  # the frame that opened the closure
        if not closure:
            frames.clear()
            return
        longest = self._windows[-1]
        while frames and not longest.holds(frames[0]):
            frames.popleft()
        if excluded != self._excluded:
            self._excluded = excluded
            for frame in frames:
                self._change(frame, excluded=excluded)
        elif excluded and frames and not frames[-1].excluded:
            self._change(frames[-1], excluded=True)

    def _change(self, frame: _Frame, *, p80: bool | None = None, excluded: bool | None = None) -> None:
        windows = [window for window in self._windows if window.holds(frame)]
        for window in windows:
            window.count(frame, -1)
        frame.p80 = frame.p80 if p80 is None else p80
        frame.excluded = frame.excluded if excluded is None else excluded
        for window in windows:
            window.count(frame, 1)

    def _state(self, tick: Tick, coverage: tuple[float | None, float | None]) -> PerclosState:
        (short, long), (short_s, long_s) = self._windows, self._limits.perclos_valid_s
        why_60 = self._why(tick, short, short_s, coverage[0])
        why_180 = self._why(tick, long, long_s, coverage[1])
        return PerclosState(
            p60=None if why_60 else short.share(1),
            p180=None if why_180 else long.share(1),
            p70_60=None if why_60 else short.share(2),
            raw_60=None if why_60 else short.share(3),
            low_60=None if why_60 else short.share(4),
            why_60=why_60,
            why_180=why_180,
        )

    def _why(self, tick: Tick, window: _Window, valid_s: float, covered: float | None) -> Why | None:
        if not fast_enough(tick.fps, self._limits.fps_perclos, self._limits):
            return "low_fps"
        if window.readable_s < valid_s - ROUNDING_S:
            return "warming_up"
        if covered is None or covered < self._limits.coverage or window.sums[0] <= ROUNDING_S:
            return "coverage"
        return None
