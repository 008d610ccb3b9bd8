"""The curves of attention, engagement and derived affect as drawings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from femon.recording.columns import ATTENTION_STATES
from femon.review.blocks import Drawing
from femon.review.chart import Limit, Line, Scale, Shade, chart
from femon.review.closures import LIMITS
from femon.review.curves import curve
from femon.review.frame_rows import ENGAGEMENT_LEVELS
from femon.review.monitor_charts import Words, above, withheld
from femon.review.part import Part

_SHARES: Final = Scale(0, 1, ((0, "0 %"), (0.5, "50 %"), (1, "100 %")))
_AFFECT: Final = Scale(-1, 1, ((-1, "-1"), (0, "0"), (1, "1")))
_ATTENTION_LOOKS: Final = {"off": "faint", "long_distraction": "pale", "long_2": "blue", "shared": "amber"}
_BAND_LOOKS: Final = {"low": "amber", "medium": "withheld", "high": "pale"}


def attention_chart(part: Part, duration_s: float, shades: Sequence[Shade]) -> Drawing:
    """Share of the last 10 s on target, above the state of attention."""
    rows = part.rows
    share = chart(
        [Line("first", curve(rows.t, rows.attention_10, duration_s))],
        _SHARES,
        duration_s,
        name="Attention: share of the last 10 s on target, and states",
        shades=(*withheld(part, rows.attention_10, duration_s, "share withheld"), *shades),
        times=False,
    )
    return above(
        share,
        part,
        Words("State", rows.attention_state, ATTENTION_STATES, _ATTENTION_LOOKS, worst=True),
        duration_s,
    )


def off_chart(part: Part, duration_s: float, shades: Sequence[Shade], limit_s: float) -> Drawing:
    """Time off target within 30 s, with its limit."""
    return chart(
        [Line("first", curve(part.rows.t, part.rows.off_30s, duration_s))],
        Scale(0, 30, ((0, "0 s"), (15, "15 s"), (30, "30 s"))),
        duration_s,
        name="Time off target within the last 30 s",
        limits=(Limit(limit_s, f"limit {limit_s:g} s"),),
        shades=shades,
        height=70,
    )


def engagement_chart(part: Part, duration_s: float, shades: Sequence[Shade]) -> Drawing:
    """The engagement index with the limits of its bands, above the band."""
    rows = part.rows
    index = chart(
        [Line("first", curve(rows.t, rows.engagement, duration_s))],
        Scale(0, 1, ((0, "0"), (0.5, "0.5"), (1, "1"))),
        duration_s,
        name="Engagement index and band",
        limits=(
            Limit(LIMITS.engagement_low, "low below 0.40"),
            Limit(LIMITS.engagement_high, "high from 0.70"),
        ),
        shades=(*withheld(part, rows.engagement, duration_s, "engagement withheld"), *shades),
        times=False,
    )
    return above(
        index,
        part,
        Words("Band", rows.engagement_level, ENGAGEMENT_LEVELS, _BAND_LOOKS, worst=False),
        duration_s,
    )


def affect_chart(part: Part, duration_s: float, shades: Sequence[Shade]) -> Drawing:
    """Derived valence and arousal."""
    rows = part.rows
    lines = [
        Line("first", curve(rows.t, rows.valence, duration_s), "Va"),
        Line("second", curve(rows.t, rows.arousal, duration_s), "Ar"),
    ]
    return chart(lines, _AFFECT, duration_s, name="Derived valence and arousal", shades=shades)
