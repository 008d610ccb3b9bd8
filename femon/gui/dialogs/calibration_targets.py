"""The point that a person looks at during the calibration of the screen's corners, on the whole screen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QScreen
from PySide6.QtWidgets import QWidget

from femon.gui.drawing import scaled_font
from femon.gui.theme import DARK
from femon.monitors.calibration_corners import Screen

_RADIUS: Final = 18.0
_TEXT: Final = "Look at the point until it moves. Esc leaves this step out."


class CalibrationTargets(QWidget):
    """Fills the screen and shows one point; `skipped` when Esc is pressed."""

    skipped = Signal()

    def __init__(self, screen: QScreen, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self._target = (0.5, 0.5)
        self.setWindowTitle("Look at the point")
        self.setGeometry(screen.geometry())

    def show_target(self, target: tuple[float, float]) -> None:
        """Show the point at these shares of the screen, counted from its upper left."""
        self._target = target
        if self.isHidden():
            self.showFullScreen()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the step out."""
        if event.key() == Qt.Key.Key_Escape:
            self.skipped.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A dark screen with a point that can be fixated."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(DARK.background))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(DARK.muted))
        painter.setFont(scaled_font(self.font(), 16 / 13))
        below = self.rect().adjusted(0, self.height() // 4, 0, 0)  # free of all five points
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, _TEXT)
        painter.setPen(Qt.PenStyle.NoPen)
        for radius, colour in ((_RADIUS, DARK.accent), (_RADIUS / 4, DARK.background)):
            painter.setBrush(QColor(colour))
            painter.drawEllipse(self._centre(), radius, radius)

    def _centre(self) -> QPointF:
        """The point as near to its corner as it can be seen whole."""
        x, y = self._target
        room_x, room_y = self.width() - 2 * _RADIUS, self.height() - 2 * _RADIUS
        return QPointF(_RADIUS + x * room_x, _RADIUS + y * room_y)


def screen_size(screen: QScreen) -> Screen | None:
    """The visible area in cm; None where the system does not know it."""
    size = screen.physicalSize()  # mm
    if size.width() <= 0 or size.height() <= 0:
        return None
    return Screen(size.width() / 10, size.height() / 10)
