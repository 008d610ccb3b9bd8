"""Figures of merit from probabilities (n, 7) and labels (n,): accuracy, calibration, confidence intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS

CLASSES = len(EMOTIONS)
BINS = 15
RESAMPLES = 2000

Probabilities = NDArray[np.float32]
Labels = NDArray[np.uint8]


def confusion(probabilities: Probabilities, labels: Labels) -> NDArray[np.int64]:
    """Counts (7, 7): rows are labels, columns predictions."""
    table = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(table, (labels, probabilities.argmax(axis=1)), 1)
    return table


def accuracy(probabilities: Probabilities, labels: Labels) -> float:
    """Share of pictures whose largest probability is that of the label."""
    return float(np.mean(probabilities.argmax(axis=1) == labels))


def recalls(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """Recall of each class (7,); 0 where a class does not occur."""
    return _ratio(np.diag(table), table.sum(axis=1))


def macro_f1(table: NDArray[np.int64]) -> float:
    """Unweighted mean of the classes' F1; 0/0 counts as 0."""
    return float(np.mean(_ratio(2 * np.diag(table), table.sum(axis=0) + table.sum(axis=1))))


def negative_log_likelihood(probabilities: Probabilities, labels: Labels) -> float:
    """Mean of -ln p(label) in nats, p floored at 1e-12."""
    chosen = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.maximum(chosen, 1e-12)).mean())


def brier(probabilities: Probabilities, labels: Labels) -> float:
    """Mean over pictures of the squared distance to the one-hot label, from 0 to 2."""
    return float(((probabilities - np.eye(CLASSES)[labels]) ** 2).sum(axis=1).mean())


def calibration_error(probabilities: Probabilities, labels: Labels) -> float:
    """Expected calibration error, 15 equal-width bins of the top probability (Guo et al. 2017)."""
    return sum(
        abs(row["accuracy"] - row["confidence"]) * row["n"] for row in reliability(probabilities, labels)
    ) / len(labels)


def reliability(probabilities: Probabilities, labels: Labels) -> list[dict[str, float]]:
    """For each occupied bin of the top probability: mean confidence, accuracy and count."""
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((top * BINS).astype(int), BINS - 1)
    return [
        {
            "confidence": float(top[bins == index].mean()),
            "accuracy": float(right[bins == index].mean()),
            "n": int((bins == index).sum()),
        }
        for index in range(BINS)
        if (bins == index).any()
    ]


def accuracy_interval(probabilities: Probabilities, labels: Labels) -> tuple[float, float]:
    """95 % percentile bootstrap interval of the accuracy over pictures; seed 0, 2,000 resamples."""
    right = probabilities.argmax(axis=1) == labels
    chosen = np.random.default_rng(0).integers(0, len(right), (RESAMPLES, len(right)))
    low, high = np.percentile(right[chosen].mean(axis=1), (2.5, 97.5))
    return float(low), float(high)


def report(
    probabilities: Probabilities, labels: Labels, no_copy: NDArray[np.bool_], *, uncalibrated: Probabilities
) -> dict[str, Any]:
    """What a bundle carries for one split; no_copy (n,) marks pictures without a Training copy."""
    table = confusion(probabilities, labels)
    return {
        "n": len(labels),
        "accuracy": round(accuracy(probabilities, labels), 4),
        "ci95": [round(edge, 4) for edge in accuracy_interval(probabilities, labels)],
        "dedup_accuracy": round(accuracy(probabilities[no_copy], labels[no_copy]), 4),
        "dedup_ci95": [round(edge, 4) for edge in accuracy_interval(probabilities[no_copy], labels[no_copy])],
        "dedup_n": int(no_copy.sum()),
        "macro_f1": round(macro_f1(table), 4),
        "recall": [round(float(value), 4) for value in recalls(table)],
        "confusion": table.tolist(),
        "nll": round(negative_log_likelihood(probabilities, labels), 4),
        "brier": round(brier(probabilities, labels), 4),
        "ece_before": round(calibration_error(uncalibrated, labels), 4),
        "ece_after": round(calibration_error(probabilities, labels), 4),
        "reliability": reliability(probabilities, labels),
    }


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
