"""Chart: where the parts of the review timeline lie in px, and how the whole is painted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from femon.gui.review.axis import TimeAxis, time_text
from femon.gui.review.lane_picture import paint_excluded, paint_lane, paint_lane_title
from femon.gui.review.spans import LANES, Lane, Span, lane_rows
from femon.gui.review.strip_picture import paint_gutter, paint_strip
from femon.gui.review.strips import Strip
from femon.gui.theme import current_theme

_GAP_PX: Final = 6
_TICK_PX: Final = 90  # between two times of the ruler, at least about
_MARGIN_PX: Final = 8
_REACH_PX: Final = 6  # how far from a mark the mouse may be


@dataclass(frozen=True, slots=True)
class Chart:
    """Strips of curves from the top, lanes of events beneath, a ruler at the bottom."""

    strips: tuple[Strip, ...] = ()
    spans: tuple[Span, ...] = ()
    hidden: frozenset[str] = frozenset()  # names of curves
    axis: TimeAxis = field(default_factory=lambda: TimeAxis.whole(1.0))
    height: int = 100  # px
    line: int = 16  # px of a line of text

    @property
    def rows(self) -> list[tuple[Lane, list[Span]]]:
        """The lanes with anything to show, each in as many rows as its events need side by side."""
        return [(lane, row) for lane in LANES for row in lane_rows(self.spans, lane)]

    @property
    def ruler_top(self) -> float:
        """Where the ruler begins."""
        return self.height - self.line - 8

    @property
    def least_height(self) -> int:
        """Px that leave a line of text for each part of a strip's weight, and everything else."""
        strips = sum(self.line * strip.weight + _GAP_PX for strip in self.strips)
        return 2 * self.line + len(self.rows) * self._lane_px + strips

    def on_ruler(self, place: QPointF) -> bool:
        """Whether a place is on the ruler."""
        return place.y() >= self.ruler_top

    def span_at(self, place: QPointF) -> Span | None:
        """The shortest event near a place on its lane."""
        reach = self.axis.span * _REACH_PX / max(1.0, self.axis.right - self.axis.left)
        t = self.axis.t(place.x())
        for number, (_, row) in enumerate(self.rows):
            if self._row_area(number).adjusted(0, -1, 0, 1).contains(place):
                near = [span for span in row if span.start - reach <= t <= span.end + reach]
                return min(near, key=lambda span: span.end - span.start, default=None)
        return None

    def paint(self, painter: QPainter) -> None:
        """Paint everything that stands still."""
        for strip, area in zip(self.strips, self._strip_areas(), strict=True):
            painter.fillRect(area, QColor(current_theme().surface))
            paint_strip(painter, strip, area, self.axis, self.hidden)
            paint_excluded(painter, self.spans, area, self.axis)
            paint_gutter(painter, strip, self._beside(area), area)
        titled = ""
        for number, (lane, row) in enumerate(self.rows):
            area = self._row_area(number)
            paint_lane(painter, row, area, self.axis)
            if lane != titled:
                paint_lane_title(painter, lane, self._beside(area))
            titled = lane
        self._paint_ruler(painter)

    @property
    def _lane_px(self) -> int:
        return self.line + 4

    @property
    def _width(self) -> float:
        return self.axis.right - self.axis.left

    def _beside(self, area: QRectF) -> QRectF:
        return QRectF(_MARGIN_PX, area.top(), self.axis.left - 2 * _MARGIN_PX, area.height())

    def _row_area(self, number: int) -> QRectF:
        top = self.ruler_top - (len(self.rows) - number) * self._lane_px
        return QRectF(self.axis.left, top, self._width, self._lane_px - 2)

    def _strip_areas(self) -> list[QRectF]:
        bottom = self.ruler_top - len(self.rows) * self._lane_px - _GAP_PX
        gaps = _GAP_PX * max(0, len(self.strips) - 1)
        unit = max(1.0, (bottom - 4 - gaps) / max(1, sum(strip.weight for strip in self.strips)))
        areas, top = [], 4.0
        for strip in self.strips:
            areas.append(QRectF(self.axis.left, top, self._width, unit * strip.weight))
            top += unit * strip.weight + _GAP_PX
        return areas

    def _paint_ruler(self, painter: QPainter) -> None:
        theme, metrics, top = current_theme(), QFontMetrics(painter.font()), self.ruler_top
        painter.setPen(QColor(theme.border))
        painter.drawLine(QPointF(self.axis.left, top), QPointF(self.axis.right, top))
        for t in self.axis.ticks(int(self._width / _TICK_PX)):
            x, text = self.axis.x(t), time_text(t, self.axis.span)
            painter.setPen(QColor(theme.border))
            painter.drawLine(QPointF(x, top), QPointF(x, top + 4))
            width = metrics.horizontalAdvance(text)
            left = min(max(x - width / 2, self.axis.left), self.axis.right - width + 10)
            painter.setPen(QColor(theme.muted))
            painter.drawText(QPointF(left, top + 5 + metrics.ascent()), text)
