"""Every quality score falls and rises where the specification says, and names itself."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from femon.quality import Box, judge, laplacian_variance
from femon.types import Pose, Quality

FRAME = (640, 480)
STRAIGHT = Pose(0.0, 0.0, 0.0)
INSIDE: Box = (200.0, 100.0, 150.0, 200.0)


def textured(brightness: float = 120.0, contrast: float = 20.0) -> NDArray[np.uint8]:
    noise = np.random.default_rng(5).normal(0, contrast, (48, 48))
    return np.clip(noise - noise.mean() + brightness, 0, 255).astype(np.uint8)


def judged(
    crop: NDArray[np.uint8] | None = None,
    *,
    eye_distance_px: float = 60.0,
    pose: Pose = STRAIGHT,
    box: Box = INSIDE,
    minimum: float = 0.30,
) -> Quality:
    return judge(
        textured() if crop is None else crop,
        eye_distance_px=eye_distance_px,
        pose=pose,
        box_xywh=box,
        frame_size=FRAME,
        minimum=minimum,
    )


def test_a_good_face_scores_one_and_has_no_reasons() -> None:
    quality = judged()
    assert (quality.value, quality.reasons) == (1.0, ())
    assert quality.brightness == pytest.approx(120, abs=0.6)
    assert quality.eye_distance_px == 60.0


@pytest.mark.parametrize(("distance", "score"), [(10, 0), (16, 0), (20, 0.25), (24, 0.5), (32, 1), (90, 1)])
def test_small_faces(distance: float, score: float) -> None:
    quality = judged(eye_distance_px=distance)
    assert quality.value == pytest.approx(score)
    assert quality.reasons == (("small",) if score < 0.3 else ())


@pytest.mark.parametrize(
    ("brightness", "score", "word"),
    [(20, 0, "dark"), (36, 0.2, "dark"), (45, 0.5, ""), (60, 1, ""), (200, 1, ""), (215, 0.5, ""),
     (227, 0.1, "bright"), (240, 0, "bright")],
)  # fmt: skip
def test_dark_and_bright_faces(brightness: float, score: float, word: str) -> None:
    quality = judged(textured(brightness, contrast=4.0))
    assert quality.value == pytest.approx(score, abs=0.03)
    assert quality.reasons == ((word,) if word else ())


@pytest.mark.parametrize(
    ("pose", "score"),
    [(Pose(20, 0, 0), 1), (Pose(-35, 0, 0), 0.5), (Pose(44, 0, 0), 0.2), (Pose(-60, 0, 0), 0),
     (Pose(0, 20, 0), 1), (Pose(0, -30, 0), 0.5), (Pose(0, 36, 0), 0.2), (Pose(0, 0, 80), 1)],
)  # fmt: skip
def test_turned_faces(pose: Pose, score: float) -> None:
    quality = judged(pose=pose)
    assert quality.value == pytest.approx(score)
    assert quality.reasons == (("turned",) if score < 0.3 else ())


@pytest.mark.parametrize(
    ("box", "score"),
    [((-0.5, -0.5, 100, 100), 1), ((-10.5, 100, 100, 100), 0.5), ((559.5, 100, 100, 100), 0.0),
     ((100, 395.5, 100, 100), 0.2), ((-100, 100, 50, 50), 0), ((100, 100, 0, 50), 0)],
)  # fmt: skip
def test_faces_that_are_partly_outside_the_picture(box: Box, score: float) -> None:
    quality = judged(box=box)
    assert quality.value == pytest.approx(score, abs=1e-6)
    assert quality.reasons == (("partial",) if score < 0.3 else ())


def test_blurred_faces() -> None:
    sharp = textured()
    soft = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 3.0), np.uint8)
    assert judged(sharp).reasons == ()
    assert judged(soft).reasons == ("blurred",)
    assert judged(soft).blur < 5
    assert judged(sharp).blur > 30


def test_the_blur_measure_is_the_variance_of_the_laplacian() -> None:
    crop = textured()
    expected = np.asarray(cv2.Laplacian(crop, cv2.CV_32F))[1:-1, 1:-1].var()
    assert laplacian_variance(crop) == pytest.approx(float(expected), rel=1e-5)


def test_the_smallest_score_counts_and_all_reasons_are_named_in_a_fixed_order() -> None:
    dark = np.full((48, 48), 10, np.uint8)
    quality = judged(dark, eye_distance_px=17.0, pose=Pose(60, 0, 0), box=(-80.0, 0.0, 100.0, 100.0))
    assert quality.value == 0.0
    assert quality.reasons == ("small", "dark", "blurred", "turned", "partial")


def test_the_gate_is_the_callers() -> None:
    assert judged(eye_distance_px=24.0, minimum=0.6).reasons == ("small",)
    assert judged(eye_distance_px=16.0, minimum=0.0).reasons == ()
