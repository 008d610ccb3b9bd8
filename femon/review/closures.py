"""Closed eyes in the rows of one face: PERCLOS of any stretch, and its longest closure."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.monitors import Limits
from femon.recording.columns import EYE_STATES
from femon.review.frame_rows import EYES
from femon.review.part import Part
from femon.review.runs import in_runs, run_sums, runs

LIMITS: Final = Limits()
_ROUNDED: Final = 1e-4  # the log holds openness with two decimals
_READABLE: Final = (EYES.index("ok"), EYES.index("partial"))
_ALARMING: Final = (EYE_STATES.index("pre"), EYE_STATES.index("lost_closed"))  # and all between them


def readable(part: Part) -> NDArray[np.bool_]:
    """Which rows have eyes that can be judged."""
    return np.isfinite(part.rows.openness) & np.isin(part.rows.eyes, _READABLE)


def counted_seconds(part: Part) -> NDArray[np.float64]:
    """How long each row counts for; one frame never bridges a gap."""
    return np.minimum(part.seconds, LIMITS.longest_dt_s)


def perclos_seconds(part: Part) -> tuple[float, float]:
    """Closed and valid time in s, PERCLOS being their ratio, for rows of one face.

    P80 (Wierwille 1994): openness at most 0.20, in runs of at least 0.25 s, over the time with readable eyes.
    Closures that the monitor took for a glance down count in neither.
    """
    seconds, rows = counted_seconds(part), part.rows
    valid = readable(part) & ~_glances(part)
    closed = valid & (rows.openness <= LIMITS.p80_level + _ROUNDED)
    lengths = run_sums(seconds, *(found := runs(closed, rows.t, LIMITS.gap_s)))
    return float(lengths[lengths >= LIMITS.p80_run_s - _ROUNDED].sum()) if len(found[0]) else 0.0, float(
        seconds[valid].sum()
    )


def longest_closure_s(part: Part) -> float:
    """The longest time the eyes were closed, glances down included; 0 without one."""
    closed = part.rows.closure_s
    return float(np.nanmax(closed)) if np.isfinite(closed).any() else 0.0


def _glances(part: Part) -> NDArray[np.bool_]:
    """Rows of closures that were long enough for an alarm but of which the monitor raised none."""
    rows = part.rows
    starts, stops = runs(np.nan_to_num(rows.closure_s) > 0, rows.t, LIMITS.gap_s)
    if not len(starts):
        return np.zeros(len(rows), bool)
    alarming = (rows.eye_state >= _ALARMING[0]) & (rows.eye_state <= _ALARMING[1])
    long = np.maximum.reduceat(np.append(np.nan_to_num(rows.closure_s), 0), starts) >= part.pre_s
    glance = long & (run_sums(alarming.astype(np.float64), starts, stops) == 0)
    return in_runs(len(rows), starts, stops, glance)
