"""Checkpoints: everything a run needs to go on, written whole, the last two kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

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
    """The latest checkpoint of a run, if there is one."""
    return max(folder.glob("step-*.npz"), default=None)


def restore(path: Path, variables: dict[str, list[Any]]) -> tuple[int, dict[str, Any]]:
    """Assign a checkpoint to the same groups of variables; returns its step and its state."""
    with np.load(path) as stored:
        for group, members in variables.items():
            for index, variable in enumerate(members):
                variable.assign(stored[f"{group}/{index:04d}"])
        state: dict[str, Any] = json.loads(str(stored[STATE]))
    return int(path.stem.removeprefix("step-")), state
