"""Teachers: bundles whose mean opinion of the very picture that a student sees becomes its target."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path

import keras

from femon.bundle import CONTRACT_FILE, KERAS_FILE, read_contract, verify_weights
from femon.bundle.folder import network_folders
from training.augment import DEVIATION, MEAN
from training.errors import TrainingError
from training.recipe import Recipe
from training.refit import require_unlearnt

STUDENT = "-distilled"  # ends the id of a student's run


def taught(recipe: Recipe, teachers: tuple[str, ...]) -> Recipe:
    """The recipe of a student: its teachers soften the labels."""
    return dataclasses.replace(recipe, id=f"{recipe.id}{STUDENT}", teachers=teachers, label_smoothing=0.0)


def panel(recipe: Recipe) -> Callable[[], keras.Model] | None:
    """Makes a network: pictures (n, s, s, 1) as a student sees them, to probabilities (n, 7).

    They are the mean over the networks of all teachers, each asked once per picture, without what was fitted
    on PublicTest (temperature, vector scaling, weights in an ensemble). Asking anew about every changed
    picture teaches more than an opinion of the unchanged one (Beyer et al. 2022, section 3). Raises
    TrainingError when a folder is not a bundle, and for a teacher that has learnt PublicTest or followed a
    published protocol, alone or in an ensemble, or takes pictures of one size only; ModelError for weights
    that do not fit their checksum.
    """
    folders = [network for teacher in recipe.teachers for network in _admitted(Path(teacher))]
    served = [_served(folder) for folder in folders]
    return partial(_panel, served, recipe.standardised) if served else None


def _admitted(folder: Path) -> list[Path]:
    """Where the networks of a teacher lie."""
    if not (folder / CONTRACT_FILE).exists():
        raise TrainingError(f"The teacher {folder} is not a bundle; export its run first.")
    networks = network_folders(folder, read_contract(folder))
    for network in networks:
        member, name = read_contract(network), f"The teacher '{network.name}'"
        if member.protocol == "published":
            raise TrainingError(
                f"{name} follows a published protocol, which may have seen test pictures; leave it out."
            )
        require_unlearnt(member, network.name)
    return networks


def _served(folder: Path) -> keras.Model:
    verify_weights(folder)
    served = keras.models.load_model(folder / KERAS_FILE, compile=False)
    if _network(served).input_shape[1] is not None:
        raise TrainingError(f"The teacher '{folder.name}' takes pictures of one size only; leave it out.")
    return served


def _network(served: keras.Model) -> keras.Model:
    """The network behind window, scaling and views."""
    return next(layer for layer in served.layers if isinstance(layer, keras.Model))


def _panel(teachers: list[keras.Model], standardised: bool) -> keras.Model:
    pictures = keras.Input((None, None, 1))
    answers = [_answer(served, pictures, standardised) for served in teachers]
    mean = keras.layers.Average(dtype="float32")(answers) if len(answers) > 1 else answers[0]
    return keras.Model(pictures, mean, trainable=False)


def _answer(served: keras.Model, pictures: keras.KerasTensor, standardised: bool) -> keras.KerasTensor:
    """A teacher's probabilities; its network computes in the number format of the run."""
    network = _network(served)
    twin = keras.models.clone_model(network, clone_function=_in_format_of_run)
    twin.set_weights(network.get_weights())
    of_grey = served.get_layer("rescaling")
    slope, start = (255 * DEVIATION, 255 * MEAN) if standardised else (1.0, 0.0)
    as_served = keras.layers.Rescaling(
        slope * of_grey.scale, start * of_grey.scale + of_grey.offset, dtype="float32"
    )
    return keras.layers.Softmax(dtype="float32")(twin(as_served(pictures)))


def _in_format_of_run(layer: keras.layers.Layer) -> keras.layers.Layer:
    return type(layer).from_config(layer.get_config() | {"dtype": keras.config.dtype_policy().name})
