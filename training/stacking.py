"""The stack of P2e: one dense layer over the frozen outputs of three networks (Sodhi & Chiu, section 3.5)."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from femon.bundle.combination import Members, side_by_side
from training import ensemble, log, metrics, runs
from training.fer2013 import Fer2013, Samples
from training.ledger import Frozen
from training.recipe import Study
from training.reproduce import Order, run_name, split_of, write
from training.scoring import frozen_run, kept_on_public, score
from training.splits import for_classes
from training.standing import FULL_RUN

EPOCHS, PATIENCE, BATCH, RATE = 10, 3, 32, 1e-3  # epochs and patience as printed, the others ours


def fit_stack(
    outputs: NDArray[np.float32],
    labels: NDArray[np.uint8],
    validation: tuple[NDArray[np.float32], NDArray[np.uint8]],
    *,
    seed: int,
) -> tuple[keras.Model, int]:
    """A dense softmax layer on members' outputs (n, m*c), and the epochs that it took.

    Training ends after 3 epochs without a lower validation loss.
    """
    keras.utils.set_random_seed(seed)
    classes = int(labels.max()) + 1
    model = keras.Sequential(
        [keras.Input(outputs.shape[1:]), keras.layers.Dense(classes, activation="softmax", dtype="float32")]
    )
    model.compile(keras.optimizers.Adam(RATE), "sparse_categorical_crossentropy")
    stop = keras.callbacks.EarlyStopping(patience=PATIENCE)
    done = model.fit(
        outputs,
        labels,
        validation_data=validation,
        epochs=EPOCHS,
        batch_size=BATCH,
        callbacks=[stop],
        verbose=0,
    )
    return model, len(done.epoch)


def reproduce_stack(
    study: Study, members: list[dict[str, Any]], order: Order, data: Fer2013
) -> list[dict[str, Any]]:
    """The stack over finished members, beside their plain mean and a stack fitted on PublicTest by folds.

    Training of the stack ends by PublicTest alone. What is made of finished members is scored as they are;
    the folds have an answer for PublicTest only.
    """
    split, protocol = split_of(study.members[0], order, data)
    public = for_classes(data.public(), split.classes)
    folders = [runs.RUNS / member["run"] for member in members]
    models = [_remembering(frozen_run(folder, data), folder, public) for folder in folders]
    train = np.concatenate([model.predict(split.train.images) for model in models], axis=1)
    on_public = np.stack([model.predict(public.images) for model in models])
    flat = np.asarray(side_by_side(on_public), np.float32)
    stack, epochs = fit_stack(train, split.train.labels, (flat, public.labels), seed=order.seed)
    folds = ensemble.stacked_out_of_fold(on_public, public.labels)

    def scored(name: str, combine: Callable[[Members], NDArray[np.float32]]) -> dict[str, Any]:
        model = _frozen(f"{study.id}-{name}", models, combine, weights=stack.get_weights())
        reason = f"result of {study.paper}: {name}" if order.reads_private else None
        return score(model, split, data, reason=reason)

    figures = {
        "stack": scored("stack", lambda outputs: np.asarray(stack(side_by_side(outputs)))),
        "mean": scored("mean", lambda outputs: outputs.mean(axis=0)),
        "stack-by-folds": {
            "public": metrics.figures(folds, public.labels, no_copy=data.without_training_copies(public))
        },
    }
    note = members[0]["status_note"].split(FULL_RUN)[0]
    results = [
        {
            **members[0],
            "run": run_name(f"{study.id}-{name}", order, protocol),
            "recipe": study.id,
            "paper": study.paper,
            "title": f"{study.title}: {name}",
            "published": study.published,
            "command": order.command,
            "commit": runs.commit(),
            "protocol": protocol,
            "status_note": f"{note}; over {', '.join(member['run'] for member in members)}",
            "parameters": stack.count_params(),
            "trainable": stack.count_params(),
            "epochs": epochs,
            "elapsed_s": sum(member["elapsed_s"] for member in members),
            "pictures_per_s": None,
            "history": [],
            "splits": splits,
            "private_read": None,
        }
        for name, splits in figures.items()
    ]
    for result in results:
        write(result)
        log.finished(result)
    return results


def _remembering(model: Frozen, run: Path, public: Samples) -> Frozen:
    """A member that answers once for the same pictures; of PublicTest its run has kept the answers."""
    kept = kept_on_public(run, model, public)
    said = {} if kept is None else {_digest(public.images): kept}

    def predict(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        key = _digest(images)
        if key not in said:
            said[key] = model.predict(images)
        return said[key]

    return dataclasses.replace(model, predict=predict)


def _digest(images: NDArray[np.uint8]) -> bytes:
    return hashlib.sha256(images.tobytes()).digest()


def _frozen(
    name: str,
    models: list[Frozen],
    combine: Callable[[Members], NDArray[np.float32]],
    *,
    weights: list[NDArray[np.float32]],
) -> Frozen:
    """Frozen members and what is made of their outputs, as the guard of PrivateTest knows them."""
    digest = hashlib.sha256(" ".join([name, *(model.sha256 for model in models)]).encode())
    for array in weights:
        digest.update(array.tobytes())

    def predict(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return combine(np.stack([model.predict(images) for model in models]))

    return Frozen(digest.hexdigest(), name, name, predict, kind=models[0].kind)
