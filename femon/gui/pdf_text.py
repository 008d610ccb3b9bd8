"""Text in a PDF: fonts, and lines that fit a width; lengths are tenths of a point."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

from femon.review.looks import palette
from femon.review.quantities import visible

POINT: Final = 10.0
_LEADING: Final = 1.35


@dataclass(frozen=True)
class Look:
    """Size in points, weight and colour (a name of the palette) of some text."""

    size: float = 8.5
    bold: bool = False
    italic: bool = False
    colour: str = "text"

    @cached_property
    def font(self) -> QFont:
        """The font; no screen's pixels decide its widths."""
        font = QFont()
        font.setStyleHint(QFont.StyleHint.SansSerif)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setPixelSize(round(self.size * POINT))
        font.setBold(self.bold)
        font.setItalic(self.italic)
        return font

    @cached_property
    def metrics(self) -> QFontMetricsF:
        """The measures of the font."""
        return QFontMetricsF(self.font)

    @property
    def line(self) -> float:
        """Height of a line."""
        return self.size * POINT * _LEADING

    def width(self, text: str) -> float:
        """Width of the longest line of a text that is not broken."""
        return max((self.metrics.horizontalAdvance(line) for line in text.split("\n")), default=0.0)


BODY: Final = Look()
QUIET: Final = Look(colour="muted")


def wrapped(text: str, look: Look, width: float) -> list[str]:
    """The lines of a text, broken between words, and within words that are too long."""
    lines: list[str] = []
    for part in visible(text, lines=True).split("\n"):
        lines += _broken(part, look, math.floor(width))
    return lines


def draw_lines(
    painter: QPainter, lines: list[str], look: Look, x: float, y: float, *, right: float | None = None
) -> None:
    """Draw lines from y down; with `right` they end there instead of beginning at x."""
    painter.setFont(look.font)
    painter.setPen(colour(look.colour))
    for number, line in enumerate(lines):
        start = x if right is None else right - look.metrics.horizontalAdvance(line)
        painter.drawText(QPointF(start, y + number * look.line + look.metrics.ascent()), line)


def colour(name: str) -> QColor:
    """A colour of the light palette."""
    return QColor(_colours()[name])


@lru_cache(maxsize=1)
def _colours() -> dict[str, str]:
    return palette()


def _broken(text: str, look: Look, width: float) -> Iterator[str]:
    if look.metrics.horizontalAdvance(text) <= width:
        yield text
        return
    layout = QTextLayout(text, look.font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        yield _sliced(text, line.textStart(), line.textLength()).rstrip()
    layout.endLayout()


def _sliced(text: str, start: int, length: int) -> str:
    """A part of a text by Qt's places, which count UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")[2 * start : 2 * (start + length)]
    return units.decode("utf-16-le", "replace")
