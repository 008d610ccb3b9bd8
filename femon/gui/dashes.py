"""Pens with a dash pattern, and dashes cut ahead of painting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen


def dashed_pen(colour: str, pattern: tuple[int, ...], width: float = 2.0) -> QPen:
    """The pen of a line; the pattern is in line widths, an empty one is solid."""
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if pattern:
        pen.setDashPattern(list(pattern))
    return pen


def cut_dashes(points: NDArray[np.float64], pattern: tuple[int, ...], width: float) -> NDArray[np.float64]:
    """The visible pieces of a dashed polyline, (m, 4) x1 y1 x2 y2 in px.

    `points` are (n, 2) px, NaN breaks the line; the pattern is in line widths. Qt strokes a long dashed path
    as one shape, which takes several times as long as painting these pieces.
    """
    steps = np.diff(points, axis=0)
    lengths = np.nan_to_num(np.hypot(steps[:, 0], steps[:, 1]))
    way = np.concatenate([[0.0], np.cumsum(lengths)])
    if not pattern:
        pieces = np.hstack([points[:-1], points[1:]])
        return pieces[np.isfinite(pieces).all(axis=1)]
    edges = np.cumsum(pattern) * width  # where a dash or a gap ends within one period
    period = float(edges[-1])
    cuts = (np.arange(0, way[-1], period)[:, None] + edges[None, :]).ravel()
    starts = np.sort(np.concatenate([way[:-1], cuts[cuts < way[-1]]]))
    segment = np.clip(np.searchsorted(way, starts, side="right") - 1, 0, len(lengths) - 1)
    ends = np.minimum(np.append(starts[1:], way[-1]), way[segment + 1])
    dash = np.searchsorted(edges, (starts + ends) / 2 % period, side="right") % 2 == 0
    kept = dash & (ends > starts)
    starts, ends, segment = starts[kept], ends[kept], segment[kept]
    along = np.stack([starts - way[segment], ends - way[segment]]) / lengths[segment]
    origin, step = points[segment], steps[segment]
    return np.hstack([origin + step * along[0][:, None], origin + step * along[1][:, None]])
