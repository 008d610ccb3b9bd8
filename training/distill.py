"""What teachers think of the training pictures: the mean of their probabilities, kept for every later run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from femon.bundle import CONTRACT_FILE, Bundle, read_contract
from training.errors import TrainingError
from training.splits import Split

CACHE = Path("runs/cache")
AT_ONCE = 512


def opinions(teachers: tuple[str, ...], split: Split, *, cache: Path = CACHE) -> NDArray[np.float32] | None:
    """Mean probabilities (n, 7) of teacher bundles on a split's training pictures and their mirror images.

    Teachers never see PublicTest or PrivateTest here. Raises TrainingError when a folder is not a bundle.
    """
    if not teachers:
        return None
    every = [_opinion(Path(teacher), split, cache) for teacher in teachers]
    return np.asarray(np.mean(every, axis=0), np.float32)


def _opinion(folder: Path, split: Split, cache: Path) -> NDArray[np.float32]:
    if not (folder / CONTRACT_FILE).exists():
        raise TrainingError(f"The teacher {folder} is not a bundle; export its run first.")
    digest = hashlib.sha256((read_contract(folder).weights_sha256 + split.name).encode()).hexdigest()[:16]
    path = cache / f"opinion-{digest}.npy"
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
