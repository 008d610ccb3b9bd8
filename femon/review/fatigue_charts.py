"""The curves of fatigue as drawings: eyes, PERCLOS, index and level, blinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from femon.review.blocks import Drawing
from femon.review.chart import Limit, Line, Scale, Shade, chart
from femon.review.closures import LIMITS
from femon.review.curves import curve
from femon.review.frame_rows import FATIGUE_LEVELS
from femon.review.monitor_charts import Words, above, highest, withheld
from femon.review.part import Part

_OPENNESS: Final = Scale(0, 1.3, ((0, "0"), (0.5, "0.5"), (1, "1")))
_INDEX: Final = Scale(0, 100, ((0, "0"), (50, "50"), (100, "100")))
_LEVEL_LOOKS: Final = {"advisory": "pale", "drowsy": "amber", "severe": "red"}


def openness_chart(part: Part, duration_s: float, shades: Sequence[Shade]) -> Drawing:
    """Openness of the eyes with the limit of PERCLOS and that of closures."""
    return chart(
        [Line("first", curve(part.rows.t, part.rows.openness, duration_s), spread=True)],
        _OPENNESS,
        duration_s,
        name="Openness of the eyes",
        limits=(Limit(LIMITS.closure_enter, "closing below 0.30"),),
        shades=(*withheld(part, part.rows.openness, duration_s, "eyes unreadable"), *shades),
    )


def closure_chart(part: Part, duration_s: float, shades: Sequence[Shade], limits: Sequence[float]) -> Drawing:
    """How long the eyes had been closed; where rows are averaged, the longest in each bin."""
    rows = part.rows
    points = curve(rows.t, rows.closure_s, duration_s)
    longest = float(np.nanmax(points.high)) if np.isfinite(points.high).any() else 0.0
    top = min(max(longest * 1.1, 4.0), 60.0)
    worst = replace(points, mean=points.high)
    names = ("pre-alarm", "microsleep", "sleep")
    marked = [Limit(value, f"{name} {value:.1f} s") for value, name in zip(limits, names, strict=False)]
    ticks = [(value, f"{value:g} s") for value in np.linspace(0, np.floor(top), 3).round(1).tolist()]
    return chart(
        [Line("first", worst)],
        Scale(0, top, ticks),
        duration_s,
        name="Length of the current closure",
        limits=marked[1:] if top > 12 else marked,
        shades=shades,
    )


def perclos_chart(part: Part, duration_s: float, shades: Sequence[Shade], limits: Sequence[float]) -> Drawing:
    """PERCLOS over 60 and 180 s with the limits of the levels."""
    rows = part.rows
    lines = [
        Line("first", curve(rows.t, rows.perclos_60, duration_s), "60"),
        Line("second", curve(rows.t, rows.perclos_180, duration_s), "180"),
    ]
    worst = max(highest(rows.perclos_60), highest(rows.perclos_180), 0.32)
    top = min(0.1 * np.ceil(worst * 10.5), 1.0)
    names = ("advisory", "drowsy", "severe")
    marked = [Limit(value, f"{name} {100 * value:g} %") for value, name in zip(limits, names, strict=False)]
    return chart(
        lines,
        Scale(0, float(top), [(value, f"{100 * value:.0f} %") for value in (0, float(top) / 2, float(top))]),
        duration_s,
        name="PERCLOS over 60 and 180 s",
        limits=marked,
        shades=(*withheld(part, rows.perclos_60, duration_s, "PERCLOS 60 s withheld"), *shades),
    )


def fatigue_chart(part: Part, duration_s: float, shades: Sequence[Shade]) -> Drawing:
    """The fatigue index with its limits, above the level."""
    rows = part.rows
    index = chart(
        [Line("first", curve(rows.t, rows.fatigue_index, duration_s))],
        _INDEX,
        duration_s,
        name="Fatigue index and level",
        limits=(Limit(LIMITS.advisory_index, "advisory 35"), Limit(LIMITS.drowsy_index, "drowsy 60")),
        shades=(*withheld(part, rows.fatigue_index, duration_s, "index withheld"), *shades),
        times=False,
    )
    return above(
        index, part, Words("Level", rows.fatigue_level, FATIGUE_LEVELS, _LEVEL_LOOKS, worst=True), duration_s
    )


def blink_chart(part: Part, duration_s: float, shades: Sequence[Shade]) -> Drawing:
    """Blinks per minute."""
    rows = part.rows
    top = float(min(max(10 * np.ceil(highest(rows.blink_rate_60) / 10), 30), 120))
    return chart(
        [Line("first", curve(rows.t, rows.blink_rate_60, duration_s))],
        Scale(0, top, [(value, f"{value:g}") for value in (0, top / 2, top)]),
        duration_s,
        name="Blinks per minute",
        shades=(*withheld(part, rows.blink_rate_60, duration_s, "blink rate withheld"), *shades),
        height=70,
    )
