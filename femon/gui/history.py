"""The last minutes of all faces' values, in arrays made once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from femon.gui.timeline_curves import EXPRESSIONS, PRIMARY, Curve, rows_of
from femon.types import Readings

# Ten minutes of two faces at 30 readings per second, rounded up.
_CAPACITY = 40_000
# Longer without a reading is a gap even if no frame was analysed meanwhile (camera lost, paused).
_GAP_S = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """The readings of one face, or of one after the other, oldest first."""

    t: NDArray[np.float64]  # (n,) s
    values: NDArray[np.float32]  # (n, curves); NaN breaks the lines
    doubtful: NDArray[np.float64]  # (m, 2) s, from and to of the uncertain stretches


class History:
    """A ring of readings: the oldest are overwritten, nothing is allocated while it runs."""

    def __init__(self, capacity: int = _CAPACITY, curves: tuple[Curve, ...] = EXPRESSIONS) -> None:
        self._capacity, self._curves = capacity, curves
        self._t = np.zeros(capacity, np.float64)
        self._track = np.zeros(capacity, np.int32)
        self._primary = np.zeros(capacity, np.bool_)
        self._frame = np.zeros(capacity, np.int64)  # counts the frames added, to see those without the face
        self._uncertain = np.zeros(capacity, np.bool_)
        self._values = np.zeros((capacity, len(curves)), np.float32)
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._written = 0
        self._frames = 0
        self.latest: float | None = None

    def add(self, readings: Readings) -> None:
        """Take the readings of one frame, in the order of their times."""
        self.latest = readings.frame.t
        self._frames += 1
        for added in rows_of(self._curves, readings):
            row = self._written % self._capacity
            self._t[row] = readings.frame.t
            self._track[row] = added.track
            self._primary[row] = added.primary
            self._frame[row] = self._frames
            self._uncertain[row] = added.doubtful
            self._values[row] = added.values
            self._written += 1

    def of(self, track: int, span_s: float, *, most: int) -> Stretch:
        """The last span_s seconds of a track, PRIMARY or WATCHED, thinned to about `most` points."""
        rows = self._rows(track, span_s)
        t, frame, values = self._t[rows], self._frame[rows], self._values[rows]
        apart = _breaks(t, frame, self._track[rows])
        doubtful = _doubtful(t, self._uncertain[rows], apart)
        # Every second, fourth, eighth ... frame, chosen by its number and not by its position: the picked
        # points stay the same while they move left, so the lines do not shimmer.
        step = 1 << max(0, math.ceil(math.log2(max(1, len(rows)) / most)))
        kept = np.flatnonzero((frame // step != np.roll(frame // step, 1)) | (np.arange(len(rows)) == 0))
        broken = np.cumsum(apart | np.isnan(values).all(axis=1))
        breaks = np.flatnonzero(np.diff(broken[kept])) + 1
        points = np.insert(values[kept], breaks, np.nan, axis=0)
        return Stretch(np.insert(t[kept], breaks, t[kept][breaks]), points, doubtful)

    def _rows(self, track: int, span_s: float) -> NDArray[np.intp]:
        if self.latest is None:
            return np.zeros(0, np.intp)
        stored = min(self._written, self._capacity)
        rows = np.arange(self._written - stored, self._written) % self._capacity
        asked = self._primary[rows] if track == PRIMARY else self._track[rows] == track
        picked: NDArray[np.intp] = rows[asked & (self._t[rows] >= self.latest - span_s)]
        return picked


def _doubtful(
    t: NDArray[np.float64], uncertain: NDArray[np.bool_], breaks: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """(m, 2) from and to, s, of the runs of uncertain readings."""
    if not uncertain.any():
        return np.zeros((0, 2))
    starts = np.flatnonzero(uncertain & (breaks | ~_shifted(uncertain)))
    ends = np.flatnonzero(uncertain & ~_shifted((uncertain & ~breaks)[::-1])[::-1])
    # A run lasts until the next reading, if that one follows without a gap.
    after = np.minimum(ends + 1, len(t) - 1)
    until = np.where(breaks[after], t[ends], t[after])
    return np.stack([t[starts], until], axis=1)


def _shifted(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Each place holds what its left neighbour held; the first holds false."""
    moved = np.zeros_like(flags)
    moved[1:] = flags[:-1]
    return moved


def _breaks(t: NDArray[np.float64], frame: NDArray[np.int64], track: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(n,) true where the line must not be joined to the point before."""
    broken = np.zeros(len(t), np.bool_)
    broken[1:] = (np.diff(frame) > 1) | (np.diff(t) > _GAP_S) | (np.diff(track) != 0)
    return broken
