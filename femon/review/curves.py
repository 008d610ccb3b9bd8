"""Curve: values over time, reduced to as many points as can be told apart, with gaps as gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from femon.review.steps import longest_step

MOST_POINTS: Final = 1500  # of one line drawn row by row; longer sessions are averaged
AVERAGED_POINTS: Final = 300  # then: three px for each, so that lines can be told apart


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points of one or several lines over the same times."""

    t: NDArray[np.float64]  # (n,) s
    mean: NDArray[np.float64]  # (n,) or (n, k), NaN where no row had a value
    low: NDArray[np.float64]  # of the rows behind each point
    high: NDArray[np.float64]
    step: float  # s that one point stands for; 0: every point is one row

    @property
    def runs(self) -> list[slice]:
        """Stretches of points without a gap in time."""
        gaps = np.flatnonzero(np.diff(self.t) > longest_step(self.t)) + 1
        return slices(gaps, len(self.t))


def curve(t: NDArray[np.float64], values: NDArray[Any], duration_s: float) -> Curve:
    """The points of values (n,) or (n, k) at rising times; many rows become means over equal times."""
    numbers = values.astype(np.float64)
    if len(t) <= MOST_POINTS or duration_s <= 0:
        return Curve(t, numbers, numbers, numbers, 0.0)
    step, places, starts = bins(t, duration_s)
    known = np.isfinite(numbers)
    sums = np.add.reduceat(np.where(known, numbers, 0.0), starts, axis=0)
    counts = np.add.reduceat(known, starts, axis=0, dtype=np.int64)
    mean = np.full_like(sums, np.nan)
    np.divide(sums, counts, out=mean, where=counts > 0)
    low = np.minimum.reduceat(np.where(known, numbers, np.inf), starts, axis=0)
    high = np.maximum.reduceat(np.where(known, numbers, -np.inf), starts, axis=0)
    low, high = (np.where(counts > 0, ends, np.nan) for ends in (low, high))
    return Curve((places + 0.5) * step, mean, low, high, step)


def bins(t: NDArray[np.float64], duration_s: float) -> tuple[float, NDArray[np.float64], NDArray[np.intp]]:
    """Length of a bin in s, number of each bin that has rows, and place of its first row."""
    step = duration_s / AVERAGED_POINTS
    places, starts = np.unique((t / step).astype(np.int64), return_index=True)
    return step, places.astype(np.float64), starts


def finite_runs(values: NDArray[np.float64]) -> Iterator[slice]:
    """The stretches of numbers between NaN."""
    finite = np.isfinite(values)
    for piece in slices(np.flatnonzero(np.diff(finite)) + 1, len(values)):
        if finite[piece.start]:
            yield piece


def slices(cuts: NDArray[np.intp], length: int) -> list[slice]:
    """The stretches between cuts."""
    edges = [0, *(int(cut) for cut in cuts), length]
    return [slice(start, stop) for start, stop in pairwise(edges) if stop > start]
