"""How often and how long each label was shown, with and without the excluded stretches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS, UNCERTAIN
from femon.gui.review.record import SessionRecord
from femon.gui.review.spans import Span, excluded_mask
from femon.review.steps import longest_step, usual_step

FACING: Final = "facing"
IN_VIEW: Final = "in view"


@dataclass(frozen=True, slots=True)
class Dwell:
    """How much of something there was: its part of the rows with a face (0..1) and its length in s."""

    share: float | None  # None where nothing of its kind was measured
    seconds: float


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One line of the table."""

    name: str  # of EMOTIONS, UNCERTAIN, IN_VIEW or FACING
    whole: Dwell
    kept: Dwell  # without the excluded stretches


def share_table(record: SessionRecord, spans: tuple[Span, ...], track: int) -> tuple[ShareRow, ...]:
    """The table of one face; track 0 takes all faces together."""
    numbers = record.numbers
    of_face = np.isfinite(numbers["face_id"]) if track == 0 else numbers["face_id"] == track
    kept = ~excluded_mask(record.t, spans, record.duration_s)
    lasting = _lasting(record)
    flags = {IN_VIEW: (of_face, np.ones(len(of_face), np.bool_))}
    labels = np.array(record.words["label"], dtype=object)
    labelled = of_face & (labels != "")
    if labelled.any():
        flags |= {name: (labelled & (labels == name), labelled) for name in (*EMOTIONS, UNCERTAIN)}
    judged = of_face & np.isfinite(numbers["on_target"])
    if judged.any():
        flags[FACING] = (judged & (numbers["on_target"] == 1), judged)
    return tuple(
        ShareRow(name, _dwell(flag, base, lasting), _dwell(flag & kept, base & kept, lasting))
        for name, (flag, base) in flags.items()
    )


def _dwell(flags: NDArray[np.bool_], base: NDArray[np.bool_], lasting: NDArray[np.float64]) -> Dwell:
    count = int(base.sum())
    return Dwell(int(flags.sum()) / count if count else None, float(lasting[flags].sum()))


def _lasting(record: SessionRecord) -> NDArray[np.float64]:
    """How long each row holds, s: until the next frame that was not dropped, at most while a face is kept."""
    if record.stills:
        return np.zeros(len(record.t))
    seen = np.array([status != "dropped" for status in record.words["status"]], np.bool_)
    times = np.unique(record.t[seen])
    if len(times) < 2:
        return np.zeros(len(record.t))
    following = np.append(times, times[-1] + usual_step(times))
    ends = following[np.searchsorted(times, record.t, side="right")]
    return np.asarray(np.minimum(ends - record.t, longest_step(times)))
