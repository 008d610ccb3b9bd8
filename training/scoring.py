"""Scores of a finished reproduction run on every part that its protocol and the official one name."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from femon.bundle import CONTRACT_FILE, KERAS_FILE, sha256_of, tensorflow_logits
from femon.bundle.combination import softmax
from femon.emotions import EMOTIONS
from training import curves, ledger, metrics, runs
from training.evaluate import frozen_bundle
from training.export import export, served_run
from training.fer2013 import Fer2013, Samples
from training.ledger import Frozen, Predict, Uncalibrate
from training.splits import Split, evaluation_subsets, for_classes, replica_test
from training.standing import is_exported

BUNDLES = runs.RUNS / "bundles"
PUBLIC_FILE = "public_probs.npz"  # in the folder of a run
TRAIN_ROWS = 5000  # of the training part, where no published figure needs all of it
AT_ONCE = 256


def frozen_run(run: Path, data: Fer2013) -> Frozen:
    """A finished run as it is scored: an exported bundle, or its served graph where a bundle is forbidden.

    Published protocols touch PrivateTest, and femon only loads seven classes; such runs are never exported.
    """
    config = runs.read(run)
    if is_exported(config["protocol"], config["split"]):
        folder = BUNDLES / run.name
        if not (folder / CONTRACT_FILE).exists():
            export(run, folder, data)
        return frozen_bundle(folder)[1]
    path = run / "final" / f"served-{KERAS_FILE}"
    if not path.exists():
        served_run(run).save(path)
    model = Frozen(
        weights_sha256(keras.models.load_model(path, compile=False)),
        run.name,
        run.name,
        _keras_predict(path),
        former_sha256=sha256_of(path),
    )
    return dataclasses.replace(model, kind="replica") if config["protocol"] == "published" else model


def weights_sha256(model: keras.Model) -> str:
    """The checksum of a model's weights: name, type, shape and numbers of each, in their order.

    Two files of the same weights differ, since a file holds the time at which it was saved.
    """
    digest = hashlib.sha256()
    for weight in model.weights:
        numbers = np.ascontiguousarray(weight)
        digest.update(json.dumps([weight.name, str(numbers.dtype), numbers.shape]).encode())
        digest.update(numbers.data)
    return digest.hexdigest()


def _keras_predict(path: Path) -> Predict:
    logits = tensorflow_logits(path, require_gpu=False, classes=None)  # some papers leave one out

    def predict(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        parts = [logits(images[start : start + AT_ONCE]) for start in range(0, len(images), AT_ONCE)]
        return softmax(np.concatenate(parts))

    return predict


def score(
    model: Frozen, split: Split, data: Fer2013, *, reason: str | None, keep: Path | None = None
) -> dict[str, dict[str, Any]]:
    """Figures by part: train, validation, public, and with a reason private and the replica's own test part.

    Probabilities on PublicTest are kept as public_probs.npz in the folder `keep`, and taken from there again.
    """
    figures: dict[str, dict[str, Any]] = {}
    if model.kind == "replica" or split.name not in ("official", "standard"):
        figures["train"] = _plain(model.predict, _some(split))
    public = for_classes(data.public(), split.classes)
    on_public = kept_on_public(keep, model, public) if keep else None
    if on_public is None:
        on_public = model.predict(public.images)
    if keep:
        np.savez(
            keep / PUBLIC_FILE,
            probabilities=on_public,
            labels=public.labels,
            rows=public.rows,
            sha256=np.array(model.sha256),
        )
    if split.validation.name not in ("public", "six-public", "six-test"):
        figures["validation"] = _plain(model.predict, split.validation)
    figures["public"] = _figures(on_public, public, data, model.uncalibrate)
    if reason is None:
        return figures
    everything, on_private = ledger.read_private(model, data, reason)
    private = for_classes(everything, split.classes)
    on_private = on_private[np.isin(everything.rows, private.rows)]
    subsets = evaluation_subsets(data, private)
    figures["private"] = _figures(on_private, private, data, model.uncalibrate) | {
        "subsets": metrics.subset_figures(on_private, private.labels, subsets)
    }
    if model.kind == "replica":
        figures["test"] = _test(split.name, data, (public, private), (on_public, on_private))
    return figures


def kept_on_public(run: Path, model: Frozen, public: Samples) -> NDArray[np.float32] | None:
    """What the same weights said of the same rows when this run was scored before; None if they were not."""
    path = run / PUBLIC_FILE
    if not path.exists():
        return None
    with np.load(path) as stored:
        same = str(stored.get("sha256", "")) == model.sha256 and np.array_equal(stored["rows"], public.rows)
        return np.asarray(stored["probabilities"]) if same else None


def _some(split: Split) -> Samples:
    """The whole training part of P1, whose identity counts every row; else a fixed sample."""
    train = split.train
    if split.name == "p1" or len(train) <= TRAIN_ROWS:
        return train
    chosen = np.zeros(len(train), np.bool_)
    chosen[np.random.default_rng(0).permutation(len(train))[:TRAIN_ROWS]] = True
    return train.where(chosen, train.name)


def _plain(predict: Predict, samples: Samples) -> dict[str, Any]:
    return metrics.figures(predict(samples.images), samples.labels, no_copy=None)


def _figures(
    probabilities: NDArray[np.float32], samples: Samples, data: Fer2013, uncalibrate: Uncalibrate | None
) -> dict[str, Any]:
    no_copy = data.without_training_copies(samples)
    before = uncalibrate(probabilities) if uncalibrate else None
    figures = metrics.figures(probabilities, samples.labels, no_copy=no_copy, uncalibrated=before)
    figures |= curves.curves(probabilities, samples.labels)
    if data.votes is not None and data.not_a_face is not None and probabilities.shape[1] == len(EMOTIONS):
        votes, not_a_face = data.votes[samples.rows], data.not_a_face[samples.rows]
        figures["votes"] = metrics.votes_view(probabilities, votes, not_a_face)
    return figures


def _test(
    split: str,
    data: Fer2013,
    parts: tuple[Samples, Samples],
    probabilities: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> dict[str, Any]:
    """Figures on the published protocol's test part, put together from PublicTest and PrivateTest."""
    wanted = replica_test(data, split).rows
    rows = np.concatenate([part.rows for part in parts])
    labels = np.concatenate([part.labels for part in parts])
    chosen = np.isin(rows, wanted)
    answers = np.concatenate(probabilities)[chosen]
    figures = metrics.figures(answers, labels[chosen], no_copy=None)
    return figures | curves.curves(answers, labels[chosen])
