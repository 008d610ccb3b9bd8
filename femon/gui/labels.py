"""Text labels of panels and dialogs: headings, quiet text, hints and lines that are cut to fit."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from femon.gui.theme import current_theme

Tone = Literal["quiet", "wrong"]


def heading(text: str) -> QLabel:
    """A title in the larger size."""
    label = QLabel(text)
    label.setProperty("look", "title")
    return label


def muted(text: str) -> QLabel:
    """Quiet text that wraps."""
    label = QLabel(text)
    label.setProperty("look", "muted")
    label.setWordWrap(True)
    return label


def plain(text: str) -> QLabel:
    """Text that wraps and can be copied."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


class Hint(QLabel):
    """A line below a field; it keeps its height, so that nothing moves when it speaks."""

    def __init__(self) -> None:
        super().__init__(" ")
        self._tone: Tone = "quiet"
        self.setWordWrap(True)
        self._colour()

    def say(self, text: str, tone: Tone = "quiet") -> None:
        """Show a sentence; "wrong" is drawn in the colour of errors."""
        self.setText(text or " ")
        self._tone = tone
        self._colour()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._colour()
        super().changeEvent(event)

    def _colour(self) -> None:
        theme = current_theme()
        palette = self.palette()
        ink = QColor(theme.danger if self._tone == "wrong" else theme.muted)
        palette.setColor(QPalette.ColorRole.WindowText, ink)
        self.setPalette(palette)


class ElidedLabel(QLabel):
    """A quiet line that is cut in the middle instead of widening its parent."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._whole = text
        self.setProperty("look", "muted")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._fit()

    def set_text(self, text: str) -> None:
        """The whole text; as much as fits is shown."""
        self._whole = text
        self._fit()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Cut anew."""
        self._fit()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        self.setText(metrics.elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width()))
