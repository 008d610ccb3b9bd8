"""Sources of a few frames per second: what the head shows is still timed, what needs the eyes is withheld."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import pytest

from femon.monitors import Limits, MonitorState
from femon.monitors.clock import Clock, Tick
from femon.recording.monitor_cells import CELLS
from monitors.synthetic import Played, Script, Timing, play, steps

LIMITS = Limits()
LOW_RATES = (4.0, 3.0, 2.0, 1.0, 0.5)
TOO_LOW = 0.3


def ticks(*steps_s: float) -> list[Tick]:
    """The ticks of frames with these steps between them."""
    clock = Clock(LIMITS)
    return [clock.update(t) for t in accumulate(steps_s, initial=3.0)]


def looking_away(fps: float, *, jitter: bool = False, holes: Sequence[tuple[float, float]] = ()) -> Played:
    """A head that turns aside after 20 s and stays there for 41 s."""
    script = Script(61, yaw=steps((20, 50)), holes=holes)
    return play(script, Timing(fps, jitter=jitter, noise=False))


def ahead(fps: float, *, length_s: float = 90) -> MonitorState:
    return play(Script(length_s), Timing(fps)).last


@pytest.mark.parametrize("step_s", [0.25, 1 / 3, 0.5, 1.0, 2.0, 60 / 29.97])
def test_the_frames_of_a_slow_source_stand_for_their_whole_step(step_s: float) -> None:
    *_, last = ticks(*[step_s] * 8)
    assert (last.span, last.dt) == (pytest.approx(step_s), 0.2)


def test_three_steps_tell_what_is_usual() -> None:
    assert [tick.span for tick in ticks(*[1.0] * 4)] == pytest.approx([0.0, 0.2, 0.2, 1.0, 1.0])


def test_a_dropped_frame_is_no_pause() -> None:
    assert ticks(*[0.5] * 8, 1.0)[-1].span == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("step_s", "pause_s"), [(1 / 3, 1.0), (0.5, 1.5), (1.0, 2.3), (2.0, 3.1), (1.0, 3600)]
)
def test_a_pause_of_a_slow_source_counts_as_it_does_elsewhere(step_s: float, pause_s: float) -> None:
    assert ticks(*[step_s] * 12, pause_s)[-1].span == pytest.approx(0.2)


def test_time_that_runs_backwards_counts_for_nothing_at_low_rates_either() -> None:
    assert ticks(*[1.0] * 8, -20.0, 1.0)[-2].span == 0.0


@pytest.mark.parametrize("burst", [[0.1] * 20, [0.2] * 20, [0.05] * 4])
def test_a_source_that_is_fast_between_pauses_is_not_slow(burst: list[float]) -> None:
    assert all(tick.span == tick.dt for tick in ticks(*[*burst, 1.9, *burst, 0.39] * 4))


def test_a_source_that_gets_faster_counts_its_steps_at_once() -> None:
    assert ticks(*[1.0] * 12, *[0.1] * 5)[-1].span == pytest.approx(0.1)


@pytest.mark.parametrize("step_s", [2.5, 10.0])
def test_a_source_slower_than_a_stall_has_a_frame_rate(step_s: float) -> None:
    assert ticks(*[step_s] * 8)[-1].fps == pytest.approx(1 / step_s)


@pytest.mark.parametrize("fps", LOW_RATES)
def test_looking_away_is_timed_in_full(fps: float) -> None:
    attention = looking_away(fps).last.attention
    assert attention.off_s == pytest.approx(41.0, abs=1 / fps + 0.1)  # the turn falls between two frames
    assert attention.vats_s == pytest.approx(30.0, abs=0.01)
    assert attention.share == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("fps", LOW_RATES)
def test_looking_away_is_timed_when_the_frames_come_unevenly(fps: float) -> None:
    attention = looking_away(fps, jitter=True).last.attention
    assert attention.off_s == pytest.approx(41.0, rel=0.07, abs=1.5 / fps)
    assert attention.vats_s == pytest.approx(30.0, rel=0.07)


def test_a_pause_at_a_low_rate_is_no_time_spent_looking_away() -> None:
    attention = looking_away(2.0, holes=[(30.0, 50.0)]).last.attention
    assert attention.off_s == pytest.approx(41.0 - 20.0, abs=0.6)


@pytest.mark.parametrize("jitter", [False, True])
@pytest.mark.parametrize("fps", [60, 9.7, 3.3, 2.7, 1])
def test_half_a_minute_holds_no_more_than_that_of_looking_away(fps: float, jitter: bool) -> None:
    played = looking_away(fps, jitter=jitter)
    assert all(0.0 <= state.attention.vats_s <= 30.0 for state in played.states)


@pytest.mark.parametrize("fps", LOW_RATES)
def test_a_face_in_view_is_covered_and_engaged_at_low_rates(fps: float) -> None:
    state = ahead(fps)
    assert state.validity.coverage_60 == pytest.approx(1.0, abs=0.01)
    assert state.attention.share == 1.0
    assert state.engagement.why is None
    assert state.engagement.value == pytest.approx(1.0, abs=0.05)
    assert state.engagement.alertness is None  # no eyes in it
    assert state.badge.reasons == ("very_low_fps",)


@pytest.mark.parametrize("fps", LOW_RATES)
def test_what_needs_the_eyes_says_that_the_rate_is_too_low(fps: float) -> None:
    state = ahead(fps)
    withheld = {name: state.withheld[name] for name in ("perclos_60", "fatigue_index")}
    assert withheld == dict.fromkeys(withheld, "low_fps")
    assert state.fatigue.index is None
    assert state.drowsiness.frozen  # no eyes: no level either


def test_five_frames_a_second_are_enough_for_what_they_were() -> None:
    state = ahead(5.0)
    assert not state.drowsiness.frozen
    assert (state.fatigue.index, state.fatigue.why) == (0.0, None)
    assert state.engagement.alertness == 1.0


def test_the_eyes_are_judged_again_when_the_rate_has_come_back() -> None:
    state = play(Script(60), Timing(1.0, later_fps=(30.0, 30.0))).last
    assert (state.fatigue.why, state.drowsiness.frozen) == (None, False)


@pytest.mark.parametrize("fps", [3.0, 1.0])
def test_a_missing_face_is_told_after_two_seconds_at_low_rates(fps: float) -> None:
    (told_t,) = play(Script(30, away=[(10.2, 40)]), Timing(fps)).times("no_face")
    assert told_t == pytest.approx(12.2, abs=1 / fps + 0.3)


@pytest.mark.parametrize("fps", [3.0, 1.0])
def test_neutral_is_learned_in_the_same_time_at_low_rates(fps: float) -> None:
    assert ahead(fps, length_s=64).head.calibrated


def test_less_than_a_frame_in_two_seconds_withholds_all_that_is_timed() -> None:
    for state in (looking_away(TOO_LOW).last, ahead(TOO_LOW)):
        reasons = state.withheld
        names = ("attention_share", "engagement", "fatigue_index", "perclos_60")
        assert [reasons[name] for name in names] == ["low_fps"] * 4
        assert state.validity.coverage_60 is None
        cells = ("off_s", "off_30s", "attention_10", "eye_coverage_60", "engagement", "fatigue_index")
        assert [CELLS[name](state) for name in cells] == [None] * 6


def test_less_than_a_frame_in_two_seconds_alarms_nobody() -> None:
    assert looking_away(0.5, jitter=True).entered("attention") == []
    assert looking_away(TOO_LOW).entered("attention") == []
