"""Figures of merit from probabilities (n, c) and labels (n,): accuracy, calibration, confidence intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics as sklearn_metrics

from training.fer2013 import EMOTION_VOTES

BINS = 15
RESAMPLES = 2000
CHANCE_DRAWS = 200

Probabilities = NDArray[np.float32]
Labels = NDArray[np.uint8]
Interval = list[float]


def figures(
    probabilities: Probabilities,
    labels: Labels,
    *,
    no_copy: NDArray[np.bool_] | None,
    uncalibrated: Probabilities | None = None,
) -> dict[str, Any]:
    """Every figure of one split, ready for JSON and rounded to four digits.

    `no_copy` (n,) marks pictures without a Training copy; without it the dedup figures are None.
    `uncalibrated` are the probabilities before calibration; without them the figures before it are None.
    """
    intervals = bootstrap(probabilities, labels)
    return {
        "n": len(labels),
        "accuracy": _round(accuracy(probabilities, labels)),
        "ci95": intervals["accuracy"],
        **_without_copies(probabilities, labels, no_copy),
        "macro_f1": _round(macro_f1(probabilities, labels)),
        "macro_f1_ci95": intervals["macro_f1"],
        "balanced_accuracy": _round(balanced_accuracy(probabilities, labels)),
        "balanced_accuracy_ci95": intervals["balanced_accuracy"],
        **per_class(probabilities, labels),
        "confusion": confusion(probabilities, labels).tolist(),
        **areas(probabilities, labels),
        "nll": _round(negative_log_likelihood(probabilities, labels)),
        "brier": _round(brier(probabilities, labels)),
        "ece_before": None if uncalibrated is None else _round(calibration_error(uncalibrated, labels)),
        "ece_after": _round(calibration_error(probabilities, labels)),
        "ece_ci95": intervals["calibration_error"],
        "ece_by_chance": calibration_error_by_chance(probabilities),
        "ece_equal_count": _round(calibration_error(probabilities, labels, equal_count=True)),
        "reliability": reliability(probabilities, labels),
        "reliability_before": None if uncalibrated is None else reliability(uncalibrated, labels),
        "binary": binary_accuracy(probabilities, labels),
    }


def subset_figures(
    probabilities: Probabilities, labels: Labels, subsets: Mapping[str, NDArray[np.bool_]]
) -> dict[str, dict[str, Any]]:
    """Accuracy, its interval and n on each subset (n,) of the pictures; a subset without any is left out."""
    return {
        name: {
            "accuracy": _round(accuracy(probabilities[kept], labels[kept])),
            "ci95": accuracy_interval(probabilities[kept], labels[kept]),
            "n": int(kept.sum()),
        }
        for name, kept in subsets.items()
        if kept.any()
    }


def confusion(probabilities: Probabilities, labels: Labels) -> NDArray[np.int64]:
    """Counts (c, c): rows are labels, columns predictions."""
    classes = range(probabilities.shape[1])
    table = sklearn_metrics.confusion_matrix(labels, probabilities.argmax(axis=1), labels=classes)
    return np.asarray(table, np.int64)


def accuracy(probabilities: Probabilities, labels: Labels) -> float:
    """Share of pictures whose largest probability is that of the label; of equal ones the first counts."""
    return float(np.mean(probabilities.argmax(axis=1) == labels))


def per_class(probabilities: Probabilities, labels: Labels) -> dict[str, list[float]]:
    """Precision, recall, F1 and support of each class; 0/0 counts as 0."""
    precision, recall, f1, support = sklearn_metrics.precision_recall_fscore_support(
        labels, probabilities.argmax(axis=1), labels=range(probabilities.shape[1]), zero_division=0
    )
    shares = {"recall": recall, "precision": precision, "f1": f1}
    return {name: [_round(value) for value in values] for name, values in shares.items()} | {
        "support": [int(count) for count in support]
    }


def macro_f1(probabilities: Probabilities, labels: Labels) -> float:
    """Unweighted mean of the classes' F1; 0/0 counts as 0."""
    return float(_scores(confusion(probabilities, labels)[None])["macro_f1"][0])


def balanced_accuracy(probabilities: Probabilities, labels: Labels) -> float:
    """Unweighted mean of the classes' recall; 0 for a class that does not occur."""
    return float(_scores(confusion(probabilities, labels)[None])["balanced_accuracy"][0])


def negative_log_likelihood(probabilities: Probabilities, labels: Labels) -> float:
    """Mean of -ln p(label) in nats, p floored at 1e-12."""
    chosen = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(chosen, 1e-12)).mean())


def brier(probabilities: Probabilities, labels: Labels) -> float:
    """Mean over pictures of the squared distance to the one-hot label, from 0 to 2."""
    return float(((probabilities - np.eye(probabilities.shape[1])[labels]) ** 2).sum(axis=1).mean())


def calibration_error(probabilities: Probabilities, labels: Labels, *, equal_count: bool = False) -> float:
    """Expected calibration error, 15 bins of the top probability (Guo et al. 2017).

    The bins have equal width, or hold equally many pictures.
    """
    bins, gap = _bins(probabilities, labels)
    if equal_count:
        order = np.argsort(probabilities.max(axis=1), kind="stable")
        bins = np.empty(len(labels), np.int64)
        bins[order] = np.arange(len(labels)) * BINS // len(labels)
    return float(np.abs(np.bincount(bins, gap, BINS)).sum() / len(labels))


def calibration_error_by_chance(probabilities: Probabilities) -> Interval:
    """Mean and 95th percentile of the calibration error if every probability were true.

    With few pictures the share of right labels differs from a true confidence too: labels are drawn from
    the probabilities themselves.
    """
    chance = np.random.default_rng(0)
    edges = probabilities.cumsum(axis=1)[:, :-1]
    draws = ((chance.random((len(edges), 1)) > edges).sum(axis=1) for _ in range(CHANCE_DRAWS))
    errors = [calibration_error(probabilities, labels.astype(np.uint8)) for labels in draws]
    return [_round(np.mean(errors)), _round(np.quantile(errors, 0.95))]


def reliability(probabilities: Probabilities, labels: Labels) -> list[dict[str, float]]:
    """For each occupied bin of the top probability: mean confidence, accuracy and count."""
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins, _ = _bins(probabilities, labels)
    return [
        {
            "confidence": float(top[bins == index].mean()),
            "accuracy": float(right[bins == index].mean()),
            "n": int((bins == index).sum()),
        }
        for index in range(BINS)
        if (bins == index).any()
    ]


def binary_accuracy(probabilities: Probabilities, labels: Labels) -> dict[str, float]:
    """Keras' BinaryAccuracy(threshold=0.5) on one-hot labels, and what it is made of.

    At most one of c probabilities exceeds 0.5. With C (W) pictures where that one is the right (a wrong)
    class it equals (c-1)/c + (C-W)/(c n), which `identity` holds: 6/7 for a network of seven classes that is
    never sure, whatever its accuracy.
    """
    n, classes = probabilities.shape
    sure = probabilities > 0.5
    truth = np.arange(classes) == labels[:, None]
    right, wrong = int((sure & truth).sum()), int((sure & ~truth).sum())
    return {
        "accuracy": round(float(np.mean(sure == truth)), 6),
        "right": right,
        "wrong": wrong,
        "identity": round((classes - 1) / classes + (right - wrong) / (classes * n), 6),
    }


def areas(probabilities: Probabilities, labels: Labels) -> dict[str, Any]:
    """Areas under the ROC curves: `auc` one-vs-rest, its mean `macro_auc`, and `hard_auroc`.

    The last one takes predicted labels for scores, so that each area is (recall + 1 - false positive
    rate) / 2. Classes that do not occur have no area and stay out of both means.
    """
    predicted = probabilities.argmax(axis=1)
    soft, hard = [], []
    for index in range(probabilities.shape[1]):
        truth = labels == index
        decided = truth.any() and not truth.all()
        soft.append(
            _round(sklearn_metrics.roc_auc_score(truth, probabilities[:, index])) if decided else None
        )
        if decided:
            hard.append(sklearn_metrics.roc_auc_score(truth, predicted == index))
    known = [area for area in soft if area is not None]
    return {
        "auc": soft,
        "macro_auc": _round(float(np.mean(known))) if known else None,
        "hard_auroc": _round(float(np.mean(hard))) if hard else None,
    }


def votes_view(
    probabilities: Probabilities, votes: NDArray[np.integer[Any]], not_a_face: NDArray[np.bool_]
) -> dict[str, float]:
    """How a network of the seven emotions agrees with the FER+ annotators: a second view of a test part.

    `votes` (n, 8 or more) have the columns of training.fer2013.VOTES. Rows that are not a face are left
    out. The accuracy is against the most frequent of the seven shared emotions and counts 1/k where k of
    them tie; the cross-entropy in nats is that to their shares, over rows with at least one such vote.
    """
    kept, shared = probabilities[~not_a_face], votes[~not_a_face][:, EMOTION_VOTES].astype(np.float64)
    first = shared == shared.max(axis=1, keepdims=True)
    credit = first[np.arange(len(kept)), kept.argmax(axis=1)] / first.sum(axis=1)
    voted = shared.sum(axis=1) > 0
    shares = shared[voted] / shared[voted].sum(axis=1, keepdims=True)
    entropy = -(shares * np.log(np.maximum(kept[voted].astype(np.float64), 1e-12))).sum(axis=1)
    return {
        "plurality_accuracy": _round(credit.mean()),
        "cross_entropy": _round(entropy.mean()),
        "n": len(kept),
    }


def accuracy_interval(probabilities: Probabilities, labels: Labels) -> Interval:
    """95 % percentile bootstrap interval of the accuracy over pictures."""
    return bootstrap(probabilities, labels)["accuracy"]


def bootstrap(probabilities: Probabilities, labels: Labels) -> dict[str, Interval]:
    """95 % percentile intervals over pictures, 2,000 resamples, seed 0, of four figures.

    These are accuracy, macro_f1, balanced_accuracy and calibration_error. A resample is scored from its
    confusion counts and bin sums, not picture by picture.
    """
    n, classes = probabilities.shape
    cells = labels.astype(np.int64) * classes + probabilities.argmax(axis=1)
    bins, gap = _bins(probabilities, labels)
    tables = np.empty((RESAMPLES, classes * classes), np.int64)
    errors = np.empty(RESAMPLES)
    chance = np.random.default_rng(0)
    for index in range(RESAMPLES):
        chosen = chance.integers(0, n, n)
        tables[index] = np.bincount(cells[chosen], minlength=classes * classes)
        errors[index] = np.abs(np.bincount(bins[chosen], gap[chosen], BINS)).sum() / n
    scores = _scores(tables.reshape(RESAMPLES, classes, classes)) | {"calibration_error": errors}
    return {
        name: [_round(edge) for edge in np.percentile(values, (2.5, 97.5))] for name, values in scores.items()
    }


def _scores(tables: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """The figures (r,) of confusion tables (r, c, c)."""
    right = np.diagonal(tables, axis1=1, axis2=2)
    labelled, predicted = tables.sum(axis=2), tables.sum(axis=1)
    return {
        "accuracy": right.sum(axis=1) / tables.sum(axis=(1, 2)),
        "macro_f1": _ratio(2 * right, labelled + predicted).mean(axis=1),
        "balanced_accuracy": _ratio(right, labelled).mean(axis=1),
    }


def _without_copies(
    probabilities: Probabilities, labels: Labels, no_copy: NDArray[np.bool_] | None
) -> dict[str, Any]:
    if no_copy is None:
        return {"dedup_accuracy": None, "dedup_ci95": None, "dedup_n": None, "dedup_macro_f1": None}
    kept, truth = probabilities[no_copy], labels[no_copy]
    return {
        "dedup_accuracy": _round(accuracy(kept, truth)),
        "dedup_ci95": accuracy_interval(kept, truth),
        "dedup_n": len(truth),
        "dedup_macro_f1": _round(macro_f1(kept, truth)),
    }


def _bins(probabilities: Probabilities, labels: Labels) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The equal-width bin (n,) of each top probability, and right minus confidence (n,)."""
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((top * BINS).astype(np.int64), BINS - 1)
    return bins, right - top.astype(np.float64)


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)


def _round(value: Any) -> float:
    return round(float(value), 4)
