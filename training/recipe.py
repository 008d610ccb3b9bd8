"""What an experiment is: one frozen table of every choice that its result depends on."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Random changes of a training picture; every amount is the half-width of a uniform draw."""

    warp_probability: float = 0.8
    rotation_deg: float = 12.0
    scale: float = 0.15
    shift: float = 0.10  # share of the 48 px frame
    flip: bool = True
    fill: Literal["reflect", "nearest"] = "reflect"
    tone_probability: float = 0.5
    contrast: float = 0.3
    brightness: float = 0.3  # in standard deviations of the data
    blur_probability: float = 0.0
    jpeg_probability: float = 0.0
    noise: float = 0.0  # largest standard deviation of added noise, in standard deviations of the data
    noise_probability: float = 0.5
    erase_probability: float = 0.5
    erase_area: tuple[float, float] = (0.02, 0.20)  # share of the picture
    mixup: float = 0.0  # both parameters of the Beta distribution; every second batch is mixed
    calm_share: float = 0.1  # share of the epochs at the end that are not mixed


def seldom(amounts: Augmentation) -> Augmentation:
    """The same amounts, tone in a quarter of the pictures, and blur, noise or JPEG in one of three."""
    return replace(
        amounts, tone_probability=0.25, blur_probability=0.15, noise_probability=0.15, jpeg_probability=0.1
    )


def classic(rotation_deg: float, shift: float, zoom: float = 0.0, *, flip: bool = False) -> Augmentation:
    """One warp per picture as the papers' image generators make it: uniform draws, nearest-edge fill."""
    return Augmentation(
        warp_probability=1.0,
        rotation_deg=rotation_deg,
        shift=shift,
        scale=zoom,
        flip=flip,
        fill="nearest",
        tone_probability=0.0,
        erase_probability=0.0,
    )


@dataclass(frozen=True, slots=True)
class Cosine:
    """The learning rate rises linearly to the peak, then falls to 0 along one cosine, step by step."""

    peak: float
    warm_up_epochs: float = 3.0


@dataclass(frozen=True, slots=True)
class Plateau:
    """The learning rate is multiplied by `factor` after `patience` epochs without a lower validation loss."""

    start: float
    factor: float = 0.5
    patience: int = 6
    minimum: float = 1e-6


@dataclass(frozen=True, slots=True)
class Constant:
    """The learning rate never changes."""

    start: float


@dataclass(frozen=True, slots=True)
class Optimizer:
    """A class of keras.optimizers by name, and its options besides the learning rate."""

    name: str
    options: Mapping[str, float | bool] = field(default_factory=dict)


SGD = Optimizer("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 5e-3, "global_clipnorm": 5.0})


@dataclass(frozen=True, slots=True)
class Recipe:
    """One experiment.

    `network` builds a model from pictures (n, s, s, 1) float32 to logits (n, classes) float32. With
    `standardised` pictures have the data's mean 0 and deviation 1; else they are grey values 0 to 255, and
    the network scales, enlarges and repeats them by its own layers. With `pretrained`, the name of a
    backbone of training.pretrained, `network` needs the keyword `weights`.
    """

    id: str
    title: str
    network: Callable[..., Any]
    parameters: int
    epochs: int
    paper: str = ""  # the system's number in docs/reproduction.md, such as "P4d"
    published: str = ""  # the figure as printed
    trainable: int | None = None  # parameters that train; None: all but the running statistics
    data: str = "standard"  # a split of training.splits
    seeds: int = 1  # how many repeats the plan asks for
    batch: int = 128
    optimizer: Optimizer = SGD
    rate: Cosine | Plateau | Constant = Cosine(0.05)
    l2: float = 0.0  # added to the loss: l2 times the sum of squares of all kernels
    label_smoothing: float = 0.0
    keep: Literal["average", "last", "best_accuracy", "best_loss"] = "last"  # on the validation part
    ema_decay: float = 0.999  # of the average, where that is kept
    stop_patience: int | None = None  # epochs without a lower validation loss before the run ends
    standardised: bool = False
    size: int = 48
    small_size: int = 48  # picture size in the first part of training ...
    small_share: float = 0.0  # ... which is this share of the epochs
    window: int = 48  # px of the 48 px frame that one training picture shows
    augmentation: Augmentation | None = None
    pretrained: str = ""  # the ImageNet network whose weights it starts from; its network takes `weights`
    teachers: tuple[str, ...] = ()  # bundles whose mean probabilities a student learns
    begins_from: str = ""  # the finished run whose weights it starts from
    votes_weight: float = 0.0  # in the loss, of a second head that learns the FER+ votes and is not kept


@dataclass(frozen=True, slots=True)
class Study:
    """Several recipes that answer one question together: a grid, an ensemble or a comparison."""

    id: str
    title: str
    paper: str
    published: str
    members: tuple[Recipe, ...]
    kind: Literal["grid", "choice", "ensembles", "stack"]  # choice: compared on the validation part alone


def find_recipe(recipe_id: str) -> Recipe:
    """The recipe with this id or paper number; TrainingError lists the known ones."""
    for recipe in all_recipes().values():
        if recipe_id in {recipe.id, recipe.paper}:
            return recipe
    raise TrainingError(f"There is no recipe '{recipe_id}'; known: {', '.join(sorted(all_recipes()))}.")


def all_recipes() -> dict[str, Recipe]:
    """Every recipe of training/recipes by id, the members of studies included."""
    found: dict[str, Recipe] = {}
    for module in _modules():
        single = getattr(module, "RECIPE", None)
        members = module.STUDY.members if hasattr(module, "STUDY") else ()
        for recipe in (*members, single) if single else members:
            found.setdefault(recipe.id, recipe)
    return found


def find_study(study_id: str) -> Study | None:
    """The study with this id or paper number, if there is one."""
    studies = all_studies().values()
    return next((study for study in studies if study_id in {study.id, study.paper}), None)


def all_studies() -> dict[str, Study]:
    """Every study of training/recipes by id."""
    studies = [module.STUDY for module in _modules() if hasattr(module, "STUDY")]
    return {study.id: study for study in studies}


def _modules() -> list[Any]:
    package = importlib.import_module("training.recipes")
    return [
        importlib.import_module(f"training.recipes.{entry.name}")
        for entry in pkgutil.iter_modules(package.__path__)
    ]
