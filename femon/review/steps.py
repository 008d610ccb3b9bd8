"""How far apart the rows of a log are, and when that is too far for one thing to go on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from femon.types import AWAY_S, STEPS_AWAY


def usual_step(t: NDArray[np.float64]) -> float:
    """The median time between frames, s, from rising times of rows; 0 for fewer than two frames."""
    times = np.unique(t)
    return float(np.median(np.diff(times))) if len(times) > 1 else 0.0


def longest_step(t: NDArray[np.float64]) -> float:
    """After a longer time without a row a face counts as away, s: as it did while the log was made."""
    return max(AWAY_S, STEPS_AWAY * usual_step(t))
