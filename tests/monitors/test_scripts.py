"""Scripted faces at many frame rates: what happens, and when, must not depend on how the frames fall."""

from __future__ import annotations

import functools
import itertools

import pytest

from femon.monitors import MonitorState
from monitors.synthetic import Played, Script, Timing, closure, closures, play, steps

EARLY_S, LATE_S = 0.05, 0.20
RATES = (10, 15, 24, 30, 60)
# Every rate, regular and jittered, while the phases take turns ...
MINUTES_TIMINGS = [
    Timing(fps, jitter, (number + jitter) % 3) for number, fps in enumerate(RATES) for jitter in (False, True)
]
# ... scripts of many minutes once for each rate, and short ones in every phase where frames are few.
ONCE_TIMINGS = [Timing(fps, number % 2 == 0, number % 3) for number, fps in enumerate(RATES)]
TIMINGS = [
    timing
    for timing in (
        Timing(fps, jitter, phase) for fps in RATES for jitter in (False, True) for phase in range(3)
    )
    if timing.fps < 24 or timing in MINUTES_TIMINGS
]


def named(timing: Timing) -> str:
    return f"{timing.fps:g}{'~' if timing.jitter else ''}+{timing.phase}"


at_every_timing = pytest.mark.parametrize("timing", TIMINGS, ids=named)
over_minutes = pytest.mark.parametrize("timing", MINUTES_TIMINGS, ids=named)
once_at_each_rate = pytest.mark.parametrize("timing", ONCE_TIMINGS, ids=named)
START_S = 1.2
EVENT_TIMES = {
    "closing": 0.0,
    "long_blink": 0.5,
    "pre": 1.0,
    "microsleep": 1.5,
    "sleep": 3.0,
    "unresponsive": 6.0,
}


def assert_event(played: Played, worst: str, start_s: float = START_S) -> None:
    """Every state up to the worst came on time, and nothing worse."""
    expected = list(EVENT_TIMES)[: list(EVENT_TIMES).index(worst) + 1]
    entered = [name for name in played.entered("event") if name != "open"]
    assert entered == expected
    for name in expected:
        (t,) = played.times(name, "event")
        assert -EARLY_S <= t - start_s - EVENT_TIMES[name] <= LATE_S, name


def within(t: float, low: float, high: float) -> bool:
    return low - EARLY_S <= t <= high


def nothing(played: Played) -> bool:
    return not [one for one in played.transitions if one.after not in ("closing", "open")]


@over_minutes
def test_normal_blinks_are_counted_and_change_nothing(timing: Timing) -> None:
    played = play(
        Script(60, openness=closures(*((2 + 3.9 * number, 0.15) for number in range(15)))),
        timing,
        every_s=1.0,
    )
    assert abs(played.last.blinks.total - 15) <= 1
    assert played.last.perclos.p60 is not None
    assert played.last.perclos.p60 <= 0.005
    assert nothing(played)


@at_every_timing
@pytest.mark.parametrize(
    ("length_s", "worst"),
    [
        (0.3, "closing"),
        (0.8, "long_blink"),
        (1.25, "pre"),
        (1.75, "microsleep"),
        (2.75, "microsleep"),
        (3.25, "sleep"),
        (6.25, "unresponsive"),
    ],
)
def test_each_closure_reaches_its_level_on_time(length_s: float, worst: str, timing: Timing) -> None:
    played = play(Script(START_S + length_s + 0.6, openness=closure(START_S, length_s)), timing, every_s=9)
    assert_event(played, worst)


@pytest.mark.parametrize("fps", [15, 24, 30, 60])
@pytest.mark.parametrize("phase", range(3))
@pytest.mark.parametrize(
    ("length_s", "worst"),
    [(0.9, "long_blink"), (1.1, "pre"), (1.6, "microsleep"), (2.9, "microsleep"), (3.1, "sleep")],
)
def test_closures_near_a_limit_fall_on_the_right_side(
    length_s: float, worst: str, fps: float, phase: int
) -> None:
    script = Script(START_S + length_s + 0.6, openness=closure(START_S, length_s))
    assert_event(play(script, Timing(fps, phase=phase), every_s=9), worst)


@pytest.mark.parametrize("phase", range(3))
@pytest.mark.parametrize(("length_s", "worst"), [(1.25, "pre"), (1.75, "microsleep"), (3.25, "sleep")])
def test_missing_frames_do_not_delay_alarms(length_s: float, worst: str, phase: int) -> None:
    script = Script(START_S + length_s + 0.6, openness=closure(START_S, length_s))
    assert_event(play(script, Timing(30, phase=phase, dropped=0.2), every_s=9), worst)


SLOW_BLINKS = Script(
    225, openness=closures(*((120 + 3 * number, 0.6 + 0.008 + 0.036) for number in range(35)))
)


@once_at_each_rate
def test_slow_blinks_raise_the_level_by_perclos(timing: Timing) -> None:
    played = play(SLOW_BLINKS, timing, every_s=0.5)
    (advisory,), (drowsy,) = played.times("advisory"), played.times("drowsy")
    assert 25 <= advisory - 120 <= 50
    assert 82 <= drowsy - 120 <= 98
    highest_before = max(state.perclos.p180 or 0.0 for state in played.states if state.t < drowsy - 1)
    assert highest_before < 0.10
    assert played.last.perclos.p60 == pytest.approx(0.20, abs=0.015)
    assert not played.times("microsleep")


@once_at_each_rate
def test_a_second_microsleep_within_five_minutes_means_drowsy(timing: Timing) -> None:
    played = play(Script(108, openness=closures((2, 1.75), (102, 1.75))), timing, every_s=200)
    _, second = played.times("microsleep")
    assert played.times("drowsy") == [second]
    assert played.entered("drowsiness") == ["drowsy"]


@once_at_each_rate
def test_a_long_closure_is_severe_and_eases_one_level_a_minute(timing: Timing) -> None:
    played = play(Script(257, openness=closures((4, 4.0))), timing, every_s=400)
    (slept,) = played.times("sleep")
    assert played.entered("drowsiness") == ["severe", "drowsy", "advisory", "alert"]
    severe, drowsy, advisory, alert = (one.t for one in played.transitions if one.channel == "drowsiness")
    assert severe == slept
    assert 120 <= drowsy - severe <= 125
    assert drowsy + 60 <= advisory <= drowsy + 63
    assert advisory + 60 <= alert <= advisory + 63


SWEEP = [(2 * number, (0.0, 40.0, 0.0, -40.0)[number % 4]) for number in range(9)]


@at_every_timing
def test_turning_the_head_is_no_blink(timing: Timing) -> None:
    played = play(Script(16, yaw=SWEEP), timing)
    assert played.last.blinks.total == 0
    assert not played.entered("event")
    opennesses = [state.eyes.openness for state in played.states]
    assert min(filter(None, opennesses)) > 0.7
    typical = sorted(filter(None, opennesses))
    assert typical[len(typical) // 20] > 0.85
    assert typical[-len(typical) // 20] < 1.15
    assert {state.validity.validity for state in played.states} == {"ok", "partial"}


def looking_down(length_s: float, depth: float = 0.05) -> Script:
    pitch = [
        (START_S - 0.06, 0.0),
        (START_S + 0.24, -20.0),
        (START_S + length_s, -20.0),
        (START_S + length_s + 0.3, 0.0),
    ]
    return Script(START_S + length_s + 1.5, openness=closure(START_S, length_s, depth), pitch=pitch)


@at_every_timing
def test_a_short_look_down_is_a_glance(timing: Timing) -> None:
    played = play(looking_down(2.0), timing)
    assert not {"pre", "microsleep", "long_distraction"} & {one.after for one in played.transitions}
    assert played.last.closure.glances == 1
    assert max(state.attention.off_s for state in played.states) >= 1.9


@at_every_timing
def test_a_long_look_down_is_a_distraction_and_sleep(timing: Timing) -> None:
    played = play(looking_down(4.0), timing)
    assert not {"pre", "microsleep"} & set(played.entered("event"))
    (distracted,), (slept,) = played.times("long_distraction"), played.times("sleep")
    assert within(distracted - START_S, 3.0, 3.2)
    assert within(slept - START_S, 3.0, 3.2)


@at_every_timing
@pytest.mark.parametrize("length_s", [2.0, 4.0])
def test_half_closed_eyes_are_a_distraction_at_most(length_s: float, timing: Timing) -> None:
    script = Script(START_S + length_s + 1.5, openness=closure(START_S, length_s, 0.25))
    played = play(script, timing, every_s=9)
    assert set(played.entered("event")) <= {"closing", "long_blink", "open"}
    distracted = played.times("long_distraction")
    assert len(distracted) == (length_s > 3)
    assert all(within(t - START_S, 3.0, 3.2) for t in distracted)


@at_every_timing
def test_shut_eyes_with_a_still_head_are_a_microsleep(timing: Timing) -> None:
    played = play(Script(START_S + 2.6, openness=closure(START_S, 2.0)), timing, every_s=9)
    (t,) = played.times("microsleep")
    assert within(t - START_S, 1.5, 1.7)


@at_every_timing
def test_a_head_that_drops_later_does_not_silence_the_alarm(timing: Timing) -> None:
    pitch = [(START_S + 1.0, 0.0), (START_S + 1.5, -25.0)]
    script = Script(START_S + 3.5, openness=closure(START_S, 5.0), pitch=pitch)
    assert_event(play(script, timing, every_s=9), "sleep")


@at_every_timing
@pytest.mark.parametrize(("length_s", "yawns"), [(1.2, 0), (4.0, 1), (15.0, 0)])
def test_only_a_yawn_of_plausible_length_counts(length_s: float, yawns: int, timing: Timing) -> None:
    jaw = [(1.0, 0.03), (1.1, 0.7), (1.0 + length_s, 0.7), (1.1 + length_s, 0.03)]
    played = play(Script(length_s + 2, jaw_open=jaw), timing)
    assert played.last.mouth.total == yawns
    if yawns:
        assert played.last.mouth.last_s == pytest.approx(4.0, abs=0.2)
    assert nothing(played)


@at_every_timing
@pytest.mark.parametrize("per_s", [3, 5])
def test_speech_is_no_yawn(per_s: int, timing: Timing) -> None:
    jaw = [(number / per_s / 2, 0.45 * (number % 2)) for number in range(20 * per_s)]
    played = play(Script(8, jaw_open=jaw), timing, every_s=9)
    assert played.last.mouth.total == 0


LOST_S = 4.0


@at_every_timing
def test_a_face_lost_with_open_eyes_is_only_gone(timing: Timing) -> None:
    played = play(Script(9, away=[(LOST_S, LOST_S + 3)]), timing)
    assert played.entered("event") == ["unknown", "open"]
    (gone, back) = (one for one in played.transitions if one.channel == "visibility")
    assert gone.after == "no_face"
    assert 2.0 - 1e-6 <= gone.t - LOST_S <= 2.2
    assert back.after == "visible"
    assert 0.3 - 1e-6 <= back.t - LOST_S - 3 <= 0.5
    assert played.last.closure.sleeps == 0


@at_every_timing
def test_a_face_lost_while_asleep_alarms(timing: Timing) -> None:
    openness = [*closure(LOST_S - 1.0, 2.0)]
    played = play(Script(9, openness=openness, away=[(LOST_S, LOST_S + 3)]), timing, every_s=9)
    (t,) = played.times("lost_closed")
    assert 1.0 - EARLY_S <= t - LOST_S <= 1.2
    assert played.times("severe") == [t]
    assert played.times("open", "event")[-1] >= LOST_S + 3.3 + 1.0 - 1e-6


@at_every_timing
def test_a_face_lost_in_a_blink_is_no_alarm(timing: Timing) -> None:
    openness = closure(LOST_S - 0.3, 1.0)
    played = play(Script(9, openness=openness, away=[(LOST_S, LOST_S + 3)]), timing, every_s=9)
    assert set(played.entered("event")) <= {"closing", "unknown", "open"}
    assert not played.entered("drowsiness")


def away_and_back(off_s: float, on_s: float, times: int) -> Script:
    turns = list(itertools.accumulate([START_S, *([off_s, on_s] * times)]))
    yaw = steps(*((t, 35.0 if number % 2 == 0 else 0.0) for number, t in enumerate(turns)))
    return Script(turns[-1] + 1, yaw=yaw)


@at_every_timing
def test_long_looks_away_are_distraction_each_time(timing: Timing) -> None:
    # A look away ends sooner than it begins, by the smoothing of the pose: 5.1 s count as little more than 5.
    played = play(away_and_back(5.1, 0.9, 3), timing, every_s=60)
    starts = [START_S + 6 * number for number in range(3)]
    for name, after_s in (("long_distraction", 3.0), ("long_2", 5.0)):
        times = played.times(name)
        assert len(times) == 3
        assert all(
            within(t - start, after_s, after_s + LATE_S + 0.05)
            for t, start in zip(times, starts, strict=True)
        )
    shared = played.times("shared")
    assert shared[0] - START_S == pytest.approx(11.0, abs=0.3)


@at_every_timing
def test_short_looks_away_add_up_unless_one_looks_back_for_long(timing: Timing) -> None:
    played = play(away_and_back(2, 1, 6), timing, every_s=60)
    assert played.entered("attention") == ["shared"]
    assert 13.7 <= played.times("shared")[0] - START_S <= 15.7  # the fifth or sixth look away
    assert not play(away_and_back(2, 3, 3), timing, every_s=60).entered("attention")


@pytest.mark.parametrize("phase", range(3))
@pytest.mark.parametrize("jitter", [False, True])
def test_a_camera_that_gets_slow_keeps_its_closure_alarms(phase: int, jitter: bool) -> None:
    start_s = 32.0
    blinks = closures(*((1 + 1.2 * number, 0.15) for number in range(15)))
    script = Script(start_s + 4.0, openness=[*blinks, *closure(start_s, 3.25)])
    played = play(script, Timing(30, jitter, phase, later_fps=(20.0, 8.0)))
    (slept,) = played.times("sleep")
    assert within(slept - start_s, 3.0, 3.2)
    assert played.last.blinks.why == "low_fps"
    assert played.last.blinks.mean_s is None
    assert played.last.badge.colour == "red"
    before = next(state for state in played.states if state.t > 19.5)
    assert before.blinks.mean_s is not None


TWO_CLOSURES = closures((2, 0.2), (4, 1.75))


@functools.cache
def usual_eyes(timing: Timing) -> Played:
    return play(Script(6.5, openness=TWO_CLOSURES), timing, every_s=9)


@at_every_timing
@pytest.mark.parametrize("open_ear", [(0.17, 0.17), (0.26, 0.30)], ids=["narrow", "unequal"])
def test_other_eyes_give_the_same_events(open_ear: tuple[float, float], timing: Timing) -> None:
    usual = usual_eyes(timing)
    other = play(Script(6.5, openness=TWO_CLOSURES, open_ear=open_ear), timing, every_s=9)
    assert "microsleep" in [one.after for one in usual.transitions]
    assert [one.after for one in other.transitions] == [one.after for one in usual.transitions]
    assert all(
        abs(one.t - two.t) <= 0.1 for one, two in zip(usual.transitions, other.transitions, strict=True)
    )


@pytest.mark.parametrize("timing", [Timing(10, jitter=True), Timing(15, phase=1)], ids=named)
def test_the_reference_does_not_follow_sleepy_eyes(timing: Timing) -> None:
    played = play(Script(600, scale=[(0, 1.0), (600, 0.76)]), timing, every_s=30)
    start = 0.28
    assert all(state.references.open_right >= 0.9 * start - 1e-9 for state in played.states)
    assert 0.70 <= sum(state.eyes.openness or 0 for state in played.states[-3:]) / 3 <= 0.85


@at_every_timing
@pytest.mark.parametrize("closed", [False, True])
def test_a_jump_of_the_clock_adds_no_closure(closed: bool, timing: Timing) -> None:
    openness = closure(4.0, 6.2) if closed else [(0, 1)]
    played = play(Script(11, openness=openness, holes=[(4.6, 9.6)]), timing)
    assert max(state.closure.closed_s for state in played.states) <= (1.2 + 0.2 if closed else 0) + 1e-6
    assert not {"microsleep", "sleep"} & set(played.entered("event"))
    assert not played.entered("attention")
    assert played.last.validity.coverage_60 is not None
    assert played.last.validity.coverage_60 < 0.65


EVERYTHING = Script(
    24,
    openness=closures((2, 0.15), (4, 1.3), (8, 0.2)),
    yaw=steps((10, 38), (14, 0), (18, -30), (20, 0)),
    pitch=[(0, 0), (4, 2), (12, -5)],
    jaw_open=[(0, 0.03), (15, 0.03), (15.1, 0.7), (17, 0.7), (17.1, 0.03)],
    away=[(21, 22)],
)


@functools.cache
def everything(timing: Timing) -> Played:
    return play(EVERYTHING, timing)


@once_at_each_rate
def test_the_same_frames_give_the_same_states(timing: Timing) -> None:
    one, other = everything(timing), play(EVERYTHING, timing)
    assert one.states == other.states
    assert one.transitions == other.transitions


def mirrored_view(state: MonitorState, *, mirrored: bool) -> tuple[object, ...]:
    eyes, sign = state.eyes, -1 if mirrored else 1
    sides = eyes.openness_right, eyes.openness_left
    yaw = sign * state.head.relative.yaw if state.head.relative else None
    return eyes.openness, sides[::sign], yaw, state.closure.level, state.attention.level


@once_at_each_rate
def test_a_mirrored_face_gives_mirrored_states(timing: Timing) -> None:
    plain = everything(timing)
    other = play(Script(**{**vars(EVERYTHING), "mirrored": True}), timing)
    for one, two in zip(plain.states, other.states, strict=True):
        seen, expected = mirrored_view(two, mirrored=True), mirrored_view(one, mirrored=False)
        assert seen[3:] == expected[3:]
        assert seen[0] == pytest.approx(expected[0], abs=1e-3)
        assert seen[1] == pytest.approx(expected[1], abs=1e-3)
        assert seen[2] == pytest.approx(expected[2], abs=1e-9)
    assert [one.after for one in plain.transitions] == [one.after for one in other.transitions]


def test_a_face_that_disappears_is_never_closed() -> None:
    played = play(Script(60, away=[(5 * number, 5 * number + 2.5) for number in range(1, 12)]), Timing(15))
    assert {state.closure.closed_s for state in played.states} == {0.0}
    assert {state.closure.level for state in played.states} == {"open", "unknown"}
    assert all((state.perclos.p60 or 0.0) == 0.0 for state in played.states)
    gone = [state for state in played.states if state.validity.validity == "no_face"]
    assert all(state.eyes.openness is None and state.withheld["openness"] == "no_face" for state in gone)
