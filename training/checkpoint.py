"""Checkpoints: everything a run needs to go on, written whole, the last two kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

KEPT = 2


def save(folder: Path, step: int, variables: dict[str, list[Any]]) -> Path:
    """Write named groups of variables after `step` steps; only the last two checkpoints are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {
        f"{group}/{index:04d}": np.asarray(variable)
        for group, members in variables.items()
        for index, variable in enumerate(members)
    }
    path = folder / f"step-{step:08d}.npz"
    new = folder / "new.tmp"
    with new.open("wb") as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]
    new.replace(path)
    for old in sorted(folder.glob("step-*.npz"))[:-KEPT]:
        old.unlink()
    return path


def newest(folder: Path) -> Path | None:
    """The latest checkpoint of a run, if there is one."""
    return max(folder.glob("step-*.npz"), default=None)


def restore(path: Path, variables: dict[str, list[Any]]) -> int:
    """Assign a checkpoint to the same groups of variables; returns its step."""
    with np.load(path) as stored:
        for group, members in variables.items():
            for index, variable in enumerate(members):
                variable.assign(_array(stored, group, index))
    return int(path.stem.removeprefix("step-"))


def _array(stored: Any, group: str, index: int) -> NDArray[Any]:
    array: NDArray[Any] = stored[f"{group}/{index:04d}"]
    return array
