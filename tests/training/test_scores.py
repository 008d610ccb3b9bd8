"""Figures of merit and calibration on arrays small enough to check by hand, and the lock of PrivateTest."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from training import ledger, metrics
from training.calibrate import fit_temperature, tempered, uncertain_below
from training.errors import LockedError
from training.fer2013 import Samples

PERFECT = np.eye(7, dtype=np.float32)
ALL = np.arange(7).astype(np.uint8)


def test_a_perfect_predictor_has_perfect_figures() -> None:
    assert metrics.accuracy(PERFECT, ALL) == 1
    assert metrics.macro_f1(metrics.confusion(PERFECT, ALL)) == 1
    assert metrics.negative_log_likelihood(PERFECT, ALL) == 0
    assert metrics.brier(PERFECT, ALL) == 0
    assert metrics.calibration_error(PERFECT, ALL) == 0


def test_a_constant_predictor_is_right_by_chance() -> None:
    constant = np.tile(np.array([0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], np.float32), (7, 1))
    assert metrics.accuracy(constant, ALL) == pytest.approx(1 / 7)
    assert metrics.recalls(metrics.confusion(constant, ALL)).tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert metrics.macro_f1(metrics.confusion(constant, ALL)) == pytest.approx(2 / 8 / 7)
    assert metrics.calibration_error(constant, ALL) == pytest.approx(0.4 - 1 / 7, abs=1e-6)


def test_absent_classes_count_as_zero_and_rows_are_labels() -> None:
    table = metrics.confusion(PERFECT[[1, 1]], np.array([0, 1], np.uint8))
    assert table[0, 1] == table[1, 1] == 1
    assert metrics.recalls(table)[2] == 0


def test_the_interval_holds_the_accuracy_and_repeats() -> None:
    labels = np.random.default_rng(0).integers(0, 7, 500).astype(np.uint8)
    probabilities = PERFECT[(labels + (np.arange(500) % 4 == 0)) % 7]
    low, high = metrics.accuracy_interval(probabilities, labels)
    assert low < metrics.accuracy(probabilities, labels) == 0.75 < high
    assert (low, high) == metrics.accuracy_interval(probabilities, labels)


def test_the_temperature_undoes_overconfidence() -> None:
    chance = np.random.default_rng(0)
    logits = chance.normal(size=(4000, 7)).astype(np.float32)
    honest = tempered(logits, 1.0)
    labels = np.array([chance.choice(7, p=row / row.sum()) for row in honest.astype(np.float64)], np.uint8)
    assert fit_temperature(logits * 3, labels) == pytest.approx(3, rel=0.1)


def test_doubt_begins_where_half_of_the_labels_are_wrong() -> None:
    top = np.linspace(0.2, 0.95, 2000, dtype=np.float32)
    probabilities = np.full((2000, 7), 0.0, np.float32)
    probabilities[:, 0], probabilities[:, 1:] = top, ((1 - top) / 6)[:, None]
    right = np.random.default_rng(0).random(2000) < top
    assert uncertain_below(probabilities, np.where(right, 0, 1).astype(np.uint8)) == pytest.approx(
        0.5, abs=0.05
    )


class OneBundle:
    """A frozen model that counts how often it looks."""

    id = "one"
    contract = SimpleNamespace(sha256={"model.tflite": "abc"}, run="run-1")
    looks = 0

    def predict(self, images: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        self.looks += 1
        return np.tile(PERFECT[:1], (len(images), 1))


def test_private_test_is_locked_counted_and_read_once(samples: Samples, tmp_path: Path) -> None:
    bundle, data = OneBundle(), SimpleNamespace(private=lambda: samples)
    paths = {"reads": tmp_path / "reads.jsonl", "kept": tmp_path / "kept"}
    with pytest.raises(LockedError, match="PrivateTest is locked"):
        ledger.read_private(bundle, data, None, **paths)  # type: ignore[arg-type]
    for _ in range(2):
        ledger.read_private(bundle, data, "frozen", **paths)  # type: ignore[arg-type]
    assert bundle.looks == 1
    (entry,) = [json.loads(line) for line in paths["reads"].read_text().splitlines()]
    assert (entry["sha256"], entry["reason"], entry["n"]) == ("abc", "frozen", 64)
    (paths["kept"] / "abc.npy").unlink()
    with pytest.raises(LockedError, match="was read before"):
        ledger.read_private(bundle, data, "again", **paths)  # type: ignore[arg-type]
