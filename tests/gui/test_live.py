"""What the running source says, and what is no longer said when it is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from femon.emotions import EMOTIONS
from femon.gui import messages
from femon.types import Reading

MakeFace = Callable[..., Reading]
ENDED = "talk.mp4 has ended."


def far_away(studio: Any, face: MakeFace, until: int) -> None:
    for t in range(until):
        studio.show(float(t), face(uncertain="low_quality", reasons=("small",)))


@pytest.mark.parametrize("kind", ["ended", "error"])
def test_a_hint_about_the_picture_ends_with_the_source(studio: Any, face: MakeFace, kind: str) -> None:
    studio.open_clip()
    far_away(studio, face, 5)
    assert studio.message() == "Move closer"
    studio.say(kind, ENDED)
    assert studio.message() != "Move closer"


def test_what_can_be_done_after_the_end_stands_in_the_banner(studio: Any, face: MakeFace) -> None:
    studio.open_clip()
    far_away(studio, face, 5)
    studio.say("ended", ENDED)
    assert studio.message() == ENDED
    studio.press("retry")
    assert len(studio.made.pipelines) == 2


def test_readings_that_come_after_the_end_bring_no_hint_back(studio: Any, face: MakeFace) -> None:
    studio.open_clip()
    far_away(studio, face, 5)
    studio.say("ended", ENDED)
    studio.show(5.0, face(uncertain="low_quality", reasons=("small",)))
    assert studio.message() == ENDED


def test_a_black_picture_is_no_longer_told_when_the_camera_is_gone(studio: Any, face: MakeFace) -> None:
    studio.open()
    for t in range(5):
        studio.show(float(t), face(), grey=0)
    assert studio.message() == messages.BLACK_PICTURE.text
    studio.say("error", "The analysis has stopped.")
    assert studio.message() != messages.BLACK_PICTURE.text


def test_the_timeline_follows_the_primary_face_until_a_card_is_clicked(studio: Any, face: MakeFace) -> None:
    parts = studio.window.parts
    parts.add_timeline()
    studio.open()
    studio.show(0.0, face(1), face(2, label="sad", primary=False))
    studio.show(2.0, face(2, label="sad"))  # the first has left, the second was in view all the time
    parts.timeline.redraw()
    (drawn,) = parts.timeline._plot.pictures
    assert drawn.t[np.isfinite(drawn.values[:, 0])].tolist() == [-2.0, 0.0]
    assert [EMOTIONS[row.argmax()] for row in drawn.values[[0, -1]]] == ["happy", "sad"]
    parts.cards.choose(2)
    parts.timeline.redraw()
    (drawn,) = parts.timeline._plot.pictures
    assert [EMOTIONS[row.argmax()] for row in drawn.values[[0, -1]]] == ["sad", "sad"]
