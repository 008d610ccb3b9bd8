"""Which eyes can be read, when a face is believed, and what people are told."""

from __future__ import annotations

import math

import pytest

from femon.monitors.clock import Clock
from femon.monitors.geometry import Eye, Shape
from femon.monitors.limits import Limits
from femon.monitors.validity import ValidityMonitor, ValidityState
from monitors.synthetic import Script, Timing, play

LIMITS = Limits()


def shape(
    right_px: float = 50, left_px: float = 50, ear: float = 0.3, nose: tuple[float, float] = (0, 0)
) -> Shape:
    return Shape(Eye(ear, right_px), Eye(ear, left_px), 0.1, nose, 100.0)


def judged(*frames: Shape | None, yaw: float = 0.0, fps: float = 10.0) -> list[ValidityState]:
    clock, monitor = Clock(LIMITS), ValidityMonitor(LIMITS)
    return [monitor.update(clock.update(index / fps), one, yaw) for index, one in enumerate(frames)]


@pytest.mark.parametrize(
    ("one", "yaw", "validity", "eyes"),
    [
        (shape(), 0, "ok", "both"),
        (shape(), 25, "ok", "both"),
        (shape(60, 40), 30, "partial", "right"),
        (shape(40, 60), -30, "partial", "left"),
        (shape(40, 60), -46, "unreadable", "none"),
        (shape(14, 50), 0, "partial", "left"),
        (shape(14, 14), 0, "unreadable", "none"),
        (shape(14, 13), 30, "unreadable", "none"),
        (shape(ear=math.nan), 0, "unreadable", "none"),
        (None, 0, "no_face", "none"),
    ],
)
def test_the_eyes_used_depend_on_yaw_and_size(
    one: Shape | None, yaw: float, validity: str, eyes: str
) -> None:
    state = judged(one, yaw=yaw)[0]
    assert (state.validity, state.eyes) == (validity, eyes)


def test_a_face_is_believed_at_once_only_at_the_start() -> None:
    states = judged(shape(), None, *[shape()] * 4)
    assert [state.validity for state in states] == ["ok", "no_face", "no_face", "no_face", "no_face", "ok"]
    assert [state.settling for state in states][2:] == ["reappeared", "reappeared", "reappeared", None]


def test_a_face_that_jumps_is_another_person() -> None:
    far, further = shape(nose=(160, 0)), shape(nose=(80, 0))
    assert judged(shape(), further, far)[-1].settling == "jumped"  # 1.6 spans within 0.2 s
    states = judged(shape(), *[far] * 5)
    assert [state.validity for state in states] == ["ok", "no_face", "no_face", "no_face", "ok", "ok"]
    assert judged(shape(), further)[-1].validity == "ok"


def test_coverage_is_the_share_of_readable_time() -> None:
    states = judged(*[shape()] * 101, *[shape(10, 10)] * 100)
    assert states[0].coverage_60 is None
    assert states[100].coverage_60 == pytest.approx(1.0)
    assert states[-1].coverage_60 == pytest.approx(0.5)


def test_people_are_told_what_lasts() -> None:
    states = judged(*[shape(10, 10)] * 110)
    assert [state.shown for state in states].index("eyes_unreadable") == 100
    assert judged(*[None] * 30)[19].shown == "visible"
    assert judged(*[None] * 30)[20].shown == "no_face"


BLIND, SEEN = shape(10, 10), shape()


@pytest.mark.parametrize("interruption", [[None], [None] * 5, [SEEN], [SEEN] * 9, [SEEN, None, SEEN]])
def test_what_interrupts_eyes_that_cannot_be_read_for_a_moment_keeps_nobody_from_being_told(
    interruption: list[Shape | None],
) -> None:
    states = judged(*([BLIND] * 40 + interruption) * 5)
    told = [state.shown for state in states].index("eyes_unreadable")
    assert 100 <= told <= 100 + len(interruption) + 3  # told while they are unreadable
    assert {state.shown for state in states[told:]} == {"eyes_unreadable"}


def test_eyes_that_can_be_read_for_a_second_end_it() -> None:
    states = judged(*[BLIND] * 110, *[SEEN] * 20, *[BLIND] * 101)
    shown = [state.shown for state in states]
    assert shown[110:120] == ["eyes_unreadable"] * 10
    assert shown[120:230] == ["visible"] * 110
    assert shown[230] == "eyes_unreadable"


def test_a_face_that_has_left_is_told_as_such_and_begins_anew() -> None:
    states = judged(*[BLIND] * 110, *[None] * 30, *[BLIND] * 110)
    shown = [state.shown for state in states]
    assert shown[109] == "eyes_unreadable"
    assert shown[130] == "no_face"
    assert shown[144:200] == ["visible"] * 56
    assert shown.index("eyes_unreadable", 130) == pytest.approx(243, abs=1)


def test_a_person_who_takes_the_seat_is_judged_after_a_moment() -> None:
    played = play(Script(4, shift_cm=[(2, 0), (2.01, 14)]), Timing(30))
    settling = [state.t for state in played.states if state.validity.settling == "jumped"]
    assert settling[0] == pytest.approx(2.0, abs=0.05)
    assert settling[-1] - settling[0] == pytest.approx(0.27, abs=0.04)
