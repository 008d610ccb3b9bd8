"""Figures of merit and calibration on arrays small enough to check by hand, and the lock of PrivateTest."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from femon.bundle.combination import softmax
from femon.emotions import EMOTIONS
from training import ledger, metrics
from training.calibrate import fit_temperature, uncalibrated, uncertain_below
from training.curves import coverage, roc
from training.errors import LockedError
from training.fer2013 import Samples

PERFECT = np.eye(7, dtype=np.float32)
ALL = np.arange(7).astype(np.uint8)


def test_a_perfect_predictor_has_perfect_figures() -> None:
    found = metrics.figures(PERFECT, ALL, no_copy=None)
    ones = ("accuracy", "macro_f1", "balanced_accuracy", "macro_auc", "hard_auroc")
    assert [found[name] for name in ones] == [1.0] * 5
    assert (found["nll"], found["brier"], found["ece_after"]) == (0, 0, 0)
    assert found["ci95"] == [1.0, 1.0]
    assert found["auc"] == [1.0] * 7
    assert found["binary"] == {"accuracy": 1.0, "right": 7, "wrong": 0, "identity": 1.0}


def test_a_constant_predictor_is_right_by_chance() -> None:
    constant = np.tile(np.array([0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], np.float32), (7, 1))
    found = metrics.figures(constant, ALL, no_copy=None)
    assert found["accuracy"] == found["balanced_accuracy"] == pytest.approx(1 / 7, abs=1e-4)
    assert found["recall"] == [1, 0, 0, 0, 0, 0, 0]
    assert found["precision"] == [pytest.approx(1 / 7, abs=1e-4), 0, 0, 0, 0, 0, 0]
    assert found["macro_f1"] == pytest.approx(2 / 8 / 7, abs=1e-4)
    assert found["ece_after"] == pytest.approx(0.4 - 1 / 7, abs=1e-4)
    assert found["nll"] == pytest.approx(-(np.log(0.4) + 6 * np.log(0.1)) / 7, abs=1e-4)
    first, others = 0.6**2 + 6 * 0.1**2, 0.4**2 + 0.9**2 + 5 * 0.1**2
    assert found["brier"] == pytest.approx((first + 6 * others) / 7, abs=1e-4)
    assert found["auc"] == [0.5] * 7
    assert found["hard_auroc"] == 0.5


def test_absent_classes_count_as_zero_and_rows_are_labels() -> None:
    found = metrics.figures(PERFECT[[1, 1]], np.array([0, 1], np.uint8), no_copy=None)
    assert found["confusion"][0][1] == found["confusion"][1][1] == 1
    assert found["support"] == [1, 1, 0, 0, 0, 0, 0]
    assert found["recall"][2] == found["precision"][2] == found["f1"][2] == 0
    assert found["auc"] == [0.5, 0.5, None, None, None, None, None]
    assert found["macro_auc"] == 0.5


def test_of_equal_probabilities_the_first_class_is_predicted() -> None:
    tied = np.array([[0.5, 0.5, 0], [0, 0.5, 0.5]], np.float32)
    assert metrics.confusion(tied, np.array([0, 2], np.uint8)).tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 0]]
    assert metrics.binary_accuracy(tied, np.array([0, 2], np.uint8))["right"] == 0  # .5 does not exceed .5


def test_without_marks_of_copies_or_a_temperature_their_figures_are_none() -> None:
    found = metrics.figures(PERFECT, ALL, no_copy=None)
    names = ("dedup_accuracy", "dedup_ci95", "dedup_n", "dedup_macro_f1", "ece_before", "reliability_before")
    assert [found[name] for name in names] == [None] * 6
    kept = np.arange(7) < 3
    found = metrics.figures(PERFECT, ALL, no_copy=kept, uncalibrated=PERFECT)
    assert (found["dedup_n"], found["dedup_accuracy"], found["dedup_ci95"]) == (3, 1.0, [1.0, 1.0])
    assert found["ece_before"] == 0
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("classes", [6, 7])
def test_unsure_predictions_have_a_binary_accuracy_of_all_classes_but_one(classes: int) -> None:
    chance = np.random.default_rng(0)
    labels = chance.integers(0, classes, 3589).astype(np.uint8)
    probabilities = softmax(chance.normal(0, 0.3, (3589, classes)).astype(np.float32))
    binary = metrics.binary_accuracy(probabilities, labels)
    assert binary["accuracy"] == pytest.approx((classes - 1) / classes, abs=1e-6)
    assert (binary["right"], binary["wrong"]) == (0, 0)
    assert metrics.accuracy(probabilities, labels) < 0.25


def test_the_identity_of_the_binary_accuracy_holds_for_any_predictions() -> None:
    chance = np.random.default_rng(1)
    labels = chance.integers(0, 7, 1000).astype(np.uint8)
    probabilities = softmax(chance.normal(0, 3, (1000, 7)).astype(np.float32))
    binary = metrics.binary_accuracy(probabilities, labels)
    assert binary["right"] > 0 < binary["wrong"]
    assert binary["accuracy"] == pytest.approx(6 / 7 + (binary["right"] - binary["wrong"]) / 7000, abs=1e-6)
    assert binary["identity"] == binary["accuracy"]


def test_hard_label_areas_are_those_of_the_predicted_labels() -> None:
    labels = np.array([0, 0, 0, 1, 1, 2], np.uint8)
    predicted = np.array([0, 0, 1, 1, 0, 2])
    # (recall + 1 - false positive rate) / 2: (2/3 + 1 - 1/3)/2, (1/2 + 1 - 1/4)/2, (1 + 1 - 0)/2
    by_hand = np.mean([2 / 3, 5 / 8, 1])
    found = metrics.areas(np.eye(3, dtype=np.float32)[predicted], labels)
    assert found["hard_auroc"] == pytest.approx(by_hand, abs=1e-4)
    expected = roc_auc_score(np.eye(3)[labels], np.eye(3)[predicted], average="macro")
    assert found["hard_auroc"] == pytest.approx(expected, abs=1e-4)


def test_bins_of_equal_count_can_be_told_from_bins_of_equal_width() -> None:
    top = np.array([0.51, 0.52, 0.98, 0.99] * 15, np.float32)
    probabilities = np.stack([top, 1 - top], axis=1)
    labels = np.array([1, 0, 0, 0] * 15, np.uint8)
    by_width = abs(0.5 - 0.515) / 2 + abs(1 - 0.985) / 2
    assert metrics.calibration_error(probabilities, labels) == pytest.approx(by_width, abs=1e-6)
    assert metrics.calibration_error(probabilities, labels, equal_count=True) > 0.2


def test_pictures_of_neighbouring_bins_do_not_make_up_for_each_other() -> None:
    top = np.array([0.90, 0.97], np.float32)  # of fifteen bins the last begins at 14/15 = .933
    probabilities = np.stack([top, 1 - top], axis=1)
    expected = ((1 - 0.90) + 0.97) / 2  # the first is right, the second wrong
    labels = np.array([0, 1], np.uint8)
    assert metrics.calibration_error(probabilities, labels) == pytest.approx(expected, abs=1e-6)
    assert [point["n"] for point in metrics.reliability(probabilities, labels)] == [1, 1]


def test_a_label_without_any_probability_costs_a_known_number_of_nats() -> None:
    sure = np.array([[1.0, 0.0]], np.float32)
    assert metrics.negative_log_likelihood(sure, np.array([1], np.uint8)) == pytest.approx(-np.log(1e-12))


def test_the_interval_holds_the_accuracy_and_repeats() -> None:
    labels = np.random.default_rng(0).integers(0, 7, 500).astype(np.uint8)
    probabilities = PERFECT[(labels + (np.arange(500) % 4 == 0)) % 7]
    low, high = metrics.accuracy_interval(probabilities, labels)
    assert low < metrics.accuracy(probabilities, labels) == 0.75 < high
    assert [low, high] == metrics.accuracy_interval(probabilities, labels)


def test_the_fast_bootstrap_scores_a_resample_as_its_pictures_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "RESAMPLES", 50)
    chance = np.random.default_rng(3)
    labels = chance.integers(0, 7, 60).astype(np.uint8)
    probabilities = softmax(chance.normal(0, 2, (60, 7)).astype(np.float32))
    draws = np.random.default_rng(0)
    chosen = [draws.integers(0, 60, 60) for _ in range(50)]
    found = metrics.bootstrap(probabilities, labels)
    for name in ("accuracy", "macro_f1", "balanced_accuracy", "calibration_error"):
        slow = [getattr(metrics, name)(probabilities[rows], labels[rows]) for rows in chosen]
        assert found[name] == pytest.approx(np.percentile(slow, (2.5, 97.5)), abs=1e-4)


def test_coverage_falls_and_accuracy_rises_with_the_least_confidence() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.4, 0.6]], np.float32)
    labels = np.array([0, 0, 1, 1], np.uint8)
    rows = coverage(probabilities, labels, (0.0, 0.7, 0.95))
    assert rows == [
        {"threshold": 0.0, "coverage": 1.0, "accuracy": 0.75},
        {"threshold": 0.7, "coverage": 0.5, "accuracy": 1.0},
        {"threshold": 0.95, "coverage": 0.0, "accuracy": None},
    ]


def test_roc_curves_go_from_corner_to_corner_and_leave_out_absent_classes() -> None:
    chance = np.random.default_rng(0)
    labels = chance.integers(0, 6, 2000).astype(np.uint8)
    probabilities = softmax(chance.normal(size=(2000, 7)).astype(np.float32) + 2 * PERFECT[labels])
    lines = roc(probabilities, labels)
    assert lines[6] is None
    for points, area in zip(lines[:6], metrics.areas(probabilities, labels)["auc"], strict=False):
        assert points is not None
        assert (points[0], points[-1]) == ([0, 0], [1, 1])
        false, true = np.transpose(points)
        assert np.trapezoid(true, false) == pytest.approx(area, abs=0.01)


def test_the_votes_view_splits_ties_and_leaves_out_what_is_not_a_face() -> None:
    # neutral, happiness, surprise, sadness, anger, disgust, fear, contempt
    votes = np.array([[0, 10, 0, 0, 0, 0, 0, 0], [5, 0, 0, 5, 0, 0, 0, 0], [0, 0, 8, 0, 0, 0, 0, 2], [0] * 8])
    happy, sad = EMOTIONS.index("happy"), EMOTIONS.index("sad")
    probabilities = np.full((4, 7), 0.1, np.float32)
    probabilities[[0, 1, 2], [happy, sad, happy]] = 0.4
    found = metrics.votes_view(probabilities, votes, np.array([False, False, False, True]))
    assert found["n"] == 3
    assert found["plurality_accuracy"] == pytest.approx((1 + 0.5 + 0) / 3, abs=1e-4)
    by_hand = -(np.log(0.4) + (np.log(0.4) + np.log(0.1)) / 2 + np.log(0.1)) / 3
    assert found["cross_entropy"] == pytest.approx(by_hand, abs=1e-4)


def test_bundles_of_the_first_version_keep_their_figures(models: Path) -> None:
    figures = json.loads((models / "femon-small" / "bundle.json").read_text(encoding="utf-8"))["metrics"]
    assert figures["public_test"].keys() - {"views"} <= metrics.figures(PERFECT, ALL, no_copy=None).keys()


def test_the_temperature_undoes_overconfidence() -> None:
    chance = np.random.default_rng(0)
    logits = chance.normal(size=(4000, 7)).astype(np.float32)
    honest = softmax(logits)
    labels = np.array([chance.choice(7, p=row / row.sum()) for row in honest.astype(np.float64)], np.uint8)
    assert fit_temperature(logits * 3, labels) == pytest.approx(3, rel=0.1)


def test_the_calibration_error_by_chance_is_that_of_true_probabilities() -> None:
    chance = np.random.default_rng(5)
    few, many = (softmax(chance.normal(0, 2, (count, 7))) for count in (300, 20_000))
    mean, highest = metrics.calibration_error_by_chance(few)
    assert 0.02 < mean < highest < 0.15
    assert metrics.calibration_error_by_chance(many)[1] < 0.02
    assert metrics.calibration_error_by_chance(np.eye(7, dtype=np.float32)) == [0.0, 0.0]


def test_the_probabilities_before_the_temperature_come_back() -> None:
    logits = np.random.default_rng(0).normal(0, 3, (50, 7)).astype(np.float32)
    np.testing.assert_allclose(uncalibrated(softmax(logits, 1.7), 1.7), softmax(logits), atol=1e-5)


def test_doubt_begins_where_half_of_the_labels_are_wrong() -> None:
    top = np.linspace(0.2, 0.95, 2000, dtype=np.float32)
    probabilities = np.full((2000, 7), 0.0, np.float32)
    probabilities[:, 0], probabilities[:, 1:] = top, ((1 - top) / 6)[:, None]
    right = np.random.default_rng(0).random(2000) < top
    assert uncertain_below(probabilities, np.where(right, 0, 1).astype(np.uint8)) == pytest.approx(
        0.5, abs=0.05
    )


class Looks:
    """A frozen model's prediction that counts how often it looks."""

    count = 0

    def __call__(self, images: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        self.count += 1
        return np.tile(PERFECT[:1], (len(images), 1))


def test_private_test_is_locked_counted_and_read_once(samples: Samples, tmp_path: Path) -> None:
    looks, data = Looks(), SimpleNamespace(private=lambda: samples)
    model = ledger.Frozen("abc", "one", "run-1", looks)
    paths = {"reads": tmp_path / "reads.jsonl", "kept": tmp_path / "kept"}
    with pytest.raises(LockedError, match="PrivateTest is locked"):
        ledger.read_private(model, data, None, **paths)  # type: ignore[arg-type]
    for _ in range(2):
        ledger.read_private(model, data, "frozen", **paths)  # type: ignore[arg-type]
    assert looks.count == 1
    (entry,) = [json.loads(line) for line in paths["reads"].read_text().splitlines()]
    assert (entry["sha256"], entry["reason"], entry["n"], entry["kind"]) == ("abc", "frozen", 64, "official")
    with pytest.raises(LockedError, match="PrivateTest is locked"):
        ledger.read_private(dataclasses.replace(model, sha256="def"), data, "", **paths)  # type: ignore[arg-type]
    (paths["kept"] / "abc.npy").unlink()
    with pytest.raises(LockedError, match="was read before"):
        ledger.read_private(model, data, "again", **paths)  # type: ignore[arg-type]


def test_a_read_is_written_down_before_anything_is_looked_at(samples: Samples, tmp_path: Path) -> None:
    def breaks(images: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        raise MemoryError

    data, reads = SimpleNamespace(private=lambda: samples), tmp_path / "reads.jsonl"
    paths = {"reads": reads, "kept": tmp_path / "kept"}
    with pytest.raises(MemoryError):
        ledger.read_private(ledger.Frozen("abc", "one", "run-1", breaks), data, "frozen", **paths)  # type: ignore[arg-type]
    assert [entry["sha256"] for entry in ledger.entries(reads)] == ["abc"]
