"""Checkpoints: everything a run needs to go on, written whole, the last two kept."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from training.errors import TrainingError

KEPT = 2
STATE = "state"


def save(folder: Path, step: int, variables: dict[str, list[Any]], state: dict[str, Any]) -> Path:
    """Write named groups of variables and a JSON state after `step` steps; the last two checkpoints stay."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {
        f"{group}/{index:04d}": np.asarray(variable)
        for group, members in variables.items()
        for index, variable in enumerate(members)
    }
    path = folder / f"step-{step:08d}.npz"
    new = folder / "new.tmp"
    with new.open("wb") as stream:
        np.savez(stream, **arrays, **{STATE: np.array(json.dumps(state))})  # type: ignore[arg-type]
    new.replace(path)
    for old in sorted(folder.glob("step-*.npz"))[:-KEPT]:
        old.unlink()
    return path


def newest(folder: Path) -> Path | None:
    """The latest checkpoint of a run that is whole, if there is any; a damaged one is told on stderr.

    Raises TrainingError when all are damaged.
    """
    damaged: list[Path] = []
    for path in sorted(folder.glob("step-*.npz"), reverse=True):
        if _is_whole(path):
            for each in damaged:
                print(f"{each} is damaged; going on from {path.name}.", file=sys.stderr)
            return path
        damaged.append(path)
    if damaged:
        raise TrainingError(f"No checkpoint in {folder} can be read; delete the run to start anew.")
    return None


def _is_whole(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except zipfile.BadZipFile:
        return False


def restore(path: Path, variables: dict[str, list[Any]]) -> tuple[int, dict[str, Any]]:
    """Assign a checkpoint to the same groups of variables; returns its step and its state."""
    with np.load(path) as stored:
        for group, members in variables.items():
            for index, variable in enumerate(members):
                variable.assign(stored[f"{group}/{index:04d}"])
        state: dict[str, Any] = json.loads(str(stored[STATE]))
    return int(path.stem.removeprefix("step-")), state
