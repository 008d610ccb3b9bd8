"""The ATTENTION channel on head positions that are known exactly."""

from __future__ import annotations

import pytest

from femon.monitors.attention import AttentionMonitor, AttentionState
from femon.monitors.clock import Clock
from femon.monitors.head import HeadState
from femon.monitors.limits import Limits
from femon.types import Pose

LIMITS = Limits()
FPS = 20.0


def head(yaw: float = 0.0, pitch: float = 0.0, *, calibrated: bool = True) -> HeadState:
    pose = Pose(yaw, pitch, 0)
    return HeadState(pose, pose, Pose(0, 0, 0), calibrated, False, None, None, None, None)


AHEAD, ASIDE = head(), head(40)
GONE = HeadState(None, None, Pose(0, 0, 0), True, False, None, None, None, "no_face")
NEW = HeadState(Pose(0, 0, 0), None, None, False, False, None, None, None, "warming_up")


class Bench:
    """An attention monitor fed with heads over time."""

    def __init__(self) -> None:
        self.monitor, self.clock, self.frame = AttentionMonitor(LIMITS), Clock(LIMITS), 0

    def feed(
        self, seconds: float, one: HeadState, *, glance_from_s: float | None = None, alarms: bool = True
    ) -> AttentionState:
        for index in range(round(seconds * FPS)):
            glance_s = None if glance_from_s is None else glance_from_s + index / FPS
            tick = self.clock.update(self.frame / FPS)
            state = self.monitor.update(tick, one, glance_s=glance_s, alarms=alarms)
            self.frame += 1
        return state


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.feed(12.0, AHEAD)
    return made


@pytest.mark.parametrize(
    ("one", "off"),
    [
        (head(22.9), False),
        (head(23.1), True),
        (head(-23.1), True),
        (head(0, -17.9), False),
        (head(0, -18.1), True),
        (head(0, 60), False),
        (head(27.9, calibrated=False), False),
        (head(28.1, calibrated=False), True),
        (head(0, -25.8, calibrated=False), True),
    ],
)
def test_the_zone_is_open_upward_and_wider_before_calibration(
    bench: Bench, one: HeadState, off: bool
) -> None:
    assert bench.feed(1.0, one).off == off


def test_one_must_come_well_back_into_the_zone(bench: Bench) -> None:
    bench.feed(1.0, ASIDE)
    assert bench.feed(1.0, head(18.6)).off
    assert not bench.feed(1.0, head(18.2)).off


def test_a_short_look_counts_for_nothing(bench: Bench) -> None:
    bench.feed(0.2, ASIDE)
    state = bench.feed(1.0, AHEAD)
    assert (state.vats_s, state.attend_s, state.share) == (0.0, 2.0, 1.0)


def test_edges_count_from_their_first_frame(bench: Bench) -> None:
    assert bench.feed(0.4, ASIDE).off_s == pytest.approx(0.4)
    assert bench.feed(1.6, ASIDE).vats_s == pytest.approx(2.0)
    state = bench.feed(0.3, AHEAD)
    assert not state.off
    assert state.vats_s == pytest.approx(2.0)
    assert state.attend_s == pytest.approx(0.3)
    assert state.share == pytest.approx(0.8)


def test_a_run_survives_a_short_look_ahead(bench: Bench) -> None:
    bench.feed(2.0, ASIDE)
    bench.feed(0.4, AHEAD)
    assert bench.feed(1.2, ASIDE).distraction == "long_distraction"


def test_a_run_ends_after_half_a_second_ahead(bench: Bench) -> None:
    assert bench.feed(3.1, ASIDE).level == "long_distraction"
    assert bench.feed(2.1, ASIDE).level == "long_2"
    assert bench.feed(0.4, AHEAD).level == "long_2"
    state = bench.feed(0.2, AHEAD)
    assert (state.level, state.off_s) == ("on", 0.0)


def test_the_sum_of_half_a_minute_is_cleared_by_two_seconds_ahead(bench: Bench) -> None:
    for _ in range(4):
        assert not bench.feed(2.0, ASIDE).shared
        bench.feed(1.0, AHEAD)
    bench.feed(2.0, ASIDE)
    assert bench.feed(1.1, AHEAD).level == "shared"
    assert bench.feed(1.0, AHEAD).level == "on"
    assert bench.feed(2.0, ASIDE).vats_s == pytest.approx(2.0)


def test_old_looks_leave_the_sum(bench: Bench) -> None:
    for _ in range(20):
        bench.feed(1.0, ASIDE)
        state = bench.feed(1.9, AHEAD)
    assert state.vats_s == pytest.approx(10.0, abs=0.5)


def test_a_glance_counts_from_the_onset_of_the_closure(bench: Bench) -> None:
    state = bench.feed(1.0, AHEAD, glance_from_s=1.0)
    assert state.off_s == pytest.approx(1.95)
    assert state.vats_s == pytest.approx(2.0)
    assert bench.feed(1.1, AHEAD, glance_from_s=2.0).distraction == "long_distraction"


def test_a_glance_counts_before_it_is_known_where_ahead_is() -> None:
    bench = Bench()
    assert bench.feed(1.0, NEW).frozen
    state = bench.feed(2.0, NEW, glance_from_s=1.0)
    assert (state.off, state.frozen) == (True, False)
    assert state.off_s == pytest.approx(2.95)
    assert state.vats_s == pytest.approx(2.95)
    state = bench.feed(0.1, head(calibrated=False), glance_from_s=3.0)
    assert state.distraction == "long_distraction"
    assert state.vats_s == pytest.approx(3.05)
    assert state.share is None  # of what came before the glance nothing is known
    state = bench.feed(0.5, NEW)
    assert (state.off, state.frozen) == (False, True)


def test_a_glance_counts_in_full_across_a_lost_face_and_a_sum_that_was_cleared(bench: Bench) -> None:
    bench.feed(0.6, AHEAD)
    bench.feed(0.5, GONE)
    state = bench.feed(0.5, AHEAD, glance_from_s=1.0)
    assert state.vats_s == pytest.approx(state.off_s, abs=0.06)
    bench.feed(3.0, AHEAD)
    bench.feed(1.0, ASIDE)
    assert bench.feed(2.6, AHEAD).vats_s == 0.0
    state = bench.feed(0.05, AHEAD, glance_from_s=3.6)
    assert state.vats_s == pytest.approx(state.off_s, abs=0.06)


def test_a_lost_face_goes_on_looking_away_for_two_seconds_and_then_freezes(bench: Bench) -> None:
    bench.feed(2.0, ASIDE)
    state = bench.feed(1.2, GONE)
    assert (state.distraction, state.frozen) == ("long_distraction", False)
    state = bench.feed(10.0, GONE)
    assert (state.distraction, state.frozen) == ("long_distraction", True)
    assert state.off_s == pytest.approx(4.0)


def test_a_face_lost_while_looking_ahead_freezes_at_once(bench: Bench) -> None:
    state = bench.feed(60.0, GONE)
    assert (state.level, state.frozen, state.vats_s, state.share) == ("on", True, 0.0, 1.0)


def test_slow_frames_raise_nothing(bench: Bench) -> None:
    assert bench.feed(12.0, ASIDE, alarms=False).level == "off"


def test_acknowledging_lasts_until_it_gets_worse(bench: Bench) -> None:
    bench.feed(3.2, ASIDE)
    bench.monitor.acknowledge(15.0)
    assert bench.feed(0.1, ASIDE).acknowledged_t == 15.0
    assert bench.feed(2.0, ASIDE).acknowledged_t is None


def test_the_share_needs_some_seconds() -> None:
    bench = Bench()
    state = bench.feed(4.0, AHEAD)
    assert (state.share, state.why) == (None, "warming_up")
