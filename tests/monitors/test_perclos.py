"""PERCLOS over frames whose share is known."""

from __future__ import annotations

import pytest

from femon.monitors.clock import Clock
from femon.monitors.limits import Limits
from femon.monitors.perclos import PerclosMonitor, PerclosState

LIMITS = Limits()
FPS = 20.0


class Bench:
    """A PERCLOS monitor fed with openness over time; every frame is covered."""

    def __init__(self, fps: float = FPS) -> None:
        self.monitor, self.clock, self.fps, self.frame = PerclosMonitor(LIMITS), Clock(LIMITS), fps, 0

    def feed(
        self,
        seconds: float,
        openness: float | None,
        *,
        closure: int = 0,
        excluded: bool = False,
        coverage: float = 1.0,
    ) -> PerclosState:
        for _ in range(round(seconds * self.fps)):
            state = self.monitor.update(
                self.clock.update(self.frame / self.fps),
                openness,
                openness,
                closure=closure,
                excluded=excluded,
                coverage=(coverage, coverage),
            )
            self.frame += 1
        return state


def test_only_slow_closures_count() -> None:
    bench = Bench()
    for _ in range(30):
        bench.feed(1.8, 1.0)
        state = bench.feed(0.2, 0.1)
    assert state.p60 == 0.0
    assert state.raw_60 == pytest.approx(0.1, abs=0.005)


def test_a_run_counts_back_to_its_start() -> None:
    bench = Bench()
    for _ in range(30):
        bench.feed(1.4, 1.0)
        state = bench.feed(0.6, 0.1)
    assert state.p60 == pytest.approx(0.3, abs=0.005)
    assert state.p180 is None
    assert state.why_180 == "warming_up"


def test_half_closed_is_not_eighty_percent() -> None:
    bench = Bench()
    bench.feed(30.0, 0.5)
    state = bench.feed(30.0, 0.25)
    assert (state.p60, state.p70_60) == (0.0, pytest.approx(0.5, abs=0.01))
    assert state.low_60 == pytest.approx(1.0)


def test_frames_without_eyes_are_in_neither_sum() -> None:
    bench = Bench()
    bench.feed(30.0, 1.0)
    bench.feed(15.0, None)
    assert bench.feed(10.0, 0.1).p60 == pytest.approx(0.25, abs=0.01)


def test_old_frames_leave_the_window() -> None:
    bench = Bench()
    bench.feed(60.0, 0.1)
    assert bench.feed(60.0, 1.0).p60 == 0.0
    assert bench.feed(60.0, 1.0).p180 == pytest.approx(1 / 3, abs=0.01)


def test_it_is_blank_until_enough_was_seen() -> None:
    bench = Bench()
    assert bench.feed(29.9, 1.0).why_60 == "warming_up"
    assert bench.feed(0.3, 1.0).p60 == 0.0
    assert bench.feed(1.0, 1.0, coverage=0.69).why_60 == "coverage"
    slow = Bench(8.0)
    assert slow.feed(40.0, 1.0).why_60 == "low_fps"


def test_a_glance_is_in_neither_sum_from_its_onset() -> None:
    bench = Bench()
    bench.feed(40.0, 1.0)
    bench.feed(0.4, 0.1, closure=1)
    state = bench.feed(1.6, 0.1, closure=1, excluded=True)
    assert (state.p60, state.raw_60) == (0.0, 0.0)
    bench.feed(0.3, 1.0, closure=1, excluded=True)
    assert bench.feed(5.0, 1.0).p60 == 0.0


def test_a_glance_that_becomes_sleep_counts_after_all() -> None:
    bench = Bench()
    bench.feed(40.0, 1.0)
    bench.feed(3.0, 0.1, closure=1, excluded=True)
    state = bench.feed(1.0, 0.1, closure=1)
    assert state.p60 == pytest.approx(4 / 44, abs=0.003)
