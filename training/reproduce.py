"""One system of a paper from recipe to result: trained under a protocol, scored, and written down."""

from __future__ import annotations

import dataclasses
import functools
import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from femon.bundle import sha256_of
from training import budget, history, ledger, log, runs
from training.errors import TrainingError, WeightsError
from training.fer2013 import Fer2013, Samples
from training.fit import Training
from training.pretrained import begun
from training.recipe import Plateau, Recipe
from training.scoring import frozen_run, score
from training.splits import Split, find_split
from training.standing import FULL_RUN

RESULTS = Path("docs/results")
OFFICIAL = {"six": "six-official", "p1": "official", "p3": "official"}  # the honest twin of a published split
SMOKE_ROWS, SMOKE_BATCH = 64, 32


@dataclass(frozen=True, slots=True)
class Order:
    """How a recipe is to be run, besides what the recipe says."""

    protocol: str = "published"
    seed: int = 1
    weights: str | None = None  # imagenet, none or a path; only for recipes that start from a network
    smoke: bool = False
    subset: int | None = None  # rows of a stratified part of the training set
    epochs: int | None = None
    budget_hours: float | None = None
    private: bool = True  # read PrivateTest once at the end
    precision: str = "float32"
    strategy: tf.distribute.Strategy | None = None  # None: one device
    command: str = ""

    @property
    def reads_private(self) -> bool:
        """Whether PrivateTest is read at the end: not for a part of the data."""
        return self.private and not self.smoke and not self.subset


def reproduce(recipe: Recipe, order: Order, data: Fer2013, *, results: Path = RESULTS) -> dict[str, Any]:
    """Train a recipe under a protocol or go on with it, then score it; returns and writes the result.

    Raises TrainingError, WeightsError or Interrupted.
    """
    network = _network(recipe, order)
    split, protocol = split_of(recipe, order, data)
    run = runs.RUNS / run_name(recipe.id, order, protocol)
    planned = _planned(recipe, order, split, run, network)
    config = runs.settings(
        planned,
        seed=order.seed,
        split=split.name,
        data_sha256=data.sha256,
        protocol=protocol,
        weights=_weights_named(order.weights),
        precision=order.precision,
        subset=order.subset,
        smoke=order.smoke,
        budget_hours=order.budget_hours,
        **runs.inputs(planned, split, data),
    )
    runs.begin(run, config, resume=True, command=order.command)
    try:
        train(planned, split, run, seed=order.seed, network=network, strategy=order.strategy)
    except TrainingError as error:
        log.failed(run.name, order.command, str(error))
        raise
    about = f"result of {recipe.paper or recipe.id} under the {protocol} protocol"
    reason = about if order.reads_private else None
    figures = score(frozen_run(run, data), split, data, reason=reason, keep=run)
    result = {**described(recipe, planned, order, run, data), "splits": figures}
    write(result, results)
    if not order.smoke:
        log.finished(result)
    return result


def train(
    recipe: Recipe,
    split: Split,
    run: Path,
    *,
    seed: int,
    network: Callable[[], keras.Model],
    **more: Any,
) -> None:
    """Train to the end and save the network, unless that was done before. Raises Interrupted."""
    path = runs.network_file(run)
    if path.exists():
        return
    training = Training(recipe, split, run, seed=seed, network=network, **more)
    training.resume()
    model = training.finish()
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"new-{path.name}")
    model.save(new)
    new.replace(path)


def write(result: dict[str, Any], folder: Path = RESULTS) -> None:
    """Write docs/results/<run>.json."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / f"{result['run']}.json").write_text(text + "\n", encoding="utf-8")


def _network(recipe: Recipe, order: Order) -> Callable[[], keras.Model]:
    if not recipe.pretrained:
        return begun(recipe)
    if order.weights is None:
        raise TrainingError(
            f"{recipe.id} starts from a trained {recipe.pretrained}; say --weights imagenet, --weights PATH, "
            "or --weights none for a random start."
        )
    if order.weights not in ("imagenet", "none") and not Path(order.weights).is_file():
        raise WeightsError(f"The weight file {order.weights} does not exist; give another with --weights.")
    return functools.partial(recipe.network, weights=order.weights)


def split_of(recipe: Recipe, order: Order, data: Fer2013) -> tuple[Split, str]:
    """The split, and `published` only where the paper's protocol is not the official one."""
    published = order.protocol == "published" and recipe.data in OFFICIAL
    split = find_split(data, recipe.data if published else OFFICIAL.get(recipe.data, recipe.data))
    if split.reads_private and not (order.reads_private and _chooses(recipe)):
        # Nothing depends on the validation part, or no read is counted, so PrivateTest is not looked at.
        split = dataclasses.replace(split, validation=find_split(data, OFFICIAL[split.name]).validation)
    if order.smoke:
        split = dataclasses.replace(
            split, train=_stratified(split.train, SMOKE_ROWS), validation=_first(split.validation, SMOKE_ROWS)
        )
    elif order.subset:
        split = dataclasses.replace(split, train=_stratified(split.train, order.subset))
    return split, "published" if published else "official"


def _chooses(recipe: Recipe) -> bool:
    return (
        recipe.keep.startswith("best") or recipe.stop_patience is not None or isinstance(recipe.rate, Plateau)
    )


def _stratified(samples: Samples, rows: int) -> Samples:
    """About `rows` samples with the classes in proportion; the same ones every time."""
    from sklearn.model_selection import train_test_split

    if rows >= len(samples):
        return samples
    chosen, _ = train_test_split(
        np.arange(len(samples)), train_size=rows, random_state=0, stratify=samples.labels
    )
    return samples.where(np.isin(np.arange(len(samples)), chosen), samples.name)


def _first(samples: Samples, rows: int) -> Samples:
    return samples.where(np.arange(len(samples)) < rows, samples.name)


def _planned(
    recipe: Recipe, order: Order, split: Split, run: Path, network: Callable[[], keras.Model]
) -> Recipe:
    """The recipe with the epochs of this run, never more than the recipe asks for."""
    if order.smoke:
        return dataclasses.replace(recipe, epochs=1, batch=SMOKE_BATCH)

    def make(trial: Recipe) -> Training:
        return Training(trial, split, run, seed=order.seed, network=network, strategy=order.strategy)

    epochs = None if order.epochs is None else min(order.epochs, recipe.epochs)
    return budget.planned(recipe, run, make, epochs=epochs, hours=order.budget_hours)


def run_name(recipe_id: str, order: Order, protocol: str) -> str:
    """The folder of a run, which tells everything that makes its figures another run's."""
    parts = [recipe_id, protocol, str(order.seed)]
    if order.weights is not None and order.weights != "imagenet":
        parts.append("none" if order.weights == "none" else "weights")
    if order.smoke:
        parts.append("smoke")
    elif order.subset:
        parts.append(f"subset{order.subset}")
    return "-".join(parts)


def _weights_named(weights: str | None) -> str | None:
    return weights if weights in (None, "none", "imagenet") else sha256_of(Path(weights))


def described(recipe: Recipe, planned: Recipe, order: Order, run: Path, data: Fer2013) -> dict[str, Any]:
    """Everything that a result tells of a finished run besides its figures."""
    split, _ = split_of(recipe, order, data)
    config, rows = runs.read(run), history.read(run)
    elapsed = float(rows[-1]["elapsed_s"] or 0.0) if rows else 0.0
    trained = len(rows) * (len(split.train) // planned.batch) * planned.batch
    cpu = float(rows[-1]["cpu_s"] or 0.0) if rows else 0.0
    speed = trained / elapsed if elapsed else None
    status, note = _status(recipe, planned, order, len(rows))
    if order.subset and trained and cpu:
        note += f"{FULL_RUN}{_full_hours(recipe, data, split.name, trained / cpu):.1f} core-hours here"
    return {
        "run": run.name,
        "recipe": recipe.id,
        "paper": recipe.paper,
        "title": recipe.title,
        "published": recipe.published,
        "seed": order.seed,
        "command": config["command"],
        "commit": config["commit"],
        "protocol": config["protocol"],
        "weights": config.get("weights"),
        "begins_from": recipe.begins_from,
        "status": status,
        "status_note": note,
        "epochs": len(rows),
        "elapsed_s": round(elapsed),
        "pictures_per_s": round(speed, 1) if speed else None,
        "policy": f"{config.get('precision', order.precision)}, fused batch normalisation",
        "parameters": recipe.parameters,
        "trainable": recipe.trainable,
        "classes": list(split.classes),
        "data": {
            "split": split.name,
            "train": split.train.name,
            "rows": len(split.train),
            "validation": split.validation.name,
            "validation_rows": len(split.validation),
            "sha256": config["data_sha256"],
        },
        "history": rows,
        "private_read": _private_read(run.name),
    }


def _status(recipe: Recipe, planned: Recipe, order: Order, epochs: int) -> tuple[str, str]:
    if order.smoke:
        return "smoke", f"{SMOKE_ROWS} training pictures, 1 epoch"
    if order.subset:
        return "subset", f"{order.subset} training pictures, {epochs} of {recipe.epochs} epochs"
    if planned.epochs < recipe.epochs:
        hours = f" (--budget-hours {order.budget_hours:g})" if order.budget_hours else ""
        stopped = f", stopped early of {planned.epochs} planned" if epochs < planned.epochs else ""
        return "cut", f"{epochs} of {recipe.epochs} epochs{hours}{stopped}{_less_patience(recipe, planned)}"
    stopped = f", stopped after {epochs}" if epochs < recipe.epochs else ""
    return "full", f"{recipe.epochs} epochs planned{stopped}"


def _less_patience(recipe: Recipe, planned: Recipe) -> str:
    """How much sooner than its recipe says a cut run lowers its rate and stops."""
    parts = []
    if isinstance(recipe.rate, Plateau) and isinstance(planned.rate, Plateau):
        parts.append(f"rate {planned.rate.patience} instead of {recipe.rate.patience}")
    if recipe.stop_patience is not None:
        parts.append(f"stop {planned.stop_patience} instead of {recipe.stop_patience}")
    return f"; patience in epochs: {', '.join(parts)}" if parts else ""


def _full_hours(recipe: Recipe, data: Fer2013, split: str, speed: float) -> float:
    """Hours for every epoch of the recipe on the whole training part, at the pictures/s of a part."""
    return recipe.epochs * len(find_split(data, split).train) / speed / 3600


def _private_read(run: str) -> dict[str, str] | None:
    for entry in ledger.entries():
        if run in {entry["run"], entry["bundle"]}:
            return {"kind": str(entry["kind"]), "time": str(entry["time"])}
    return None


def spelled(arguments: list[str]) -> str:
    """A command line as it is printed."""
    return shlex.join(["python", "-m", "training", *arguments])
