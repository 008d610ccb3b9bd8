"""The same curve of several sessions below one another, on one axis of time and one of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from femon.review.axes import LEFT, RIGHT, TIMES, WIDTH, time_axis
from femon.review.blocks import Drawing
from femon.review.chart import TOP, Limit, Line, Scale, chart
from femon.review.curves import Curve
from femon.review.markup import text

_ROW_PX = 68
_PLOT_PX = 44
_NAME_PX = 6  # above the first plot


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A curve of one session; None where it was not watched."""

    name: str
    curve: Curve | None


def small_multiples(
    curves: Sequence[Named], scale: Scale, duration_s: float, *, name: str, limits: Sequence[Limit] = ()
) -> Drawing:
    """One row for each session that has the curve, with its name; all begin at the start of their session."""
    drawn = [(one.name, one.curve) for one in curves if one.curve is not None]
    bottom = _NAME_PX + _ROW_PX * len(drawn) - 12
    parts = list(time_axis(duration_s, TOP + _NAME_PX, bottom))
    for place, (title, points) in enumerate(drawn):
        lines = [Line("first", points)]
        plot = chart(lines, scale, duration_s, name="", limits=limits, height=_PLOT_PX, times=False)
        parts.append(f'<g transform="translate(0 {_NAME_PX + _ROW_PX * place})">')
        parts.append(f'<path class="axis" d="M{LEFT} {TOP + _PLOT_PX}H{RIGHT}"/>{plot.body}')
        parts.append(f'<text class="title" x="{RIGHT - 4}" y="6" text-anchor="end">{text(title)}</text></g>')
    return Drawing("\n".join(parts), WIDTH, bottom + TIMES, "figure", name)
