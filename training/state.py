"""How far the runs of recipes and studies are, told in a few words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from training import history, runs
from training.recipe import Recipe, Study

ABSENT = "-"
FULL, CUT, SUBSET, BEGUN, SMOKE = "finished", "cut", "subset", "begun", "smoke"
RANKS = (FULL, CUT, SUBSET, BEGUN, SMOKE)  # of several runs the first of these stands for the recipe


def of_recipe(recipe: Recipe) -> str:
    """The state of a recipe's best run: finished, cut (with its epochs), subset, begun, smoke or -."""
    run, kind = _best(recipe)
    if kind == CUT:
        return f"{CUT}: {len(history.read(run))} of {recipe.epochs} epochs"
    return kind


def of_study(study: Study) -> str:
    """How many members have a finished run, and what is the least that one of these is."""
    kinds = [kind for _, kind in map(_best, study.members) if kind in (FULL, CUT, SUBSET)]
    least = max(kinds, key=RANKS.index, default=FULL)
    return f"{len(kinds)} of {len(study.members)} runs" + (f", {least}" if least != FULL else "")


def _best(recipe: Recipe) -> tuple[Path, str]:
    configs = {path.parent: runs.read(path.parent) for path in runs.RUNS.glob(f"{recipe.id}-*/{runs.CONFIG}")}
    kinds = [
        (run, _kind(run, config, recipe))
        for run, config in sorted(configs.items())
        if config["recipe"]["id"] == recipe.id
    ]
    return min(kinds, key=lambda found: RANKS.index(found[1]), default=(runs.RUNS, ABSENT))


def _kind(run: Path, config: dict[str, Any], recipe: Recipe) -> str:
    if config.get("smoke"):
        return SMOKE
    if not runs.network_file(run).exists():
        return BEGUN
    if config.get("subset"):
        return SUBSET
    return CUT if config["recipe"]["epochs"] < recipe.epochs else FULL
