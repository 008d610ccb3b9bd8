"""What teachers think of the training pictures: the mean of their probabilities, kept for every later run."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from femon.bundle import CONTRACT_FILE, Bundle, Contract, read_contract
from femon.bundle.folder import network_folders
from training.errors import TrainingError
from training.splits import Split

CACHE = Path("runs/cache")
AT_ONCE = 512


def opinions(teachers: tuple[str, ...], split: Split, *, cache: Path = CACHE) -> NDArray[np.float32] | None:
    """Mean probabilities (n, 7) of teacher bundles on a split's training pictures and their mirror images.

    Teachers never see PublicTest or PrivateTest here. Raises TrainingError when a folder is not a bundle, and
    for a teacher that has learnt PublicTest or followed a published protocol, alone or in an ensemble.
    """
    if not teachers:
        return None
    admitted = [(folder, _admitted(folder)) for folder in map(Path, teachers)]
    every = [_opinion(folder, contract, split, cache) for folder, contract in admitted]
    return np.asarray(np.mean(every, axis=0), np.float32)


def _admitted(folder: Path) -> Contract:
    if not (folder / CONTRACT_FILE).exists():
        raise TrainingError(f"The teacher {folder} is not a bundle; export its run first.")
    contract = read_contract(folder)
    for network in network_folders(folder, contract):
        member, name = read_contract(network), f"The teacher '{network.name}'"
        if member.protocol == "published":
            raise TrainingError(
                f"{name} follows a published protocol, which may have seen test pictures; leave it out."
            )
        if member.trained_on_validation:
            raise TrainingError(
                f"{name} was trained on PublicTest, which chooses its students; leave it out."
            )
    return contract


def _opinion(folder: Path, contract: Contract, split: Split, cache: Path) -> NDArray[np.float32]:
    path = cache / f"opinion-{_key(contract, split)}.npy"
    if not path.exists():
        bundle, images = Bundle.load(folder, device="cpu"), split.train.images
        parts = [
            (bundle.predict(part) + bundle.predict(np.ascontiguousarray(part[:, :, ::-1]))) / 2
            for part in (
                images[start : start + AT_ONCE]
                for start in tqdm(range(0, len(images), AT_ONCE), f"opinion of {folder.name}", mininterval=10)
            )
        ]
        cache.mkdir(parents=True, exist_ok=True)
        np.save(path, np.concatenate(parts))
    return np.asarray(np.load(path), np.float32)


def _key(contract: Contract, split: Split) -> str:
    """What an opinion depends on: the pictures themselves, the weights and the temperature."""
    pictures = hashlib.sha256(np.ascontiguousarray(split.train.images).data).hexdigest()
    parts = (contract.weights_sha256, contract.temperature, len(split.train), pictures)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
