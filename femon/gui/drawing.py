"""What several painted widgets share: scaled fonts, hatching and figures as text."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontInfo

NOT_MEASURED: Final = "not measured"
_THIN: Final = "\N{NO-BREAK SPACE}"


def hatching(colour: str, alpha: float = 0.25) -> QBrush:
    """Diagonal strokes that stand for "uncertain"."""
    ink = QColor(colour)
    ink.setAlphaF(alpha)
    return QBrush(ink, Qt.BrushStyle.BDiagPattern)


def scaled_font(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """A copy of a font at another size, so that painted text follows the text size of the window."""
    copy = QFont(font)
    copy.setPixelSize(max(1, round(QFontInfo(font).pixelSize() * factor)))
    copy.setWeight(QFont.Weight.DemiBold if bold else font.weight())
    return copy


def percent(share: float, digits: int = 0) -> str:
    """0.714 -> "71 %", with a space that never breaks."""
    return f"{100 * share:.{digits}f}{_THIN}%"


def counted(number: int) -> str:
    """28410 -> "28 410", with a space that never breaks."""
    return f"{number:,}".replace(",", _THIN)


def size_text(size_bytes: int) -> str:
    """A file size in the unit that keeps it short: "812 kB", "4.1 MB", "38 GB"."""
    size = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    digits = 0 if unit == "B" or size >= 10 else 1
    return f"{size:.{digits}f}{_THIN}{unit}"


def clock_text(seconds: float) -> str:
    """3661.5 -> "01:01:01"."""
    whole = max(0, int(seconds))
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
