"""How many epochs a run is planned with: those of its recipe, those asked for, or those that hours allow."""

from __future__ import annotations

import dataclasses
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

from training import runs
from training.errors import TrainingError
from training.fit import Training
from training.recipe import Plateau, Recipe

WARM_UP_STEPS, TIMED_STEPS = 2, 6
CHECK_SHARE = 1 / 3  # a forward pass, measured in training steps


def planned(
    recipe: Recipe, run: Path, make: Callable[[Recipe], Training], *, epochs: int | None, hours: float | None
) -> Recipe:
    """The recipe with the epochs that a run was begun with, else with those asked for or affordable.

    Without any of these the recipe as it is. `make` starts a trial run, which is only timed. Raises
    TrainingError for less than one epoch, and where a run was begun with another plan than is asked for.
    """
    if epochs is not None and epochs < 1:
        raise TrainingError(f"{epochs} epochs train nothing; ask for one or more.")
    begun = runs.planned_epochs(run)
    if begun is not None:
        _check_request(run, begun, epochs, hours)
        if epochs is None and hours is None and begun < recipe.epochs:
            print(
                f"{run.name} keeps to the {begun} of {recipe.epochs} epochs that it was begun with.",
                file=sys.stderr,
            )
        return shortened(recipe, begun)
    if epochs is not None:
        return shortened(recipe, epochs)
    return recipe if hours is None else affordable(recipe, hours, make)


def _check_request(run: Path, begun: int, epochs: int | None, hours: float | None) -> None:
    """Refuse epochs or hours that are not those which a run was begun with."""
    planned_hours = runs.budget_hours(run)
    if epochs not in (None, begun):
        asked, option = f"{epochs}", "--epochs"
    elif hours not in (None, planned_hours):
        asked, option = f"{hours:g} hours", "--budget-hours"
    else:
        return
    plan = f"{begun} epochs" + (f" for {planned_hours:g} hours" if planned_hours is not None else "")
    raise TrainingError(
        f"{run} was begun with {plan}, not {asked}; leave out {option} to go on with it, or delete it to "
        "start anew."
    )


def pictures_per_s(training: Training, size: int) -> float:
    """Pictures that training gets through in a second at one picture size."""
    batch = next(training.batches())
    for _ in range(WARM_UP_STEPS):
        training.train(batch, size)
    started = time.perf_counter()
    for _ in range(TIMED_STEPS):
        training.train(batch, size)
    return TIMED_STEPS * len(batch[0]) / (time.perf_counter() - started)


def affordable(recipe: Recipe, hours: float, make: Callable[[Recipe], Training]) -> Recipe:
    """The recipe with as many of its epochs as fit into the hours, at least one.

    Patience shrinks with the epochs, so that the rate of a cut run still falls before its end.
    """
    training = make(recipe)
    rows, checked = len(training.split.train), len(training.split.validation)
    speed = {size: pictures_per_s(training, size) for size in {recipe.size, recipe.small_size}}
    training_s = rows * (
        recipe.small_share / speed[recipe.small_size] + (1 - recipe.small_share) / speed[recipe.size]
    )
    epoch_s = training_s + checked * CHECK_SHARE / speed[recipe.size]
    epochs = min(recipe.epochs, max(1, math.floor(3600 * hours / epoch_s)))
    return shortened(recipe, epochs)


def shortened(recipe: Recipe, epochs: int) -> Recipe:
    """The same recipe with fewer epochs and as much less patience."""
    share = epochs / recipe.epochs
    rate, stop = recipe.rate, recipe.stop_patience
    if share < 1 and isinstance(rate, Plateau):
        rate = dataclasses.replace(rate, patience=max(1, round(share * rate.patience)))
    if share < 1 and stop is not None:
        stop = max(2, round(share * stop))
    return dataclasses.replace(recipe, epochs=epochs, rate=rate, stop_patience=stop)
