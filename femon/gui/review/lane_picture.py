"""How the event lanes of the review timeline are painted, and the veil over what is excluded."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from femon.gui.drawing import hatching
from femon.gui.review.axis import TimeAxis
from femon.gui.review.spans import LANE_TITLES, Lane, Span
from femon.gui.theme import current_theme

_PAD_PX = 4


def paint_lane(painter: QPainter, spans: Sequence[Span], area: QRectF, axis: TimeAxis) -> None:
    """Paint the marks and stretches of one lane with as much of their words as fits."""
    painter.save()
    painter.setClipRect(area)
    painter.fillRect(area, QColor(current_theme().surface))
    following = [axis.x(span.start) for span in spans[1:]] + [area.right()]
    for span, limit in zip(spans, following, strict=True):
        left, right = axis.x(span.start), axis.x(span.end)
        if max(right, limit) < area.left() or left > area.right():
            continue
        if span.lane == "marks":
            painter.fillRect(QRectF(left - 1, area.top(), 2, area.height()), QColor(current_theme().accent))
            words = QRectF(left + 2, area.top(), limit - left - 4, area.height())
        else:
            box = QRectF(left, area.top() + 1, max(3.0, right - left), area.height() - 2)
            _paint_box(painter, span, box)
            beside = QRectF(box.right(), area.top(), limit - box.right() - 4, area.height())
            words = max(box.intersected(area), beside, key=QRectF.width)
        _paint_words(painter, span, words)
    painter.restore()


def paint_lane_title(painter: QPainter, lane: Lane, gutter: QRectF) -> None:
    """The name of a lane."""
    painter.setPen(QColor(current_theme().muted))
    painter.drawText(gutter, Qt.AlignmentFlag.AlignVCenter, LANE_TITLES[lane])


def paint_excluded(painter: QPainter, spans: Sequence[Span], area: QRectF, axis: TimeAxis) -> None:
    """Veil the excluded stretches."""
    theme = current_theme()
    veil = QColor(theme.background)
    veil.setAlpha(150)
    for span in spans:
        if span.lane == "excluded":
            left = axis.x(span.start)
            box = QRectF(left, area.top(), axis.x(span.end) - left, area.height()).intersected(area)
            painter.fillRect(box, veil)
            painter.fillRect(box, hatching(theme.warn, 0.5))


def _paint_box(painter: QPainter, span: Span, box: QRectF) -> None:
    theme = current_theme()
    inks = {"alarms": theme.danger, "gaps": theme.muted, "excluded": theme.warn}
    ink = QColor(inks[span.lane])
    painter.setPen(QPen(ink, 1))
    fill = QColor(ink)
    fill.setAlpha(70)
    hollow = span.false or span.lane == "excluded"
    painter.setBrush(hatching(ink.name(), 0.5) if hollow else fill)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)


def _paint_words(painter: QPainter, span: Span, room: QRectF) -> None:
    metrics = QFontMetrics(painter.font())
    words = f"{span.text} \N{EN DASH} {span.answer}" if span.answer else span.text
    width = int(room.width()) - _PAD_PX
    if width < 3 * metrics.averageCharWidth():
        return
    painter.setPen(QColor(current_theme().text))
    text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
    painter.drawText(room.adjusted(_PAD_PX, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
