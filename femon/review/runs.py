"""Uninterrupted runs of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def runs(
    holds: NDArray[np.bool_], t: NDArray[np.float64], gap_s: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and one-past-last place of each run of true entries; a step in t above gap_s ends one."""
    if not len(holds):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    cuts = np.flatnonzero(np.concatenate(([True], (holds[1:] != holds[:-1]) | (np.diff(t) > gap_s))))
    stops = np.append(cuts[1:], len(holds))
    chosen = holds[cuts]
    return cuts[chosen], stops[chosen]


def run_sums(
    values: NDArray[np.float64], starts: NDArray[np.int64], stops: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The sum of the values in each run."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray(total[stops] - total[starts])
