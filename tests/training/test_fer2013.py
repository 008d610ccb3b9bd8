"""FER-2013: the published counts hold, and damaged files are named with their row."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from training import fer2013
from training.errors import DataError
from training.fer2013 import Fer2013

HEADER = "emotion,pixels,Usage\n"
PIXELS = " ".join(["7"] * 2304)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "fer2013.csv"
    path.write_text(text)
    return path


def test_a_good_row_becomes_a_picture(tmp_path: Path) -> None:
    images, labels, usage = fer2013.parse(written(tmp_path, f"{HEADER}3,{PIXELS},PublicTest\n"))
    assert images.shape == (1, 48, 48)
    assert (images == 7).all()
    assert (labels[0], usage[0]) == (3, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "does not start with the columns"),
        ("emotion,pixels\n", "does not start with the columns"),
        (HEADER, "has no rows"),
        (f"{HEADER}7,{PIXELS},Training\n", "row 2: the label 7 is outside 0 to 6"),
        (f"{HEADER}0,{PIXELS},Training\n1,1 2 3,Training\n", "row 3: expected 2304 pixels"),
        (
            f"{HEADER}0,{PIXELS.replace('7', '300', 1)},Training\n",
            "row 2: expected 2304 pixels from 0 to 255",
        ),
        (f"{HEADER}0,{PIXELS},Testing\n", "row 2"),
        (f"{HEADER}x,{PIXELS},Training\n", "row 2"),
        (f"{HEADER}0\n", "row 2"),
    ],
)
def test_bad_data_are_named_with_their_row(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        fer2013.parse(written(tmp_path, text))


def test_a_truncated_file_says_after_which_row(tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv.gz"
    chance = np.random.default_rng(0)
    rows = [f"0,{' '.join(map(str, chance.integers(0, 256, 2304)))},Training\n" for _ in range(50)]
    whole = gzip.compress((HEADER + "".join(rows)).encode())
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"damaged after \d+ rows"):
        fer2013.parse(path)


def test_missing_data_say_where_they_should_be(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="put it there or set FEMON_DATA"):
        fer2013.load(tmp_path)


def test_the_published_counts_hold(real_data: Fer2013) -> None:
    official = real_data.training("official")
    assert np.bincount(official.labels).tolist() == [3995, 436, 4097, 7215, 4830, 3171, 4965]
    assert np.bincount(real_data.public().labels).tolist() == [467, 56, 496, 895, 653, 415, 607]
    assert len(real_data.training("standard")) == 28_559
    values = official.images / 255
    assert values.mean() == pytest.approx(0.5077, abs=1e-4)
    assert values.std() == pytest.approx(0.2550, abs=1e-4)


def test_copies_of_training_pictures_are_found(real_data: Fer2013) -> None:
    public = real_data.public()
    assert (~real_data.without_training_copies(public)).sum() == 280
