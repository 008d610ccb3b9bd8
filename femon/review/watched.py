"""Watched: what a session followed over time, whether or not anybody was in view."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from femon.review.session_log import SessionLog
from femon.settings import ModeSettings


@dataclass(frozen=True, slots=True)
class Watched:
    """What was followed in a session."""

    eyes: bool
    pose: bool
    engagement: bool


def watched_in(log: SessionLog) -> Watched:
    """As the modes in session.json tell; what has cells was watched even where they do not say so."""
    table, rows = log.table("modes"), log.rows
    modes = ModeSettings(**{field.name: table.get(field.name) is True for field in fields(ModeSettings)})
    return Watched(
        eyes=modes.eyes or bool((rows.eyes >= 0).any()),
        pose=modes.monitored or bool((rows.attention_state >= 0).any()),
        engagement=modes.engagement or bool(np.isfinite(rows.engagement).any()),
    )
