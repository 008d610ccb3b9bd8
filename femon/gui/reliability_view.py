"""The painted reliability curve of a model: how often it is right where it is how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from femon.gui.drawing import counted, percent
from femon.gui.theme import Theme, current_theme
from femon.gui.told_picture import ToldPicture

_LINES: Final = 10  # of text, as high and wide as the square
_REACH_PX: Final = 8.0  # of the mouse to a point
_RADIUS_PX: Final = 3.0
_MIDDLE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Point:
    """The test pictures that were read with about the same probability."""

    confidence: float  # their mean probability of the label, 0..1
    accuracy: float  # the share of them that was right, 0..1
    n: int


def points_of(entries: Sequence[Mapping[str, Any]] | None) -> tuple[Point, ...]:
    """The points of a curve as a bundle holds them; none when it was not measured."""
    return tuple(Point(entry["confidence"], entry["accuracy"], entry["n"]) for entry in entries or ())


class ReliabilityView(ToldPicture):
    """The curve after calibration, solid, and the one before it, dashed; the diagonal is the honest model."""

    def __init__(
        self, after: Sequence[Point], before: Sequence[Point], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._after, self._before = tuple(after), tuple(before)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Reliability curve")
        told = (f"said {percent(one.confidence)}, right {percent(one.accuracy)}" for one in self._after)
        self.setAccessibleDescription("; ".join(told))

    def sizeHint(self) -> QSize:
        """The square and the words around it, at the current text size."""
        line = self._line()
        square = _LINES * line
        below = (3 if self._before else 2) * line
        beyond = QFontMetrics(self.font()).horizontalAdvance(percent(1.0)) // 2 + 4
        return QSize(self._margin() + square + beyond, line // 2 + square + below + 8)

    def place(self, point: Point) -> QPointF:
        """Where a point is drawn."""
        square = self._square()
        return QPointF(
            square.left() + point.confidence * square.width(),
            square.bottom() - point.accuracy * square.height(),
        )

    def words_at(self, position: QPointF) -> str:
        """What the point of the solid curve under a position stands for; empty beside them."""
        near = [one for one in self._after if (self.place(one) - position).manhattanLength() <= _REACH_PX]
        if not near:
            return ""
        said, right = percent(near[0].confidence), percent(near[0].accuracy)
        return f"{counted(near[0].n)} pictures read with about {said}: {right} of them were read right"

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Square, diagonal, curves and words."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_square(painter, theme)
        self._paint_curve(painter, self._before, theme.muted, Qt.PenStyle.DashLine)
        self._paint_curve(painter, self._after, theme.accent, Qt.PenStyle.SolidLine)
        if self._before:
            self._paint_key(painter, theme)

    def _paint_square(self, painter: QPainter, theme: Theme) -> None:
        square, line = self._square(), self._line()
        painter.setPen(QColor(theme.border))
        painter.setBrush(QColor(theme.surface))
        painter.drawRect(square)
        painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DotLine))
        painter.drawLine(square.bottomLeft(), square.topRight())
        painter.setPen(QColor(theme.muted))
        for share in (0.0, 0.5, 1.0):
            at = self.place(Point(share, share, 1))
            beside = QRectF(line, at.y() - line / 2, square.left() - line - 5, line)
            painter.drawText(
                beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent(share)
            )
            painter.drawText(
                QRectF(at.x() - 3 * line, square.bottom() + 3, 6 * line, line), _MIDDLE, percent(share)
            )
        below = QRectF(square.left(), square.bottom() + 3 + line, square.width(), line)
        painter.drawText(below, _MIDDLE, "the model was so sure")
        painter.save()
        painter.rotate(-90)
        painter.drawText(QRectF(-square.bottom(), 0, square.height(), line), _MIDDLE, "and so often right")
        painter.restore()

    def _paint_curve(
        self, painter: QPainter, points: Sequence[Point], colour: str, style: Qt.PenStyle
    ) -> None:
        places = [self.place(point) for point in points]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colour), 2, style))
        painter.drawPolyline(QPolygonF(places))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        for at in places:
            painter.drawEllipse(at, _RADIUS_PX, _RADIUS_PX)

    def _paint_key(self, painter: QPainter, theme: Theme) -> None:
        """Which curve is which, below the square."""
        square, line = self._square(), self._line()
        left, top = 2.0, square.bottom() + 5 + 2 * line
        for text, colour, style in (
            ("as shown", theme.accent, Qt.PenStyle.SolidLine),
            ("before calibration", theme.muted, Qt.PenStyle.DashLine),
        ):
            painter.setPen(QPen(QColor(colour), 2, style))
            painter.drawLine(QPointF(left, top + line / 2), QPointF(left + line, top + line / 2))
            width = QFontMetrics(self.font()).horizontalAdvance(text)
            painter.setPen(QColor(theme.text))
            painter.drawText(
                QRectF(left + line + 4, top, width + 1, line), Qt.AlignmentFlag.AlignVCenter, text
            )
            left += line + width + 14

    def _square(self) -> QRectF:
        side = _LINES * self._line()
        return QRectF(self._margin() + 0.5, self._line() // 2 + 0.5, side, side)

    def _line(self) -> int:
        return QFontMetrics(self.font()).height()

    def _margin(self) -> int:
        """At the left: the turned words and the figures."""
        return self._line() + QFontMetrics(self.font()).horizontalAdvance(percent(1.0)) + 8
