"""`femon models`: what is installed, the figures that were measured, whether the files are intact."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from typing import Any

from femon.bundle import BrokenBundle, Contract, list_bundles, read_contract, verify_weights
from femon.cli.exit_codes import CHECK_FAILED, DONE
from femon.errors import ModelError
from femon.settings import Settings


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this command understands."""
    parser.add_argument("action", nargs="?", default="list", choices=("list", "show", "verify"))
    parser.add_argument("id", nargs="?")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """List, show one, or compare the weights with their checksums."""
    if options.action == "show":
        contract = read_contract(options.models / (options.id or settings.model))
        print(json.dumps(_table(contract), indent=2) if options.json else _card(contract))
        return DONE
    bundles = [entry for entry in list_bundles(options.models) if options.id in (None, entry.id)]
    if options.id and not bundles:
        read_contract(options.models / options.id)  # raises the sentence for a missing model
    if not bundles:
        print(f"No model is installed in {options.models}.", file=sys.stderr)
    if options.action == "verify":
        return max([_verify(entry, options) for entry in bundles], default=CHECK_FAILED)
    if options.json:
        print(json.dumps([_table(entry) for entry in bundles], indent=2))
    else:
        print(f"{'id':20} {'PublicTest':>24} {'PrivateTest':>24} {'parameters':>11} {'size':>8}")
        for entry in bundles:
            print(_line(entry))
    return DONE


def _verify(entry: Contract | BrokenBundle, options: argparse.Namespace) -> int:
    try:
        verify_weights(options.models / entry.id)
    except ModelError as error:
        print(f"fail  {entry.id}: {error}")
        return CHECK_FAILED
    print(f"ok    {entry.id}")
    return DONE


def _line(entry: Contract | BrokenBundle) -> str:
    if isinstance(entry, BrokenBundle):
        return f"{entry.id:20} {entry.reason}"
    figures = [accuracy_text(entry, split) for split in ("public_test", "private_test")]
    params = f"{entry.params:,}" if entry.params else "unknown"
    return f"{entry.id:20} {figures[0]:>24} {figures[1]:>24} {params:>11} {entry.size_bytes / 1e6:>5.1f} MB"


def accuracy_text(contract: Contract, split: str) -> str:
    """Accuracy with its interval, "learnt" for pictures of a refit's training, or "not measured"."""
    if split == "public_test" and contract.trained_on_validation:
        return "learnt"
    row = contract.metrics.get(split)
    if not row:
        return "not measured"
    low, high = row["ci95"]
    return f"{row['accuracy']:.1%} ({low:.1%} to {high:.1%})"


def _card(contract: Contract) -> str:
    rows = {
        "id": contract.id,
        "name": contract.name,
        "PublicTest": accuracy_text(contract, "public_test"),
        "PrivateTest": accuracy_text(contract, "private_test"),
        "temperature": contract.temperature,
        "uncertain below": contract.uncertain_below,
        **_ensemble(contract),
        "views": contract.views,
        "parameters": contract.params,
        "training data": contract.data.get("name"),
        "recipe": contract.recipe,
        "licence": contract.licence,
    }
    return "\n".join(f"{name:16} {value}" for name, value in rows.items())


def _ensemble(contract: Contract) -> dict[str, object]:
    if not contract.members:
        return {}
    return {
        "disagree above": contract.disagree_above,
        "members": ", ".join(member.id for member in contract.members),
    }


def _table(entry: Contract | BrokenBundle) -> dict[str, Any]:
    table = dataclasses.asdict(entry)
    return {name: str(value) if name == "folder" else value for name, value in table.items()}
