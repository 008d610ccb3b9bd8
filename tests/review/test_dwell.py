"""How long faces were turned to the screen, and how many at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from femon.review.dwell import dwell_of
from femon.review.part import whole
from femon.review.session_log import read_session
from femon.types import Pose

Make = Callable[..., Any]


def turned(reading: Any, yaw: float, pitch: float = 0.0) -> Any:
    return replace(reading, face=replace(reading.face, pose=Pose(yaw, pitch, 0.0)))


def test_dwell_is_counted_for_each_face_and_for_all_at_once(desk: Make, face: Make) -> None:
    writer = desk()
    writer.frames(20, turned(face(1), 0), turned(face(2), 40))
    writer.frames(20, turned(face(1), 0), turned(face(2), 10))
    writer.frames(10, turned(face(1), 0, -40), turned(face(2), 10))
    writer.frames(50)
    dwell = dwell_of(whole(read_session(writer.close())))
    one, two = dwell.faces
    assert (one.facing_s, one.longest_s) == pytest.approx((4.0, 4.0), abs=0.01)
    assert two.facing_s == pytest.approx(3.0, abs=0.01)
    assert two.share == pytest.approx(0.6, abs=0.01)
    assert dwell.at_least == pytest.approx((0.5, 0.2), abs=0.01)


def test_what_the_monitor_says_comes_before_the_head(monitored: Make, cells: Make) -> None:
    session = monitored(10, lambda frame, t: cells(on_target=int(t < 5)) if t < 8 else cells(on_target=""))
    (seen,) = dwell_of(whole(read_session(session))).faces
    assert seen.facing_s == pytest.approx(5.0, abs=0.01)
    assert seen.known_s == pytest.approx(8.0, abs=0.01)


def test_nobody_faces_the_screen_of_an_empty_session(desk: Make) -> None:
    writer = desk()
    writer.frames(10)
    dwell = dwell_of(whole(read_session(writer.close())))
    assert dwell.faces == ()
    assert dwell.at_least == ()
