"""The timeline of one face: seven lines, gaps as gaps, doubt hatched, a ribbon of labels, events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.emotions import CODES, DASHES, EMOTIONS, UNCERTAIN
from femon.review.axes import LEFT, RIGHT, TIMES, WIDTH, time_axis, value_axis, x_at
from femon.review.blocks import Drawing
from femon.review.chart import Shade, path, shade_parts, spread_codes
from femon.review.curves import Curve, curve, finite_runs
from femon.review.frame_rows import LABELS, Rows
from femon.review.markup import text
from femon.review.quantities import clock_text
from femon.review.ribbon import Block, blocks
from femon.review.session_log import Event

LINE_PX: Final = 1.6
TOP, BOTTOM = 22, 202  # px, of the lines
RIBBON_TOP, RIBBON_BOTTOM = 212, 230
_ROW_PX: Final = 40  # of one label's raw and smoothed lines
_SMALLEST_NAMED: Final = 24  # px of ribbon that hold a code
_MOST_MARKS: Final = 30  # with a number and a line through the drawing


def timeline(
    rows: Rows, duration_s: float, events: Sequence[Event], name: str, shades: Sequence[Shade] = ()
) -> tuple[Drawing, float]:
    """The smoothed probabilities and labels of one face, and the s that one point stands for (0: a row)."""
    points = curve(rows.t, rows.smooth, duration_s)
    parts = [
        *value_axis([(float(_y(share)), f"{100 * share:.0f} %") for share in (0.0, 0.25, 0.5, 0.75, 1.0)]),
        *time_axis(duration_s, TOP, RIBBON_BOTTOM),
        *shade_parts(shades, duration_s, TOP, RIBBON_BOTTOM),
        *_ribbon(blocks(rows.t, rows.label, duration_s, worst=False), duration_s),
        *_marks(events, duration_s),
        *_lines(points, duration_s),
    ]
    return Drawing("\n".join(parts), WIDTH, RIBBON_BOTTOM + TIMES + 4, "figure", name), points.step


def raw_and_smooth(rows: Rows, duration_s: float, name: str) -> Drawing:
    """For each label its raw and its smoothed probability, one row each."""
    raw, smooth = (curve(rows.t, values, duration_s) for values in (rows.raw, rows.smooth))
    bottom = TOP + _ROW_PX * len(EMOTIONS)
    parts = list(time_axis(duration_s, TOP, bottom))
    for k, label in enumerate(EMOTIONS):
        low = TOP + _ROW_PX * (k + 1) - 4
        parts.append(f'<path class="axis" d="M{LEFT} {low}H{RIGHT}"/>')
        parts.append(
            f'<text class="code {label}" x="{LEFT - 8}" y="{low - 10}" text-anchor="end">{label}</text>'
        )
        parts += _pair(raw, smooth, k, low, duration_s)
    return Drawing("\n".join(parts), WIDTH, bottom + TIMES, "figure", name)


def dash_attribute(label: str, width: float) -> str:
    """The dash pattern of a label's line as an SVG attribute, empty for the solid one; width in px."""
    lengths = " ".join(f"{length * width:g}" for length in DASHES[label])
    return f' stroke-dasharray="{lengths}"' if lengths else ""


def _pair(raw: Curve, smooth: Curve, k: int, low: float, duration_s: float) -> Iterator[str]:
    for points, look, width in ((raw, "raw", 1.0), (smooth, EMOTIONS[k], LINE_PX)):
        pieces = _pieces(points, k, duration_s, low, _ROW_PX - 8)
        if pieces:
            yield f'<path class="line {look}" stroke-width="{width:g}" d="{pieces}"/>'


def _pieces(points: Curve, k: int, duration_s: float, bottom: float, height: float) -> str:
    x, found = x_at(points.t, duration_s), ""
    for run in points.runs:
        y = bottom - height * np.clip(points.mean[run, k], 0.0, 1.0)
        found += "".join(path(x[run][piece], y[piece]) for piece in finite_runs(y))
    return found


def _y(share: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
    return BOTTOM - (BOTTOM - TOP) * share


def _lines(points: Curve, duration_s: float) -> Iterator[str]:
    for k, label in enumerate(EMOTIONS):
        pieces = _pieces(points, k, duration_s, BOTTOM, BOTTOM - TOP)
        if pieces:
            dash = dash_attribute(label, LINE_PX)
            yield f'<path class="line {label}" stroke-width="{LINE_PX}"{dash} d="{pieces}"/>'
    known = np.flatnonzero(np.isfinite(points.mean[:, 0]))
    if len(known):
        last = known[-1]
        yield from _end_codes(float(x_at(float(points.t[last]), duration_s)), points.mean[last])


def _end_codes(x: float, shares: NDArray[np.float64]) -> Iterator[str]:
    """The code of each line where it ends."""
    order = np.argsort(-shares, kind="stable")
    places = spread_codes([float(_y(shares[k])) for k in order], TOP + 4.0, BOTTOM + 4.0)
    for k, y in zip(order, places, strict=True):
        label = EMOTIONS[int(k)]
        yield f'<text class="code {label}" x="{x + 6:.1f}" y="{y + 3.5:.1f}">{CODES[label]}</text>'


def _ribbon(found: Sequence[Block], duration_s: float) -> Iterator[str]:
    """One block for each stretch of one label; uncertain stretches are hatched up to the top of the lines."""
    for block in found:
        label = LABELS[block.place]
        x, right = (float(x_at(t, duration_s)) for t in (block.start, block.end))
        width = max(right - x, 0.8)
        top, fill = (
            (TOP, 'fill="url(#hatch)"') if label == UNCERTAIN else (RIBBON_TOP, f'class="fill {label}"')
        )
        title = f"<title>{label}, {clock_text(block.start)} to {clock_text(block.end)}</title>"
        height = RIBBON_BOTTOM - top
        yield f'<rect x="{x:.1f}" y="{top}" width="{width:.1f}" height="{height}" {fill}>{title}</rect>'
        if width >= _SMALLEST_NAMED and label != UNCERTAIN:
            middle = x + width / 2
            yield f'<text class="on {label}" x="{middle:.1f}" y="{RIBBON_BOTTOM - 5}">{CODES[label]}</text>'


def _marks(events: Sequence[Event], duration_s: float) -> Iterator[str]:
    few = len(events) <= _MOST_MARKS
    for event in events:
        x = float(x_at(min(event.t, duration_s), duration_s))
        title = f"<title>{text(f'{event.id} {event.kind} {event.name}')}</title>"
        yield f'<path class="mark" d="M{x:.1f} {TOP - 6}V{RIBBON_BOTTOM if few else TOP}">{title}</path>'
        if few:
            yield f'<text class="mark" x="{x:.1f}" y="{TOP - 9}" text-anchor="middle">{event.id}</text>'
