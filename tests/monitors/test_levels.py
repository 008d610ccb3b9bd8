"""Drowsiness levels, fatigue index, engagement, affect and the badge on given figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from femon.emotions import EMOTIONS
from femon.monitors import Limits
from femon.monitors.affect import PLACES, AffectMonitor, AffectState
from femon.monitors.badge import badge_of
from femon.monitors.blinks import BlinksState
from femon.monitors.clock import Clock
from femon.monitors.closure import ClosureState
from femon.monitors.drowsiness import DrowsinessInput, DrowsinessMonitor, DrowsinessState
from femon.monitors.engagement import EngagementMonitor, EngagementState
from femon.monitors.fatigue import FatigueMonitor, FatigueState
from femon.monitors.openness import References
from monitors.synthetic import Script, play

LIMITS = Limits()
STATE = play(Script(0.1)).last
CLOSURE: ClosureState = STATE.closure
BLINKS: BlinksState = STATE.blinks
REFERENCES: References = STATE.references


class Levels:
    """A drowsiness monitor fed with figures once per second."""

    def __init__(self) -> None:
        self.monitor = DrowsinessMonitor(LIMITS)

    def feed(
        self,
        seconds: int,
        p60: float | None = 0.0,
        p180: float | None = 0.0,
        *,
        index: float | None = 0.0,
        coverage: float = 1.0,
        closure: ClosureState = CLOSURE,
    ) -> DrowsinessState:
        for _ in range(seconds):
            state = self.monitor.update(1.0, DrowsinessInput(p60, p180, index, closure, coverage))
        return state


ASLEEP = replace(CLOSURE, level="sleep")
TWO_MICROSLEEPS = replace(CLOSURE, microsleeps_recent=2)


@pytest.mark.parametrize(
    ("seconds", "figures", "level", "reason"),
    [
        (20, {"p60": 0.08}, "alert", "start"),
        (21, {"p60": 0.08}, "advisory", "advisory_p60"),
        (1, {"index": 35.0}, "advisory", "advisory_index"),
        (1, {"p60": 0.15, "p180": 0.10}, "drowsy", "drowsy_p60"),
        (1, {"p60": 0.15, "p180": 0.09}, "alert", "start"),
        (30, {"index": 60.0, "p180": 0.10}, "advisory", "advisory_index"),
        (31, {"index": 60.0, "p180": 0.10}, "drowsy", "drowsy_index"),
        (90, {"index": 90.0, "p180": 0.05}, "advisory", "advisory_index"),
        (1, {"closure": TWO_MICROSLEEPS}, "drowsy", "drowsy_events"),
        (1, {"p60": 0.30}, "severe", "severe_p60"),
        (1, {"closure": ASLEEP}, "severe", "sleep_event"),
        (1, {"p60": 0.5, "coverage": 0.6}, "alert", "start"),
        (1, {"closure": ASLEEP, "coverage": 0.1, "p60": None, "p180": None}, "severe", "sleep_event"),
    ],
)
def test_levels_rise_at_once(seconds: int, figures: dict[str, object], level: str, reason: str) -> None:
    state = Levels().feed(seconds, **figures)  # type: ignore[arg-type]
    assert (state.level, state.reason) == (level, reason)


def test_levels_fall_one_step_a_minute_below_their_exit_limits() -> None:
    levels = Levels()
    levels.feed(1, 0.30, 0.12)
    assert levels.feed(100, 0.26, 0.12).level == "severe"
    assert levels.feed(60, 0.10, 0.07).level == "severe"
    assert levels.feed(1, 0.10, 0.07).level == "drowsy"
    assert levels.feed(61, 0.10, 0.07).level == "advisory"
    assert levels.feed(300, 0.07, 0.07).level == "advisory"
    assert levels.feed(61, 0.05, 0.07, index=31.0).level == "advisory"
    assert levels.feed(61, 0.05, 0.07, index=29.0).level == "alert"


def test_a_break_starts_the_minute_anew() -> None:
    levels = Levels()
    levels.feed(1, 0.30)
    levels.feed(50, 0.1)
    levels.feed(1, 0.26)
    assert levels.feed(60, 0.1).level == "severe"
    assert levels.feed(1, 0.1).level == "drowsy"


def test_sleep_keeps_the_level_for_two_minutes() -> None:
    levels = Levels()
    levels.feed(1, closure=ASLEEP)
    assert levels.feed(119).level == "severe"
    assert levels.feed(2).level == "drowsy"


def test_the_level_holds_while_figures_are_withheld() -> None:
    levels = Levels()
    levels.feed(1, 0.16, 0.12)
    assert levels.feed(200, None, 0.0).level == "drowsy"
    assert levels.feed(200, 0.0, None).level == "drowsy"
    assert levels.feed(200, 0.0, 0.0, coverage=0.6) == DrowsinessState("drowsy", "drowsy_p60", True, None)
    assert levels.feed(61).level == "advisory"


def test_acknowledging_lasts_for_the_level() -> None:
    levels = Levels()
    levels.feed(1, 0.16, 0.12)
    levels.monitor.acknowledge(5.0)
    assert levels.monitor.state.acknowledged_t == 5.0
    assert levels.feed(1, 0.16, 0.12).acknowledged_t == 5.0
    assert levels.feed(1, 0.31, 0.12).acknowledged_t is None


def indexed(seconds: int, **figures: object) -> FatigueState:
    given: dict[str, object] = {"p60": 0.0, "blinks": BLINKS, "yawns": 0, "nods": 0, "coverage": 1.0}
    monitor = FatigueMonitor(LIMITS)
    for _ in range(seconds):
        state = monitor.update(1.0, **{**given, **figures})  # type: ignore[arg-type]
    return state


@pytest.mark.parametrize(
    ("figures", "index", "partial"),
    [
        ({"p60": 0.15}, 20.0, True),
        ({"p60": 0.9}, 40.0, True),
        ({"blinks": replace(BLINKS, p90_ratio=1.5, long_share=0.15)}, 15.0 + 7.5, False),
        ({"blinks": replace(BLINKS, p90_ratio=0.7, long_share=0.0)}, 0.0, False),
        ({"yawns": 2, "nods": 3}, 5.0 + 5.0, True),
        (
            {
                "p60": 1.0,
                "yawns": 9,
                "nods": 9,
                "blinks": replace(BLINKS, p90_ratio=3.0, long_share=1.0),
            },
            100.0,
            False,
        ),
        ({"p60": None, "yawns": 4, "nods": None}, 10.0, True),
    ],
)
def test_the_index_weighs_its_terms(figures: dict[str, object], index: float, partial: bool) -> None:
    state = indexed(120, **figures)
    assert state.index == pytest.approx(index, abs=0.01)
    assert state.partial == partial


def test_the_index_rises_faster_than_it_falls() -> None:
    assert indexed(5, p60=0.3).index == pytest.approx(40 * (1 - np.exp(-1)))
    monitor = FatigueMonitor(LIMITS)
    given = {"blinks": BLINKS, "yawns": 0, "nods": 0, "coverage": 1.0}
    monitor.update(1000.0, p60=0.3, **given)  # type: ignore[arg-type]
    assert monitor.update(30.0, p60=0.0, **given).index == pytest.approx(40 * np.exp(-1))  # type: ignore[arg-type]


def test_the_index_is_withheld_when_little_can_be_read() -> None:
    assert indexed(10, coverage=0.6) == FatigueState(None, True, "coverage")


def engaged(seconds: float = 60.0, **figures: float | None) -> EngagementState:
    given = {"attention": 1.0, "index": 0.0, "unsteadiness": 0.0, "liveliness": None, "coverage": 1.0}
    monitor = EngagementMonitor(LIMITS)
    for _ in range(round(seconds * 10)):
        state = monitor.update(0.1, **{**given, **figures})  # type: ignore[arg-type]
    return state


@pytest.mark.parametrize(
    ("figures", "value", "band"),
    [
        ({}, 1.0, "high"),
        ({"attention": 0.0}, 0.35, "low"),
        ({"attention": 0.5, "index": 50.0, "unsteadiness": 7.5}, 0.5, "medium"),
        ({"attention": 0.5, "index": None}, (0.325 + 0.10) / 0.75, "medium"),
        ({"liveliness": 0.5}, 0.925, "high"),
        ({"liveliness": 1.0}, 1.0, "high"),
    ],
)
def test_engagement_weighs_behaviour(figures: dict[str, float | None], value: float, band: str) -> None:
    state = engaged(**figures)
    assert (state.value, state.band) == (pytest.approx(value, abs=1e-3), band)


def test_bands_are_left_by_a_margin() -> None:
    monitor = EngagementMonitor(LIMITS)
    bands = []
    for attention in (0.0, 0.13, 0.2, 0.61, 0.5, 0.42):
        for _ in range(600):
            state = monitor.update(
                0.1, attention=attention, index=0.0, unsteadiness=0.0, liveliness=None, coverage=1.0
            )
        bands.append((round(state.value or 0.0, 2), state.band))
    assert bands == [
        (0.35, "low"),
        (0.43, "low"),
        (0.48, "medium"),
        (0.75, "high"),
        (0.68, "high"),
        (0.62, "medium"),
    ]


def test_engagement_is_withheld_without_enough_to_go_by() -> None:
    assert engaged(coverage=0.5).why == "coverage"
    assert engaged(attention=None).why == "warming_up"


def test_a_driver_has_no_engagement() -> None:
    from femon.monitors import Monitor

    state = play(Script(8), monitor=Monitor(kind="driver")).last
    assert (state.engagement.value, state.engagement.why) == (None, "driving")


def felt(shares: dict[str, float] | None, *, misread: bool = False, seconds: float = 20.0) -> AffectState:
    clock, monitor = Clock(LIMITS), AffectMonitor(LIMITS)
    given = None if shares is None else np.array([shares.get(name, 0.0) for name in EMOTIONS], np.float32)
    for index in range(round(seconds * 10)):
        state = monitor.update(clock.update(index / 10), given, misread=misread)
    return state


@pytest.mark.parametrize("name", EMOTIONS)
def test_a_sure_expression_lies_at_its_place(name: str) -> None:
    state = felt({name: 1.0})
    assert (state.valence, state.arousal, state.radius) == pytest.approx((*PLACES[name], 0.0), abs=1e-6)


def test_a_mixture_lies_between_and_is_vague() -> None:
    state = felt({"happy": 0.5, "sad": 0.5})
    assert (state.valence, state.arousal, state.radius) == pytest.approx((0.075, -0.025, 0.5), abs=1e-6)
    assert state.liveliness == pytest.approx(0.75)
    assert felt({"neutral": 1.0}).liveliness == pytest.approx(0.5)


def test_the_point_is_held_while_the_face_would_be_misread() -> None:
    clock, monitor = Clock(LIMITS), AffectMonitor(LIMITS)
    happy, sad = np.eye(7, dtype=np.float32)[3], np.eye(7, dtype=np.float32)[4]
    monitor.update(clock.update(0.0), happy, misread=False)
    for index in range(1, 31):
        state = monitor.update(clock.update(index / 10), sad, misread=True)
    assert (state.valence, state.frozen) == (pytest.approx(0.8), True)
    assert state.liveliness is None  # too old to judge engagement by


@pytest.mark.parametrize("fps", [1, 2, 10, 30])
def test_the_point_moves_as_far_in_a_time_at_any_frame_rate(fps: int) -> None:
    clock, monitor = Clock(LIMITS), AffectMonitor(LIMITS)
    neutral, happy = np.eye(7, dtype=np.float32)[6], np.eye(7, dtype=np.float32)[3]
    for index in range(64 * fps + 1):
        state = monitor.update(
            clock.update(index / fps), happy if index > 60 * fps else neutral, misread=False
        )
    assert state.valence == pytest.approx(0.8 * (1 - np.exp(-4 / LIMITS.affect_tau_s)))
    for index in range(64 * fps + 1, 67 * fps + 1):
        state = monitor.update(clock.update(index / fps), None, misread=False)
    assert (state.valence, state.why) == (None, "no_expression")  # three seconds without any


def test_without_expressions_there_is_no_point() -> None:
    assert felt(None).why == "off"
    clock, monitor = Clock(LIMITS), AffectMonitor(LIMITS)
    monitor.update(clock.update(0.0), np.eye(7, dtype=np.float32)[3], misread=False)
    for index in range(1, 31):
        state = monitor.update(clock.update(index / 10), None, misread=False)
    assert (state.valence, state.why) == (None, "no_expression")


@pytest.mark.parametrize(
    ("changes", "colour", "reasons"),
    [
        ({}, "green", ()),
        ({"fps": None, "coverage": None}, "green", ()),
        ({"fps": 12.0}, "amber", ("low_fps",)),
        ({"fps": 8.0}, "red", ("very_low_fps",)),
        ({"coverage": 0.8}, "amber", ("low_coverage",)),
        ({"coverage": 0.6, "calibrated": False}, "red", ("very_low_coverage", "uncalibrated")),
        ({"age_days": 30}, "green", ()),
        ({"age_days": 31}, "amber", ("old_calibration",)),
        ({"references": replace(REFERENCES, partly_hidden=True)}, "amber", ("eyes_hidden",)),
    ],
)
def test_the_badge_gives_its_reasons(
    changes: dict[str, object], colour: str, reasons: tuple[str, ...]
) -> None:
    given: dict[str, object] = {
        "fps": 30.0,
        "coverage": 1.0,
        "references": REFERENCES,
        "calibrated": True,
        "age_days": None,
        "limits": LIMITS,
    }
    badge = badge_of(**{**given, **changes})  # type: ignore[arg-type]
    assert (badge.colour, badge.reasons) == (colour, reasons)
