"""The parts of the report about attention, engagement and derived affect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from femon.recording.columns import ATTENTION_STATES
from femon.review.attention_charts import affect_chart, attention_chart, engagement_chart, off_chart
from femon.review.blocks import Block, Cell, Figure, Heading, Paragraph, Table, Withheld
from femon.review.chart import Shade
from femon.review.frame_rows import ENGAGEMENT_LEVELS
from femon.review.measured import number_cell, share_cell
from femon.review.monitor_charts import highest
from femon.review.off_target import off_lengths
from femon.review.part import Part
from femon.review.quadrants import MIDDLE, NAMES, quadrant_shares
from femon.review.quantities import length_text, percent
from femon.review.session_thresholds import SessionThresholds
from femon.review.signs import bar, block_key, line_key
from femon.review.totals import Totals

_CAPTION: Final = "Grey: withheld. A gap: no face in view, or not analysed."
_WHAT_ENGAGEMENT_IS: Final = (
    "Engagement is an index of behaviour: facing the screen, open eyes and a steady head; expression can take"
    " away at most 15 %, and a negative label never lowers it. It is not interest, effort or understanding."
)
_WHAT_AFFECT_IS: Final = (
    "Valence and arousal are derived: sums of the seven probabilities times fixed places, not measured. Calm"
    " and pleased, or tired and neutral, cannot come out; opposite labels average to a false neutral."
)


def attention_section(
    shown: Part, counted: Part, totals: Totals, thresholds: SessionThresholds, shades: Sequence[Shade]
) -> Iterator[Block]:
    """`shown` are the rows of the main face that are drawn, `counted` those that count."""
    if totals.pose_coverage is None:
        return
    away = off_lengths(counted)
    known = f"known for {percent(totals.pose_coverage)} of the analysed time"
    words, (long_s, *_) = _state_words(thresholds), thresholds.off_s
    rows: list[tuple[Cell, ...]] = [
        ("On target", share_cell(totals.on_target), known),
        ("Times off target for 1 s and longer", str(away.count(1.0)), known),
        (f"of {long_s:g} s and longer", str(away.count_long(long_s)), known),
        ("Longest time off target", length_text(highest(away.seconds)), known),
        ("Most time off target within 30 s", length_text(highest(counted.rows.off_30s)), known),
    ]
    rows += [(f"State: {words[name]}", percent(share), known) for name, share in _states(counted)]
    yield Heading(2, "Attention")
    yield Table(("Figure", "Value", "Rests on"), rows, (1,))
    keys = (
        block_key("faint", words["off"]),
        block_key("pale", words["long_distraction"]),
        block_key("blue", words["long_2"]),
        block_key("amber", words["shared"]),
    )
    yield Figure(
        attention_chart(shown, shown.end, shades),
        f"On target: the head points at the screen or the road. Head direction is not gaze. {_CAPTION}",
        keys,
    )
    yield Figure(
        off_chart(shown, shown.end, shades, thresholds.off_30s), "Time off target within the last 30 s."
    )


def engagement_section(
    shown: Part, counted: Part, totals: Totals, shades: Sequence[Shade]
) -> Iterator[Block]:
    """Index, bands, and the quadrants with valence where expressions were watched."""
    if totals.engagement_coverage is None:
        return
    known = f"known for {percent(totals.engagement_coverage)} of the analysed time"
    rows: list[tuple[Cell, ...]] = [("Engagement, mean", number_cell(totals.engagement), known)]
    rows += [
        (f"Band {name}", share_cell(share), known)
        for name, share in zip(ENGAGEMENT_LEVELS, totals.engagement_bands, strict=True)
    ]
    yield Heading(2, "Engagement")
    yield Table(("Figure", "Value", "Rests on"), rows, (1,))
    keys = (block_key("amber", "low"), block_key("withheld", "medium"), block_key("pale", "high"))
    yield Figure(engagement_chart(shown, shown.end, shades), _CAPTION, keys)
    yield Paragraph(_WHAT_ENGAGEMENT_IS, "quiet")
    if not isinstance(totals.engagement, Withheld):
        yield from _quadrants(counted)


def affect_section(shown: Part, totals: Totals, shades: Sequence[Shade]) -> Iterator[Block]:
    """Derived valence and arousal."""
    if not totals.affect_s:
        return
    share = totals.affect_s / totals.analysed_s if totals.analysed_s else None
    known = f"known for {percent(share)} of the analysed time"
    rows = [
        ("Valence, derived, mean", number_cell(totals.valence, "+.2f"), known),
        ("Arousal, derived, mean", number_cell(totals.arousal, "+.2f"), known),
    ]
    yield Heading(2, "Valence and arousal, derived")
    yield Table(("Figure", "Value", "Rests on"), rows, (1,))
    keys = (line_key("first", "valence, derived"), line_key("second", "arousal, derived", dashed=True))
    yield Figure(affect_chart(shown, shown.end, shades), "", keys)
    yield Paragraph(_WHAT_AFFECT_IS, "quiet")


def _state_words(thresholds: SessionThresholds) -> dict[str, str]:
    first, second = thresholds.off_s
    return {
        "off": "off target",
        "long_distraction": f"off for {first:g} s and longer",
        "long_2": f"off for {second:g} s and longer",
        "shared": f"off for {thresholds.off_30s:g} s within 30 s",
    }


def _states(counted: Part) -> Iterator[tuple[str, float]]:
    """Share of the time in view of each state but the first."""
    states, total = (
        counted.rows.attention_state,
        float(counted.seconds[counted.rows.attention_state >= 0].sum()),
    )
    for place, name in enumerate(ATTENTION_STATES[1:], 1):
        if total and np.any(states == place):
            share = float(counted.seconds[states == place].sum()) / total
            yield name, share


def _quadrants(counted: Part) -> Iterator[Block]:
    shares, known_s = quadrant_shares(counted)
    if not known_s:
        return
    rows = [(name, percent(share), bar("first", share)) for name, share in zip(NAMES, shares, strict=True)]
    rest = max(1 - sum(shares), 0.0)
    yield Heading(3, "Engagement and derived valence")
    yield Table(("Quadrant", "Share", ""), rows, (1,), "narrow")
    yield Paragraph(
        f"Of the {length_text(known_s)} in which both are known. Focused: an engagement of {MIDDLE:.2f} or"
        f" more; positive and negative: the sign of the derived valence, which was 0 for {percent(rest)}.",
        "quiet",
    )
