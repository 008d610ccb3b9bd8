"""A refit has learnt PublicTest too; what PublicTest chooses and fits is taken from a twin that has not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from femon.bundle import CONTRACT_FILE, Contract, read_contract
from training.errors import TrainingError

TAKEN: Final = (
    "window",
    "views",
    "vector_scaling",
    "temperature",
    "uncertain_below",
    "neutral_reference",
)


def of_twin(run: str, recipe: str, folder: Path | None) -> dict[str, Any]:
    """Entries of bundle.json that a refit takes from the bundle in `folder`, and its id as "twin".

    Raises TrainingError when there is none, and when it is not of the same recipe or a refit itself;
    ModelError when the folder is not a bundle.
    """
    if folder is None:
        raise TrainingError(
            f"{run} has learnt PublicTest, which chooses windows and fits temperatures; name with --twin a "
            "bundle of the same recipe that has not."
        )
    contract = read_contract(folder)
    if contract.recipe != recipe:
        raise TrainingError(f"The twin '{folder.name}' is of the recipe {contract.recipe}, not {recipe}.")
    require_unlearnt(contract, folder.name)
    entries = json.loads((folder / CONTRACT_FILE).read_text(encoding="utf-8"))
    return {name: entries.get(name) for name in TAKEN} | {"twin": folder.name}


def require_unlearnt(contract: Contract, name: str) -> None:
    """Raise TrainingError for a bundle that has learnt the pictures of PublicTest."""
    if contract.trained_on_validation:
        raise TrainingError(
            f"'{name}' was trained on PublicTest, whose figures would mean nothing; leave it out."
        )
