"""Two networks on the same pictures, against tables small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from training.comparisons import compare, mcnemar, paired_bootstrap


def rights(first_only: int, second_only: int, both: int) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    first = np.repeat([True, False, True], [first_only, second_only, both])
    second = np.repeat([False, True, True], [first_only, second_only, both])
    return first, second


def test_mcnemar_counts_only_pictures_on_which_the_two_differ() -> None:
    # Two-sided sign test of 1 against 7 by hand: 2 (C(8,0) + C(8,1)) / 2^8.
    assert mcnemar(*rights(1, 7, 100)) == (1, 7, pytest.approx(2 * 9 / 256))
    assert mcnemar(*rights(4, 4, 3)) == (4, 4, pytest.approx(1))
    assert mcnemar(*rights(0, 0, 3)) == (0, 0, 1.0)


def test_the_paired_interval_holds_the_difference_and_repeats() -> None:
    difference, (low, high) = paired_bootstrap(*rights(30, 10, 160))
    assert difference == pytest.approx(0.1)
    assert low < difference < high
    # The normal interval of the same paired differences, as a check of its width.
    width = 2 * 1.96 * np.sqrt((0.2 - 0.1**2) / 200)
    assert high - low == pytest.approx(width, rel=0.1)
    assert paired_bootstrap(*rights(30, 10, 160)) == (difference, (low, high))


def probabilities(right: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    return np.eye(7, dtype=np.float32)[np.where(right, 0, 1)]


def test_networks_are_ranked_when_the_interval_leaves_out_zero() -> None:
    first, second = (probabilities(right) for right in rights(60, 10, 130))
    labels = np.zeros(200, np.uint8)
    compared = compare(("vgg", first), ("levels", second), labels, split="public")
    assert compared.ranked
    assert compared.text().startswith("`vgg` is above `levels`: +25.00 points (95 % CI ")
    assert "60 against 10 pictures, n=200, public" in compared.text()
    turned = compare(("levels", second), ("vgg", first), labels, split="public")
    assert turned.text().startswith("`levels` is below `vgg`")


def test_networks_are_not_ranked_when_the_interval_contains_zero() -> None:
    first, second = (probabilities(right) for right in rights(12, 10, 178))
    compared = compare(("vgg", first), ("levels", second), np.zeros(200, np.uint8), split="public")
    assert not compared.ranked
    assert "are not ranked" in compared.text()
    assert compared.text().endswith("the interval contains 0.")
    assert not any(word in compared.text() for word in ("above", "below", "better"))


def test_equal_networks_are_not_ranked() -> None:
    same = probabilities(np.ones(5, np.bool_))
    compared = compare(("a", same), ("b", same), np.zeros(5, np.uint8), split="public")
    assert (compared.p, compared.difference, compared.ci95, compared.ranked) == (1.0, 0.0, (0.0, 0.0), False)
