"""Where tags, boxes and bars are placed."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from femon.overlay import Mark, Rect, lay_out, place_picture, tag_text
from femon.types import Face, Pose, Quality, Reading

VIEW = (960.0, 540.0)


def reading(track: int, box: tuple[float, float, float, float], **changes: object) -> Reading:
    quality = Quality(0.9, (), 90.0, 120.0, 60.0)
    empty = np.zeros((478, 3), np.float32)
    crop = np.zeros((48, 48), np.uint8)
    face = Face(track, box, empty, np.zeros(52, np.float32), Pose(0, 0, 0), quality, crop)
    shares = np.array([0.02, 0.03, 0.05, 0.7, 0.1, 0.06, 0.04], np.float32)
    values = {"primary": track == 1, "label": "happy", "uncertain": None, "smooth": shares}
    return Reading(face=face, raw=shares, **{**values, **changes})


def marks(*readings: Reading, bars: bool = True, mirrored: bool = False) -> tuple[Mark, ...]:
    place = place_picture((640, 360), VIEW, mirrored=mirrored)
    return lay_out(readings, place, text_width=lambda text: 8.0 * len(text), bars=bars)


def test_a_picture_is_letterboxed_in_the_middle() -> None:
    place = place_picture((640, 480), (1000.0, 480.0), mirrored=False)
    assert place.picture == Rect(180.0, 0.0, 640.0, 480.0)
    assert place.box((10, 20, 30, 40)) == Rect(190.0, 20.0, 30.0, 40.0)


def test_mirroring_flips_positions_inside_the_picture() -> None:
    place = place_picture((640, 480), (1000.0, 480.0), mirrored=True)
    assert place.box((10, 20, 30, 40)) == Rect(180.0 + 640 - 40, 20.0, 30.0, 40.0)


def test_the_tag_stands_on_the_box() -> None:
    (mark,) = marks(reading(1, (200, 100, 80, 100)))
    assert mark.tag is not None
    assert mark.tag.x == mark.box.x
    assert mark.tag.bottom < mark.box.y


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "1  happy 70 %"),
        ({"uncertain": "warmup", "label": "uncertain"}, "1  uncertain - settling"),
        ({"uncertain": "small_margin", "label": "uncertain"}, "1  uncertain - two labels too close"),
    ],
)
def test_the_tag_says_label_and_probability_or_why_not(changes: dict[str, object], text: str) -> None:
    assert tag_text(reading(1, (0, 0, 10, 10), **changes)) == text


def test_tags_never_overlap_wherever_the_faces_are() -> None:
    random = np.random.default_rng(3)
    for _ in range(200):
        boxes = random.uniform((0, 0, 20, 20), (600, 340, 400, 300), (4, 4))
        laid = marks(*(reading(number + 1, tuple(box)) for number, box in enumerate(boxes)))
        tags = [mark.tag for mark in laid if mark.tag]
        panels = [mark.panel for mark in laid if mark.panel]
        assert len(tags) == 4
        assert not any(one.overlaps(other) for one, other in combinations(tags + panels, 2))
        for part in tags + panels:
            assert part == part.kept_inside(Rect(0, 0, *VIEW))


def test_the_tag_of_the_primary_face_stays_and_the_other_gives_way_downwards() -> None:
    first, second = marks(reading(2, (200, 100, 80, 100)), reading(1, (205, 101, 80, 100)))
    assert first.text.startswith("1")
    assert first.tag is not None
    assert second.tag is not None
    assert first.tag.bottom < first.box.y
    assert second.tag.y >= first.tag.bottom


def test_a_tag_gives_way_to_the_signs_of_the_picture() -> None:
    place = place_picture((640, 360), VIEW, mirrored=False)
    sign = Rect(300, 0, 200, 40)
    (mark,) = lay_out(
        (reading(1, (200, 5, 300, 330)),), place, text_width=lambda text: 8.0 * len(text), signs=[sign]
    )
    assert mark.tag is not None
    assert not mark.tag.overlaps(sign)
    assert mark.panel is None or not mark.panel.overlaps(sign)


def test_a_tag_that_would_hide_another_face_names_only_the_number() -> None:
    upper, lower = reading(1, (200, 40, 60, 70)), reading(2, (230, 105, 60, 70))
    first, second = marks(upper, lower)
    assert first.text == "1  happy 70 %"
    assert second.text == "2"
    assert second.tag is not None
    assert second.tag.shared_area(first.box) < 0.1 * first.box.width * first.box.height


def test_in_a_small_view_a_tag_leaves_its_reason_out() -> None:
    doubtful = reading(1, (200, 100, 80, 100), uncertain="low_prob", label="uncertain")
    texts = []
    for width in (960, 400, 120):
        place = place_picture((640, 360), (float(width), width * 0.5625), mirrored=False)
        (mark,) = lay_out((doubtful,), place, text_width=lambda text: 8.0 * len(text))
        texts.append(mark.text)
    assert texts == ["1  uncertain - no label likely enough", "1  uncertain", "1"]


def test_faces_apart_keep_their_whole_tags() -> None:
    laid = marks(reading(1, (100, 100, 80, 100)), reading(2, (400, 100, 80, 100)))
    assert [mark.text for mark in laid] == ["1  happy 70 %", "2  happy 70 %"]


def test_a_narrow_box_has_the_three_likeliest_bars_in_order() -> None:
    (mark,) = marks(reading(1, (200, 100, 80, 100)))
    assert [bar.emotion for bar in mark.bars] == ["happy", "sad", "surprise"]
    assert all(bar.row.y >= mark.box.bottom for bar in mark.bars)


def test_a_wide_box_has_all_seven_in_their_fixed_order() -> None:
    (mark,) = marks(reading(1, (200, 20, 160, 180)))
    assert [bar.emotion for bar in mark.bars][:2] == ["angry", "disgust"]
    assert len(mark.bars) == 7


def test_bars_without_room_below_stand_beside_the_face() -> None:
    (mark,) = marks(reading(1, (200, 40, 200, 310)))
    assert mark.panel is not None
    assert not mark.panel.overlaps(mark.box)


def test_bars_may_cover_the_lower_end_of_a_face_that_fills_the_view_but_then_only_three() -> None:
    (mark,) = marks(reading(1, (0, 0, 640, 360)))
    assert len(mark.bars) == 3
    assert mark.panel is not None
    assert mark.panel.bottom <= VIEW[1]


def test_there_are_no_bars_without_probabilities_or_when_switched_off() -> None:
    low = reading(1, (200, 100, 80, 100), smooth=None, uncertain="low_quality", label="uncertain")
    assert marks(low)[0].bars == ()
    assert marks(low)[0].uncertain
    assert marks(reading(1, (200, 100, 80, 100)), bars=False)[0].panel is None
