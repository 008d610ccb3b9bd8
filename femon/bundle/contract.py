"""The contract of a bundle: what bundle.json promises, and whether it fits this femon."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from femon.bundle.entries import LARGEST, PLAIN_NAME, check_entries
from femon.crop import CropSpec
from femon.emotions import EMOTIONS
from femon.errors import ModelError
from femon.plain_files import read_table

CONTRACT_FILE = "bundle.json"
LITERT_FILE = "model.tflite"
KERAS_FILE = "model.keras"
MEMBERS_FOLDER = "members"  # inside an ensemble's own folder
ENSEMBLE = "ensemble"
DEFAULT_UNCERTAIN_BELOW = 0.45
DEFAULT_DISAGREE_ABOVE = 0.20
TEMPERATURES = (0.01, 100.0)  # outside them every answer is all or nothing, or the same


@dataclass(frozen=True, slots=True)
class Member:
    """One network of an ensemble: the name of its folder, and what it was when the ensemble was fitted."""

    id: str
    sha256: Mapping[str, str]  # of each weights file
    temperature: float  # its own; the ensemble combines calibrated probabilities
    weights: tuple[float, ...]  # one for each class; only their ratios between the members count


@dataclass(frozen=True, slots=True)
class Stack:
    """A linear layer from the members' probabilities, one member after the other, to logits."""

    kernel: tuple[tuple[float, ...], ...]  # (members * 7, 7)
    bias: tuple[float, ...]  # (7,)


@dataclass(frozen=True, slots=True)
class Contract:
    """What bundle.json promises; figures that were never measured are missing from `metrics`."""

    id: str  # the name of its folder, also of one that was copied or renamed
    name: str
    labels: tuple[str, ...]
    input_shape: tuple[int | None, ...]  # (n, 48, 48) uint8
    crop: CropSpec
    sha256: Mapping[str, str]  # of each weights file; an ensemble has none of its own
    temperature: float  # divides the logits; fitted on PublicTest
    kind: str = "network"
    members: tuple[Member, ...] = ()
    stack: Stack | None = None  # instead of the members' weights
    uncertain_below: float = DEFAULT_UNCERTAIN_BELOW
    disagree_above: float = DEFAULT_DISAGREE_ABOVE  # ensembles only
    views: int = 1
    params: int | None = None
    mmac: float | None = None  # million multiply-accumulates per face
    train_prior: tuple[float, ...] = ()
    neutral_reference: tuple[float, ...] = ()
    seeds: tuple[int, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    licence: str = ""
    recipe: str = ""
    run: str = ""
    commit: str = ""
    protocol: str = "official"  # or "published": a paper's own protocol, which may have seen test pictures
    trained_on_validation: bool = False  # a refit: its figures on PublicTest mean nothing
    metrics: Mapping[str, Any] = field(default_factory=dict)
    private_reads: int = 0
    published: Mapping[str, Any] | None = None
    size_bytes: int = 0

    @property
    def weights_sha256(self) -> str:
        """One checksum for all weights: that of the LiteRT file, or of everything an ensemble combines."""
        if not self.members:
            return self.sha256[LITERT_FILE]
        parts = [(one.sha256[LITERT_FILE], one.temperature, one.weights) for one in self.members]
        stack = None if self.stack is None else dataclasses.astuple(self.stack)
        return hashlib.sha256(json.dumps([parts, stack]).encode()).hexdigest()

    @property
    def checksums(self) -> Mapping[str, str]:
        """The checksum of every weights file, an ensemble's by member/file."""
        return dict(self.sha256) | {
            f"{one.id}/{name}": digest for one in self.members for name, digest in one.sha256.items()
        }


def sha256_of(path: Path) -> str:
    """The checksum of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def parsed_contract(folder: Path) -> Contract:
    """The contract of one folder, checked by itself; raises ModelError when it does not fit this femon."""
    path = folder / CONTRACT_FILE
    if not path.is_file():
        raise ModelError(
            f"The model '{folder.name}' is not installed in {folder.parent}. "
            "Choose another, or run: python -m training"
        )
    try:
        contract = _contract(folder, read_table(path))
    except (OSError, ValueError, KeyError, TypeError, OverflowError) as error:
        raise ModelError(
            f"{CONTRACT_FILE} of '{folder.name}' cannot be read ({error}). Choose another model."
        ) from error
    _check(contract)
    if contract.kind == ENSEMBLE:
        _check_members(contract)
        _check_combination(contract)
    return contract


def _contract(folder: Path, entries: Mapping[str, Any]) -> Contract:
    check_entries(entries)
    known = {entry.name for entry in dataclasses.fields(Contract)} - {"size_bytes"}
    values = {name: value for name, value in entries.items() if name in known and value is not None}
    values["id"] = folder.absolute().name
    values["crop"] = CropSpec.from_dict(entries["crop"])
    for name in ("labels", "input_shape", "train_prior", "neutral_reference", "seeds"):
        values[name] = tuple(entries.get(name) or ())
    values["temperature"] = float(entries["temperature"])
    values["members"] = tuple(_member(entry) for entry in entries.get("members") or ())
    values["stack"] = _stack(entries["stack"]) if entries.get("stack") else None
    limit = entries.get("disagree_above")
    values["disagree_above"] = DEFAULT_DISAGREE_ABOVE if limit is None else float(limit)
    files = [folder / name for name in entries["sha256"]]
    return Contract(**values, size_bytes=sum(path.stat().st_size for path in files if path.is_file()))


def _member(entry: Mapping[str, Any]) -> Member:
    name, sums = str(entry["id"]), dict(entry["sha256"])
    weights = entry.get("weights", 1.0)
    return Member(
        id=name,
        sha256=sums,
        temperature=float(entry["temperature"]),
        weights=_floats(weights) if isinstance(weights, list) else (float(weights),) * len(EMOTIONS),
    )


def _stack(entry: Mapping[str, Any]) -> Stack:
    return Stack(kernel=tuple(map(_floats, entry["kernel"])), bias=_floats(entry["bias"]))


def _floats(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _check(contract: Contract) -> None:
    if contract.labels != EMOTIONS:
        raise ModelError(
            f"'{contract.id}' names its classes {', '.join(contract.labels)}; "
            f"femon needs {', '.join(EMOTIONS)} in this order. Choose another model."
        )
    size = contract.crop.size
    if contract.input_shape != (None, size, size) or size != CropSpec().size:
        raise ModelError(
            f"'{contract.id}' wants pictures of {contract.input_shape}; femon gives (n, {CropSpec().size}, "
            f"{CropSpec().size}) grey crops. Choose another model."
        )
    if (contract.kind == ENSEMBLE) != bool(contract.members):
        raise ModelError(
            f"'{contract.id}' is of the kind '{contract.kind}' and names {len(contract.members)} members. "
            "Choose another model."
        )
    _check_crop(contract)
    summed = [one.sha256 for one in contract.members] or [contract.sha256]
    if any(LITERT_FILE not in sums for sums in summed) or not _calibrated(contract):
        raise ModelError(
            f"{CONTRACT_FILE} of '{contract.id}' lacks a checksum or a temperature. Choose another model."
        )


def _calibrated(contract: Contract) -> bool:
    lowest, highest = TEMPERATURES
    return lowest <= contract.temperature <= highest


def _check_crop(contract: Contract) -> None:
    crop = contract.crop
    inside = all(0 <= place <= crop.size for place in (*crop.left_eye, *crop.right_eye))
    if not inside or math.dist(crop.left_eye, crop.right_eye) < 1:
        raise ModelError(
            f"'{contract.id}' wants the eyes at {crop.left_eye} and {crop.right_eye} of its crops. "
            "Choose another model."
        )


def _check_members(contract: Contract) -> None:
    names = [one.id for one in contract.members]
    for name in names:
        if not PLAIN_NAME.fullmatch(name):
            raise ModelError(
                f"The ensemble '{contract.id}' calls a member '{name}', which is not a plain folder name. "
                "Choose another model."
            )
    if len(names) < 2 or len(set(names)) < len(names):
        raise ModelError(
            f"The ensemble '{contract.id}' needs two or more different members and names "
            f"{', '.join(names)}. Choose another model."
        )


def _check_combination(contract: Contract) -> None:
    classes = len(EMOTIONS)
    weights = [one.weights for one in contract.members]
    if any(len(row) != classes for row in weights) or not _usable(*weights):
        raise ModelError(
            f"The ensemble '{contract.id}' needs one weight for each member, or {classes}. "
            "Choose another model."
        )
    if any(weight < 0 for row in weights for weight in row) or not all(map(sum, zip(*weights, strict=True))):
        raise ModelError(
            f"The ensemble '{contract.id}' has a negative weight, or a label for which every weight is 0. "
            "Choose another model."
        )
    if contract.stack is None:
        return
    kernel, bias = contract.stack.kernel, contract.stack.bias
    rows = classes * len(weights)
    shaped = len(kernel) == rows and all(len(row) == classes for row in (*kernel, bias))
    if not shaped or not _usable(*kernel, bias):
        raise ModelError(
            f"The stack of the ensemble '{contract.id}' must have a kernel of {rows} x {classes} numbers and "
            f"{classes} biases. Choose another model."
        )


def _usable(*rows: tuple[float, ...]) -> bool:
    """Whether sums of these numbers stay finite."""
    return all(abs(value) <= LARGEST for row in rows for value in row)
