"""A chart over time: lines with their spread, limits, and shaded stretches."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from femon.review.axes import LEFT, RIGHT, TIMES, WIDTH, time_axis, value_axis, x_at
from femon.review.blocks import Drawing
from femon.review.curves import Curve, finite_runs
from femon.review.markup import text
from femon.review.quantities import clock_text

TOP: Final = 10
_CODE_STEP: Final = 12  # px between the codes at the ends of lines
_NAMED_SHADE_PX: Final = 70
_LIMIT_PX: Final = 11  # between the names of limits
_LIMIT_LETTER_PX: Final = 5.6
_DASHES: Final = {"second": ' stroke-dasharray="6 3"'}


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A curve with its look: `first`, `second` (dashed) or `raw`."""

    look: str
    curve: Curve
    code: str = ""  # at its end
    spread: bool = False  # the span of the rows behind each point is shown too


@dataclass(frozen=True, slots=True)
class Scale:
    """Lowest and highest value, and the values that are written at the side."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold."""

    value: float
    name: str


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch of time with a look: `withheld` or `excluded`."""

    start: float
    end: float
    look: str
    name: str


def chart(
    lines: Sequence[Line],
    scale: Scale,
    duration_s: float,
    *,
    name: str,
    limits: Sequence[Limit] = (),
    shades: Sequence[Shade] = (),
    height: float = 110,
    times: bool = True,
) -> Drawing:
    """Lines over time; `height` is that of the plot itself in px, `times`: with the axis of time."""
    plot = _Plot(scale, duration_s, TOP, TOP + height)
    parts = [
        *value_axis([(plot.y(value), words) for value, words in scale.ticks]),
        *(time_axis(duration_s, TOP, plot.bottom) if times else ()),
        *shade_parts(shades, duration_s, TOP, plot.bottom),
        *plot.limits(limits),
    ]
    for line in lines:
        parts += plot.line(line)
    parts += plot.codes(lines)
    return Drawing("\n".join(parts), WIDTH, plot.bottom + (TIMES if times else 6), "figure", name)


def shade_parts(shades: Sequence[Shade], duration_s: float, top: float, bottom: float) -> Iterator[str]:
    """Shaded stretches between two heights."""
    for shade in shades:
        x, right = (float(x_at(min(t, duration_s), duration_s)) for t in (shade.start, shade.end))
        look = 'fill="url(#excluded)"' if shade.look == "excluded" else f'class="block {shade.look}"'
        title = f"<title>{text(shade.name)}, {clock_text(shade.start)} to {clock_text(shade.end)}</title>"
        yield (
            f'<rect x="{x:.1f}" y="{top:g}" width="{max(right - x, 0.8):.1f}" height="{bottom - top:g}" '
            f"{look}>{title}</rect>"
        )
        if shade.look == "withheld" and right - x >= _NAMED_SHADE_PX:
            middle = (x + right) / 2
            yield f'<text class="tick" x="{middle:.1f}" y="{top + 13:g}" text-anchor="middle">withheld</text>'


def path(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    """A line through points, as the `d` of an SVG path."""
    places = [f"{a:.1f} {b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    return f"M{places[0]}L{' '.join(places[1:])}" if len(places) > 1 else f"M{places[0]}h1.5"


def spread_codes(places: Sequence[float], highest: float, lowest: float) -> list[float]:
    """Heights in px, from the top down, moved apart so that codes there can be read."""
    moved = [max(place, highest) for place in places]
    for n in range(1, len(moved)):
        moved[n] = max(moved[n], moved[n - 1] + _CODE_STEP)
    limit = lowest
    for n in reversed(range(len(moved))):
        moved[n] = min(moved[n], limit)
        limit = moved[n] - _CODE_STEP
    return moved


@dataclass(frozen=True, slots=True)
class _Plot:
    scale: Scale
    duration_s: float
    top: float
    bottom: float

    def y(self, value: Any) -> Any:
        """Where a value stands; what lies outside stands at the edge."""
        share = (value - self.scale.low) / (self.scale.high - self.scale.low)
        return self.bottom - (self.bottom - self.top) * np.clip(share, 0.0, 1.0)

    def limits(self, limits: Sequence[Limit]) -> Iterator[str]:
        """Lines with their names, side by side where they would lie on each other."""
        x, before, before_y = LEFT + 4.0, "", -math.inf
        for limit in limits:
            if self.scale.low < limit.value < self.scale.high:
                y = float(self.y(limit.value))
                x = x + _LIMIT_LETTER_PX * len(before) + 12 if abs(y - before_y) < _LIMIT_PX else LEFT + 4.0
                before, before_y = limit.name, y
                line = f'd="M{LEFT} {y:.1f}H{RIGHT}"'
                yield f'<path class="line limit" stroke-width="1" stroke-dasharray="2 3" {line}/>'
                yield f'<text class="limit" x="{x:.1f}" y="{y - 3:.1f}">{text(limit.name)}</text>'

    def line(self, line: Line) -> Iterator[str]:
        drawn = line.curve
        x = x_at(drawn.t, self.duration_s)
        if line.spread and drawn.step:
            spans = "".join(self._span(x[piece], drawn, piece) for piece in self._pieces(drawn))
            if spans:
                yield f'<path class="span {line.look}" d="{spans}"/>'
        pieces = [path(x[piece], self.y(drawn.mean[piece])) for piece in self._pieces(drawn)]
        if pieces:
            width = 1.6 if line.look in ("first", "second") else 1
            dash = _DASHES.get(line.look, "")
            yield f'<path class="line {line.look}" stroke-width="{width}"{dash} d="{"".join(pieces)}"/>'

    def _span(self, x: NDArray[np.float64], drawn: Curve, piece: slice) -> str:
        if len(x) < 2:
            return ""
        around = np.concatenate((x, x[::-1]))
        edges = np.concatenate((self.y(drawn.high[piece]), self.y(drawn.low[piece])[::-1]))
        return path(around, edges) + "Z"

    def _pieces(self, drawn: Curve) -> Iterator[slice]:
        for run in drawn.runs:
            for piece in finite_runs(drawn.mean[run]):
                yield slice(run.start + piece.start, run.start + piece.stop)

    def codes(self, lines: Sequence[Line]) -> Iterator[str]:
        ends = []
        for line in lines:
            known = np.flatnonzero(np.isfinite(line.curve.mean))
            if line.code and len(known):
                last = int(known[-1])
                x = float(x_at(float(line.curve.t[last]), self.duration_s))
                ends.append((float(self.y(line.curve.mean[last])), x, line))
        ends.sort(key=lambda end: end[0])
        places = spread_codes([end[0] for end in ends], self.top + 4, self.bottom)
        for (_, x, line), y in zip(ends, places, strict=True):
            yield f'<text class="code {line.look}" x="{x + 5:.1f}" y="{y + 3.5:.1f}">{text(line.code)}</text>'
