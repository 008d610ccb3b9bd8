"""The coloured frame that an alarm draws around the picture or around everything between the bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from femon.gui.alarm_looks import LOOKS

if TYPE_CHECKING:
    from femon.alarms import Alarms

EDGE_PX: Final = 4
WINDOW_PX: Final = 6  # less than the margins of what it lies over


class AlarmFrame(QWidget):
    """Lies above everything in `window` and lets every click through; it covers only its own edge."""

    def __init__(self, window: QWidget, picture: QWidget, inside: QWidget) -> None:
        super().__init__(window)
        self._window, self._picture, self._inside = window, picture, inside
        self._place: QWidget | None = None
        self._colour, self._dim = "", False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for watched in (window, picture, inside):
            watched.installEventFilter(self)
        self.hide()

    def show_alarms(self, alarms: Alarms | None) -> None:
        """Frame the picture (style edge) or the inside of the window (window, flash), or nothing."""
        style = alarms.style if alarms is not None and alarms.alarm else "text"
        place = {"edge": self._picture, "window": self._inside, "flash": self._inside}.get(style)
        colour = alarms.colour if alarms is not None and place is not None else ""
        if (place, colour) == (self._place, self._colour):
            return
        self._place, self._colour = place, colour
        self._cover()
        self.setVisible(place is not None)
        self.raise_()
        self.update()

    def set_dim(self, dim: bool) -> None:
        """The other half of a flash."""
        self._dim = dim
        self.update()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Follow the window and the picture when they move or grow."""
        if self._place is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._cover()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill the edge; the mask leaves out the rest."""
        if self._colour in LOOKS:
            look = LOOKS[self._colour]
            QPainter(self).fillRect(self.rect(), QColor(look.dim if self._dim else look.fill))

    def _cover(self) -> None:
        if self._place is None:
            return
        area = QRect(self._place.mapTo(self._window, QPoint(0, 0)), self._place.size())
        width = WINDOW_PX if self._place is self._inside else EDGE_PX
        self.setGeometry(area)
        inside = self.rect().adjusted(width, width, -width, -width)
        self.setMask(QRegion(self.rect()) - QRegion(inside))
