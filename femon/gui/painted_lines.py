"""A painted widget of the side panel that is as high as its lines of text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QSizePolicy, QWidget

_WIDTH_PX, _NARROWEST_PX = 260, 160


class PaintedLines(QWidget):
    """Room for `lines` of text and `extra_px`: what is painted in it never moves or resizes anything."""

    lines = 1
    extra_px = 4

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As high as the lines at the current text size."""
        return QSize(_WIDTH_PX, self.lines * QFontMetrics(self.font()).height() + self.extra_px)

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for the side panel; text that does not fit is cut."""
        return QSize(_NARROWEST_PX, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size and the theme."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
        super().changeEvent(event)
