"""The audit measures what is known about FER-2013, and writes it as figures and as a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training import audit
from training.errors import DataError
from training.fer2013 import Fer2013, Samples


@pytest.fixture(scope="session")
def figures(real_data: Fer2013) -> dict[str, Any]:
    """Measuring takes seconds, so it is done once."""
    return audit.measure(real_data)


def test_the_parts_have_the_published_sizes(figures: dict[str, Any]) -> None:
    assert figures["rows"] == 35_887
    assert {name: (part["rows"], part["per_class"]) for name, part in figures["parts"].items()} == {
        "Training": (28_709, [3995, 436, 4097, 7215, 4830, 3171, 4965]),
        "PublicTest": (3_589, [467, 56, 496, 895, 653, 415, 607]),
        "PrivateTest": (3_589, [491, 55, 528, 879, 594, 416, 626]),
        "PublicTest and PrivateTest": (7_178, [958, 111, 1024, 1774, 1247, 831, 1233]),
    }


def test_the_parts_follow_each_other(real_data: Fer2013) -> None:
    assert (np.diff(real_data.usage.astype(int)) >= 0).all()


def test_grey_values_and_constant_predictions(figures: dict[str, Any]) -> None:
    assert figures["grey"] == pytest.approx({"mean": 0.5077, "deviation": 0.2550}, abs=5e-5)
    reference = figures["reference"]
    assert reference["commonest_class"] == "happy"
    assert reference["commonest_class_accuracy"] == pytest.approx(0.245, abs=5e-4)
    assert reference["training_frequencies_nats"] == pytest.approx(1.815, abs=5e-4)
    assert reference["standard_error"]["PrivateTest"] == pytest.approx(0.0074, abs=5e-5)
    assert reference["ci95_half_width"] == pytest.approx({"PrivateTest": 0.0145, "dedup": 0.0151}, abs=5e-5)


def test_copies(figures: dict[str, Any]) -> None:
    assert figures["copies"] == {
        "unique": 34_034,
        "groups": 1_516,
        "redundant_rows": 1_853,
        "rows_in_groups": 3_369,
        "contradictory": {"groups": 57, "rows": 160},
        "redundant_inside": {"Training": 1_236, "PublicTest": 26, "PrivateTest": 17},
        "private_in_training": 288,
        "private_in_training_same_label": 279,
        "private_in_training_per_class": [37, 16, 47, 28, 17, 118, 25],
        "private_in_public": 44,
        "private_in_training_or_public": 314,
        "public_in_training": 280,
        "public_in_training_same_label": 273,
        "public_in_private": 46,
        "tests_in_training": 568,
        "training_in_tests": 703,
        "training_in_public": 351,
        "training_in_private": 387,
        "near": {"Training": 1_047, "PublicTest": 374, "PrivateTest": 402},
    }


def test_evaluation_subsets(figures: dict[str, Any]) -> None:
    assert figures["private_subsets"] == {
        "dedup": {"rows": 3_301, "per_class": [454, 39, 481, 851, 577, 298, 601]},
        "dedup-tp": {"rows": 3_275, "per_class": [452, 38, 480, 846, 575, 288, 596]},
        "near": {"rows": 3_187, "per_class": [435, 35, 442, 847, 565, 276, 587]},
    }


def test_blank_rows_and_rows_without_a_face(figures: dict[str, Any]) -> None:
    assert figures["blank"] == {
        "black": {"Training": 11, "PublicTest": 1, "PrivateTest": 0},
        "black_labels_in_tests": ["angry"],
        "low_contrast": {"Training": 12, "PublicTest": 1, "PrivateTest": 0},
        "low_contrast_not_black_deviation": [0.65],
        "not_a_face": {"Training": 150, "PublicTest": 10, "PrivateTest": 16},
        "low_contrast_and_not_a_face": 13,
    }


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("Training", (28_559, 0.637, 0.557, 0.157, 14_553, 0.819)),
        ("PublicTest", (3_579, 0.633, 0.564, 0.174, 2_045, 0.773)),
        ("PrivateTest", (3_573, 0.636, 0.558, 0.159, 1_852, 0.825)),
    ],
)
def test_labels_agree_with_the_votes_in_part(
    figures: dict[str, Any], part: str, expected: tuple[float, ...]
) -> None:
    columns = ("rows", "plurality", "one_vote", "no_vote", "clear_rows", "clear_plurality")
    measured = figures["votes"]["per_part"][part]
    assert [measured[name] for name in columns] == pytest.approx(expected, abs=5e-4)


def test_the_vote_ceiling(figures: dict[str, Any]) -> None:
    votes = figures["votes"]
    per_class = [0.48, 0.34, 0.14, 0.92, 0.42, 0.80, 0.85]
    assert votes["plurality_of_every_answer_per_class"] == pytest.approx(per_class, abs=5e-3)
    assert votes["rows_with_other_than_ten_votes"] == 1
    assert votes["regression_accuracy"]["PrivateTest"] == pytest.approx(0.68, abs=5e-3)


@pytest.mark.parametrize(
    ("name", "part", "rows", "per_class"),
    [
        ("official", "train", 28_709, [3995, 436, 4097, 7215, 4830, 3171, 4965]),
        ("standard", "train", 28_559, [3970, 435, 4079, 7186, 4796, 3161, 4932]),
        ("clean", "train", 27_867, [3861, 388, 3970, 7129, 4747, 2887, 4885]),
        ("clean-near", "train", 27_512, [3795, 372, 3858, 7118, 4711, 2798, 4860]),
        ("refit", "train", 31_705, [4358, 465, 4512, 8044, 5423, 3398, 5505]),
        ("six", "train", 28_273, [3995, 4097, 7215, 4830, 3171, 4965]),
        ("six", "validation", 7_067, [958, 1024, 1774, 1247, 831, 1233]),
        ("six-official", "train", 28_273, [3995, 4097, 7215, 4830, 3171, 4965]),
        ("six-official", "validation", 3_533, [467, 496, 895, 653, 415, 607]),
        ("p3", "test", 7_177, [957, 111, 1024, 1774, 1247, 831, 1233]),
    ],
)
def test_the_sets_have_their_sizes(
    figures: dict[str, Any], name: str, part: str, rows: int, per_class: list[int]
) -> None:
    entry = figures["sets"][name][part]
    assert (entry["rows"], list(entry["per_class"].values())) == (rows, per_class)


def test_parted_training_sets(figures: dict[str, Any]) -> None:
    sizes = {
        name: [figures["sets"][name][part]["rows"] for part in ("train", "validation")]
        for name in ("p1", "p3")
    }
    assert sizes["p1"] == [22_967, 5_742]
    assert sum(sizes["p3"]) == 28_698
    happy = [figures["sets"]["p3"][part]["per_class"]["happy"] for part in ("train", "validation")]
    assert happy[1] / sum(happy) == pytest.approx(0.1, abs=1e-3)


def test_contradictory_labels_inside_the_sets(figures: dict[str, Any]) -> None:
    assert figures["sets"]["standard"]["train"]["contradictory"] == {"groups": 38, "rows": 96}
    assert figures["sets"]["clean"]["train"]["contradictory"] == {"groups": 30, "rows": 73}


def test_the_page_and_the_figures_are_written(figures: dict[str, Any], tmp_path: Path) -> None:
    audit.write(figures, tmp_path / "results")
    assert json.loads((tmp_path / "results" / "audit.json").read_text(encoding="utf-8")) == figures
    page = (tmp_path / "results" / "audit.md").read_text(encoding="utf-8")
    assert "| Training | 3,995 | 436 | 4,097 | 7,215 | 4,830 | 3,171 | 4,965 | 28,709 |" in page
    assert "| PrivateTest rows with a copy in Training | 288 |" in page
    assert "| clean-near: train | 3,795 |" in page


def test_an_audit_needs_the_votes(samples: Samples) -> None:
    with pytest.raises(DataError, match="needs the FER\\+ votes"):
        audit.measure(Fer2013(samples, np.zeros(64, np.uint8), None, "0" * 64))
