"""Bars for the shares of labels: name, bar and percent in a row each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from femon.emotions import UNCERTAIN
from femon.gui.drawing import hatching, percent
from femon.gui.theme import current_theme

_LEAST_BAR_PX: Final = 40


class ShareBars(QWidget):
    """One bar per label in its colour, `uncertain` hatched; the shares are 0..1 and need not sum to 1."""

    def __init__(self, shares: Mapping[str, float], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.show_shares(shares)

    def show_shares(self, shares: Mapping[str, float]) -> None:
        """Show other shares."""
        self._shares = dict(shares)
        spoken = (f"{label} {percent(share)}" for label, share in self._shares.items())
        self.setAccessibleDescription(", ".join(spoken))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line of text per label."""
        smallest = self.minimumSizeHint()
        return QSize(max(220, smallest.width()), smallest.height())

    def minimumSizeHint(self) -> QSize:
        """No narrower than name, percent and a bar whose length can be told."""
        names, figures = self._columns()
        return QSize(names + _LEAST_BAR_PX + figures, len(self._shares) * self._row_height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Name, bar and percent."""
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        names, figures = self._columns()
        for position, (name, share) in enumerate(self._shares.items()):
            row = QRect(0, position * self._row_height(), self.width(), self._row_height())
            painter.setPen(QColor(theme.text))
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, name)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, percent(share))
            track = QRectF(row.adjusted(names, row.height() // 5, -figures, -row.height() // 5))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(track, 3, 3)
            track.setWidth(track.width() * share)
            doubtful = name == UNCERTAIN
            painter.setPen(QColor(theme.muted) if doubtful else Qt.PenStyle.NoPen)
            painter.setBrush(hatching(theme.text, 0.6) if doubtful else QColor(theme.emotions[name]))
            painter.drawRoundedRect(track, min(3.0, track.width() / 2), 3)

    def _columns(self) -> tuple[int, int]:
        """Widths of names and percents in px."""
        metrics = QFontMetrics(self.font())
        names = max(metrics.horizontalAdvance(name) for name in self._shares)
        return names + 10, metrics.horizontalAdvance(percent(1.0)) + 8

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + 5
