"""Curves of a result for its plots: ROC of each class, and accuracy against coverage."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.metrics import roc_curve

from training.metrics import Labels, Probabilities

CURVE_POINTS = 60  # of a ROC curve: enough for a plot, small enough for a result file
THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(20))


def curves(probabilities: Probabilities, labels: Labels) -> dict[str, Any]:
    """What the plots of a result need besides its figures: `roc` of each class and `coverage`."""
    return {"roc": roc(probabilities, labels), "coverage": coverage(probabilities, labels)}


def roc(probabilities: Probabilities, labels: Labels) -> list[list[list[float]] | None]:
    """One-vs-rest ROC curve of each class as [false, true] positive rates; None for an absent class."""
    lines: list[list[list[float]] | None] = []
    for index in range(probabilities.shape[1]):
        truth = labels == index
        if not truth.any() or truth.all():
            lines.append(None)
            continue
        false, true, _ = roc_curve(truth, probabilities[:, index])
        # Even steps along the curve's length keep both its steep and its flat end.
        length = false + true
        kept = np.unique(np.searchsorted(length, np.linspace(0, 2, CURVE_POINTS)).clip(0, len(length) - 1))
        lines.append(
            [[_four_digits(x), _four_digits(y)] for x, y in zip(false[kept], true[kept], strict=True)]
        )
    return lines


def coverage(
    probabilities: Probabilities, labels: Labels, thresholds: tuple[float, ...] = THRESHOLDS
) -> list[dict[str, float | None]]:
    """For each least confidence: the share of pictures that reach it, and the accuracy on these."""
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    return [
        {
            "threshold": threshold,
            "coverage": _four_digits((top >= threshold).mean()),
            "accuracy": _four_digits(right[top >= threshold].mean()) if (top >= threshold).any() else None,
        }
        for threshold in thresholds
    ]


def _four_digits(value: Any) -> float:
    return round(float(value), 4)
