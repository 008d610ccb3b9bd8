"""Eye and mouth shapes of a face whose geometry is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from femon.monitors.geometry import expression_of, openness_of_blink, shape_of
from femon.types import Face
from monitors.synthetic import CANONICAL_EAR, Script, Timing, faces


def first_face(script: Script) -> Face:
    _, face = next(iter(faces(script, Timing(noise=False))))
    assert face is not None
    return face


def test_the_canonical_face_has_its_known_ratio() -> None:
    assert pytest.approx(0.23, abs=0.001) == CANONICAL_EAR


@pytest.mark.parametrize("yaw", [-40, 0, 40])
@pytest.mark.parametrize("pitch", [-30, 0, 30])
def test_turning_the_head_keeps_the_eye_aspect_ratio(yaw: float, pitch: float) -> None:
    shape = shape_of(first_face(Script(1, yaw=[(0, yaw)], pitch=[(0, pitch)])).landmarks)
    assert (shape.right.ear, shape.left.ear) == pytest.approx((0.28, 0.28), rel=1e-4)
    assert (shape.left.width_px > shape.right.width_px) == (yaw < 0) or yaw == 0


def test_half_open_lids_lie_between_the_references() -> None:
    shape = shape_of(first_face(Script(1, openness=[(0, 0.5)])).landmarks)
    assert shape.right.ear == pytest.approx((0.28 + 0.056) / 2, rel=1e-4)


def test_widths_and_spans_are_measured_in_the_picture() -> None:
    shape = shape_of(first_face(Script(1)).landmarks)
    assert shape.right.width_px == pytest.approx(20 * math.hypot(2.59, 0.07), abs=0.01)
    assert shape.outer_span_px == pytest.approx(20 * 8.9, abs=0.01)
    assert shape.nose_px == pytest.approx((320, 240 + 20 * 1.13), abs=0.01)
    assert shape.mouth_ratio == pytest.approx(math.hypot(0.55, 0.18) / 4.30, abs=0.001)


def test_a_point_like_eye_has_no_ratio() -> None:
    assert math.isnan(shape_of(np.zeros((478, 3), np.float32)).left.ear)


def test_gaze_has_the_signs_of_the_pose() -> None:
    shapes = np.zeros(52, np.float32)
    shapes[[15, 14]] = 0.6  # left eye outward, right eye inward: to the subject's left, the image's right
    shapes[[17, 18]] = 0.4
    shapes[25] = 0.7
    expression = expression_of(shapes)
    assert expression.gaze_x == pytest.approx(0.6)
    assert expression.gaze_y == pytest.approx(0.4)
    assert expression.jaw_open == pytest.approx(0.7)


@pytest.mark.parametrize(("blink", "openness"), [(0.0, 1.0), (0.2, 0.96), (0.5, 0.33), (0.85, 0.0)])
def test_the_blink_blendshape_is_a_rough_openness(blink: float, openness: float) -> None:
    assert openness_of_blink(blink) == pytest.approx(openness, abs=0.01)
