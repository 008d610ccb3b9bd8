"""Closed eyes in the rows of one face: PERCLOS of any stretch, and its longest closure."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.monitors import Limits
from femon.review.frame_rows import EYES
from femon.review.part import Part
from femon.review.runs import run_sums, runs

LIMITS: Final = Limits()
_ROUNDED: Final = 1e-4  # the log holds openness with two decimals
_READABLE: Final = (EYES.index("ok"), EYES.index("partial"))


def readable(part: Part) -> NDArray[np.bool_]:
    """Which rows have eyes that can be judged."""
    return np.isfinite(part.rows.openness) & np.isin(part.rows.eyes, _READABLE)


def counted_seconds(part: Part) -> NDArray[np.float64]:
    """How long each row counts for; one frame never bridges a gap."""
    return np.minimum(part.seconds, LIMITS.longest_dt_s)


def perclos_seconds(part: Part) -> tuple[float, float]:
    """Closed and valid time in s, PERCLOS being their ratio, for rows of one face.

    P80 (Wierwille 1994): openness at most 0.20, in runs of at least 0.25 s, over the time with readable eyes.
    Looks down count in neither.
    """
    seconds, rows = counted_seconds(part), part.rows
    valid = readable(part) & ~part.looking_down
    closed = valid & (rows.openness <= LIMITS.p80_level + _ROUNDED)
    lengths = run_sums(seconds, *(found := runs(closed, rows.t, LIMITS.gap_s)))
    return float(lengths[lengths >= LIMITS.p80_run_s - _ROUNDED].sum()) if len(found[0]) else 0.0, float(
        seconds[valid].sum()
    )


def longest_closure_s(part: Part) -> float:
    """The longest time the eyes were closed, glances down included; 0 without one."""
    closed = part.rows.closure_s
    return float(np.nanmax(closed)) if np.isfinite(closed).any() else 0.0
