"""Looks down: closures with a head that moved at their onset; PERCLOS leaves them out."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.monitors import Limits
from femon.recording.columns import EYE_STATES
from femon.review.frame_rows import Rows
from femon.review.runs import runs

_LIMITS: Final = Limits()
_ROUNDED: Final = 1e-4  # of angles, which the log holds as decimals
_ASLEEP: Final = tuple(EYE_STATES.index(name) for name in ("sleep", "lost_closed", "unresponsive"))


def looks_down(rows: Rows) -> NDArray[np.bool_]:
    """Which rows of one face belong to a look down: the head moved at the onset, and it became no sleep.

    The rows must be those of the whole session, since the onset decides on all that follows.
    """
    found = np.zeros(len(rows), bool)
    read = np.flatnonzero(np.isfinite(rows.closure_s))  # unreadable eyes do not end a closure
    lengths = rows.closure_s[read].astype(np.float64)
    # The length of a closure never falls, however long nobody was seen: where it does, another has begun.
    for start, stop in zip(*runs(lengths > 0, -lengths, 0.0), strict=True):
        first, after = int(read[start]), int(read[stop]) if stop < len(read) else len(rows)
        asleep = np.isin(rows.eye_state[first:after], _ASLEEP).any()
        if not asleep and _head_moved(rows, first, after):
            found[first:after] = True
    return found


def _head_moved(rows: Rows, first: int, after: int) -> bool:
    """Whether pitch changed around the onset of a closure; the monitor looks no further than its end."""
    onset = float(rows.t[first]) - float(rows.closure_s[first])
    ended = float(rows.t[after]) if after < len(rows) else np.inf
    low, high = np.searchsorted(
        rows.t, (onset - _LIMITS.guard_within_s, min(onset + _LIMITS.guard_within_s, ended) + _ROUNDED)
    )
    pitches = rows.pitch[low:high].astype(np.float64)
    pitches = pitches[np.isfinite(pitches)]
    return bool(len(pitches) and np.ptp(pitches) >= _LIMITS.guard_pitch - _ROUNDED)
