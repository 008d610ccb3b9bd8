"""The stack of P2e: one dense layer over the frozen outputs of three networks (Sodhi & Chiu, section 3.5)."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from femon.bundle.combination import side_by_side
from training import ensemble, metrics, runs
from training.fer2013 import Fer2013
from training.recipe import Study
from training.reproduce import Order, write
from training.scoring import frozen_run
from training.splits import find_split, for_classes

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

    The folder that validates holds PrivateTest, which the members have read under the same protocol.
    """
    split = find_split(data, members[0]["data"]["split"])
    models = [frozen_run(runs.RUNS / member["run"], data) for member in members]
    rows = slice(0, members[0]["data"]["rows"])
    train = [model.predict(split.train.images[rows]) for model in models]
    public = for_classes(data.public(), split.classes)
    on_public = np.stack([model.predict(public.images) for model in models])
    flat = np.asarray(side_by_side(on_public), np.float32)
    stack, epochs = fit_stack(
        np.concatenate(train, axis=1), split.train.labels[rows], (flat, public.labels), seed=order.seed
    )
    answers = {
        "stack": np.asarray(stack(flat)),
        "mean": on_public.mean(axis=0),
        "stack-by-folds": ensemble.stacked_out_of_fold(on_public, public.labels),
    }
    no_copy = data.without_training_copies(public)
    results = []
    for name, probabilities in answers.items():
        figures = metrics.figures(probabilities, public.labels, no_copy=no_copy)
        result = {
            **members[0],
            "run": f"{study.id}-{name}-{order.seed}" + ("-smoke" if order.smoke else ""),
            "recipe": study.id,
            "paper": study.paper,
            "title": f"{study.title}: {name}",
            "published": study.published,
            "parameters": stack.count_params(),
            "trainable": stack.count_params(),
            "epochs": epochs,
            "history": [],
            "splits": {"public": figures},
            "private_read": None,
        }
        write(result)
        results.append(result)
    return results
