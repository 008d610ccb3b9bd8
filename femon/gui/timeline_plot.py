"""The axes of the timeline: seconds before now along the bottom, shares up the left, the lines between."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from femon.gui.drawing import percent
from femon.gui.theme import Theme, current_theme
from femon.gui.timeline_picture import NOTHING, TimelinePicture, codes_width, paint_picture

_SHARES: Final = (0.0, 0.5, 1.0)
_STEPS_S: Final = (1, 2, 5, 10, 30, 60, 120)  # between ticks: the first that leaves room for the words
_TICK_ROOM: Final = 1.5  # widths of the widest text from tick to tick
_TICK_PX: Final = 4
_GRID_ALPHA: Final = 0.2
_SMALLEST_PX: Final = 60


class TimelinePlot(QWidget):
    """Paints one state of the timeline; `zoomed` tells the notches of the wheel, above 0 for more detail."""

    zoomed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture, self._span = NOTHING, 60.0
        self.setAccessibleName("Probability lines")
        self.setMinimumSize(2 * _SMALLEST_PX, _SMALLEST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def picture(self) -> TimelinePicture:
        """What is painted."""
        return self._picture

    def show_picture(self, picture: TimelinePicture, span_s: float) -> None:
        """Paint another state, of the last span_s seconds."""
        self._picture, self._span = picture, span_s
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the wheel into notches."""
        self.zoomed.emit(event.angleDelta().y() / 120)
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the axes, then the picture inside them."""
        theme, metrics = current_theme(), QFontMetrics(self.font())
        area = self._area(metrics)
        lines = area.adjusted(0, 0, -codes_width(metrics), 0)
        to_px = _onto(lines, self._span)
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.background))
        self._paint_shares(painter, area, to_px, theme)
        self._paint_times(painter, area, to_px, theme)
        painter.setClipRect(area.adjusted(0, -metrics.height() / 2, 0, metrics.height() / 2))
        paint_picture(painter, self._picture, to_px, area, theme)
        painter.end()

    def _area(self, metrics: QFontMetrics) -> QRectF:
        """Where the lines and their codes are: right of the shares, above the times."""
        left = metrics.horizontalAdvance(percent(1.0)) + 12
        half = metrics.height() / 2
        return QRectF(self.rect()).adjusted(left, half + 2, 0, -metrics.height() - _TICK_PX - 4)

    def _paint_shares(self, painter: QPainter, area: QRectF, to_px: QTransform, theme: Theme) -> None:
        height = painter.fontMetrics().height()
        grid = QColor(theme.border)
        grid.setAlphaF(_GRID_ALPHA)
        for share in _SHARES:
            y = to_px.map(QPointF(0, share)).y()
            painter.fillRect(QRectF(area.left(), round(y), area.width(), 1), grid)
            painter.setPen(QColor(theme.muted))
            words = QRectF(0, y - height / 2, area.left() - 6, height)
            painter.drawText(
                words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent(share)
            )
        edge = QColor(theme.border)
        painter.fillRect(QRectF(area.left(), area.top(), 1, area.height()), edge)
        painter.fillRect(QRectF(area.left(), round(area.bottom()), area.width(), 1), edge)

    def _paint_times(self, painter: QPainter, area: QRectF, to_px: QTransform, theme: Theme) -> None:
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(time_text(-self._span)) + 8
        for t in ticks(self._span, to_px.m11(), _TICK_ROOM * width):
            x = to_px.map(QPointF(t, 0)).x()
            painter.fillRect(QRectF(round(x), area.bottom(), 1, _TICK_PX), QColor(theme.border))
            painter.setPen(QColor(theme.muted))
            words = QRectF(x - width / 2, area.bottom() + _TICK_PX, width, metrics.height() + 2)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, time_text(t))


def _onto(lines: QRectF, span_s: float) -> QTransform:
    """Maps (s before now, share) to px."""
    across = lines.width() / span_s
    return QTransform(across, 0, 0, -lines.height(), lines.right(), lines.bottom())


def ticks(span_s: float, px_per_s: float, room_px: float) -> tuple[float, ...]:
    """Times of the ticks, s before now and so 0 or less, at least room_px apart; none at the very edge."""
    step = next((step for step in _STEPS_S if step * px_per_s >= room_px), span_s)
    count = int((span_s - room_px / 2 / px_per_s) / step) + 1
    return tuple(float(-step * number) for number in range(max(1, count)))


def time_text(seconds: float) -> str:
    """What a tick says: "now", "−30 s", "−5 min"."""
    if round(seconds, 3) == 0:
        return "now"
    whole = f"{-seconds:g} s" if -seconds < 120 else f"{-seconds / 60:g} min"
    return "\N{MINUS SIGN}" + whole
