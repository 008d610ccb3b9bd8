"""Scores of an exported bundle, measured through the same Bundle.load(folder).predict that the app runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from femon.bundle import CONTRACT_FILE, Bundle
from training import ledger, metrics, robustness, speed
from training.calibrate import tempered
from training.fer2013 import Fer2013, Samples
from training.ledger import Frozen


def frozen_bundle(folder: Path) -> tuple[Bundle, Frozen]:
    """A bundle as femon loads it, and as the guard of PrivateTest knows it."""
    bundle = Bundle.load(folder, device="cpu")
    contract = bundle.contract
    return bundle, Frozen(contract.weights_sha256, bundle.id, contract.run, bundle.predict)


def score_public(folder: Path, data: Fer2013) -> dict[str, Any]:
    """The figures on PublicTest; nothing is written."""
    bundle, _ = frozen_bundle(folder)
    public = data.public()
    return _figures(bundle, public, bundle.predict(public.images), data)


def score_private(folder: Path, data: Fer2013, reason: str | None) -> dict[str, Any]:
    """The figures on PrivateTest, read once per frozen model and written into the bundle and its card."""
    from training.export import write

    bundle, frozen = frozen_bundle(folder)
    private, probabilities = ledger.read_private(frozen, data, reason)
    figures = _figures(bundle, private, probabilities, data)
    contract = json.loads((folder / CONTRACT_FILE).read_text(encoding="utf-8"))
    contract["metrics"]["private_test"] = figures
    contract["private_reads"] = ledger.reads_of(frozen.sha256)
    write(folder, contract)
    return figures


def score_robustness(folder: Path, data: Fer2013) -> list[dict[str, Any]]:
    """Accuracy on PublicTest under single disturbances, written into the bundle and its card."""
    bundle, _ = frozen_bundle(folder)
    rows = robustness.measure(bundle.predict, data.public())
    _note(folder, {"robustness": rows})
    return rows


def score_speed(folder: Path) -> dict[str, Any]:
    """Time per face on this machine, one thread and as femon is set, written into the bundle and its card."""
    cost = speed.measure(folder)
    _note(folder, {"cost": cost})
    return cost


def _note(folder: Path, entries: dict[str, Any]) -> None:
    from training.export import write

    contract = json.loads((folder / CONTRACT_FILE).read_text(encoding="utf-8"))
    write(folder, {**contract, **entries})


def _figures(
    bundle: Bundle, samples: Samples, probabilities: NDArray[np.float32], data: Fer2013
) -> dict[str, Any]:
    temperature = np.float32(bundle.contract.temperature)
    logits = np.log(np.maximum(probabilities, np.float32(1e-12))) * temperature
    return metrics.figures(
        probabilities,
        samples.labels,
        no_copy=data.without_training_copies(samples),
        uncalibrated=tempered(logits, 1.0),
    ) | {"views": bundle.contract.views}
