"""A key of the timeline's legend: a line sample with its name."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton

from femon.gui.dashes import dashed_pen
from femon.gui.theme import current_theme
from femon.gui.timeline_curves import Curve

SAMPLE_PX: Final = 40  # more than one period of every pattern
_LINE_PX: Final = 2.0  # as the lines themselves
_PAD_PX, _GAP_PX = 4, 6


class LegendKey(QAbstractButton):
    """A line sample with its code and name; click to hide or show the line."""

    def __init__(self, curve: Curve) -> None:
        super().__init__()
        self.curve = curve
        self._full = True
        self.setCheckable(True)
        self.setChecked(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"Line of {curve.name}")
        self.setToolTip(f"Show or hide the line of {curve.name}")

    def set_full(self, full: bool) -> None:
        """Code and name, or the code alone."""
        if full != self._full:
            self._full = full
            self.updateGeometry()
            self.update()

    def width_needed(self, *, full: bool) -> int:
        """Px at the current text size."""
        words = QFontMetrics(self.font()).horizontalAdvance(self._words(full))
        return SAMPLE_PX + words + 2 * _PAD_PX + _GAP_PX

    def sizeHint(self) -> QSize:
        """The line sample and the words."""
        return QSize(self.width_needed(full=self._full), QFontMetrics(self.font()).height() + 8)

    def minimumSizeHint(self) -> QSize:
        """Room for the code."""
        return QSize(self.width_needed(full=False), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the sample and the words, struck through when hidden."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.hasFocus() or self.underMouse():
            painter.setPen(QColor(theme.accent) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.raised) if self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 5, 5)
        if self.isChecked():
            painter.setPen(dashed_pen(self.curve.colour(theme), self.curve.dashes, _LINE_PX))
            middle = self.height() / 2
            painter.drawLine(QLineF(_PAD_PX, middle, _PAD_PX + SAMPLE_PX, middle))
        font = self.font()
        font.setStrikeOut(not self.isChecked())
        painter.setFont(font)
        painter.setPen(QColor(theme.text if self.isChecked() else theme.muted))
        words = self.rect().adjusted(_PAD_PX + SAMPLE_PX + _GAP_PX, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._words(self._full))

    def _words(self, full: bool) -> str:
        return f"{self.curve.code} {self.curve.name}" if full else self.curve.code
