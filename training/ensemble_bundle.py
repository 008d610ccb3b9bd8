"""An ensemble becomes a bundle whose members are bundles, calibrated and scored as it will be served."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from femon.bundle import (
    CONTRACT_FILE,
    ENSEMBLE,
    MEMBERS_FOLDER,
    Bundle,
    Contract,
    Stack,
    read_contract,
)
from femon.bundle.combination import Members
from training import runs
from training.ensemble import RULES, Rule, pairwise_disagreement
from training.errors import TrainingError
from training.export import calibrated, write
from training.fer2013 import Fer2013
from training.refit import require_unlearnt
from training.splits import COPIES_KEPT

PLACES: Final = 6  # decimals of weights in bundle.json

TITLES: Final = {
    "simple": "Mean",
    "accuracy": "Accuracy-weighted mean",
    "class": "Class-weighted mean",
    "exponential": "Exponentially weighted mean",
    "stacked": "Stack",
}

T = TypeVar("T")


def make(folder: Path, members: Sequence[Path], rule: str, data: Fer2013) -> dict[str, Any]:
    """Fit one of RULES to the members' answers on PublicTest and write the ensemble; gives its contract."""
    for member in members:
        _admitted(member)
    public = data.public()
    answers = np.stack([Bundle.load(member, device="cpu").predict(public.images) for member in members])
    fitted = RULES[rule](answers, public.labels)
    name = f"{TITLES[rule]} of {', '.join(member.name for member in members)}"
    return write_bundle(folder, members, fitted, data, answers=answers, name=name)


def write_bundle(
    folder: Path,
    members: Sequence[Path],
    rule: Rule,
    data: Fer2013,
    *,
    answers: Members,
    name: str,
    load: Callable[..., Bundle] = Bundle.load,
) -> dict[str, Any]:
    """Write models/<id>/ for an ensemble of bundles: contract with PublicTest figures, and card.

    `answers` (m, n, 7) are the members' probabilities on PublicTest, whose labels are compared in the card.
    Members beside the folder stay there; others are copied into it. Raises TrainingError for members that
    may not take part, and ModelError for those that cannot be used.
    """
    contracts = [_admitted(member) for member in members]
    if len({member.name for member in members}) < max(2, len(members)):
        raise TrainingError("An ensemble needs two or more members with different names; rename or add one.")
    contract = _contract(folder.name, name, members, contracts, rule)
    contract["pairwise_disagreement"] = pairwise_disagreement(answers).round(4).tolist()
    folder.mkdir(parents=True, exist_ok=True)
    for member in members:
        _bring(member, folder)
    write(folder, contract)
    return calibrated(folder, data, load=load)


def _admitted(member: Path) -> Contract:
    contract = read_contract(member)
    if contract.members:
        raise TrainingError(f"'{member.name}' is itself an ensemble; name its members instead.")
    if contract.protocol == "published":
        raise TrainingError(
            f"'{member.name}' follows a published protocol, which may have seen test pictures; leave it out."
        )
    require_unlearnt(contract, member.name)
    return contract


def _bring(member: Path, folder: Path) -> None:
    target = folder / MEMBERS_FOLDER / member.name
    if member.resolve() not in (target.resolve(), (folder.parent / member.name).resolve()):
        shutil.copytree(member, target, dirs_exist_ok=True)


def _contract(
    model_id: str, name: str, members: Sequence[Path], contracts: Sequence[Contract], rule: Rule
) -> dict[str, Any]:
    first = contracts[0]
    raw = [json.loads((member / CONTRACT_FILE).read_text(encoding="utf-8")) for member in members]
    return {
        "id": model_id,
        "name": name,
        "kind": ENSEMBLE,
        "members": _entries(members, contracts, rule),
        "stack": None if rule.stack is None else _written(rule.stack),
        "labels": list(first.labels),
        "input_shape": list(first.input_shape),
        "crop": first.crop.to_dict(),
        "window": _one_or_all(entry.get("window") for entry in raw),
        "views": max(member.views for member in contracts),
        "sha256": {},
        "temperature": 1.0,
        "uncertain_below": 0.0,
        "disagree_above": None,
        "train_prior": np.mean([member.train_prior for member in contracts], axis=0).round(4).tolist(),
        "neutral_reference": [],
        "params": sum(member.params or 0 for member in contracts),
        "seeds": sorted({seed for member in contracts for seed in member.seeds}),
        "data": _training_data(members, contracts),
        "licence": "; ".join(_distinct(member.licence for member in contracts)),
        "recipe": f"ensemble-{rule.name}",
        "epochs": _one_or_all(entry.get("epochs") for entry in raw),
        "run": " ".join(_distinct(member.run for member in contracts)),
        "commit": runs.commit(),
        "metrics": {},
        "private_reads": 0,
        "published": None,
    }


def _entries(members: Sequence[Path], contracts: Sequence[Contract], rule: Rule) -> list[dict[str, Any]]:
    weights = np.ones((len(members), 1)) if rule.weights is None else rule.weights
    if len(weights) != len(members):
        raise TrainingError(f"The rule has weights for {len(weights)} members, not {len(members)}.")
    return [
        {
            "id": member.name,
            "sha256": dict(contract.sha256),
            "temperature": contract.temperature,
            "weights": _one_or_seven(row),
        }
        for member, contract, row in zip(members, contracts, weights.round(PLACES).tolist(), strict=True)
    ]


def _one_or_seven(row: list[float]) -> float | list[float]:
    return row[0] if len(set(row)) == 1 else row


def _written(stack: Stack) -> dict[str, Any]:
    return {
        "kernel": np.round(stack.kernel, PLACES).tolist(),
        "bias": np.round(stack.bias, PLACES).tolist(),
    }


def _training_data(members: Sequence[Path], contracts: Sequence[Contract]) -> dict[str, Any]:
    """What the members were trained on, in one line each; `rows` are those of the largest set."""
    sets = [member.data for member in contracts]
    told = {key: " and ".join(_distinct(str(one[key]) for one in sets)) for key in ("name", "sha256")}
    removed = " and ".join(_distinct(one.get("copies_removed", COPIES_KEPT) for one in sets))
    return {
        "name": told["name"],
        "rows": max(one["rows"] for one in sets),
        **told,
        "outside_data": _outside_data(members, sets),
        "copies_removed": removed,
    }


def _outside_data(members: Sequence[Path], sets: Sequence[Mapping[str, Any]]) -> str:
    """What all have in common, or which members learnt what."""
    names: dict[str, list[str]] = {}
    for member, one in zip(members, sets, strict=True):
        names.setdefault(str(one["outside_data"]), []).append(member.name)
    if len(names) == 1:
        return next(iter(names))
    return "; ".join(f"{', '.join(of)}: {outside}" for outside, of in names.items())


def _one_or_all(values: Iterable[T]) -> T | list[T]:
    distinct = _distinct(values)
    return distinct[0] if len(distinct) == 1 else distinct


def _distinct(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))
