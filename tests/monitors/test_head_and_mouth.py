"""Neutral pose, nods, yawns and gaze."""

from __future__ import annotations

import numpy as np
import pytest

from femon.monitors import GazeFit, Limits, Monitor
from femon.monitors.clock import Clock
from femon.monitors.gaze import Gaze, gaze_of, outside
from femon.monitors.geometry import Expression
from femon.monitors.head import HeadMonitor, HeadState
from femon.monitors.mouth import MouthMonitor, MouthState
from femon.types import Pose
from monitors.synthetic import Script, Timing, closure, play, profile

LIMITS = Limits()


def heads(*poses: Pose | None, guided: Pose | None = None, fps: float = 10.0) -> list[HeadState]:
    clock, monitor = Clock(LIMITS), HeadMonitor(LIMITS, guided)
    return [monitor.update(clock.update(index / fps), pose, 1.0) for index, pose in enumerate(poses)]


def test_neutral_is_the_median_of_the_first_seconds() -> None:
    states = heads(*[Pose(30, 0, 0)] * 5, *[Pose(4, -8, 1)] * 30)
    assert states[10].why == "warming_up"
    assert states[-1].neutral == Pose(4, -8, 1)
    assert not states[-1].calibrated


def test_neutral_follows_slowly_and_is_calibrated_after_a_minute() -> None:
    states = heads(*[Pose(0, 0, 0)] * 31, *[Pose(6, 0, 0)] * 600)
    assert states[-1].calibrated
    neutral = states[-1].neutral
    assert neutral is not None
    assert neutral.yaw == pytest.approx(6 * 60 / 63, abs=0.2)


def test_a_head_turned_far_does_not_move_neutral() -> None:
    states = heads(*[Pose(20, 0, 0)] * 600, guided=Pose(0, 0, 0))
    assert states[-1].neutral == Pose(0, 0, 0)
    assert states[-1].calibrated


def test_a_guided_neutral_moves_ten_degrees_at_most_and_says_so() -> None:
    states = heads(*[Pose(12, 0, 0)] * 7200, guided=Pose(0, 0, 0))
    assert states[-1].neutral == Pose(10, 0, 0)
    assert states[-1].camera_moved
    assert not states[100].camera_moved


def test_zones_see_a_smoothed_pose_and_guards_the_raw_one() -> None:
    states = heads(*[Pose(0, 0, 0)] * 5, Pose(10, 0, 0), None, Pose(10, 0, 0), guided=Pose(0, 0, 0))
    assert states[5].raw == Pose(10, 0, 0)
    assert states[5].relative is not None
    assert states[5].relative.yaw == pytest.approx(10 * (1 - np.exp(-0.1 / 0.15)), abs=0.05)
    assert (states[6].relative, states[6].why) == (None, "no_face")
    assert states[7].relative is not None
    assert states[7].relative.yaw == pytest.approx(10, abs=0.05)  # nothing to smooth with after a loss


def test_dispersion_is_that_of_the_window() -> None:
    states = heads(*[Pose(4.0 if index % 2 else -4.0, 0, 0) for index in range(300)])
    assert states[-1].sd_yaw == pytest.approx(4.0, abs=0.05)
    assert states[-1].unsteadiness == pytest.approx(4.0, abs=0.05)


def nodding(fall: float = -20.0, *, closed: bool = True, rise: float = -5.0) -> Script:
    pitch = [(2.0, 0.0), (2.6, fall), (3.5, fall), (4.0, rise)]
    return Script(6, openness=closure(2.05, 1.2) if closed else [(0, 1)], pitch=pitch)


@pytest.mark.parametrize("fps", [15, 30, 60])
def test_a_head_that_sinks_with_closed_eyes_and_rises_is_a_nod(fps: float) -> None:
    assert play(nodding(), Timing(fps)).last.nods.total == 1


@pytest.mark.parametrize("script", [nodding(closed=False), nodding(-12.0), nodding(rise=-18.0)])
def test_other_movements_are_no_nods(script: Script) -> None:
    assert play(script).last.nods.total == 0


def test_nods_need_a_fast_camera() -> None:
    nods = play(nodding(), Timing(10)).last.nods
    assert (nods.recent, nods.total, nods.why) == (None, 0, "low_fps")


def mouths(*jaws: float | None, fps: float = 10.0) -> list[MouthState]:
    clock, monitor = Clock(LIMITS), MouthMonitor(LIMITS)
    return [monitor.update(clock.update(index / fps), jaw, jaw) for index, jaw in enumerate(jaws)]


@pytest.mark.parametrize(
    ("jaws", "yawns"),
    [
        ([0.1, *[0.7] * 20, 0.1], 1),
        ([0.1, *[0.7] * 10, 0.1], 0),  # short
        ([0.1, *[0.58] * 20, 0.1], 0),  # not wide
        ([0.1, *[0.7] * 10, 0.45, *[0.7] * 10, 0.1], 0),  # interrupted before it is a yawn
        ([0.1, *[0.7] * 20, *[0.4] * 10, *[0.7] * 10, 0.1], 1),  # not afterwards
        ([0.1, *[0.7] * 130, 0.1], 0),  # too long
        ([0.1, *[0.7] * 20, None, 0.1], 0),  # nobody saw it end
        ([0.1, *[0.7] * 20], 0),  # not over yet
    ],
)
def test_yawns_are_counted_at_their_end(jaws: list[float | None], yawns: int) -> None:
    states = mouths(*jaws)
    assert states[-1].total == yawns
    assert sum(state.ended_s is not None for state in states) == yawns


def test_a_gap_drops_the_yawn_in_progress() -> None:
    clock, monitor = Clock(LIMITS), MouthMonitor(LIMITS)
    times = [index / 10 for index in range(22)]
    for t in [*times, *(60 + t for t in times[1:])]:
        state = monitor.update(clock.update(t), 0.1 if t in (0.0, 62.1) else 0.7, None)
    assert state.total == 1
    assert state.last_s == pytest.approx(2.0, abs=0.11)


def test_yawns_are_forgotten_after_ten_minutes() -> None:
    states = mouths(0.1, *[0.7] * 20, *[0.1] * 6050)
    assert (states[30].recent, states[-1].recent, states[-1].total) == (1, 0, 1)
    assert states[15].yawning is False
    assert states[20].yawning is True


FIT = GazeFit(0.1, -0.1, zone=(-20.0, 20.0, -15.0, 15.0))


def test_gaze_adds_the_eyes_to_the_head() -> None:
    gaze = gaze_of(Pose(5, 2, 0), Expression(0, 0, 0.6, 0.3), 0.9, FIT, LIMITS)
    assert gaze == Gaze(pytest.approx(25.0), pytest.approx(22.0))  # type: ignore[arg-type]
    assert gaze_of(Pose(5, 2, 0), Expression(0, 0, 0.6, 0.3), 0.4, FIT, LIMITS) is None
    assert gaze_of(Pose(5, 2, 0), Expression(0, 0, 0.6, 0.3), 0.9, None, LIMITS) is None
    assert outside(Gaze(25, 0), (-20, 20, -15, 15))
    assert not outside(Gaze(-19, 14), (-20, 20, -15, 15))


def test_the_gaze_zone_replaces_that_of_the_head_only_when_asked_to() -> None:
    script = Script(5, yaw=[(0, 0), (1, 15)])
    narrow = profile(script, gaze=GazeFit(0.0, 0.0, zone=(-10.0, 10.0, -10.0, 10.0)))
    assert play(script, monitor=Monitor(None, narrow)).last.attention.level == "on"
    assert play(script, monitor=Monitor(None, narrow, gaze=True)).last.attention.level == "long_distraction"
