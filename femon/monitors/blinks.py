"""Blinks: found on the eye aspect ratio against the open reference, and their statistics."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

from femon.monitors.clock import Tick
from femon.monitors.limits import Limits
from femon.monitors.openness import EyesState
from femon.monitors.profile import BlinkBaseline
from femon.monitors.windows import RecentTimes, RollingSum, percentile, seconds_since_crossing
from femon.types import ROUNDING_S


@dataclass(frozen=True, slots=True)
class Blink:
    """One finished blink."""

    onset_t: float
    duration_s: float
    lowest: tuple[float, float] | None  # EAR right, left; None unless both eyes were used throughout
    glance: bool  # the head moved at its onset

    def long(self, limits: Limits) -> bool:
        """Whether it lasted too long for a normal blink."""
        return self.duration_s > limits.blink_long_s


class BlinkFinder:
    """Finds blinks frame by frame; one that touches a frame without readable eyes is dropped."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._before: float | None = None
        self._onset_t: float | None = None
        self._frames = 0
        self._glance = False
        self._lowest: tuple[float, float] | None = None
        self._spoilt = True  # until the eyes are open, as at the start

    def update(self, tick: Tick, eyes: EyesState, *, flagged: bool) -> Blink | None:
        """The blink that ended at this frame, if any; `flagged`: the head moved at the closure's onset."""
        ratio, before, limits = eyes.ratio, self._before, self._limits
        self._before = ratio
        if ratio is None or tick.gap:
            self._onset_t, self._spoilt = None, True
        if ratio is None:
            return None
        if self._spoilt:
            self._spoilt = ratio <= limits.blink_leave
            return None
        if self._onset_t is not None and ratio > limits.blink_leave:
            return self._finish(tick, before, ratio)
        if self._onset_t is None and ratio < limits.blink_enter:
            self._begin(tick, before, ratio)
        if self._onset_t is not None:
            self._grow(eyes, flagged=flagged)
        return None

    def _begin(self, tick: Tick, before: float | None, ratio: float) -> None:
        limits = self._limits
        self._onset_t = tick.t - seconds_since_crossing(
            tick, before, ratio, limits.blink_enter, limits.longest_interpolation_s
        )
        self._frames, self._glance, self._lowest = 0, False, (math.inf, math.inf)

    def _grow(self, eyes: EyesState, *, flagged: bool) -> None:
        self._frames += 1
        self._glance = self._glance or flagged
        right, left = eyes.ear_right, eyes.ear_left
        if self._lowest is None or right is None or left is None:
            self._lowest = None
        else:
            self._lowest = min(self._lowest[0], right), min(self._lowest[1], left)

    def _finish(self, tick: Tick, before: float | None, ratio: float) -> Blink | None:
        limits, onset_t = self._limits, self._onset_t
        self._onset_t = None
        since = seconds_since_crossing(
            tick, before, ratio, limits.blink_leave, limits.longest_interpolation_s
        )
        fast = tick.fps is not None and tick.fps >= limits.blink_two_frames_fps
        duration_s = tick.t - since - (onset_t or 0.0)
        if onset_t is None or self._frames < (2 if fast else 1) or duration_s > limits.blink_longest_s:
            return None
        return Blink(onset_t, duration_s, self._lowest, self._glance)


@dataclass(frozen=True, slots=True)
class BlinksState:
    """Blinks of the session; figures are None where `why` or `rate_why` says so."""

    ended: Blink | None  # at this frame
    total: int
    rate: float | None  # per minute of valid time, last 60 s
    rate_why: Literal["low_fps", "warming_up"] | None
    mean_s: float | None
    sd_s: float | None
    p90_s: float | None
    long_share: float | None
    p90_ratio: float | None  # p90_s over the person's own; None without a baseline
    slow: bool | None  # slower than the person's own
    why: Literal["low_fps", "few_blinks"] | None


@dataclass(frozen=True, slots=True)
class _Figures:
    mean_s: float
    sd_s: float
    p90_s: float
    long_share: float


class BlinkMonitor:
    """Blinks and what the last ones say; lengths are held against the person's own, never fixed limits."""

    def __init__(self, limits: Limits, baseline: BlinkBaseline | None, *, rested: bool) -> None:
        self._limits = limits
        self.baseline = baseline
        self._learning: list[float] | None = [] if rested and baseline is None else None
        self._finder = BlinkFinder(limits)
        self._blinks: deque[Blink] = deque(maxlen=limits.blink_window_count)
        self._figures: _Figures | None = None
        self._recent = RecentTimes(limits.blink_rate_window_s)
        self._valid = RollingSum((limits.blink_rate_window_s,))
        self._on = True

    def update(self, tick: Tick, eyes: EyesState, *, flagged: bool) -> BlinksState:
        """Take a frame."""
        limits = self._limits
        if tick.fps is not None:
            self._on = tick.fps >= (limits.fps_blinks if self._on else limits.fps_blinks_back) - ROUNDING_S
        self._valid.add(tick.t, tick.dt if eyes.openness is not None else 0.0)
        blink = self._finder.update(tick, eyes, flagged=flagged)
        if blink is not None:
            self._recent.add(tick.t)
        if blink is not None and self._on and not blink.glance:
            self._blinks.append(blink)
            self._figures = self._summed_up()
            self._learn(tick.since_start, blink.duration_s)
        while self._blinks and self._blinks[0].onset_t < tick.t - limits.blink_window_s:
            self._blinks.popleft()
            self._figures = self._summed_up()
        return self._state(tick, blink)

    def stop_learning(self) -> None:
        """The person was not rested after all: this session gives no baseline."""
        self._learning = None

    def _learn(self, since_start: float, duration_s: float) -> None:
        limits = self._limits
        if self._learning is None:
            return
        if since_start <= limits.baseline_within_s:
            self._learning.append(duration_s)
        enough = len(self._learning) >= limits.blink_window_count
        if enough or since_start > limits.baseline_within_s:
            if len(self._learning) >= limits.blink_minimum_count:
                self.baseline = baseline_of(self._learning, limits)
            self._learning = None

    def _summed_up(self) -> _Figures | None:
        if len(self._blinks) < self._limits.blink_minimum_count:
            return None
        durations = [blink.duration_s for blink in self._blinks]
        long = sum(blink.long(self._limits) for blink in self._blinks)
        return _Figures(fmean(durations), stdev(durations), percentile(durations, 90), long / len(durations))

    def _state(self, tick: Tick, blink: Blink | None) -> BlinksState:
        figures = self._figures if self._on else None
        baseline, rate, valid_s = self.baseline, None, self._valid.sum()
        if self._on and valid_s >= self._limits.blink_rate_valid_s - ROUNDING_S:
            rate = 60 * self._recent.count(tick.t) / valid_s
        slow_s = baseline.mean_s + self._limits.slow_blink_sds * baseline.sd_s if baseline else None
        return BlinksState(
            ended=blink,
            total=self._recent.total,
            rate=rate,
            rate_why=None if rate is not None else "warming_up" if self._on else "low_fps",
            mean_s=figures.mean_s if figures else None,
            sd_s=figures.sd_s if figures else None,
            p90_s=figures.p90_s if figures else None,
            long_share=figures.long_share if figures else None,
            p90_ratio=figures.p90_s / baseline.p90_s if figures and baseline else None,
            slow=figures.p90_s >= slow_s if figures and slow_s is not None else None,
            why=None if figures else "few_blinks" if self._on else "low_fps",
        )


def baseline_of(durations_s: list[float], limits: Limits) -> BlinkBaseline:
    """A rested person's own blinks: at least two durations."""
    low, high = limits.baseline_p90_s
    p90_s = min(max(percentile(durations_s, 90), low), high)
    return BlinkBaseline(p90_s, fmean(durations_s), stdev(durations_s), len(durations_s))
