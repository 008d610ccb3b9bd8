"""The timeline: the lines of one face over the last seconds, with gaps, doubts and markers."""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from femon.gui.history import History, Stretch
from femon.gui.legend_key import LegendKey
from femon.gui.timeline_curves import EXPRESSIONS, WATCHED, Curve
from femon.gui.timeline_picture import TimelinePicture
from femon.gui.timeline_plot import TimelinePlot
from femon.types import Readings

SHORTEST_S: Final = 10.0
LONGEST_S: Final = 600.0
FASTEST_MS: Final = 100
SLOWEST_MS: Final = 500
_MOVE_PX: Final = 3
_POINT_PX: Final = 4  # between drawn points at the least
_ZOOM_STEP = 1.25
_MARKERS = 200  # kept
_LEGEND_MARGINS_PX = 50  # margins and spacing of the legend's row
_FRESH_S = 1.0  # a line that ended longer ago gets no code


class Timeline(QWidget):
    """Draws from a ring buffer by its own timer, never per frame; the wheel zooms 10 s to 10 min."""

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
        self._plot = TimelinePlot(self)
        self._plot.zoomed.connect(self.zoom)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.redraw)
        self.setAccessibleName("Timeline")
        self.set_curves(EXPRESSIONS)
        self.set_face(0)
        self.set_span(self._span)

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

    def unmark(self, t: float, text: str) -> None:
        """Take such a line away, if it is still kept."""
        if (t, text) in self._markers:
            self._markers.remove((t, text))
            self._stale = True

    def redraw(self) -> None:
        """Bring the picture up to date; does nothing when nothing has changed."""
        if not self._stale:
            return
        self._stale = False
        self._timer.setInterval(self._interval_ms())
        self._plot.show_picture(self._state(most=self._plot.width() // _POINT_PX), self._span)

    def _interval_ms(self) -> int:
        """Until the lines have moved by a few px; who looks at ten minutes need not see every second."""
        return round(min(max(1000 * _MOVE_PX * self._span / self.width(), FASTEST_MS), SLOWEST_MS))

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
            self._fit_legend()
            self._stale = True
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


def _reaches(stretch: Stretch, now: float) -> bool:
    return bool(len(stretch.t)) and now - stretch.t[-1] <= _FRESH_S and not np.isnan(stretch.values[-1]).all()
