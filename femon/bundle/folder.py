"""The models folder: which bundles lie in it, where an ensemble's members are, whether files are intact."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from femon.bundle.contract import (
    CONTRACT_FILE,
    ENSEMBLE,
    MEMBERS_FOLDER,
    Contract,
    Member,
    parsed_contract,
    sha256_of,
)
from femon.errors import ModelError

LANDMARKER_FILE = "face_landmarker.task"  # MediaPipe's, beside the bundles


@dataclass(frozen=True, slots=True)
class BrokenBundle:
    """A folder that looks like a bundle and cannot be used, with the reason in one sentence."""

    id: str
    folder: Path
    reason: str


def list_bundles(models: Path) -> list[Contract | BrokenBundle]:
    """Every bundle of a folder in order of its id; a broken one carries its reason."""
    found: list[Contract | BrokenBundle] = []
    for path in sorted(models.glob(f"*/{CONTRACT_FILE}")):
        try:
            found.append(read_contract(path.parent))
        except ModelError as error:
            found.append(BrokenBundle(path.parent.name, path.parent, str(error)))
    return found


def read_contract(folder: Path) -> Contract:
    """The contract of a bundle without its weights; those of an ensemble's members are checked against it.

    Raises ModelError when one of them is missing, has changed, or does not fit this femon.
    """
    contract = parsed_contract(folder)
    if not contract.members:
        return contract
    members = [_member_contract(folder, contract, member) for member in contract.members]
    return dataclasses.replace(contract, size_bytes=sum(member.size_bytes for member in members))


def network_folders(folder: Path, contract: Contract) -> list[Path]:
    """Where the networks of a bundle lie: in its own folder, or one folder for each member of an ensemble."""
    return [_member_folder(folder, member) for member in contract.members] or [folder]


def verify_weights(folder: Path) -> Contract:
    """The contract of a bundle whose every weights file fits its checksum; raises ModelError."""
    contract = read_contract(folder)
    sums = [member.sha256 for member in contract.members] or [contract.sha256]
    for network, files in zip(network_folders(folder, contract), sums, strict=True):
        for name, digest in files.items():
            _verify(network / name, digest)
    return contract


def _member_folder(folder: Path, member: Member) -> Path:
    """Inside the ensemble's own folder, else beside it."""
    inside = folder / MEMBERS_FOLDER / member.id
    return inside if inside.is_dir() else folder.parent / member.id


def _member_contract(folder: Path, ensemble: Contract, member: Member) -> Contract:
    try:
        found = parsed_contract(_member_folder(folder, member))
    except ModelError as error:
        raise ModelError(f"The ensemble '{ensemble.id}' cannot be used. {error}") from error
    if found.kind == ENSEMBLE:
        raise ModelError(
            f"The member '{member.id}' of '{ensemble.id}' is itself an ensemble. Choose another model."
        )
    fitted = (dict(member.sha256), member.temperature, ensemble.crop)
    if (dict(found.sha256), found.temperature, found.crop) != fitted:
        raise ModelError(
            f"The ensemble '{ensemble.id}' was made with another version of '{member.id}'. "
            "Choose another model."
        )
    return found


def _verify(path: Path, digest: str) -> None:
    model_id = path.parent.name
    unreadable = ModelError(f"{path.name} of '{model_id}' cannot be read. Choose another model.")
    if not path.is_file():  # reading a pipe or a device might never end
        raise unreadable
    try:
        intact = sha256_of(path) == digest
    except OSError as error:
        raise unreadable from error
    if not intact:
        raise ModelError(f"The files of '{model_id}' do not match their checksum and were not loaded.")
