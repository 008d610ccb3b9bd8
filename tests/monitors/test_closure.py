"""The EVENT channel where the scripts do not reach: easing, acknowledging, guards and lost frames."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from femon.monitors.clock import Clock
from femon.monitors.closure import ClosureMonitor, ClosureState
from femon.monitors.limits import Limits

LIMITS = Limits()
FPS = 20.0
Line = Callable[[float], float | None]


class Bench:
    """A closure monitor fed with openness over time."""

    def __init__(self) -> None:
        self.monitor = ClosureMonitor(LIMITS)
        self.clock = Clock(LIMITS)
        self.frame = 0
        self.states: list[ClosureState] = []

    def feed(
        self, seconds: float, openness: float | None, *, pitch: float = 0.0, alarms: bool = True
    ) -> ClosureState:
        for _ in range(round(seconds * FPS)):
            tick = self.clock.update(self.frame / FPS)
            self.states.append(self.monitor.update(tick, openness, pitch, alarms=alarms))
            self.frame += 1
        return self.states[-1]

    def levels(self) -> list[str]:
        levels = [state.level for state in self.states]
        return [level for index, level in enumerate(levels) if index == 0 or level != levels[index - 1]]


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.feed(1.0, 1.0)
    return made


def test_a_short_opening_does_not_end_a_closure(bench: Bench) -> None:
    bench.feed(0.9, 0.0)
    bench.feed(0.2, 0.8)
    assert bench.feed(0.5, 0.0).closed_s == pytest.approx(1.4, abs=0.06)
    assert bench.feed(0.4, 0.8).number == 0


@pytest.mark.parametrize(
    ("closed_s", "level", "leaves_after_s"),
    [(0.8, "long_blink", 0.3), (2.0, "microsleep", 1.0), (4.0, "sleep", 1.0), (7.0, "unresponsive", 3.0)],
)
def test_worse_levels_take_longer_to_end(
    bench: Bench, closed_s: float, level: str, leaves_after_s: float
) -> None:
    assert bench.feed(closed_s, 0.0).level == level
    start = bench.frame
    while bench.feed(1 / FPS, 1.0).level != "open":
        pass
    assert (bench.frame - start) / FPS == pytest.approx(leaves_after_s, abs=0.11)


def test_an_alarm_stays_for_a_moment(bench: Bench) -> None:
    bench.feed(1.15, 0.0)
    assert bench.feed(1.2, 1.0).level == "pre"
    assert bench.feed(0.4, 1.0).level == "open"


def test_a_closure_with_shallow_lids_is_a_glance_until_it_gets_deep(bench: Bench) -> None:
    state = bench.feed(1.2, 0.25)
    assert (state.level, state.glance_s) == ("long_blink", pytest.approx(1.2, abs=0.06))
    state = bench.feed(2.0, 0.0)  # deep for most of its time now
    assert state.level == "sleep"
    assert state.glance_s is not None
    assert bench.states[-1].glances == 1


def test_a_head_that_moves_at_the_onset_flags_the_closure(bench: Bench) -> None:
    bench.feed(0.3, 1.0, pitch=-4.0)
    bench.feed(0.2, 0.0, pitch=-4.0)
    assert not bench.states[-1].flagged
    assert bench.feed(0.1, 0.0, pitch=1.5).flagged
    assert bench.states[-1].excluded
    assert bench.feed(2.0, 0.0).level == "long_blink"
    assert bench.feed(1.0, 0.0).level == "sleep"
    assert not bench.states[-1].excluded


def test_a_head_that_moves_later_flags_nothing(bench: Bench) -> None:
    bench.feed(0.7, 0.0)
    assert not bench.feed(0.5, 0.0, pitch=-20.0).flagged


def test_the_override_bridges_short_breaks_only(bench: Bench) -> None:
    bench.feed(0.1, 1.0, pitch=10.0)
    for _ in range(4):
        bench.feed(0.7, 0.0)
        bench.feed(0.1, 0.3)
    assert bench.feed(0.2, 0.0).level == "sleep"
    other = Bench()
    other.feed(1.0, 1.0, pitch=10.0)
    for _ in range(5):
        other.feed(0.7, 0.0)
        other.feed(0.25, 0.3)
    assert other.feed(0.2, 0.0).level == "long_blink"


def test_a_lost_face_stops_the_timer_and_then_alarms(bench: Bench) -> None:
    bench.feed(0.8, 0.0)
    assert bench.feed(0.9, None).level == "long_blink"
    assert bench.states[-1].closed_s == pytest.approx(0.8, abs=0.06)
    assert bench.feed(0.3, None).level == "lost_closed"
    assert bench.states[-1].sleeps == 1
    bench.feed(0.5, 0.0)
    assert bench.feed(0.9, 1.0).level == "lost_closed"
    assert bench.feed(0.2, 1.0).level == "open"


def test_a_face_lost_with_eyes_that_had_opened_is_no_alarm(bench: Bench) -> None:
    bench.feed(0.8, 0.0)
    bench.feed(0.2, 1.0)
    assert bench.feed(1.5, None).level == "unknown"


def test_a_glance_that_is_lost_ends_unknown(bench: Bench) -> None:
    bench.feed(0.1, 1.0, pitch=10.0)
    bench.feed(0.8, 0.0)
    assert bench.states[-1].glance_s is not None
    assert bench.feed(1.5, None).level == "unknown"


def test_closed_eyes_count_on_after_a_short_loss(bench: Bench) -> None:
    bench.feed(1.2, 0.0)
    bench.feed(0.6, None)
    assert bench.feed(0.5, 0.0).closed_s == pytest.approx(1.7, abs=0.06)
    assert bench.states[-1].level == "microsleep"


def test_a_pause_ends_a_closure_but_not_the_alarm_of_a_sleeper(bench: Bench) -> None:
    bench.feed(1.4, 0.0)
    bench.frame += round(60 * FPS)
    assert bench.feed(0.15, 0.0).number == 2
    assert bench.feed(1.0, 1.0).microsleeps == 0
    bench.feed(4.0, 0.0)
    bench.frame += round(2 * FPS)
    assert bench.feed(0.1, 0.0).level == "sleep"
    assert bench.feed(1.2, 1.0).level == "open"


def test_a_stutter_of_the_camera_does_not_end_a_closure(bench: Bench) -> None:
    bench.feed(1.2, 0.0)
    bench.frame += round(0.8 * FPS)
    assert bench.feed(0.3, 0.0).level == "microsleep"


def test_acknowledging_releases_only_what_waits_for_it(bench: Bench) -> None:
    bench.feed(7.0, 0.0)
    bench.monitor.acknowledge(8.0)
    state = bench.feed(0.1, 0.0)
    assert (state.level, state.acknowledged_t) == ("unresponsive", 8.0)
    assert state.closed_s > 7.0
    bench.feed(0.9, 1.0)
    assert bench.feed(0.2, 1.0).level == "open"
    assert bench.states[-1].acknowledged_t is None


def test_acknowledging_ends_an_alarm_about_a_lost_face(bench: Bench) -> None:
    bench.feed(0.8, 0.0)
    assert bench.feed(1.2, None).level == "lost_closed"
    bench.monitor.acknowledge(3.0)
    assert bench.feed(0.1, None).level == "unknown"


def test_a_worse_level_is_not_acknowledged_in_advance(bench: Bench) -> None:
    bench.feed(1.7, 0.0)
    bench.monitor.acknowledge(2.7)
    assert bench.feed(0.1, 0.0).acknowledged_t == 2.7
    assert bench.feed(1.5, 0.0).acknowledged_t is None


def test_slow_frames_raise_no_alarm(bench: Bench) -> None:
    assert bench.feed(4.0, 0.0, alarms=False).level == "long_blink"
    assert bench.feed(2.0, None, alarms=False).level == "unknown"


def test_microsleeps_are_counted_once_each_and_forgotten_after_five_minutes(bench: Bench) -> None:
    for _ in range(2):
        bench.feed(2.0, 0.0)
        bench.feed(2.0, 1.0)
    assert (bench.states[-1].microsleeps_recent, bench.states[-1].microsleeps) == (2, 2)
    bench.feed(300.0, 1.0)
    assert (bench.states[-1].microsleeps_recent, bench.states[-1].microsleeps) == (0, 2)
