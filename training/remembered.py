"""What networks said of pictures, remembered while ensembles of them are calibrated and scored."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from femon.bundle import sha256_of
from femon.bundle.runtimes import Logits, litert_logits


class Remembered:
    """Runs each LiteRT file once on the same pictures, wherever copies of it lie."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, bytes], NDArray[np.float32]] = {}

    def __len__(self) -> int:
        return len(self._said)

    def logits(self, weights: Path, threads: int) -> Logits:
        """As femon.bundle.runtimes.litert_logits."""
        file, run = sha256_of(weights), litert_logits(weights, threads)

        def answer(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
            key = file, hashlib.sha256(crops.tobytes()).digest()
            if key not in self._said:
                self._said[key] = run(crops)
            return self._said[key]

        return answer
