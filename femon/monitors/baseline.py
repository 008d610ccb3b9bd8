"""The neutral baseline: a person's relaxed face takes the place of the model's average neutral face."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS

MOST: Final = 3.0  # times as much or as little (product specification 4.4, "neutral baseline")
_LEAST_SHARE: Final = 1e-6  # a class the model never gives must not divide by zero


class NeutralBaseline:
    """Weights for each class: what the model says of neutral faces over what it says of this relaxed one."""

    def __init__(self, measured: Sequence[float], reference: Sequence[float]) -> None:
        """Both (7,) in EMOTIONS order: the person's mean while relaxed, and the bundle's on neutral pictures.

        Raises ValueError for other lengths.
        """
        if not len(measured) == len(reference) == len(EMOTIONS):
            raise ValueError(
                f"a baseline needs {len(EMOTIONS)} shares twice, not {len(measured)} and {len(reference)}"
            )
        ratios = np.asarray(reference) / np.maximum(measured, _LEAST_SHARE)
        self._weights: NDArray[np.float64] = np.clip(ratios, 1 / MOST, MOST)

    def corrected(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities (7,) weighted and made to sum to 1 again."""
        weighted = raw * self._weights
        return np.asarray(weighted / weighted.sum(), np.float32)
