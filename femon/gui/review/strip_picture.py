"""How the strips of the review timeline are painted."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QTransform

from femon.gui.dashes import cut_dashes, dashed_pen
from femon.gui.drawing import scaled_font
from femon.gui.review.axis import TimeAxis
from femon.gui.review.sampling import Line
from femon.gui.review.strips import Band, Strip
from femon.gui.theme import current_theme
from femon.gui.timeline_picture import TimelinePicture, paint_picture

_THIN_ALPHA: Final = 120
_BAND_PX: Final = 13
_SAMPLE_PX: Final = 34  # the longest pattern once
_SHARES: Final = ((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %"))


def paint_strip(
    painter: QPainter, strip: Strip, area: QRectF, axis: TimeAxis, hidden: frozenset[str]
) -> None:
    """Paint the curves and bands of a strip into an area in px, clipped to it."""
    most = max(50, int(area.width() / 2))
    view = axis.start, axis.end
    lines = _line_area(strip, area)
    to_px = _to_px(lines, axis)
    painter.save()
    painter.setClipRect(area)
    _paint_bands(painter, strip, area, axis)
    painter.setClipRect(lines)
    _paint_grid(painter, lines, to_px)
    if strip.thin is not None:
        _paint_thin(painter, strip, strip.thin.sampled(view, most), to_px, hidden)
    line = strip.lines.sampled(view, most)
    visible = tuple(curve.name for curve in strip.curves if curve.name not in hidden)
    values, doubts = line.values.astype(np.float32), _in_view(strip.doubtful, axis)
    picture = TimelinePicture(line.t, values, doubts, visible, codes=False, curves=strip.curves)
    paint_picture(painter, picture, to_px, lines, current_theme())
    painter.restore()


def paint_gutter(painter: QPainter, strip: Strip, gutter: QRectF, area: QRectF) -> None:
    """The name of a strip and its scale or the samples of its lines, left of the area."""
    theme = current_theme()
    metrics = QFontMetrics(painter.font())
    height = metrics.height()
    painter.setPen(QColor(theme.text))
    painter.drawText(QRectF(gutter.left(), area.top(), gutter.width(), height), strip.name)
    if strip.thin is not None:
        painter.setPen(QColor(theme.muted))
        for share, text in _SHARES:
            y = _to_px(_line_area(strip, area), None).map(QPointF(0, share)).y()
            top = min(max(y - height / 2, area.top()), area.bottom() - height)
            box = QRectF(gutter.left(), top, gutter.width() - 8, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight, text)
        return
    for line, curve in enumerate(strip.curves, start=1):
        top = area.top() + line * height
        if top + height > area.bottom() + 4:
            break
        middle = top + height / 2
        painter.setPen(dashed_pen(curve.colour(theme), curve.dashes))
        painter.drawLine(QLineF(gutter.left(), middle, gutter.left() + _SAMPLE_PX, middle))
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(gutter.left() + _SAMPLE_PX + 5, top, gutter.width(), height), curve.name)


def _line_area(strip: Strip, area: QRectF) -> QRectF:
    """The part of a strip that its lines may use: bands lie below."""
    return area.adjusted(0, 0, 0, -_BAND_PX - 1) if strip.bands else area


def _to_px(area: QRectF, axis: TimeAxis | None) -> QTransform:
    pad = 3.0
    height = area.height() - 2 * pad
    if axis is None:
        return QTransform(1, 0, 0, -height, 0, area.bottom() - pad)
    scale = (axis.right - axis.left) / axis.span
    return QTransform(scale, 0, 0, -height, axis.left - axis.start * scale, area.bottom() - pad)


def _in_view(stretches: NDArray[np.float64], axis: TimeAxis) -> NDArray[np.float64]:
    """The (m, 2) stretches that are in view; those less than a px apart are drawn as one."""
    seen = stretches[(stretches[:, 1] >= axis.start) & (stretches[:, 0] <= axis.end)]
    if not len(seen):
        return seen
    apart = seen[1:, 0] - seen[:-1, 1] > axis.span / (axis.right - axis.left)
    first, last = np.concatenate(([True], apart)), np.concatenate((apart, [True]))
    return np.stack([seen[first, 0], seen[last, 1]], axis=1)


def _paint_grid(painter: QPainter, area: QRectF, to_px: QTransform) -> None:
    theme = current_theme()
    ink = QColor(theme.border)
    ink.setAlpha(130)
    painter.setPen(QPen(ink, 1))
    for share, _ in _SHARES:
        y = round(to_px.map(QPointF(0, share)).y()) + 0.5
        painter.drawLine(QLineF(area.left(), y, area.right(), y))


def _paint_thin(
    painter: QPainter, strip: Strip, line: Line, to_px: QTransform, hidden: frozenset[str]
) -> None:
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    x = to_px.dx() + to_px.m11() * line.t
    for column, curve in enumerate(strip.curves):
        if curve.name in hidden or len(x) < 2:
            continue
        y = to_px.dy() + to_px.m22() * line.values[:, column]
        ink = QColor(curve.colour(theme))
        ink.setAlpha(_THIN_ALPHA)
        painter.setPen(QPen(ink, 1))
        pieces = cut_dashes(np.stack([x, y], axis=1), (), 1.0)
        painter.drawLines([QLineF(*piece) for piece in pieces.tolist()])


def _paint_bands(painter: QPainter, strip: Strip, area: QRectF, axis: TimeAxis) -> None:
    usual = painter.font()
    painter.setFont(scaled_font(usual, 0.85))
    for band in strip.bands:
        for start, end in _in_view(band.stretches, axis):
            left = axis.x(start)
            box = QRectF(left, area.bottom() - _BAND_PX, max(2.0, axis.x(end) - left), _BAND_PX)
            _paint_band(painter, band, box.intersected(area))
    painter.setFont(usual)


def _paint_band(painter: QPainter, band: Band, box: QRectF) -> None:
    theme, metrics = current_theme(), QFontMetrics(painter.font())
    ink = QColor({"quiet": theme.muted, "warn": theme.warn, "danger": theme.danger}[band.tone])
    fill = QColor(ink)
    fill.setAlpha(90)
    painter.fillRect(box, fill)
    painter.fillRect(QRectF(box.left(), box.top(), box.width(), 2), ink)
    if metrics.horizontalAdvance(band.text) + 8 <= box.width():
        painter.setPen(QColor(theme.text))
        painter.drawText(box.adjusted(4, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, band.text)
