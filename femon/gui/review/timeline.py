"""ReviewTimeline: a whole session over time, to be zoomed, scrubbed and marked with the mouse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from femon.gui.review.axis import TimeAxis
from femon.gui.review.chart import Chart
from femon.gui.review.spans import Span
from femon.gui.review.strips import Strip
from femon.gui.theme import current_theme

_ZOOM_STEP: Final = 1.25
_DRAG_PX: Final = 5  # less is a click


class ReviewTimeline(QWidget):
    """Strips of curves, lanes of events and a ruler. A click moves, a drag chooses, the wheel zooms."""

    moved = Signal(float)  # s, where the user wants to be
    chosen = Signal(float, float)  # s, from and to of a dragged stretch
    viewed = Signal()  # another part is in view

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.axis = TimeAxis.whole(1.0)
        self._chart = Chart()
        self._t = 0.0
        self._pressed: QPointF | None = None
        self._choice: tuple[float, float] | None = None
        self._drawn: QPixmap | None = None  # all but the playhead and the choice
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Timeline of the session")

    def show_session(self, strips: tuple[Strip, ...], spans: tuple[Span, ...], duration: float) -> None:
        """Draw another session, the whole of it in view."""
        self.axis = TimeAxis.whole(duration)
        self._t, self._choice = 0.0, None
        self.show_strips(strips)
        self.show_spans(spans)
        self._set_axis(self.axis)

    def show_strips(self, strips: tuple[Strip, ...]) -> None:
        """Draw other curves over the same time."""
        self._change(strips=strips)

    def show_spans(self, spans: tuple[Span, ...]) -> None:
        """Draw other events over the same time."""
        self._change(spans=spans)

    def hide_curves(self, names: frozenset[str]) -> None:
        """Leave these curves out."""
        self._change(hidden=names)

    def move_to(self, t: float) -> None:
        """Put the playhead at a time, and that time into view."""
        self._t = t
        self._set_axis(self.axis.showing(t))
        self.update()

    def choose(self, stretch: tuple[float, float] | None) -> None:
        """Tint a stretch as chosen."""
        self._choice = stretch
        self.update()

    def zoom(self, steps: float, about: float | None = None) -> None:
        """Steps above 0 show a shorter time; the playhead, or the time `about`, stays in its place."""
        middle = self._t if about is None else about
        if not self.axis.start <= middle <= self.axis.end:
            middle = (self.axis.start + self.axis.end) / 2
        self._set_axis(self.axis.zoom(_ZOOM_STEP**steps, middle))

    def show_all(self) -> None:
        """Bring the whole session into view."""
        self._set_axis(TimeAxis.whole(self.axis.duration))

    def scroll_to(self, start: float) -> None:
        """Bring another part into view."""
        self._set_axis(self.axis.at(start))

    def minimumSizeHint(self) -> QSize:
        """Room for every strip."""
        return QSize(360, self._chart.least_height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The drawing, then what moves on it."""
        painter = QPainter(self)
        if self._drawn is None:
            self._drawn = self._draw()
        painter.drawPixmap(0, 0, self._drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_choice(painter)
        self._paint_playhead(painter)
        if self.hasFocus():
            painter.setPen(QColor(current_theme().accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The same part over another width."""
        self._set_axis(self.axis)
        self._redraw()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the text size."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._set_axis(self.axis)
            self._redraw()
        super().changeEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say what lies under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            span = self._chart.span_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), span.tip if span else "", self)
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse; with Shift, or sideways, move along."""
        turn, sideways = event.angleDelta().y() / 120, event.angleDelta().x() / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            turn, sideways = 0.0, turn or sideways
        if sideways:
            self._set_axis(self.axis.at(self.axis.start - sideways * self.axis.span / 10))
        elif turn:
            self.zoom(turn, self.axis.t(event.position().x()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click or a drag begins; on the ruler the playhead follows at once."""
        if event.button() != Qt.MouseButton.LeftButton or event.position().x() < self.axis.left - 4:
            return
        self._pressed = event.position()
        if self._chart.on_ruler(self._pressed):
            self.moved.emit(self.axis.t(self._pressed.x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub on the ruler, else stretch the choice."""
        if self._pressed is None:
            shape = (
                Qt.CursorShape.SizeHorCursor
                if self._chart.on_ruler(event.position())
                else Qt.CursorShape.IBeamCursor
            )
            self.setCursor(shape if event.position().x() >= self.axis.left else Qt.CursorShape.ArrowCursor)
        elif self._chart.on_ruler(self._pressed):
            self.moved.emit(self.axis.t(event.position().x()))
        elif abs(event.position().x() - self._pressed.x()) >= _DRAG_PX:
            first, second = self.axis.t(self._pressed.x()), self.axis.t(event.position().x())
            self.choose((min(first, second), max(first, second)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click moves, a drag has chosen."""
        pressed, self._pressed = self._pressed, None
        if pressed is None or self._chart.on_ruler(pressed):
            return
        if abs(event.position().x() - pressed.x()) < _DRAG_PX:
            span = self._chart.span_at(pressed)
            self.moved.emit(span.start if span else self.axis.t(pressed.x()))
        elif self._choice is not None:
            self.chosen.emit(*self._choice)

    def _set_axis(self, axis: TimeAxis) -> None:
        gutter = self.fontMetrics().horizontalAdvance("Expressions 100 %") + 30
        axis = axis.within(gutter, max(gutter + 10, self.width() - 12))
        moved, self.axis = axis != self.axis, axis
        self._change(axis=axis, height=self.height(), line=self.fontMetrics().height())
        if moved:
            self.viewed.emit()

    def _change(self, **changes: Any) -> None:
        if all(getattr(self._chart, name) == value for name, value in changes.items()):
            return
        self._chart = replace(self._chart, **changes)
        self._redraw()
        self.updateGeometry()

    def _redraw(self) -> None:
        self._drawn = None
        self.update()

    def _draw(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        drawn = QPixmap(self.size() * ratio)
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(QColor(current_theme().background))
        painter = QPainter(drawn)
        painter.setFont(self.font())
        self._chart.paint(painter)
        painter.end()
        return drawn

    def _paint_choice(self, painter: QPainter) -> None:
        if self._choice is None:
            return
        left, right = (self.axis.x(t) for t in self._choice)
        area = QRectF(left, 2, right - left, self._chart.ruler_top - 2)
        area = area.intersected(QRectF(self.axis.left, 0, self.axis.right - self.axis.left, self.height()))
        ink = QColor(current_theme().accent)
        painter.setPen(QPen(ink, 1))
        ink.setAlpha(60)
        painter.setBrush(ink)
        painter.drawRect(area)

    def _paint_playhead(self, painter: QPainter) -> None:
        x = self.axis.x(self._t)
        if not self._chart.strips or not self.axis.left - 1 <= x <= self.axis.right + 1:
            return
        ink, top = QColor(current_theme().text), self._chart.ruler_top
        painter.setPen(QPen(ink, 1.5))
        painter.drawLine(QPointF(x, 2), QPointF(x, top))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(
            QPolygonF([QPointF(x, top - 1), QPointF(x - 6, top + 7), QPointF(x + 6, top + 7)])
        )
