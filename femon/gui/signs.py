"""Signs: rounded words over a picture that belong to it as a whole, and how much room they take."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from femon.gui.theme import DARK

FILL = QColor(0, 0, 0, 191)  # 75 %
_PAD, _LEAD, _HIGHER = 11.0, 16.0, 10.0


@dataclass(frozen=True, slots=True)
class Sign:
    """Words, white beside a dot, else grey."""

    text: str
    anchor: QPointF
    align: float = 0.5  # where in its width the anchor lies; it hangs below the anchor unless in the middle
    dot: str | None = None  # colour

    def place(self, metrics: QFontMetricsF) -> QRectF:
        """Its plate in px."""
        lead = _LEAD if self.dot else 0.0
        width = metrics.horizontalAdvance(self.text) + lead + 2 * _PAD
        height = metrics.height() + _HIGHER
        top = self.anchor.y() - height / 2 if self.align == 0.5 else self.anchor.y()
        return QRectF(self.anchor.x() - width * self.align, top, width, height)


def paint_sign(painter: QPainter, sign: Sign) -> None:
    """Paint a sign with the painter's font."""
    plate = sign.place(QFontMetricsF(painter.font()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(FILL)
    painter.drawRoundedRect(plate, plate.height() / 2, plate.height() / 2)
    lead = 0.0
    if sign.dot:
        lead = _LEAD
        painter.setBrush(QColor(sign.dot))
        painter.drawEllipse(QPointF(plate.x() + 14, plate.center().y()), 4, 4)
    painter.setPen(QColor("#FFFFFF" if sign.dot else DARK.muted))
    words = plate.adjusted(_PAD + lead, 0, -_PAD, 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, sign.text)
