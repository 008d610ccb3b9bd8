"""The plot of the live timeline: strips with their shares, the lane below them, and seconds before now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from femon.gui.drawing import percent
from femon.gui.theme import Theme, current_theme
from femon.gui.timeline_events import Happening
from femon.gui.timeline_lane import paint_lane, paint_marker_lines
from femon.gui.timeline_picture import TimelinePicture, codes_width, paint_picture

_SHARES: Final = (0.0, 0.5, 1.0)
_STEPS_S: Final = (1, 2, 5, 10, 30, 60, 120)  # between ticks: the first that leaves room for the words
_TICK_ROOM: Final = 1.5  # widths of the widest text from tick to tick
_TICK_PX: Final = 4
_GRID_ALPHA: Final = 0.2
_BETWEEN_PX: Final = 6  # strips and lane
_WIDEST_PX: Final = 120  # of the plot at its smallest
# Of the height that the strips share, from the top, by their number; and lines of text they need at least.
_WEIGHTS: Final = {0: (), 1: (1.0,), 2: (0.6, 0.4)}
_LEAST_LINES: Final = {0: 0.0, 1: 2.6, 2: 5.4}
_LANE: Final = "Events"


class TimelinePlot(QWidget):
    """Paints one state of the timeline; `zoomed` tells the notches of the wheel, above 0 for more detail.

    Times are s before now, and so 0 or less.
    """

    zoomed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures: tuple[TimelinePicture, ...] = ()  # a strip each, from the top
        self.happenings: tuple[Happening, ...] = ()
        self._span = 60.0
        self.setAccessibleName("Lines of the last seconds")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_state(
        self, pictures: Sequence[TimelinePicture], happenings: Sequence[Happening], span_s: float
    ) -> None:
        """Paint another state, of the last span_s seconds: a strip each, and what the lane holds."""
        if len(pictures) != len(self.pictures):
            self.updateGeometry()
        self.pictures, self.happenings, self._span = tuple(pictures), tuple(happenings), span_s
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Room for the shares of every strip, the lane and the times."""
        metrics = QFontMetrics(self.font())
        lines = round(_LEAST_LINES[len(self.pictures)] * metrics.height())
        between = _BETWEEN_PX * (len(self.pictures) + 1)
        return QSize(_WIDEST_PX, lines + between + _lane_px(metrics) + _times_px(metrics))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the wheel into notches."""
        self.zoomed.emit(event.angleDelta().y() / 120)
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the axes, then the strips and the lane inside them."""
        theme, metrics = current_theme(), QFontMetrics(self.font())
        *strips, lane = self._areas(metrics)
        codes = codes_width(metrics)
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.background))
        for picture, area in zip(self.pictures, strips, strict=True):
            to_px = _onto(area.adjusted(0, 0, -codes, 0), self._span)
            self._paint_shares(painter, area, to_px, theme)
            painter.setClipRect(area.adjusted(0, -2, 0, 2))
            paint_picture(painter, picture, to_px, area, theme)
            painter.setClipping(False)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            paint_marker_lines(painter, self.happenings, to_px, area, theme)
        self._paint_lane(painter, lane, theme)
        self._paint_times(painter, lane, _onto(lane.adjusted(0, 0, -codes, 0), self._span), theme)
        painter.end()

    def _areas(self, metrics: QFontMetrics) -> list[QRectF]:
        """Where the strips with their codes are, and the lane: right of the shares, above the times."""
        left = max(map(metrics.horizontalAdvance, (percent(1.0), _LANE))) + 12
        lane = QRectF(self.rect()).adjusted(left, 0, 0, -_times_px(metrics))
        lane.setTop(lane.bottom() - _lane_px(metrics))
        weights = _WEIGHTS[len(self.pictures)]
        room = lane.top() - _BETWEEN_PX * (len(weights) + 1)
        areas, top = [], float(_BETWEEN_PX)
        for weight in weights:
            areas.append(QRectF(left, round(top), lane.width(), round(weight * room)))
            top += weight * room + _BETWEEN_PX
        return [*areas, lane]

    def _paint_shares(self, painter: QPainter, area: QRectF, to_px: QTransform, theme: Theme) -> None:
        height = painter.fontMetrics().height()
        grid = QColor(theme.border)
        grid.setAlphaF(_GRID_ALPHA)
        shares = _SHARES if area.height() >= len(_SHARES) * height else (_SHARES[0], _SHARES[-1])
        for share in shares:
            y = to_px.map(QPointF(0, share)).y()
            painter.fillRect(QRectF(area.left(), round(y), area.width(), 1), grid)
            painter.setPen(QColor(theme.muted))
            top = min(max(y - height / 2, area.top() - _BETWEEN_PX / 2), area.bottom() - height + 2)
            words = QRectF(0, top, area.left() - 6, height)
            painter.drawText(
                words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent(share)
            )
        edge = QColor(theme.border)
        painter.fillRect(QRectF(area.left(), area.top(), 1, area.height()), edge)
        painter.fillRect(QRectF(area.left(), round(area.bottom()), area.width(), 1), edge)

    def _paint_lane(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        codes = codes_width(painter.fontMetrics())
        painter.setPen(QColor(theme.muted))
        words = QRectF(0, area.top(), area.left() - 6, area.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _LANE)
        painter.fillRect(area, QColor(theme.surface))
        painter.setClipRect(area)
        paint_lane(painter, self.happenings, _onto(area.adjusted(0, 0, -codes, 0), self._span), area, theme)
        painter.setClipping(False)
        painter.fillRect(QRectF(area.left(), round(area.bottom()), area.width(), 1), QColor(theme.border))

    def _paint_times(self, painter: QPainter, area: QRectF, to_px: QTransform, theme: Theme) -> None:
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(time_text(-self._span)) + 8
        for t in ticks(self._span, to_px.m11(), _TICK_ROOM * width):
            x = to_px.map(QPointF(t, 0)).x()
            painter.fillRect(QRectF(round(x), area.bottom(), 1, _TICK_PX), QColor(theme.border))
            painter.setPen(QColor(theme.muted))
            words = QRectF(x - width / 2, area.bottom() + _TICK_PX, width, metrics.height() + 2)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, time_text(t))


def _lane_px(metrics: QFontMetrics) -> int:
    return metrics.height() + 4


def _times_px(metrics: QFontMetrics) -> int:
    return metrics.height() + _TICK_PX + 4


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
