"""Networks whose weights come from elsewhere: found and checked, or refused, never silently random."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py  # type: ignore[import-untyped]
import keras

from training import runs
from training.errors import TrainingError, WeightsError
from training.recipe import Recipe

BACKBONES = {
    "ResNet50": keras.applications.ResNet50,
    "MobileNetV2": keras.applications.MobileNetV2,
    "InceptionV3": keras.applications.InceptionV3,
}


def backbone(name: str, *, weights: str, input_shape: tuple[int, int, int]) -> keras.Model:
    """A network of BACKBONES without its top; pictures (n, *input_shape) to features (n, h, w, c).

    `weights` is "imagenet" (Keras' own files), "none" (a random start) or the path of a Keras weight file
    of the network without its top. Raises WeightsError where these cannot be had or do not fit.
    """
    if weights == "imagenet":
        return _with_imagenet(name, input_shape)
    model = BACKBONES[name](include_top=False, weights=None, input_shape=input_shape)
    if weights != "none":
        _load(model, name, Path(weights))
    return model


def _with_imagenet(name: str, input_shape: tuple[int, int, int]) -> keras.Model:
    try:
        return BACKBONES[name](include_top=False, weights="imagenet", input_shape=input_shape)
    # Keras' download raises a plain Exception without a network and ValueError for a wrong checksum.
    except Exception as error:
        raise WeightsError(
            f"ImageNet weights for {name} are not available offline. Give a file with --weights PATH, "
            "or --weights none (random start; the paper's figure cannot be expected)."
        ) from error


def _load(model: keras.Model, name: str, path: Path) -> None:
    """Fill the model from the file; WeightsError unless count, shapes and order of its weights fit."""
    held, needed = _parameters_in(path, name), model.count_params()
    if held != needed:
        raise WeightsError(
            f"{path} holds {held:,} parameters, but {name} without its top has {needed:,}; "
            f"give a Keras no-top weight file of {name}."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # hundreds of lines before the error that counts
            model.load_weights(path)
    except (ValueError, KeyError) as error:
        raise WeightsError(
            f"The weights in {path} do not fit the layers of {name}; "
            f"give a Keras no-top weight file of {name} (.h5)."
        ) from error


def _parameters_in(path: Path, name: str) -> int:
    """How many numbers the file holds, an optimiser's apart."""
    sizes: list[int] = []

    def collect(place: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and not place.startswith("optimizer"):
            sizes.append(int(item.size))

    try:
        with h5py.File(path, "r") as file:
            file.visititems(collect)
    except OSError as error:
        raise WeightsError(
            f"{path} cannot be read as a weight file; give a Keras no-top weight file of {name} (.h5)."
        ) from error
    return sum(sizes)


def begun(recipe: Recipe) -> Callable[[], keras.Model]:
    """Builds the network of a recipe, with the weights of the finished run it begins from, if any.

    Raises TrainingError when that run is not finished or its network has other weights.
    """
    if not recipe.begins_from:
        return recipe.network
    file = runs.network_file(runs.RUNS / recipe.begins_from)
    if not file.exists():
        raise TrainingError(f"{recipe.id} begins from {recipe.begins_from}: finish that run first.")

    def build() -> keras.Model:
        network = recipe.network()
        weights = keras.models.load_model(file, compile=False).get_weights()
        if [one.shape for one in weights] != [one.shape for one in network.get_weights()]:
            raise TrainingError(f"{recipe.begins_from} is another network than {recipe.id}.")
        network.set_weights(weights)
        return network

    return build
