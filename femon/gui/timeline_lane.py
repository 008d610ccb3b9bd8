"""How the lane of the live timeline is painted: alarms as boxes, markers as flags, words where they fit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QTransform

from femon.gui.alarm_looks import LOOKS
from femon.gui.theme import Theme
from femon.gui.timeline_events import Happening

_PAD_PX: Final = 4
_NARROWEST_PX: Final = 3.0
_APART_PX: Final = 1.0  # an alarm and the worse one that follows at once
_FLAG_PX: Final = 140
_LETTERS: Final = 4  # fewer say nothing


def paint_lane(
    painter: QPainter, happenings: Sequence[Happening], to_px: QTransform, area: QRectF, theme: Theme
) -> None:
    """Paint into an area in px; to_px maps times to px. They are in the order of their starts."""
    lefts = [max(area.left(), _x(to_px, one.start)) for one in happenings]
    for one, (left, limit) in zip(happenings, pairwise([*lefts, area.right()]), strict=True):
        if one.colour is not None:
            right = _x(to_px, one.end)
            width = max(_NARROWEST_PX, min(right, area.right()) - left - _APART_PX)
            box = QRectF(left, area.top() + 1, width, area.height() - 2)
            _paint_alarm(painter, one, box, limit, theme)
    for one, (left, limit) in zip(happenings, pairwise([*lefts, area.right()]), strict=True):
        if one.colour is None:
            _paint_flag(painter, one.text, QRectF(left, area.top(), limit - left, area.height()), theme)


def paint_marker_lines(
    painter: QPainter, happenings: Sequence[Happening], to_px: QTransform, area: QRectF, theme: Theme
) -> None:
    """A thin line through the strips for each marker."""
    for one in happenings:
        if one.colour is None:
            place = QRectF(round(_x(to_px, one.start)), area.top(), 1, area.height())
            painter.fillRect(place, QColor(theme.text))


def _paint_alarm(painter: QPainter, one: Happening, box: QRectF, limit: float, theme: Theme) -> None:
    look = LOOKS.get(one.colour or "")
    painter.fillRect(box, QColor(look.fill if look else theme.raised))
    inside = min(box.right(), limit) - box.left()
    beside = limit - box.right()
    if inside >= beside:
        ink = look.text if look else theme.text
        _paint_words(painter, one.text, QRectF(box.left(), box.top(), inside, box.height()), ink)
    else:
        _paint_words(painter, one.text, QRectF(box.right(), box.top(), beside, box.height()), theme.text)


def _paint_flag(painter: QPainter, text: str, room: QRectF, theme: Theme) -> None:
    words = _cut(painter, text, min(room.width() - _PAD_PX, _FLAG_PX))
    width = QFontMetrics(painter.font()).horizontalAdvance(words) + 2 * _PAD_PX if words else 2.0
    plate = QRectF(room.left(), room.top(), min(width, room.width()), room.height())
    painter.fillRect(plate, QColor(theme.text))
    painter.setPen(QColor(theme.background))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)


def _paint_words(painter: QPainter, text: str, room: QRectF, colour: str) -> None:
    painter.setPen(QColor(colour))
    words = _cut(painter, text, room.width())
    painter.drawText(room.adjusted(_PAD_PX, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)


def _cut(painter: QPainter, text: str, room_px: float) -> str:
    """As much of a text as fits with some room around it; nothing where that says nothing."""
    metrics = QFontMetrics(painter.font())
    room = int(room_px) - 2 * _PAD_PX
    least = min(metrics.horizontalAdvance(text), _LETTERS * metrics.averageCharWidth())
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room) if room >= least else ""


def _x(to_px: QTransform, t: float) -> float:
    return to_px.map(QPointF(t, 0)).x()
