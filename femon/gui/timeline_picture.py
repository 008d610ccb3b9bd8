"""What one strip of a timeline holds and how it is painted: lines, hatched doubts and codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QTransform

from femon.gui.dashes import cut_dashes
from femon.gui.drawing import hatching
from femon.gui.theme import Theme
from femon.gui.timeline_curves import EXPRESSIONS, Curve

_LINE_PX: Final = 2.0
_LEADER_PX: Final = 10
_LEADER_ALPHA: Final = 0.5  # fainter and thinner than the lines, of which it is no part
_NAMED_FROM: Final = 0.05  # of an expression: below it most lie upon one another and change places
_CODE_SHARE: Final = 0.85  # of a line of text, from code to code
_TIGHTEST: Final = 0.9  # of that


@dataclass(frozen=True, slots=True, eq=False)
class TimelinePicture:
    """One state of a strip; times are s on the axis of its timeline."""

    t: NDArray[np.float64]  # (n,)
    values: NDArray[np.float32]  # (n, curves) shares; NaN breaks the lines
    doubtful: NDArray[np.float64]  # (m, 2) from and to
    visible: tuple[str, ...]  # the names of the curves that are shown
    codes: bool  # whether the lines reach now and carry their codes
    note: str = ""  # said in the middle when there is nothing to draw
    curves: tuple[Curve, ...] = EXPRESSIONS

    @property
    def shown(self) -> tuple[tuple[int, Curve], ...]:
        """The columns and curves to draw."""
        return tuple(pair for pair in enumerate(self.curves) if pair[1].name in self.visible)


def codes_width(metrics: QFontMetrics) -> int:
    """Px that the codes right of "now" need."""
    return _LEADER_PX + 6 + max(metrics.horizontalAdvance(curve.code) for curve in EXPRESSIONS)


def paint_picture(
    painter: QPainter, picture: TimelinePicture, to_px: QTransform, area: QRectF, theme: Theme
) -> None:
    """Paint into an area in px; to_px maps (time, share) to px."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _paint_doubts(painter, picture, to_px, area, theme)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_lines(painter, picture, to_px, theme)
    if picture.codes:
        _paint_codes(painter, picture, to_px, area, theme)
    if picture.note:
        painter.setPen(QColor(theme.muted))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, picture.note)


def _paint_doubts(
    painter: QPainter, picture: TimelinePicture, to_px: QTransform, area: QRectF, theme: Theme
) -> None:
    brush = hatching(theme.text)
    for start, end in picture.doubtful:
        left, right = _x(to_px, start), _x(to_px, end)
        painter.fillRect(QRectF(left, area.top(), max(1.0, right - left), area.height()), brush)


def _paint_lines(painter: QPainter, picture: TimelinePicture, to_px: QTransform, theme: Theme) -> None:
    if len(picture.t) < 2:
        return
    x = to_px.dx() + to_px.m11() * picture.t
    for column, curve in picture.shown:
        y = to_px.dy() + to_px.m22() * picture.values[:, column]
        pieces = cut_dashes(np.stack([x, y], axis=1), curve.dashes, _LINE_PX)
        pen = QPen(QColor(curve.colour(theme)), _LINE_PX)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLines([QLineF(*piece) for piece in pieces.tolist()])


def _paint_codes(
    painter: QPainter, picture: TimelinePicture, to_px: QTransform, area: QRectF, theme: Theme
) -> None:
    named = ends_named(picture)
    height = QFontMetrics(painter.font()).height()
    distance = height * _CODE_SHARE
    # Where there is no room for all, those at the bottom go first: they lie upon one another anyway.
    most = max(1, int(area.height() / (distance * _TIGHTEST)))
    ends = [(to_px.map(QPointF(0, value)).y(), curve) for value, curve in named[:most]]
    places = spread([y for y, _ in ends], distance, area.top(), area.bottom())
    x = _x(to_px, 0)
    painter.fillRect(QRectF(round(x), area.top(), 1, area.height()), QColor(theme.border))
    for (y, curve), place in zip(ends, places, strict=True):
        ink = QColor(curve.colour(theme))
        ink.setAlphaF(_LEADER_ALPHA)
        painter.setPen(QPen(ink, 1))
        painter.drawLine(QPointF(x + 2, y), QPointF(x + _LEADER_PX, place))
        painter.setPen(QColor(theme.text))
        box = QRectF(x + _LEADER_PX + 2, place - height, area.right() - x, 2 * height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, curve.code)


def ends_named(picture: TimelinePicture) -> list[tuple[float, Curve]]:
    """The last values that carry their code, from the top: of expressions only those with a real share."""
    last = picture.values[-1].tolist()
    least = _NAMED_FROM if picture.curves == EXPRESSIONS else 0.0
    named = [(last[column], curve) for column, curve in picture.shown if last[column] >= least]  # not NaN
    return sorted(named, key=lambda end: -end[0])


def _x(to_px: QTransform, t: float) -> float:
    return to_px.map(QPointF(t, 0)).x()


def spread(wanted: list[float], distance: float, low: float, high: float) -> list[float]:
    """Places near the wanted ones (ascending, px), a distance apart and between low and high.

    Where there is not enough room, the distance shrinks.
    """
    distance = min(distance, (high - low) / max(1, len(wanted)))
    places: list[float] = []
    for y in wanted:
        places.append(max(y, places[-1] + distance if places else low + distance / 2))
    limit = high - distance / 2
    for position in range(len(places) - 1, -1, -1):
        places[position] = min(places[position], limit)
        limit = places[position] - distance
    return places
