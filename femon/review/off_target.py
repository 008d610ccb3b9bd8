"""Times off target as the monitor counted them, so that they agree with its alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.recording.columns import ATTENTION_STATES
from femon.review.part import Part

_LONG: Final = (ATTENTION_STATES.index("long_distraction"), ATTENTION_STATES.index("long_2"))
# Looking ahead is believed after a moment, which is then taken back; a larger fall is another time.
_TAKEN_BACK_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class OffTarget:
    """Each time somebody looked away, in order."""

    seconds: NDArray[np.float64]
    alarming: NDArray[np.bool_]  # the monitor took it for a long distraction

    def count(self, least_s: float) -> int:
        """How many lasted so long."""
        return int((self.seconds >= least_s).sum())

    def count_long(self, limit_s: float) -> int:
        """How many were long distractions, or were longer where too few frames came for an alarm."""
        return int((self.alarming | (self.seconds > limit_s)).sum())


def off_lengths(main: Part) -> OffTarget:
    """The times off target in the rows of the main face.

    One goes on through looks ahead that are too short to clear it and through frames without a face; it ends
    where the monitor's count falls, or a stretch is left out.
    """
    off_s = main.rows.off_s.astype(np.float64)
    away = off_s > 0
    if not away.any():
        return OffTarget(np.zeros(0), np.zeros(0, bool))
    fell = np.diff(off_s, prepend=0.0) < -_TAKEN_BACK_S
    # How many stretches were left out before each row.
    gaps = np.searchsorted([end for _, end in main.left_out], main.rows.t, side="right")
    begins = away & (~np.append(False, away[:-1]) | fell | (np.diff(gaps, prepend=0) > 0))
    number = np.cumsum(begins)[away] - 1
    seconds = np.zeros(begins.sum())
    np.maximum.at(seconds, number, off_s[away].round(1))
    alarming = np.zeros(len(seconds), bool)
    alarming[number[np.isin(main.rows.attention_state[away], _LONG)]] = True
    return OffTarget(seconds, alarming)
