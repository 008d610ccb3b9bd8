"""Engagement held against derived valence: the four quadrants."""

from __future__ import annotations

from typing import Final

import numpy as np

from femon.review.closures import LIMITS
from femon.review.part import Part

MIDDLE: Final = (LIMITS.engagement_low + LIMITS.engagement_high) / 2  # half-way between the bands
NAMES: Final = ("focused-positive", "focused-negative", "detached-positive", "detached-negative")


def quadrant_shares(part: Part) -> tuple[tuple[float, ...], float]:
    """Shares in the order of NAMES, of the s in which both are known; those of valence 0 are in none."""
    rows = part.rows
    known = np.isfinite(rows.engagement) & np.isfinite(rows.valence)
    total = float(part.seconds[known].sum())
    if not total:
        return (0.0,) * len(NAMES), 0.0
    focused = rows.engagement >= MIDDLE
    held = (
        known & high & sign for high in (focused, ~focused) for sign in (rows.valence > 0, rows.valence < 0)
    )
    return tuple(float(part.seconds[one].sum()) / total for one in held), total
