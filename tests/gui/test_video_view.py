"""The painted picture: what is where, in which colour, and what mirroring flips."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from femon.gui.theme import DARK
from femon.gui.video_view import Overlay, VideoView, frame_image
from femon.types import Face, Frame, Pose, Quality, Reading, Readings


def half_red(t: float = 0.0) -> Frame:
    """A picture whose left half is red and whose right half is blue."""
    image = np.zeros((100, 200, 3), np.uint8)
    image[:, :100, 2] = 255
    image[:, 100:, 0] = 255
    image.flags.writeable = False
    return Frame("test", 0, t, None, None, image)


def with_face(frame: Frame, *, uncertain: bool = False) -> Readings:
    probabilities = np.full(7, 1 / 7, np.float32)
    landmarks = np.zeros((478, 3), np.float32)
    quality = Quality(0.9, (), 90.0, 120.0, 60.0)
    crop = np.zeros((48, 48), np.uint8)
    box = (20.0, 40.0, 40.0, 40.0)
    face = Face(1, box, landmarks, np.zeros(52, np.float32), Pose(0, 0, 0), quality, crop)
    label, why = ("uncertain", "warmup") if uncertain else ("happy", None)
    return Readings(frame, (Reading(face, True, probabilities, probabilities, label, why),))


@pytest.fixture
def view(qtbot: Any) -> VideoView:
    made = VideoView()
    qtbot.addWidget(made)
    made.resize(800, 400)  # 4 widget px per picture px
    return made


def painted(view: VideoView) -> QImage:
    return view.grab().toImage()


def colours(image: QImage, left: int, right: int) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(left, right, 2) for y in range(0, 400)}


def test_a_frame_is_shared_not_copied_and_keeps_its_colours(qapp: Any) -> None:
    frame = half_red()
    image = frame_image(frame)
    assert (image.width(), image.height()) == (200, 100)
    assert image.pixelColor(10, 10) == QColor("#ff0000")
    assert image.pixelColor(150, 10) == QColor("#0000ff")


def test_a_cut_out_frame_with_longer_rows_is_painted_right(qapp: Any) -> None:
    frame = half_red()
    cut = replace(frame, image_bgr=frame.image_bgr[10:60, 80:120])
    image = frame_image(cut)
    assert image.pixelColor(5, 40) == QColor("#ff0000")
    assert image.pixelColor(35, 40) == QColor("#0000ff")


def test_the_picture_is_mirrored_only_when_asked(view: VideoView) -> None:
    view.show_frame(half_red())
    for mirror, left in ((False, "#ff0000"), (True, "#0000ff")):
        view.set_overlay(Overlay(mirror=mirror))
        assert painted(view).pixelColor(30, 380).name() == left


def test_the_box_is_flipped_with_the_picture(view: VideoView) -> None:
    happy = DARK.emotions["happy"].lower()
    view.show_readings(with_face(half_red()))
    view.set_overlay(Overlay(mirror=False, bars=False))
    assert happy in colours(painted(view), 0, 400)
    assert happy not in colours(painted(view), 400, 800)
    view.set_overlay(Overlay(mirror=True, bars=False))
    assert happy in colours(painted(view), 400, 800)


def test_text_is_never_mirrored(view: VideoView) -> None:
    view.set_camera("Camera on")
    view.show_frame(replace(half_red(), image_bgr=np.zeros((100, 200, 3), np.uint8)))
    view.set_overlay(Overlay(mirror=False))
    plain = painted(view)
    view.set_overlay(Overlay(mirror=True))
    assert painted(view) == plain


def test_an_uncertain_face_is_grey_and_its_line_is_broken(view: VideoView) -> None:
    view.show_readings(with_face(half_red(), uncertain=True))
    view.set_overlay(Overlay(mirror=False, bars=False))
    image = painted(view)
    grey = DARK.emotions["uncertain"].lower()
    # The right edge of the box is at x = 240; its line is 2 px wide.
    edge = [image.pixelColor(240, y).name() == grey for y in range(180, 300)]
    assert any(edge)
    assert not all(edge)


def test_the_overlay_can_be_switched_off(view: VideoView) -> None:
    view.show_readings(Readings(half_red(), ()))
    view.set_overlay(Overlay(boxes=False, bars=False, mirror=False))
    bare = painted(view)
    view.show_readings(with_face(half_red()))
    assert painted(view) == bare


def test_a_frozen_picture_stays_until_it_is_released(view: VideoView) -> None:
    view.show_frame(half_red())
    view.set_frozen(True)
    view.show_readings(with_face(half_red(1.0)))
    assert view.accessibleDescription() == ""
    view.set_frozen(False)
    view.show_readings(with_face(half_red(2.0)))
    assert view.accessibleDescription() == "Face 1: happy"


def test_late_readings_do_not_turn_the_picture_back(view: VideoView) -> None:
    newer = replace(half_red(1.0), image_bgr=np.full((100, 200, 3), 255, np.uint8))
    view.show_frame(newer)
    view.show_readings(with_face(half_red(0.5)))
    view.set_overlay(Overlay(mirror=False))
    assert painted(view).pixelColor(700, 380).name() == "#ffffff"


def test_boxes_that_are_too_old_for_the_picture_are_left_out(view: VideoView) -> None:
    happy = DARK.emotions["happy"].lower()
    view.set_overlay(Overlay(mirror=False, bars=False))
    view.show_readings(with_face(half_red(0.0)))
    view.show_frame(half_red(1.9))
    assert happy in colours(painted(view), 0, 400)
    view.show_frame(half_red(2.1))
    assert happy not in colours(painted(view), 0, 400)


def test_no_face_is_said_in_the_picture(view: VideoView) -> None:
    empty = Readings(half_red(), ())
    view.show_readings(empty)
    without = painted(view)
    view.show_readings(empty, no_face=True)
    assert painted(view) != without


def test_the_overlay_is_sharp_on_screens_with_a_scale(view: VideoView) -> None:
    view.show_readings(with_face(half_red()))
    target = QImage(1600, 800, QImage.Format.Format_ARGB32_Premultiplied)
    target.setDevicePixelRatio(2.0)
    view.set_overlay(Overlay(mirror=False, bars=False))
    view.render(target)
    happy = DARK.emotions["happy"].lower()
    # The left edge of the box is at 80 widget px: 2 px wide there, 4 px here.
    line = [x for x in range(150, 170) if target.pixelColor(x, 480).name() == happy]
    assert line == [158, 159, 160, 161]
