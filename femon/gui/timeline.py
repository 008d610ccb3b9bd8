"""The timeline: the lines of one face over the last seconds, with gaps, doubts and markers."""

from __future__ import annotations

from collections import deque
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetrics, QHideEvent, QPainter, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from femon.gui.history import History, Stretch
from femon.gui.legend_key import LegendKey
from femon.gui.theme import current_theme
from femon.gui.timeline_curves import EXPRESSIONS, WATCHED, Curve
from femon.gui.timeline_picture import NOTHING, TimelinePicture, codes_width, paint_picture
from femon.types import Readings

SHORTEST_S: Final = 10.0
LONGEST_S: Final = 600.0
_REDRAW_MS = 100
_ZOOM_STEP = 1.25
_MARKERS = 200  # kept
_LEGEND_MARGINS_PX = 50  # margins and spacing of the legend's row
_FRESH_S = 1.0  # a line that ended longer ago gets no code


class Timeline(QWidget):
    """Draws from a ring buffer at 10 Hz by its own timer, never per frame; the wheel zooms 10 s to 10 min."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = History()
        self._markers: deque[tuple[float, str]] = deque(maxlen=_MARKERS)
        self._face = 0
        self._span = 60.0
        self._stale = True
        self._curves: tuple[Curve, ...] = ()
        self._keys: dict[str, LegendKey] = {}
        self._legend = QHBoxLayout()
        self._title = QLabel()
        self._reach = QLabel()
        self._reach.setProperty("look", "muted")
        self._reach.setToolTip("Turn the wheel over the lines to see more or less")
        self._plot = _plot_widget(self)
        self._picture = _PictureItem()
        self._plot.addItem(self._picture, ignoreBounds=True)
        self._lay_out()
        self._timer = QTimer(self, interval=_REDRAW_MS)
        self._timer.timeout.connect(self.redraw)
        self.setAccessibleName("Timeline")
        self.set_curves(EXPRESSIONS)
        self.set_face(0)
        self.set_span(self._span)
        self.set_theme()

    def add(self, readings: Readings) -> None:
        """Keep the readings of one frame; they are drawn at the next tick."""
        latest = self._history.latest
        if latest is not None and readings.frame.t < latest:  # another source, or a file that starts again
            self.clear()
        self._history.add(readings)
        self._stale = True

    def set_curves(self, curves: tuple[Curve, ...]) -> None:
        """Choose what is drawn; another choice forgets what was."""
        if curves == self._curves:
            return
        self._curves = curves
        self._history = History(curves=curves)
        for key in self._keys.values():
            key.hide()
            key.deleteLater()
        self._keys = {curve.name: LegendKey(curve) for curve in curves}
        for key in self._keys.values():
            key.toggled.connect(self._set_stale)
            self._legend.addWidget(key)
        self._fit_legend()
        self._stale = True

    def set_face(self, track: int) -> None:
        """Choose whose lines are drawn; 0 is nobody."""
        self._face = track
        self._title.setText(f"Face {track}" if track else "No face")
        self._stale = True

    @property
    def span_s(self) -> float:
        """How many seconds are shown."""
        return self._span

    def set_span(self, seconds: float) -> None:
        """Show this many seconds, between 10 s and 10 min."""
        self._span = min(max(seconds, SHORTEST_S), LONGEST_S)
        whole = f"{self._span:.0f} s" if self._span < 120 else f"{self._span / 60:.1f} min"
        self._reach.setText(f"last {whole}")
        self._stale = True

    def zoom(self, steps: float) -> None:
        """Steps above 0 show a shorter time in more detail."""
        self.set_span(self._span / _ZOOM_STEP**steps)

    def clear(self) -> None:
        """Forget all readings and markers."""
        self._history.clear()
        self._markers.clear()
        self._stale = True

    def mark(self, t: float, text: str) -> None:
        """Draw a vertical line at a time of the frames' clock."""
        self._markers.append((t, text))
        self._stale = True

    def set_theme(self) -> None:
        """Take the colours and the text size in use."""
        theme = current_theme()
        self._plot.setBackground(theme.background)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(theme.border)
            axis.setTextPen(theme.muted)
            axis.setTickFont(self.font())
        metrics = QFontMetrics(self.font())
        self._plot.getAxis("left").setWidth(metrics.horizontalAdvance("100 %") + 12)
        self._plot.getAxis("bottom").setHeight(metrics.height() + 6)
        self._stale = True

    def redraw(self) -> None:
        """Bring the picture up to date; does nothing when nothing has changed."""
        if not self._stale:
            return
        self._stale = False
        metrics = QFontMetrics(self.font())
        width, height = max(100, self._plot.width()), max(60, self._plot.height())
        self._plot.setXRange(-self._span, self._span * codes_width(metrics) / width, padding=0)
        self._plot.setYRange(
            0, 1, padding=0.7 * metrics.height() / height
        )  # room for half a line of axis text
        self._picture.show_picture(self._state(most=width // 2), self.font())

    def _state(self, most: int) -> TimelinePicture:
        now = self._history.latest or 0.0
        track = self._face if self._curves == EXPRESSIONS else WATCHED
        stretch = self._history.of(track, self._span, most=most)
        markers = tuple((t - now, text) for t, text in self._markers if now - t <= self._span)
        return TimelinePicture(
            t=stretch.t - now,
            values=stretch.values,
            doubtful=stretch.doubtful - now,
            markers=markers,
            visible=tuple(name for name, key in self._keys.items() if key.isChecked()),
            codes=_reaches(stretch, now),
            note="" if len(stretch.t) or markers else "The lines of a face appear here.",
            curves=self._curves,
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the wheel from the plot."""
        if isinstance(event, QWheelEvent):
            self.zoom(event.angleDelta().y() / 120)
            return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw only while somebody can see it."""
        self._stale = True
        self.redraw()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while hidden; the readings are kept all the same."""
        self._timer.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the legend when it does not fit."""
        self._fit_legend()
        self._stale = True
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the text size."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.set_theme()
            self._fit_legend()
        super().changeEvent(event)

    def _set_stale(self) -> None:
        self._stale = True

    def _fit_legend(self) -> None:
        keys = self._keys.values()
        room = self.width() - _LEGEND_MARGINS_PX
        around = self._title.sizeHint().width() + self._reach.sizeHint().width()
        for key in keys:
            key.set_full(sum(each.width_needed(full=True) for each in keys) + around <= room)
        short = sum(key.width_needed(full=False) for key in keys)
        self._title.setVisible(short + around <= room)
        self._reach.setVisible(short + around <= room)

    def _lay_out(self) -> None:
        legend = QHBoxLayout()
        legend.setContentsMargins(8, 4, 8, 0)
        legend.setSpacing(2)
        for label in (self._title, self._reach):
            label.setMinimumWidth(1)  # hidden where there is no room, see _fit_legend
        legend.addWidget(self._title)
        legend.addSpacing(10)
        self._legend.setSpacing(2)
        legend.addLayout(self._legend)
        legend.addStretch(1)
        legend.addWidget(self._reach)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(legend)
        column.addWidget(self._plot, 1)


class _PictureItem(pg.GraphicsObject):  # type: ignore[misc]
    """Puts the picture into the axes; painted in px, so that patterns and text keep their size."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = NOTHING
        self._font = QFont()

    def show_picture(self, picture: TimelinePicture, font: QFont) -> None:
        """Paint another state."""
        self._picture, self._font = picture, font
        self.update()

    def boundingRect(self) -> QRectF:
        """More than any view shows, so that the scene never clips with the bounds of an earlier view."""
        return QRectF(-2 * LONGEST_S, -1, 4 * LONGEST_S, 3)

    def viewTransformChanged(self) -> None:
        """The view moved under the picture."""
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        """Paint with the axes' transform taken off the painter and given to the picture."""
        to_px = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setFont(self._font)
        paint_picture(painter, self._picture, to_px, to_px.mapRect(QRectF(self.viewRect())), current_theme())
        painter.restore()


class _TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """Ticks in words: "now", "−30 s", "−5 min"."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """One text per tick."""
        return [_time_text(value * scale) for value in values]


def _time_text(seconds: float) -> str:
    if seconds > 0:
        return ""
    if round(seconds, 3) == 0:
        return "now"
    whole = f"{-seconds:g} s" if -seconds < 120 else f"{-seconds / 60:g} min"
    return "\N{MINUS SIGN}" + whole


def _reaches(stretch: Stretch, now: float) -> bool:
    return bool(len(stretch.t)) and now - stretch.t[-1] <= _FRESH_S and not np.isnan(stretch.values[-1]).all()


def _plot_widget(owner: Timeline) -> Any:
    plot = pg.PlotWidget(axisItems={"bottom": _TimeAxis("bottom")})
    plot.setMouseEnabled(x=False, y=False)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setViewportUpdateMode(pg.GraphicsView.ViewportUpdateMode.FullViewportUpdate)
    plot.showGrid(x=False, y=True, alpha=0.2)
    plot.getAxis("left").setTicks([[(0, "0 %"), (0.5, "50 %"), (1, "100 %")]])
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setAccessibleName("Probability lines")
    plot.viewport().installEventFilter(owner)
    return plot
