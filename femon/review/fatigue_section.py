"""The part of the report about fatigue: eyes, PERCLOS, index and level, blinks, yawns and nods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from femon.review.blocks import Block, Cell, Figure, Heading, Pair, Paragraph, Table, Withheld
from femon.review.chart import Shade
from femon.review.closures import LIMITS, longest_closure_s
from femon.review.fatigue_charts import (
    blink_chart,
    closure_chart,
    fatigue_chart,
    openness_chart,
    perclos_chart,
)
from femon.review.frame_rows import FATIGUE_LEVELS
from femon.review.histogram import blink_histogram
from femon.review.measured import fine_cell, number_cell
from femon.review.monitor_charts import highest
from femon.review.part import Part
from femon.review.quantities import fine_percent, length_text, percent
from femon.review.session_thresholds import SessionThresholds
from femon.review.signs import block_key, line_key
from femon.review.totals import Totals

_NOT_VALIDATED: Final = (
    "Index and levels are femon's own: they have not been validated, and are neither a probability nor a"
    " score of sleepiness."
)
_NOT_ENOUGH: Final = (
    "PERCLOS is the best validated passive index and may still not be sensitive enough"
    " alone; most lapses of attention happen with open eyes."
)
_CAPTION: Final = "Grey: withheld or not readable. A gap: no face in view, or not analysed."


def fatigue_section(
    shown: Part, counted: Part, totals: Totals, thresholds: SessionThresholds, shades: Sequence[Shade]
) -> Iterator[Block]:
    """`shown` are the rows of the main face that are drawn, `counted` those that count."""
    if totals.eye_coverage is None:
        return
    duration_s = shown.end
    yield Heading(2, "Fatigue")
    yield Table(("Figure", "Value", "Rests on"), _rows(counted, totals), (1,))
    yield Heading(3, "Eyes")
    openness = f"1 is open as calibrated, or as an assumed average eye without calibration. {_CAPTION}"
    yield Figure(openness_chart(shown, duration_s, shades), openness)
    yield Figure(
        closure_chart(shown, duration_s, shades, thresholds.closure_s),
        "How long the eyes had been closed. Where the head was lowered too, it counts as a glance down.",
    )
    yield Heading(3, "PERCLOS")
    yield Figure(
        perclos_chart(shown, duration_s, shades, thresholds.perclos),
        "Share of the time with readable eyes in which they were at least 80 % closed, in closures of 0.25 s"
        f" and longer. {_CAPTION}",
        (line_key("first", "over 60 s"), line_key("second", "over 180 s", dashed=True)),
    )
    if totals.watched_fatigue_s:
        yield from _index(shown, shades)
    yield Paragraph(_NOT_ENOUGH, "quiet")
    yield from _blinks(shown, counted, totals, shades)


def _index(shown: Part, shades: Sequence[Shade]) -> Iterator[Block]:
    yield Heading(3, "Fatigue index and level")
    levels = tuple(
        block_key(look, f"level {name}")
        for name, look in (("advisory", "pale"), ("drowsy", "amber"), ("severe", "red"))
    )
    yield Figure(fatigue_chart(shown, shown.end, shades), _CAPTION, levels)
    yield Paragraph(_NOT_VALIDATED, "quiet")


def _rows(counted: Part, totals: Totals) -> list[tuple[Cell, ...]]:
    rows, eyes = counted.rows, f"eyes readable {percent(totals.eye_coverage)}"
    valid = f"{eyes}, {length_text(totals.perclos_valid_s)}"
    return [
        ("PERCLOS of the whole session", fine_cell(totals.perclos), valid),
        ("Highest PERCLOS over 60 s", _highest_share(rows.perclos_60), _known(counted, rows.perclos_60)),
        ("Highest PERCLOS over 180 s", _highest_share(rows.perclos_180), _known(counted, rows.perclos_180)),
        ("Longest closure", length_text(longest_closure_s(counted)), eyes),
        *(_index_rows(counted, totals) if totals.watched_fatigue_s else ()),
        ("Blinks per minute", number_cell(totals.blink_rate, ".1f"), f"{totals.blinks} blinks, {eyes}"),
        ("Yawns, nods", f"{totals.yawns}, {totals.nods}", f"{totals.frame_rate:.0f} frames per second"),
    ]


def _index_rows(counted: Part, totals: Totals) -> list[tuple[Cell, ...]]:
    rows = counted.rows
    known = _known(counted, rows.fatigue_index)
    return [
        ("Fatigue index, mean", number_cell(totals.fatigue_index, ".0f"), known),
        ("Fatigue index, highest", _highest_number(rows.fatigue_index), known),
        ("Time at a level", _level_text(counted), _known(counted, rows.fatigue_level >= 0)),
    ]


def _level_text(counted: Part) -> Cell:
    known = float(counted.seconds[counted.rows.fatigue_level >= 0].sum())
    if not known:
        return Withheld("never known")
    parts = [
        f"{name} {percent(float(counted.seconds[counted.rows.fatigue_level == place].sum()) / known)}"
        for place, name in enumerate(FATIGUE_LEVELS)
        if (counted.rows.fatigue_level == place).any()
    ]
    return ", ".join(parts)


def _highest_share(values: Any) -> Cell:
    return (
        fine_percent(highest(values)) if np.isfinite(values).any() else Withheld("never enough readable eyes")
    )


def _highest_number(values: Any) -> Cell:
    return f"{highest(values):.0f}" if np.isfinite(values).any() else Withheld("never enough readable eyes")


def _known(counted: Part, values: Any) -> str:
    held = values if values.dtype == bool else np.isfinite(values)
    total = float(counted.seconds.sum())
    share = float(counted.seconds[held].sum()) / total if total else None
    return f"known for {percent(share)} of the time in view"


def _blinks(shown: Part, counted: Part, totals: Totals, shades: Sequence[Shade]) -> Iterator[Block]:
    lengths = counted.rows.blink_ms[counted.rows.blink_ms >= 0]
    yield Heading(3, "Blinks")
    yield Figure(blink_chart(shown, shown.end, shades), f"Blinks in the last 60 s. {_CAPTION}")
    slow = not totals.blinks_timed
    if slow or len(lengths) < LIMITS.blink_minimum_count:
        why = (
            f"under {LIMITS.fps_blinks:.0f} frames per second"
            if slow
            else f"{len(lengths)} blinks, {LIMITS.blink_minimum_count} are needed"
        )
        yield Paragraph(f"Lengths of blinks are withheld: {why}.", "quiet")
        return
    median, p90 = np.percentile(lengths, (50, 90))
    long_share = float((lengths > 1000 * LIMITS.blink_long_s).mean())
    facts = [
        ("Median", f"{median:.0f} ms"),
        ("9 of 10 are shorter than", f"{p90:.0f} ms"),
        ("Longer than 500 ms", percent(long_share)),
        ("Blinks", str(len(lengths))),
        ("Eyes readable", percent(totals.eye_coverage)),
    ]
    yield Pair(
        (
            Figure(
                blink_histogram(lengths),
                "Lengths are to be held against the person's own, not against limits.",
            ),
        ),
        (Table(("Length of blinks", ""), facts, (1,)),),
    )
