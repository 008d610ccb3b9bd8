"""The figures of a shipped bundle as the result of its run, of which `report` makes a page with plots."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from training import ledger, runs
from training.distill import STUDENT, taught
from training.errors import TrainingError
from training.evaluate import frozen_bundle
from training.fer2013 import Fer2013
from training.recipe import Recipe, find_recipe
from training.refit import require_unlearnt
from training.reproduce import Order, described, write
from training.scoring import score
from training.splits import find_split


def write_result(folder: Path, data: Fer2013) -> dict[str, Any]:
    """Score a bundle on PublicTest, and on PrivateTest where that was read before; docs/results/<run>.json.

    Raises TrainingError for an ensemble, for a refit, and for a bundle whose run is not in runs/.
    """
    bundle, frozen = frozen_bundle(folder)
    require_unlearnt(bundle.contract, folder.name)
    run = runs.RUNS / bundle.contract.run
    if bundle.contract.members or not (run / runs.CONFIG).exists():
        raise TrainingError(f"'{folder.name}' has no run of its own in {runs.RUNS}/.")
    config = runs.read(run)
    recipe = recipe_of(config["recipe"])
    planned = dataclasses.replace(recipe, epochs=config["recipe"]["epochs"])
    split = find_split(data, config["split"])
    reason = "" if ledger.reads_of(frozen.sha256) else None  # without a reason only a saved read is given
    order = Order(protocol=config["protocol"], seed=config["seed"])
    scores = score(frozen, split, data, reason=reason)
    views = {"views": bundle.contract.views}
    result = {
        **described(recipe, planned, order, run, data),
        "bundle": bundle.id,
        "splits": {part: figures | views for part, figures in scores.items()},
    }
    write(result)
    return result


def recipe_of(written: dict[str, Any]) -> Recipe:
    """The recipe of a run, also of a student's."""
    if not written.get("teachers"):
        return find_recipe(written["id"])
    student = find_recipe(written["id"].removesuffix(STUDENT))
    return taught(student, tuple(written["teachers"]))
