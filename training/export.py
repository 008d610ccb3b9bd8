"""A finished run becomes a bundle: stock layers, pixels in, logits out, figures from the files written."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from femon.bundle import CONTRACT_FILE, KERAS_FILE, LITERT_FILE, Bundle, read_contract, sha256_of
from femon.bundle.combination import softmax
from femon.crop import FER_SPEC
from femon.emotions import EMOTIONS
from training import card, curves, history, ledger, metrics, refit, runs
from training.augment import DEVIATION, FRAME, MEAN
from training.calibrate import fit_temperature, uncalibrated, uncertain_below
from training.ensemble import disagree_above
from training.errors import TrainingError
from training.fer2013 import Fer2013, Samples
from training.fold import folded
from training.splits import Split, find_split
from training.vector_scaling import VectorScaling

LICENCE = (
    "MIT for code and weights; trained on FER-2013, whose pictures come from a web search "
    "and are for research use"
)
AT_ONCE = 256
NEUTRAL = EMOTIONS.index("neutral")


def served_model(
    network: keras.Model, *, window: int, views: int, standardised: bool = True, size: int | None = None
) -> keras.Model:
    """Crops (n, 48, 48) uint8 to logits (n, classes) float32, with window, scaling and views inside.

    `standardised` networks expect pictures with the data's mean 0 and deviation 1, others grey values. With
    two views the answer is the logarithm of the mean probability of a crop and its mirror image. The layers
    have names, since Keras' running numbers would make another file of the same weights at each export.
    """
    crops = keras.Input((FRAME, FRAME), dtype="uint8", name="crops")
    exact = {"dtype": "float32"}  # whatever the run computed in: a short float would round grey values
    x = keras.layers.Reshape((FRAME, FRAME, 1), name="reshape", **exact)(crops)
    scale, offset = (1 / 255 / DEVIATION, -MEAN / DEVIATION) if standardised else (1.0, 0.0)
    x = keras.layers.Rescaling(scale, offset, name="rescaling", **exact)(x)
    if window < FRAME:
        x = keras.layers.Cropping2D((FRAME - window) // 2, name="cropping2d", **exact)(x)
    if views == 1:
        return keras.Model(crops, network(x), name="femon")
    # One pass over twice as many pictures takes a tenth less time than two passes.
    beside = keras.layers.Concatenate(axis=0, name="concatenate", **exact)([x, keras.ops.flip(x, axis=2)])
    both = keras.layers.Softmax(name="softmax", **exact)(network(beside))
    pairs = keras.ops.reshape(both, (2, -1, both.shape[-1]))
    pairs._keras_history.operation.name = "pairs"  # else the first one of a process is a second "reshape"
    mean = keras.ops.mean(pairs, axis=0)
    return keras.Model(crops, keras.ops.log(keras.ops.maximum(mean, 1e-12)), name="femon")


def served_run(run: Path, *, window: int | None = None, views: int = 1) -> keras.Model:
    """The network of a finished run as it is served; by default with the window that it was trained on.

    Raises TrainingError when the run is not finished or its network takes no pictures of this size.
    """
    if not runs.network_file(run).exists():
        raise TrainingError(f"{run} is not finished; run train with --resume first.")
    recipe = runs.read(run)["recipe"]
    network = keras.models.load_model(runs.network_file(run), compile=False)
    side = window or recipe["window"]
    try:
        return served_model(folded(network), window=side, views=views, standardised=recipe["standardised"])
    except ValueError as error:  # Keras' only word for shapes that do not go together
        raise TrainingError(f"The network of {run.name} takes no pictures of {side} px.") from error


def export(
    run: Path,
    folder: Path,
    data: Fer2013,
    *,
    window: int | None = None,
    views: int = 1,
    vector_scaling: bool = False,
    twin: Path | None = None,
) -> dict[str, Any]:
    """Write a bundle from runs/<id>/final: weights, contract with PublicTest figures, and card.

    With `vector_scaling` the network ends in one that is fitted on PublicTest. A refit takes window, views
    and all that is fitted from its `twin`, a bundle of the same recipe, and gets no figures on PublicTest.
    Raises TrainingError for an unfinished run, for a refit without a twin, and for a run that followed a
    published protocol, whose test part or choices touch PrivateTest.
    """
    config = runs.read(run)
    if config.get("protocol") == "published":
        raise TrainingError(f"{run.name} follows a published protocol; such a network is never exported.")
    recipe = config["recipe"]
    split = find_split(data, config["split"])
    taken = refit.of_twin(run.name, recipe["id"], twin) if split.trained_on_validation else {}
    window = taken.get("window", window) or recipe["window"]
    views = taken.get("views", views)
    model = served_run(run, window=window, views=views)
    fits = vector_scaling and not taken
    scaling = _fitted_scaling(model, data.public()) if fits else VectorScaling.of(taken)
    model = scaling.applied(model, normalised=views > 1) if scaling else model
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder / KERAS_FILE)
    (folder / LITERT_FILE).write_bytes(litert_int8(model))
    contract = {
        "id": folder.name,
        "name": recipe["title"],
        "kind": "network",
        "members": [],
        "labels": list(EMOTIONS),
        "input_shape": [None, FRAME, FRAME],
        "crop": FER_SPEC.to_dict(),
        "window": window,
        "views": views,
        "sha256": {name: sha256_of(folder / name) for name in (LITERT_FILE, KERAS_FILE)},
        "vector_scaling": dataclasses.asdict(scaling) if scaling else None,
        "temperature": 1.0,
        "uncertain_below": 0.0,
        "disagree_above": None,
        "neutral_reference": [],
        **_origin(run, split, data),
        "metrics": {},
        "private_reads": 0,
        "published": None,
    }
    write(folder, contract | taken)
    return contract | taken if taken else calibrated(folder, data)


def _origin(run: Path, split: Split, data: Fer2013) -> dict[str, Any]:
    """The entries of a contract that say how and of what its network was made."""
    config = runs.read(run)
    recipe, training = config["recipe"], split.train
    return {
        "train_prior": [round(float(share), 4) for share in np.bincount(training.labels) / len(training)],
        "params": recipe["parameters"],
        "seeds": [config["seed"]],
        "data": {
            "name": f"FER-2013 {_parts(split)}, {config['split']}",
            "rows": len(training),
            "sha256": data.sha256,
            "outside_data": _outside_data(recipe, split),
            "copies_removed": split.copies_removed,
        },
        "trained_on_validation": split.trained_on_validation,
        "licence": LICENCE,
        "recipe": recipe["id"],
        "epochs": recipe["epochs"],
        "training_s": _training_s(run),
        "run": run.name,
        "begins_from": recipe.get("begins_from", ""),
        "teachers": [Path(teacher).name for teacher in recipe.get("teachers", ())],
        "commit": config.get("commit", "unknown"),
        "protocol": config.get("protocol"),
    }


def _fitted_scaling(model: keras.Model, public: Samples) -> VectorScaling:
    logits = model.predict(public.images, batch_size=AT_ONCE, verbose=0)
    return VectorScaling.fitted(softmax(np.asarray(logits)), public.labels)


def _parts(split: Split) -> str:
    return "Training and PublicTest" if split.trained_on_validation else "Training"


def _outside_data(recipe: dict[str, Any], split: Split) -> str:
    weight = recipe.get("votes_weight")  # runs from before there were votes do not have it
    left_out = "to leave out rows that are not a face"
    if not weight:
        return f"FER+ votes only {left_out}" if split.faces_only else "none"
    second = f"FER+ votes as a second target of the training pictures (weight {weight:g})"
    return f"{second}, and {left_out}" if split.faces_only else second


def _training_s(run: Path) -> float | None:
    rows = history.read(run)
    return rows[-1]["elapsed_s"] if rows else None


def calibrate(folder: Path, data: Fer2013) -> dict[str, Any]:
    """Fit temperature and doubt of a bundle anew; gives its contract as it then stands in bundle.json.

    Raises TrainingError once PrivateTest was read with its weights, and for a refit.
    """
    contract = read_contract(folder)
    refit.require_unlearnt(contract, folder.name)
    if contract.private_reads or ledger.reads_of(contract.weights_sha256):
        raise TrainingError(
            f"'{folder.name}' was read on PrivateTest and is frozen; export another window or another run."
        )
    return calibrated(folder, data)


def calibrated(folder: Path, data: Fer2013, *, load: Callable[..., Bundle] = Bundle.load) -> dict[str, Any]:
    """Fit temperature and doubt on PublicTest, then score what was written through Bundle.load.

    For a bundle that was just written: weights that were read before get the same temperature again, and
    their reads stay counted. Gives the contract as it then stands in bundle.json.
    """
    contract: dict[str, Any] = json.loads((folder / CONTRACT_FILE).read_text(encoding="utf-8"))
    contract["private_reads"] = ledger.reads_of(read_contract(folder).weights_sha256)
    contract["temperature"] = 1.0
    write(folder, contract)
    public = data.public()
    answers = load(folder, device="cpu").predict(public.images)
    logits = np.log(np.maximum(answers, 1e-12))
    contract["temperature"] = round(fit_temperature(logits, public.labels), 4)
    write(folder, contract)
    judgement = load(folder, device="cpu").judge(public.images)
    probabilities = judgement.probabilities
    contract["uncertain_below"] = uncertain_below(probabilities, public.labels)
    if judgement.disagreement is not None:
        right = probabilities.argmax(axis=1) == public.labels
        contract["disagree_above"] = disagree_above(judgement.disagreement, right)
    (point,) = curves.coverage(probabilities, public.labels, (contract["uncertain_below"],))
    contract["operating_point"] = point
    neutral = probabilities[public.labels == NEUTRAL].mean(axis=0)
    contract["neutral_reference"] = [round(float(share), 4) for share in neutral]
    contract["metrics"]["public_test"] = metrics.figures(
        probabilities,
        public.labels,
        no_copy=data.without_training_copies(public),
        uncalibrated=uncalibrated(answers, 1.0, VectorScaling.of(contract)),
    ) | {"views": contract["views"]}
    write(folder, contract)
    return contract


def write(folder: Path, contract: dict[str, Any]) -> None:
    """Write bundle.json and the card that is made from it."""
    text = json.dumps(contract, indent=1, ensure_ascii=False)
    (folder / CONTRACT_FILE).write_text(text + "\n", encoding="utf-8")
    (folder / "CARD.md").write_text(card.text(contract), encoding="utf-8")


def litert_int8(model: keras.Model) -> bytes:
    """The model as a LiteRT file for any number of crops at once, its weights int8 per channel.

    The range of the activations is measured on each picture as it runs, so no other picture in a batch
    changes the answer, and no pictures are needed to convert.
    """
    with tempfile.TemporaryDirectory() as folder:
        model.export(
            folder, format="tf_saved_model", verbose=False
        )  # as from_keras_model, without its chatter
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        return bytes(converter.convert())
