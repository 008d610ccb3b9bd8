"""Watched: what a session followed over time, whether or not anybody was in view."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.review.session_log import Event, SessionLog
from femon.settings import ModeSettings

_FROZEN: Final = ("camera", "frozen")


@dataclass(frozen=True, slots=True)
class Watched:
    """What was followed in a session."""

    eyes: bool
    fatigue: bool  # with an index and levels, which eyes alone do not have
    pose: bool
    engagement: bool


def watched_in(log: SessionLog) -> Watched:
    """As the modes in session.json tell; what has cells was watched even where they do not say so."""
    table, rows = log.table("modes"), log.rows
    modes = ModeSettings(**{field.name: table.get(field.name) is True for field in fields(ModeSettings)})
    return Watched(
        eyes=modes.eyes or bool((rows.eyes >= 0).any()),
        fatigue=modes.fatigue
        or bool((rows.fatigue_level >= 0).any() or np.isfinite(rows.fatigue_index).any()),
        pose=modes.monitored or bool((rows.attention_state >= 0).any()),
        engagement=modes.engagement or bool(np.isfinite(rows.engagement).any()),
    )


def unwatched_rows(log: SessionLog) -> NDArray[np.bool_]:
    """Rows of a guided calibration or of a picture that stood still, which nobody judged.

    Such a picture is told from its beginning, though it was judged until it was found out.
    """
    rows = log.rows
    within = np.zeros(len(rows), bool)
    for first, last in _unwatched_times(log.events):
        within |= (rows.t >= first) & (rows.t <= last)
    judged = (rows.eyes >= 0) | (rows.attention_state >= 0)
    return within & ~np.isin(rows.frame, rows.frame[judged])


def _unwatched_times(events: Sequence[Event]) -> Iterator[tuple[float, float]]:
    """From start to end in s; without a start from that of the session, and without an end to its end."""
    told = [event for event in events if event.kind == "calibration" or (event.kind, event.name) == _FROZEN]
    starts = {event.id: event.t for event in told if event.phase == "start"}
    for event in told:
        if event.phase == "end":
            yield starts.pop(event.ref_id or 0, 0.0), event.t
    for first in starts.values():
        yield first, math.inf
