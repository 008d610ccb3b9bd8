"""The timeline of one face as SVG: seven lines, gaps as gaps, doubt hatched, a ribbon of labels, events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from femon.emotions import CODES, DASHES, EMOTIONS, UNCERTAIN
from femon.review.session_log import LABELS, Event, Rows
from femon.review.summary import clock_text
from femon.smoothing import RESET_AFTER_S

MOST_POINTS: Final = 1500  # of one line drawn row by row; longer sessions are averaged
AVERAGED_POINTS: Final = 300  # then: three px for each, so that lines can be told apart
LINE_PX: Final = 1.6
# The drawing in its own px: lines from TOP to BOTTOM, then the ribbon, then the times.
WIDTH, HEIGHT = 1000, 262
LEFT, RIGHT, TOP, BOTTOM = 44, 968, 22, 202
RIBBON_TOP, RIBBON_BOTTOM = 212, 230
_CODE_STEP: Final = 12  # px between the codes at the ends of the lines
_SMALLEST_NAMED: Final = 24  # px of ribbon that hold a code
_TICKS_S: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_MOST_TICKS: Final = 10
_MOST_MARKS: Final = 30  # with a number and a line through the drawing


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """A face's rows, averaged so that there are few enough to draw; entries are (n,) unless said."""

    t: NDArray[np.float64]
    smooth: NDArray[np.float64]  # (n, 7), NaN where no row had one
    label: NDArray[np.int8]  # place in LABELS: the most frequent
    step: float  # s that one point stands for; 0: every point is one row

    @property
    def runs(self) -> list[slice]:
        """Stretches without a gap."""
        usual = float(np.median(np.diff(self.t))) if len(self.t) > 1 else 0.0
        gaps = np.flatnonzero(np.diff(self.t) > max(RESET_AFTER_S, 1.5 * usual)) + 1
        return _slices(gaps, len(self.t))


def reduced(rows: Rows, duration_s: float) -> Points:
    """The points of one face's rows; many rows become means over equal stretches of time."""
    if len(rows) <= MOST_POINTS or duration_s <= 0:
        return Points(rows.t, rows.smooth.astype(np.float64), rows.label, 0.0)
    step = duration_s / AVERAGED_POINTS
    places, starts = np.unique((rows.t / step).astype(np.int64), return_index=True)
    valid = np.isfinite(rows.smooth[:, 0])
    sums = np.add.reduceat(np.where(valid[:, None], rows.smooth, 0.0), starts, axis=0, dtype=np.float64)
    counts = np.add.reduceat(valid, starts, dtype=np.int64)
    means = np.full_like(sums, np.nan)
    np.divide(sums, counts[:, None], out=means, where=counts[:, None] > 0)
    shown = rows.label[:, None] == np.arange(len(LABELS))
    label = np.add.reduceat(shown, starts, axis=0, dtype=np.int64).argmax(axis=1)
    middles = (places.astype(np.float64) + 0.5) * step
    return Points(np.asarray(middles, np.float64), means, label.astype(np.int8), step)


def timeline_svg(points: Points, duration_s: float, events: Sequence[Event], title: str) -> str:
    """The drawing; colours come from CSS classes named after the labels, the hatch from the page's #hatch."""
    parts = [
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">',
        *_grid(duration_s),
        *_ribbon(points, duration_s),
        *_marks(events, duration_s),
        *_lines(points, duration_s),
        "</svg>",
    ]
    return "\n".join(parts)


def dash_attribute(label: str, width: float) -> str:
    """The dash pattern of a label's line as an SVG attribute, empty for the solid one; width in px."""
    lengths = " ".join(f"{length * width:g}" for length in DASHES[label])
    return f' stroke-dasharray="{lengths}"' if lengths else ""


def _x(t: float | NDArray[np.float64], duration_s: float) -> Any:
    return LEFT + (RIGHT - LEFT) * t / max(duration_s, 1e-9)


def _y(share: float | NDArray[np.float64]) -> Any:
    return BOTTOM - (BOTTOM - TOP) * share


def _grid(duration_s: float) -> Iterator[str]:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(share)
        text = f"{100 * share:.0f} %"
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{RIGHT}"/>'
        yield f'<text class="tick" x="{LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{text}</text>'
    step = next((s for s in _TICKS_S if duration_s / s <= _MOST_TICKS), duration_s / _MOST_TICKS)
    for t in np.arange(0, duration_s + step * 1e-6, step):
        x = _x(float(t), duration_s)
        text = clock_text(float(t))
        text = text.removesuffix(".0") if step >= 1 else text
        yield f'<path class="grid" d="M{x:.1f} {TOP}V{RIBBON_BOTTOM + 4}"/>'
        yield f'<text class="tick" x="{x:.1f}" y="{HEIGHT - 14}" text-anchor="middle">{text}</text>'


def _lines(points: Points, duration_s: float) -> Iterator[str]:
    x = _x(points.t, duration_s)
    for k, name in enumerate(EMOTIONS):
        pieces = []
        for run in points.runs:
            y = _y(points.smooth[run, k])
            pieces += [_path(x[run][piece], y[piece]) for piece in _finite(y)]
        if pieces:
            dash = dash_attribute(name, LINE_PX)
            yield f'<path class="line {name}" stroke-width="{LINE_PX}"{dash} d="{"".join(pieces)}"/>'
    known = np.flatnonzero(np.isfinite(points.smooth[:, 0]))
    if len(known):
        yield from _end_codes(float(x[known[-1]]), points.smooth[known[-1]])


def _path(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    places = [f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)]
    return f"M{places[0]}L{' '.join(places[1:])}" if len(places) > 1 else f"M{places[0]}h1.5"


def _end_codes(x: float, shares: NDArray[np.float64]) -> Iterator[str]:
    """The code of each line where it ends, moved apart so that they can be read."""
    order = np.argsort(-shares, kind="stable")
    places = [max(float(_y(shares[k])), TOP + 4.0) for k in order]
    for n in range(1, len(places)):
        places[n] = max(places[n], places[n - 1] + _CODE_STEP)
    limit = float(BOTTOM + 4)
    for n in reversed(range(len(places))):
        places[n] = min(places[n], limit)
        limit = places[n] - _CODE_STEP
    for k, y in zip(order, places, strict=True):
        name = EMOTIONS[int(k)]
        yield f'<text class="code {name}" x="{x + 6:.1f}" y="{y + 3.5:.1f}">{CODES[name]}</text>'


def _ribbon(points: Points, duration_s: float) -> Iterator[str]:
    """One block for each stretch of one label; uncertain stretches are hatched up to the top of the lines."""
    for run in points.runs:
        t, label = points.t[run], points.label[run]
        half = points.step / 2
        middles = (t[1:] + t[:-1]) / 2
        edges = np.concatenate(([max(t[0] - half, 0.0)], middles, [min(t[-1] + half, duration_s)]))
        for block in _slices(np.flatnonzero(np.diff(label)) + 1, len(label)):
            if label[block.start] >= 0:
                times = float(edges[block.start]), float(edges[block.stop])
                yield from _block(LABELS[int(label[block.start])], *times, duration_s)


def _block(label: str, start: float, end: float, duration_s: float) -> Iterator[str]:
    x, right = float(_x(start, duration_s)), float(_x(end, duration_s))
    width = max(right - x, 0.8)
    title = f"<title>{label}, {clock_text(start)} to {clock_text(end)}</title>"
    if label == UNCERTAIN:
        top, fill = TOP, 'fill="url(#hatch)"'
    else:
        top, fill = RIBBON_TOP, f'class="fill {label}"'
    height = RIBBON_BOTTOM - top
    yield f'<rect x="{x:.1f}" y="{top}" width="{width:.1f}" height="{height}" {fill}>{title}</rect>'
    if width >= _SMALLEST_NAMED and label != UNCERTAIN:
        middle = x + width / 2
        yield f'<text class="on {label}" x="{middle:.1f}" y="{RIBBON_BOTTOM - 5}">{CODES[label]}</text>'


def _marks(events: Sequence[Event], duration_s: float) -> Iterator[str]:
    few = len(events) <= _MOST_MARKS
    for event in events:
        x = _x(min(event.t, duration_s), duration_s)
        title = f"<title>{escape(f'{event.id} {event.kind} {event.name}')}</title>"
        yield f'<path class="mark" d="M{x:.1f} {TOP - 6}V{RIBBON_BOTTOM if few else TOP}">{title}</path>'
        if few:
            yield f'<text class="mark" x="{x:.1f}" y="{TOP - 9}" text-anchor="middle">{event.id}</text>'


def _finite(values: NDArray[np.float64]) -> list[slice]:
    """The stretches of numbers between NaN."""
    finite = np.isfinite(values)
    changes = np.flatnonzero(np.diff(finite)) + 1
    return [piece for piece in _slices(changes, len(values)) if finite[piece.start]]


def _slices(cuts: NDArray[np.int64], length: int) -> list[slice]:
    edges = [0, *(int(cut) for cut in cuts), length]
    return [slice(start, stop) for start, stop in pairwise(edges) if stop > start]
