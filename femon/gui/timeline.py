"""The live timeline: the lines of the last seconds with gaps and doubts, and what happened beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from femon.gui.history import History, Stretch
from femon.gui.timeline_curves import EXPRESSIONS, PRIMARY, WATCHED, Curve
from femon.gui.timeline_events import Happenings
from femon.gui.timeline_legend import TimelineLegend
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
_FRESH_S = 1.0  # a line that ended longer ago gets no code
_EMPTY: Final = "The lines of a face appear here."


class Timeline(QWidget):
    """Draws from ring buffers by its own timer, never per frame; the wheel zooms 10 s to 10 min."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strips: tuple[tuple[Curve, ...], ...] = ()
        self._histories: tuple[History, ...] = ()  # one for each strip
        self._happenings = Happenings()
        self._latest: float | None = None  # time of the newest frame
        self._track = PRIMARY
        self._span = 60.0
        self._stale = True
        self.legend = TimelineLegend()
        self.legend.changed.connect(self._set_stale)
        self._plot = TimelinePlot(self)
        self._plot.zoomed.connect(self.zoom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.legend)
        column.addWidget(self._plot, 1)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.redraw)
        self.setAccessibleName("Timeline")
        self.set_strips((EXPRESSIONS,))
        self.set_face(0)
        self.set_span(self._span)

    def add(self, readings: Readings) -> None:
        """Keep the readings of one frame and the alarm shown with it; they are drawn at the next tick."""
        t = readings.frame.t
        if self._latest is not None and t < self._latest:  # another source, or a file that starts again
            self.clear()
        self._latest = t
        for history in self._histories:
            history.add(readings)
        self._happenings.take(t, readings.alarms)
        self._stale = True

    def set_strips(self, strips: Sequence[tuple[Curve, ...]]) -> None:
        """Choose what is drawn, from the top; another choice forgets the lines."""
        if tuple(strips) == self._strips:
            return
        self._strips = tuple(strips)
        self._histories = tuple(History(curves=curves) for curves in self._strips)
        self.legend.set_strips(self._strips)
        self._stale = True
        self.redraw()

    def set_face(self, track: int, *, pinned: bool = False) -> None:
        """Name the face that is watched, 0 for nobody; a pinned one is drawn alone.

        Else the lines are those of whoever was watched: they stay when a face leaves, and go on when it
        comes back under another number.
        """
        self._track = track if pinned else PRIMARY
        self.legend.show_title(f"Face {track}" if track else "No face")
        self._stale = True

    @property
    def span_s(self) -> float:
        """How many seconds are shown."""
        return self._span

    def set_span(self, seconds: float) -> None:
        """Show this many seconds, between 10 s and 10 min."""
        self._span = min(max(seconds, SHORTEST_S), LONGEST_S)
        whole = f"{self._span:.0f} s" if self._span < 120 else f"{self._span / 60:.1f} min"
        self.legend.show_reach(f"last {whole}")
        self._stale = True

    def zoom(self, steps: float) -> None:
        """Steps above 0 show a shorter time in more detail."""
        self.set_span(self._span / _ZOOM_STEP**steps)

    def clear(self) -> None:
        """Forget all readings, markers and alarms."""
        for history in self._histories:
            history.clear()
        self._happenings.clear()
        self._latest = None
        self._stale = True

    def mark(self, t: float, text: str) -> None:
        """Flag a time of the frames' clock."""
        self._happenings.mark(t, text)
        self._stale = True

    def unmark(self, t: float, text: str) -> None:
        """Take such a flag away, if it is still kept."""
        self._happenings.unmark(t, text)
        self._stale = True

    def redraw(self) -> None:
        """Bring the picture up to date; does nothing when nothing has changed."""
        if not self._stale:
            return
        self._stale = False
        self._timer.setInterval(self._interval_ms())
        now = self._latest or 0.0
        happenings = self._happenings.last(self._span, now)
        stretches = [
            history.of(self._track if curves == EXPRESSIONS else WATCHED, self._span, most=self._most)
            for curves, history in zip(self._strips, self._histories, strict=True)
        ]
        empty = not happenings and not any(len(stretch.t) for stretch in stretches)
        pictures = [
            self._picture(curves, stretch, now, _EMPTY if empty and not number else "")
            for number, (curves, stretch) in enumerate(zip(self._strips, stretches, strict=True))
        ]
        self._plot.show_state(pictures, happenings, self._span)

    @property
    def _most(self) -> int:
        return self._plot.width() // _POINT_PX

    def _interval_ms(self) -> int:
        """Until the lines have moved by a few px; who looks at ten minutes need not see every second."""
        return round(min(max(1000 * _MOVE_PX * self._span / self.width(), FASTEST_MS), SLOWEST_MS))

    def _picture(self, curves: tuple[Curve, ...], stretch: Stretch, now: float, note: str) -> TimelinePicture:
        return TimelinePicture(
            t=stretch.t - now,
            values=stretch.values,
            doubtful=stretch.doubtful - now,
            visible=self.legend.visible,
            codes=_reaches(stretch, now),
            note=note,
            curves=curves,
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
        """Draw as many points as fit."""
        self._stale = True
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the text size."""
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._stale = True
        super().changeEvent(event)

    def _set_stale(self) -> None:
        self._stale = True


def _reaches(stretch: Stretch, now: float) -> bool:
    return bool(len(stretch.t)) and now - stretch.t[-1] <= _FRESH_S and not np.isnan(stretch.values[-1]).all()
