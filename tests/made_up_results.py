"""Made-up results of runs, as training writes them, for the tests of every report."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from femon.emotions import EMOTIONS
from training import metrics
from training.curves import curves


def figures(accuracy: float, *, classes: int = 7, no_copy: bool = False) -> dict[str, Any]:
    """Figures of a predictor that is right on this share of 200 pictures and sure of itself everywhere."""
    return dict(_figures(accuracy, classes, no_copy))


@functools.cache
def _figures(accuracy: float, classes: int, no_copy: bool) -> dict[str, Any]:
    n = 200
    labels = (np.arange(n) % classes).astype(np.uint8)
    predicted = np.where(np.arange(n) < round(accuracy * n), labels, (labels + 1) % classes)
    noise = np.random.default_rng(0).uniform(0, 0.01, (n, classes))
    sharp = 0.7 * np.eye(classes)[predicted] + 0.3 / classes + noise
    probabilities = (sharp / sharp.sum(axis=1, keepdims=True)).astype(np.float32)
    kept = np.arange(n) % 10 > 0 if no_copy else None
    return metrics.figures(probabilities, labels, no_copy=kept) | curves(probabilities, labels)


@functools.cache
def unsure() -> dict[str, Any]:
    """Figures of a predictor whose outputs never exceed one half."""
    n = 200
    labels = (np.arange(n) % 7).astype(np.uint8)
    probabilities = np.random.default_rng(0).dirichlet(np.full(7, 20.0), n).astype(np.float32)
    return metrics.figures(probabilities, labels, no_copy=None)


def result(paper: str, recipe: str, splits: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A finished run of a recipe; `changes` replace its entries."""
    classes = [name for name in EMOTIONS if name != "disgust"] if changes.get("six") else list(EMOTIONS)
    changes.pop("six", None)
    values = {
        "run": f"{recipe}-{changes.get('seed', 1)}",
        "recipe": recipe,
        "paper": paper,
        "title": f"title of {recipe}",
        "published": "as printed",
        "seed": 1,
        "command": f"python -m training reproduce {recipe}",
        "commit": "abc1234",
        "protocol": "published",
        "weights": None,
        "status": "full",
        "status_note": "",
        "epochs": 2,
        "elapsed_s": 3600,
        "pictures_per_s": 100.0,
        "policy": "float32",
        "parameters": 1000,
        "trainable": None,
        "classes": classes,
        "data": {
            "split": "official",
            "train": "official",
            "rows": 28709,
            "validation": "public",
            "validation_rows": 3589,
            "sha256": "f" * 64,
        },
        "history": [
            {
                "epoch": epoch,
                "rate": 0.01,
                "loss": 1.5,
                "accuracy": 0.5,
                "val_loss": 1.6,
                "val_accuracy": 0.4,
                "elapsed_s": 60.0,
            }
            for epoch in (1, 2)
        ],
        "splits": splits,
        "private_read": None,
    }
    return values | changes
