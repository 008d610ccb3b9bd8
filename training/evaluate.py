"""Scores of an exported bundle, measured through the same Bundle.load(folder).predict that the app runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from femon.bundle import CONTRACT_FILE, Bundle
from training import comparisons, ledger, metrics, robustness, speed
from training.calibrate import uncalibrated
from training.comparisons import Comparison
from training.errors import TrainingError
from training.fer2013 import Fer2013, Samples
from training.ledger import Frozen
from training.metrics import Probabilities
from training.refit import require_unlearnt
from training.vector_scaling import VectorScaling


def frozen_bundle(folder: Path, *, load: Callable[..., Bundle] = Bundle.load) -> tuple[Bundle, Frozen]:
    """A bundle as femon loads it, and as the guard of PrivateTest knows it."""
    bundle = load(folder, device="cpu")
    contract = bundle.contract
    return bundle, Frozen(
        contract.weights_sha256,
        bundle.id,
        contract.run,
        bundle.predict,
        uncalibrate=partial(uncalibrated, temperature=contract.temperature, scaling=_scaling(folder)),
    )


def score_public(folder: Path, data: Fer2013) -> dict[str, Any]:
    """The figures on PublicTest; nothing is written. Raises TrainingError for a refit."""
    bundle, frozen = frozen_bundle(folder)
    require_unlearnt(bundle.contract, folder.name)
    public = data.public()
    return _figures(bundle, frozen, public, bundle.predict(public.images), data)


def score_private(folder: Path, data: Fer2013, reason: str | None) -> dict[str, Any]:
    """The figures on PrivateTest, read once per frozen model and written into the bundle and its card."""
    from training.export import write

    bundle, frozen = frozen_bundle(folder)
    private, probabilities = ledger.read_private(frozen, data, reason)
    figures = _figures(bundle, frozen, private, probabilities, data)
    contract = json.loads((folder / CONTRACT_FILE).read_text(encoding="utf-8"))
    contract["metrics"]["private_test"] = figures
    contract["private_reads"] = ledger.reads_of(frozen.sha256)
    write(folder, contract)
    return figures


def ranked(folders: list[Path], data: Fer2013) -> list[Comparison]:
    """Every two of these bundles compared on PublicTest.

    Raises TrainingError for fewer than two, and for a refit, which has learnt these pictures.
    """
    bundles = {folder.name: frozen_bundle(folder)[0] for folder in folders}
    if len(bundles) < 2:
        raise TrainingError("Ranking needs two or more bundles; export another run first.")
    for name, bundle in bundles.items():
        require_unlearnt(bundle.contract, name)
    public = data.public()
    answers = {name: bundle.predict(public.images) for name, bundle in bundles.items()}
    return comparisons.every_pair(answers, public.labels, split="PublicTest")


def score_robustness(folder: Path, data: Fer2013) -> list[dict[str, Any]]:
    """Accuracy on PublicTest under single disturbances, written into the bundle and its card.

    Raises TrainingError for a refit, which has learnt these pictures.
    """
    bundle, _ = frozen_bundle(folder)
    require_unlearnt(bundle.contract, folder.name)
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


def _scaling(folder: Path) -> VectorScaling | None:
    return VectorScaling.of(json.loads((folder / CONTRACT_FILE).read_text(encoding="utf-8")))


def _figures(
    bundle: Bundle, frozen: Frozen, samples: Samples, probabilities: Probabilities, data: Fer2013
) -> dict[str, Any]:
    return metrics.figures(
        probabilities,
        samples.labels,
        no_copy=data.without_training_copies(samples),
        uncalibrated=frozen.uncalibrate(probabilities) if frozen.uncalibrate else None,
    ) | {"views": bundle.contract.views}
