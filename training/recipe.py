"""What an experiment is: one frozen table of every choice that its result depends on."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Random changes of a training picture; every amount is the half-width of a uniform draw."""

    warp_probability: float = 0.8
    rotation_deg: float = 12.0
    scale: float = 0.15
    shift: float = 0.10  # share of the 48 px frame
    tone_probability: float = 0.5
    contrast: float = 0.3
    brightness: float = 0.3  # in standard deviations of the data
    erase_probability: float = 0.5
    erase_area: tuple[float, float] = (0.02, 0.20)  # share of the picture


@dataclass(frozen=True, slots=True)
class Recipe:
    """One experiment. `network` builds a model from normalised (n, s, s, 1) pictures to logits (n, 7)."""

    id: str
    title: str
    network: Callable[[], Any]
    parameters: int
    epochs: int
    batch: int = 128
    peak_rate: float = 0.05
    warm_up_epochs: float = 3.0
    weight_decay: float = 5e-3  # decoupled, per unit of learning rate
    clip_norm: float = 5.0
    label_smoothing: float = 0.1
    ema_decay: float = 0.999
    small_size: int = 32  # picture size in the first part of training ...
    small_share: float = 0.45  # ... which is this share of the epochs
    size: int = 40
    window: int = 40  # px of the 48 px frame that one training picture shows
    data: str = "standard"
    augmentation: Augmentation = field(default_factory=Augmentation)


def find_recipe(recipe_id: str) -> Recipe:
    """The recipe with this id; TrainingError lists the known ones."""
    recipes = all_recipes()
    if recipe_id not in recipes:
        raise TrainingError(f"There is no recipe '{recipe_id}'; known: {', '.join(sorted(recipes))}.")
    return recipes[recipe_id]


def all_recipes() -> dict[str, Recipe]:
    """Every recipe of training/recipes by id."""
    package = importlib.import_module("training.recipes")
    modules = [
        importlib.import_module(f"training.recipes.{entry.name}")
        for entry in pkgutil.iter_modules(package.__path__)
    ]
    return {module.RECIPE.id: module.RECIPE for module in modules}
