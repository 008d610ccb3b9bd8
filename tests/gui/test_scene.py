"""What the picture as a whole needs saying, by the time of its frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from femon.gui.scene import Scene, SceneWatch
from femon.types import Face, Frame, Pose, Quality, Reading, Readings


def readings(t: float, *reasons: str, face: bool = True, grey: int = 120) -> Readings:
    frame = Frame("test", 0, t, None, None, np.full((32, 32, 3), grey, np.uint8))
    landmarks: Any = np.zeros((478, 3), np.float32)
    quality = Quality(0.1, reasons, 1.0, 1.0, 1.0)
    shares = np.zeros(7, np.float32)
    found = Face(1, (0, 0, 9, 9), landmarks, shares, Pose(0, 0, 0), quality, np.zeros((48, 48), np.uint8))
    return Readings(frame, (Reading(found, True, shares, None, "uncertain", None),) if face else ())


def last(*steps: Readings) -> Scene:
    watch = SceneWatch()
    return [watch.update(step) for step in steps][-1]


def test_no_face_is_said_after_two_seconds_of_frame_time() -> None:
    assert not last(readings(0, face=False), readings(1.9, face=False)).no_face
    assert last(readings(0, face=False), readings(2.0, face=False)).no_face


def test_a_face_in_between_starts_the_wait_again() -> None:
    steps = (readings(0, face=False), readings(1.5), readings(1.6, face=False), readings(3, face=False))
    assert not last(*steps).no_face


@pytest.mark.parametrize(
    ("reason", "hint"),
    [
        ("small", "Move closer"),
        ("dark", "Turn on a light in front of you"),
        ("turned", "Look towards the camera"),
        ("blurred", "Clean the lens or hold still"),
    ],
)
def test_a_lasting_reason_becomes_a_hint_after_three_seconds(reason: str, hint: str) -> None:
    assert last(readings(0, reason), readings(2.9, reason)).hint is None
    assert last(readings(0, reason), readings(3.0, reason)).hint == hint


def test_the_hint_goes_with_its_reason() -> None:
    assert last(readings(0, "dark"), readings(4, "dark"), readings(4.1)).hint is None


def test_of_several_reasons_the_first_remedy_is_named() -> None:
    assert last(readings(0, "blurred", "small"), readings(3, "blurred", "small")).hint == "Move closer"


def test_a_black_picture_is_noticed() -> None:
    assert last(readings(0, face=False, grey=2), readings(2, face=False, grey=2)).black
    assert not last(readings(0, face=False, grey=30), readings(2, face=False, grey=30)).black


def test_a_clip_that_starts_over_starts_the_waits_again() -> None:
    assert not last(readings(18, face=False), readings(0, face=False), readings(1, face=False)).no_face
