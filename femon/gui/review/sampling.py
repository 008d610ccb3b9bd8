"""Lines of many thousand rows reduced to as many points as a drawing has px."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.review.steps import longest_step, usual_step
from femon.types import AWAY_S

_SHORTEST_STEP_S: Final = 0.125  # about four frames
_FEWEST_POINTS: Final = 100  # fewer than any drawing has px
_MEANS_APART: Final = 2.5  # usual steps: the means of two stretches in a row lie up to two of them apart


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Points of several curves over one time axis; a NaN row breaks the lines."""

    t: NDArray[np.float64]  # (k,) s
    values: NDArray[np.float64]  # (k, curves)


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Curves over the rows of a session, with averages over ever longer stretches made ahead of drawing."""

    t: NDArray[np.float64]  # (n,) s
    values: NDArray[np.float64]  # (n, curves)
    averages: tuple[tuple[float, Line], ...]  # length of a stretch in s, ascending, and its points

    def sampled(self, view: tuple[float, float], most: int) -> Line:
        """The part in view, as at most about `most` points.

        Stretches lie at multiples of their length, so that a line keeps its shape while the view moves. Rows
        further apart than smoothing reaches are a gap.
        """
        line = Line(self.t, self.values)
        if self._rows(line.t, view) > most:
            steps = (one for step, one in self.averages if (view[1] - view[0]) / step <= most)
            line = next(steps, self.averages[-1][1] if self.averages else line)
        low, high = np.searchsorted(line.t, view)
        part = slice(max(0, int(low) - 1), int(high) + 1)  # the lines reach the edges
        return _with_gaps(line.t[part], line.values[part])

    @staticmethod
    def _rows(t: NDArray[np.float64], view: tuple[float, float]) -> int:
        low, high = np.searchsorted(t, view)
        return int(high - low)


def curves_of(t: NDArray[np.float64], values: NDArray[np.float64]) -> Curves:
    """The curves of (n,) ascending times and (n, curves) values; takes a while for long sessions."""
    averages = []
    step = _SHORTEST_STEP_S
    while len(t) > _FEWEST_POINTS and (t[-1] - t[0]) / step > _FEWEST_POINTS:
        averages.append((step, Line(*_averaged(t, values, step))))
        step *= 2
    return Curves(t, values, tuple(averages))


def _averaged(
    t: NDArray[np.float64], values: NDArray[np.float64], step: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    _, starts = np.unique(np.floor(t / step), return_index=True)
    known = np.isfinite(values)
    counts = np.add.reduceat(known, starts, axis=0, dtype=np.int64)
    sums = np.add.reduceat(np.where(known, values, 0.0), starts, axis=0)
    means = np.full_like(sums, np.nan)
    np.divide(sums, counts, out=means, where=counts > 0)
    sizes = np.diff(np.append(starts, len(t)))
    return np.add.reduceat(t, starts) / sizes, means


def _with_gaps(t: NDArray[np.float64], values: NDArray[np.float64]) -> Line:
    gaps = np.flatnonzero(np.diff(t) > max(AWAY_S, _MEANS_APART * usual_step(t))) + 1
    return Line(np.insert(t, gaps, t[gaps]), np.insert(values, gaps, np.nan, axis=0))


def runs(flags: NDArray[np.bool_], t: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m, 2) from and to in s of the stretches where `flags` hold; each lasts to the next row."""
    if not flags.any():
        return np.zeros((0, 2))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    until = t[np.minimum(ends, len(t) - 1)]
    last = t[ends - 1]
    until = np.where(until - last > longest_step(t), last, until)
    return np.stack([t[starts], until], axis=1)
