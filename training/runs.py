"""Run folders, runs/<id>/: where a run keeps its settings, its way and its result."""

from __future__ import annotations

import dataclasses
import json
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from femon.bundle import read_contract, sha256_of
from training.errors import TrainingError
from training.fer2013 import VOTES_FILE, Fer2013
from training.recipe import Augmentation, Recipe
from training.splits import COPIES_KEPT, Split

RUNS = Path("runs")
CODE = Path(__file__).parents[1]
CONFIG = "config.json"
FREE = ("commit", "command", "budget_hours")  # may change while a run goes on
INPUTS = {  # besides the data; runs from before these were recorded go on without a check
    "votes_sha256": VOTES_FILE,
    "begins_from_sha256": "network to begin from",
    "teachers_sha256": "set of teachers",
}
PACKAGES = ("tensorflow", "keras", "numpy")


def described(recipe: Recipe) -> dict[str, Any]:
    """Every value of a recipe as config.json keeps it."""
    values = {
        entry.name: getattr(recipe, entry.name)
        for entry in dataclasses.fields(recipe)
        if entry.name != "network"
    }
    plain = {
        name: dataclasses.asdict(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type)
        else value
        for name, value in values.items()
    }
    plain["rate"]["kind"] = type(recipe.rate).__name__
    return plain


def settings(recipe: Recipe, *, seed: int, split: str, data_sha256: str, **more: Any) -> dict[str, Any]:
    """What a run's result depends on; JSON-ready."""
    config = {
        "recipe": described(recipe),
        "seed": seed,
        "split": split,
        "data_sha256": data_sha256,
        "packages": {name: version(name) for name in PACKAGES},
        **more,
    }
    stored: dict[str, Any] = json.loads(json.dumps(config))  # tuples become lists, as in the file
    return stored


def inputs(recipe: Recipe, split: Split, data: Fer2013) -> dict[str, Any]:
    """Checksums of what a run learns from besides the data, by the names in INPUTS."""
    found: dict[str, Any] = {}
    if data.votes_sha256 and (split.faces_only or recipe.votes_weight):
        found["votes_sha256"] = data.votes_sha256
    if recipe.begins_from:
        found["begins_from_sha256"] = sha256_of(network_file(RUNS / recipe.begins_from))
    if recipe.teachers:
        found["teachers_sha256"] = [read_contract(Path(one)).weights_sha256 for one in recipe.teachers]
    return found


def require_same_past(recipe: Recipe, split: Split) -> None:
    """Raise TrainingError where weights or teachers have learnt pictures that this split leaves out."""
    if split.copies_removed == COPIES_KEPT:
        return
    wrong = f"has learnt pictures that the split '{split.name}' leaves out; use another --data."
    if recipe.begins_from and read(RUNS / recipe.begins_from)["split"] != split.name:
        raise TrainingError(f"{recipe.begins_from}, from which {recipe.id} begins, {wrong}")
    for teacher in recipe.teachers:
        if read_contract(Path(teacher)).data.get("copies_removed") != split.copies_removed:
            raise TrainingError(f"The teacher '{Path(teacher).name}' {wrong}")


def begin(run: Path, config: dict[str, Any], *, resume: bool, command: str) -> None:
    """Write config.json of a new run, or check that an old one was started with the same settings.

    Raises TrainingError when the run exists and is not to go on, or was started otherwise.
    """
    path = run / CONFIG
    if not path.exists():
        run.mkdir(parents=True, exist_ok=True)
        written = {**config, "commit": commit(), "command": command}
        path.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
        return
    if not resume:
        raise TrainingError(f"{run} exists; go on with --resume, or delete it.")
    before, now = _completed(read(run)), _completed(config)
    names = {*before, *now} - {*FREE} - ({*INPUTS} - {*before})
    different = sorted(name for name in names if before.get(name) != now.get(name))
    if different:
        name = INPUTS.get(different[0], different[0])
        raise TrainingError(f"{run} was started with another {name}; delete it to start anew.")


def _completed(config: dict[str, Any]) -> dict[str, Any]:
    """Settings with the choices that recipes got after their run began: they stood at their defaults."""
    plain = {
        entry.name: entry.default
        for entry in dataclasses.fields(Recipe)
        if isinstance(entry.default, (str, int, float, bool)) or entry.default is None
    }
    recipe = {**plain, **config.get("recipe", {})}
    if recipe["augmentation"] is not None:
        defaults = json.loads(json.dumps(dataclasses.asdict(Augmentation())))
        recipe["augmentation"] = {**defaults, **recipe["augmentation"]}
    return {**config, "recipe": recipe}


def read(run: Path) -> dict[str, Any]:
    """The settings of a run; raises TrainingError where there are none."""
    try:
        stored: dict[str, Any] = json.loads((run / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{run} is not a run: {CONFIG} cannot be read.") from error
    return stored


def planned_epochs(run: Path) -> int | None:
    """The number of epochs that a run was started with, if it exists."""
    return int(read(run)["recipe"]["epochs"]) if (run / CONFIG).exists() else None


def budget_hours(run: Path) -> float | None:
    """The hours that the epochs of a run were planned for, if it was begun with --budget-hours."""
    hours = read(run).get("budget_hours")
    return None if hours is None else float(hours)


def network_file(run: Path) -> Path:
    """The trained network of a finished run."""
    return run / "final" / "model.keras"


def commit() -> str:
    """The commit of the code, as far as git knows it; with -dirty where the code has changed since."""
    head = _git("rev-parse", "--short", "HEAD")
    if head.returncode:
        return "unknown"
    changed = _git("diff", "--quiet", "HEAD", "--", "training", "femon", ":(exclude)training/LOG.md")
    return head.stdout.strip() + ("-dirty" if changed.returncode else "")


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ("git", "--no-optional-locks", *arguments)
    return subprocess.run(command, cwd=CODE, capture_output=True, text=True, check=False)
