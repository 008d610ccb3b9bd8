"""The painted 7x7 confusion matrix of a model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from femon.emotions import CODES, EMOTIONS
from femon.gui.drawing import counted, percent
from femon.gui.theme import Theme, current_theme
from femon.gui.told_picture import ToldPicture


class ConfusionView(ToldPicture):
    """Rows are the true labels, columns the model's; each cell holds its percent of the row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.int64] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Confusion matrix")

    def show_counts(self, counts: list[list[int]] | None) -> None:
        """Show (7, 7) counts, rows true and columns predicted; None when they were not measured."""
        self._counts = None if counts is None else np.array(counts, np.int64)
        self.setAccessibleDescription("" if self._counts is None else _in_words(_shares(self._counts)))
        self.update()

    def sizeHint(self) -> QSize:
        """Seven cells and the codes beside them, at the current text size."""
        cell_width, cell_height, margin = self._sizes()
        return QSize(margin + 7 * cell_width + 1, margin + 7 * cell_height + 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Codes, cells and figures."""
        if self._counts is None:
            return
        theme = current_theme()
        painter = QPainter(self)
        cell_width, cell_height, margin = self._sizes()
        self._paint_codes(painter, theme)
        shares = _shares(self._counts)
        for row in range(len(EMOTIONS)):
            for column in range(len(EMOTIONS)):
                cell = QRectF(
                    margin + column * cell_width, margin + row * cell_height, cell_width, cell_height
                )
                share = float(shares[row, column])
                ground = _between(QColor(theme.surface), QColor(theme.accent), share)
                painter.fillRect(cell.adjusted(1, 1, 0, 0), ground)
                painter.setPen(_ink(ground))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, f"{100 * share:.0f}")

    def _paint_codes(self, painter: QPainter, theme: Theme) -> None:
        cell_width, cell_height, margin = self._sizes()
        line = QFontMetrics(self.font()).height()
        painter.setPen(QColor(theme.muted))
        across = QRectF(margin, 0, 7 * cell_width, line)
        painter.drawText(across, Qt.AlignmentFlag.AlignCenter, "the model said")
        painter.save()
        painter.rotate(-90)
        down = QRectF(-margin - 7 * cell_height, 0, 7 * cell_height, line)
        painter.drawText(down, Qt.AlignmentFlag.AlignCenter, "the label was")
        painter.restore()
        painter.setPen(QColor(theme.text))
        for position, name in enumerate(EMOTIONS):
            top = QRectF(margin + position * cell_width, line, cell_width, margin - line)
            left = QRectF(line, margin + position * cell_height, margin - line, cell_height)
            painter.drawText(top, Qt.AlignmentFlag.AlignCenter, CODES[name])
            painter.drawText(left, Qt.AlignmentFlag.AlignCenter, CODES[name])

    def _sizes(self) -> tuple[int, int, int]:
        metrics = QFontMetrics(self.font())
        return metrics.horizontalAdvance("100") + 14, metrics.height() + 10, 2 * metrics.height() + 12

    def words_at(self, place: QPointF) -> str:
        """What the cell at a place holds."""
        cell_width, cell_height, margin = self._sizes()
        column, row = (int(place.x()) - margin) // cell_width, (int(place.y()) - margin) // cell_height
        if self._counts is None or not (0 <= row < len(EMOTIONS) and 0 <= column < len(EMOTIONS)):
            return ""
        count, total = int(self._counts[row, column]), int(self._counts[row].sum())
        return (
            f"{counted(count)} of {counted(total)} {EMOTIONS[row]} pictures were read as {EMOTIONS[column]}"
        )


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    totals = counts.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    return shares


def _in_words(shares: NDArray[np.float64]) -> str:
    return ", ".join(f"{name} read right {percent(shares[i, i])}" for i, name in enumerate(EMOTIONS))


def _between(low: QColor, high: QColor, share: float) -> QColor:
    pairs = (
        (low.redF(), high.redF()),
        (low.greenF(), high.greenF()),
        (low.blueF(), high.blueF()),
    )
    return QColor.fromRgbF(*(start + (end - start) * share for start, end in pairs))


def _ink(ground: QColor) -> QColor:
    """Black or white, whichever stands out more from the ground (relative luminance of WCAG 2)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (ground.redF(), ground.greenF(), ground.blueF())
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return QColor("#000000") if luminance > 0.179 else QColor("#FFFFFF")
