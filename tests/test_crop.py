"""Crops keep the geometry and the grey levels of the training pictures."""

import csv
import gzip
import itertools
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from femon.crop import FER_SPEC, CropSpec, Point, crop_face, crop_from_fer

SCALES = (1.0, 1.2, 1.5, 1.9, 2.4, 3.1, 4.0, 5.3, 6.7, 8.0)


def smooth_picture(rng: np.random.Generator) -> NDArray[np.uint8]:
    noise = cv2.GaussianBlur(rng.uniform(0, 255, (48, 48)).astype(np.float32), (0, 0), 1.5)
    return np.asarray(cv2.normalize(noise, None, 20, 235, cv2.NORM_MINMAX), np.float32).astype(np.uint8)


def fer_pictures(shared: Path, count: int) -> list[NDArray[np.uint8]]:
    with gzip.open(shared / "data" / "fer2013.csv.gz", "rt", encoding="ascii") as file:
        rows = list(itertools.islice(csv.DictReader(file), count))
    return [np.array(row["pixels"].split(), np.uint8).reshape(48, 48) for row in rows]


def pasted(
    picture: NDArray[np.uint8], scale: float, tilt: float, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], tuple[Point, Point]]:
    """A larger frame that holds the picture enlarged and tilted, and where its eyes are."""
    side = int(scale * 48 * 1.5) + 40
    slope = scale * np.exp(1j * np.deg2rad(tilt))
    offset = complex(side / 2 + rng.uniform(-2, 2), side / 2 + rng.uniform(-2, 2)) - slope * (23.5 + 23.5j)
    to_frame = np.array([[slope.real, -slope.imag, offset.real], [slope.imag, slope.real, offset.imag]])
    frame = cv2.warpAffine(
        picture, to_frame, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    left, right = (slope * complex(*eye) + offset for eye in (FER_SPEC.left_eye, FER_SPEC.right_eye))
    return np.asarray(frame, np.uint8), ((left.real, left.imag), (right.real, right.imag))


def round_trip_error(pictures: list[NDArray[np.uint8]], scale: float) -> float:
    rng = np.random.default_rng(int(scale * 10))
    errors = []
    for picture in pictures:
        frame, eyes = pasted(picture, scale, rng.uniform(-25, 25), rng)
        errors.append(np.abs(crop_face(frame, eyes, FER_SPEC).astype(float) - picture).mean())
    return float(np.mean(errors))


@pytest.mark.parametrize("scale", SCALES)
def test_a_smooth_picture_comes_back_within_one_grey_level(scale: float) -> None:
    rng = np.random.default_rng(7)
    assert round_trip_error([smooth_picture(rng) for _ in range(10)], scale) < 1.0


def test_pictures_of_the_dataset_come_back_within_two_grey_levels(shared: Path) -> None:
    pictures = fer_pictures(shared, 20)
    errors = {scale: round_trip_error(pictures, scale) for scale in SCALES}
    assert max(errors.values()) < 2.0, errors


def test_an_untouched_picture_comes_back_exactly() -> None:
    picture = smooth_picture(np.random.default_rng(1))
    assert np.array_equal(crop_face(picture, (FER_SPEC.left_eye, FER_SPEC.right_eye), FER_SPEC), picture)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0, 3.0, 4.0, 4.5, 5.0])
def test_a_ramp_shows_that_no_half_pixel_is_lost(scale: float) -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (200, 1))  # each level is the x of its column
    spec = CropSpec(left_eye=(14.0, 20.0), right_eye=(34.0, 20.0))
    crop = crop_face(ramp, ((75.0, 90.0), (75.0 + 20 * scale, 90.0)), spec)
    error = crop.mean(axis=0) - (75.0 + (np.arange(48) - 14.0) * scale)
    assert np.abs(error).max() <= 0.5  # grey levels are whole numbers
    assert abs(error.mean()) < 0.3


@pytest.mark.parametrize("scale", [1.0, 3.5, 8.0])
def test_the_eyes_land_where_the_specification_says(scale: float) -> None:
    eyes = ((150.3, 160.8), (150.3 + 17.4 * scale * 0.94, 160.8 + 17.4 * scale * 0.34))
    for eye, target in zip(eyes, (FER_SPEC.left_eye, FER_SPEC.right_eye), strict=True):
        rows, columns = np.mgrid[0:400, 0:400]
        spot = 255 * np.exp(-((columns - eye[0]) ** 2 + (rows - eye[1]) ** 2) / (2 * (1.5 * scale) ** 2))
        crop = crop_face(spot.astype(np.uint8), eyes, FER_SPEC).astype(float)
        crop_rows, crop_columns = np.mgrid[0:48, 0:48]
        centre = ((crop_columns * crop).sum() / crop.sum(), (crop_rows * crop).sum() / crop.sum())
        assert np.hypot(centre[0] - target[0], centre[1] - target[1]) < 0.05


@pytest.mark.parametrize("scale", [2.0, 5.0, 8.0, 20.0])
def test_a_large_face_does_not_alias(scale: float) -> None:
    noise = np.random.default_rng(3).integers(0, 2, (1200, 1200), dtype=np.uint8) * 255
    crop = crop_face(noise, ((426.0, 500.0), (426.0 + 17.4 * scale, 500.0)), FER_SPEC)
    assert crop.std() < 1.2 * 127.5 / min(scale, 4.0)  # as low as the mean of that many pixels asks for
    assert abs(crop.mean() - 127.5) < 4


def test_a_margin_above_one_shows_more_around_the_eyes() -> None:
    rows, columns = np.mgrid[0:300, 0:300]
    distance = np.clip(np.hypot(columns - 150.0, rows - 150.0), 0, 255).astype(np.uint8)
    eyes = ((132.6, 150.0), (167.4, 150.0))  # their midpoint stays where it is: at (23.9, 19.05)
    plain, wide = (crop_face(distance, eyes, FER_SPEC, margin=margin).astype(float) for margin in (1.0, 1.3))
    assert plain[19, 24] < 2
    assert wide[19, 24] < 2
    assert wide[19, 47] / plain[19, 47] == pytest.approx(1.3, abs=0.05)


def test_what_lies_outside_the_picture_repeats_the_border() -> None:
    gray = np.full((60, 60), 90, np.uint8)
    assert np.all(crop_face(gray, ((2.0, 5.0), (37.0, 5.0)), FER_SPEC) == 90)


def test_a_crop_is_small_grey_and_contiguous() -> None:
    crop = crop_face(np.zeros((480, 640), np.uint8), ((300.0, 200.0), (360.0, 210.0)), FER_SPEC)
    assert (crop.shape, crop.dtype, crop.flags.c_contiguous) == ((48, 48), np.uint8, True)


@pytest.mark.parametrize("right", [(10.0, 10.0), (10.5, 10.0), (float("nan"), 10.0)])
def test_eyes_in_one_place_are_refused(right: Point) -> None:
    with pytest.raises(ValueError, match="less than one pixel"):
        crop_face(np.zeros((60, 60), np.uint8), ((10.0, 10.0), right), FER_SPEC)


def test_a_picture_of_the_dataset_is_a_crop_as_it_is() -> None:
    picture = smooth_picture(np.random.default_rng(2))
    assert crop_from_fer(picture) is picture
    for wrong in (picture[:40], picture.astype(np.float32)):
        with pytest.raises(ValueError, match="48x48 uint8"):
            crop_from_fer(wrong)  # type: ignore[arg-type]


def test_the_reach_is_the_farthest_corner_in_eye_distances() -> None:
    assert CropSpec(left_eye=(13.5, 23.5), right_eye=(33.5, 23.5)).reach == pytest.approx(24 * 2**0.5 / 20)


def test_a_specification_survives_json() -> None:
    spec = CropSpec(left_eye=(14.5, 18.25), right_eye=(33.0, 18.5))
    assert CropSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec


@pytest.mark.parametrize("entry", [{}, {"size": 48, "left_eye": [1], "right_eye": [2, 3]}])
def test_a_damaged_specification_is_refused(entry: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a crop specification"):
        CropSpec.from_dict(entry)
