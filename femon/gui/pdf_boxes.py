"""Boxes: the blocks of a report with their places in a PDF; lengths are tenths of a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from PySide6.QtCore import QByteArray, QPointF, QRectF
from PySide6.QtGui import QPainter, QPen
from PySide6.QtSvg import QSvgRenderer

from femon.gui.pdf_text import BODY, POINT, QUIET, Look, colour, draw_lines, wrapped
from femon.review.blocks import Drawing, Key, Withheld
from femon.review.looks import svg_document

SMALL: Final = Look(7.0, colour="muted")
_GAP: Final = 6 * POINT
_SIGN: Final = (26 * POINT, 8 * POINT)


class Box(Protocol):
    """Something with a height that can be painted at a place."""

    @property
    def height(self) -> float:
        """With the room above and below."""

    @property
    def holds_next(self) -> bool:
        """It must not stand alone at the foot of a page."""

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint it with its upper left corner at (x, y)."""

    def split(self, room: float) -> tuple[Box, Box] | None:
        """A first part no higher than `room`, and the rest; None where it cannot be split there."""


@dataclass(frozen=True)
class TextBox:
    """Lines of one look, with room above and below and possibly a rule on top."""

    lines: Sequence[str]
    look: Look = BODY
    above: float = 2 * POINT
    below: float = 2 * POINT
    rule: float = 0.0  # width of a rule above
    holds_next: bool = False

    @property
    def height(self) -> float:
        """All lines and the room around them."""
        return self.above + len(self.lines) * self.look.line + self.below

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint the lines."""
        if self.rule:
            painter.setPen(QPen(colour("rule"), 0.7 * POINT))
            top = y + self.above * 0.55
            painter.drawLine(QPointF(x, top), QPointF(x + self.rule, top))
        draw_lines(painter, list(self.lines), self.look, x, y + self.above)

    def split(self, room: float) -> tuple[Box, Box] | None:
        """Between two lines."""
        fit = int((room - self.above) // self.look.line)
        if fit < 2 or fit >= len(self.lines):
            return None
        first = TextBox(self.lines[:fit], self.look, self.above, 0.0, self.rule)
        return first, TextBox(self.lines[fit:], self.look, 0.0, self.below)


@dataclass(frozen=True)
class DrawingBox:
    """A drawing as wide as asked, as vectors."""

    drawing: Drawing
    width: float
    holds_next: bool = True  # its caption belongs to it

    @property
    def height(self) -> float:
        """In proportion to the width."""
        return self.width * self.drawing.height / self.drawing.width + _GAP

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint the drawing."""
        paint_drawing(painter, self.drawing, QRectF(x, y + _GAP / 2, self.width, self.height - _GAP))

    def split(self, room: float) -> tuple[Box, Box] | None:
        """A drawing stays whole."""
        return None


@dataclass(frozen=True)
class KeysBox:
    """Signs with their names, in rows."""

    keys: Sequence[Key]
    width: float
    holds_next: bool = False

    @property
    def height(self) -> float:
        """All rows."""
        return len(self._rows()) * SMALL.line + _GAP

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint them from left to right."""
        for number, row in enumerate(self._rows()):
            for place, key in row:
                paint_key(painter, key, SMALL, x + place, y + number * SMALL.line)

    def split(self, room: float) -> tuple[Box, Box] | None:
        """They stay together."""
        return None

    def _rows(self) -> list[list[tuple[float, Key]]]:
        rows: list[list[tuple[float, Key]]] = [[]]
        place = 0.0
        for key in self.keys:
            width = key_width(key, SMALL)
            if rows[-1] and place + width > self.width:
                rows.append([])
                place = 0.0
            rows[-1].append((place, key))
            place += width + 12 * POINT
        return rows


@dataclass(frozen=True)
class CardBox:
    """Lines of text on a card with a mark at its left side."""

    lines: Sequence[str]
    width: float
    holds_next: bool = True  # the end of the report

    @property
    def height(self) -> float:
        """The card and the room below it."""
        return len(self.lines) * BODY.line + 3 * _GAP

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint card and text."""
        card = QRectF(x, y + _GAP / 2, self.width, self.height - _GAP)
        painter.fillRect(card, colour("card"))
        painter.fillRect(QRectF(card.x(), card.y(), 3 * POINT, card.height()), colour("mark"))
        draw_lines(painter, list(self.lines), BODY, x + 10 * POINT, card.y() + _GAP)

    def split(self, room: float) -> tuple[Box, Box] | None:
        """A card stays whole."""
        return None


@dataclass(frozen=True)
class TilesBox:
    """Figures with their names in a grid."""

    tiles: Sequence[tuple[str | Withheld, str]]
    width: float
    holds_next: bool = False

    @property
    def height(self) -> float:
        """All rows of tiles."""
        return self._rows * (_TILE + _GAP) + _GAP

    @property
    def _columns(self) -> int:
        return 4 if len(self.tiles) > 5 else max(len(self.tiles), 1)

    @property
    def _rows(self) -> int:
        return -(-len(self.tiles) // self._columns)

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint the grid."""
        width = (self.width - (self._columns - 1) * _GAP) / self._columns
        for place, (value, name) in enumerate(self.tiles):
            row, column = divmod(place, self._columns)
            card = QRectF(x + column * (width + _GAP), y + _GAP + row * (_TILE + _GAP), width, _TILE)
            painter.setPen(QPen(colour("rule"), 0.6 * POINT))
            painter.setBrush(colour("card"))
            painter.drawRoundedRect(card, 4 * POINT, 4 * POINT)
            self._tile(painter, value, name, card)

    def _tile(self, painter: QPainter, value: str | Withheld, name: str, card: QRectF) -> None:
        inner, x, y = card.width() - 12 * POINT, card.x() + 6 * POINT, card.y() + 5 * POINT
        if isinstance(value, Withheld):
            draw_lines(painter, wrapped(value.why, _WITHHELD, inner)[:2], _WITHHELD, x, y)
        else:
            draw_lines(painter, [value], _VALUE, x, y)
        draw_lines(painter, wrapped(name, SMALL, inner)[:2], SMALL, x, y + _VALUE.line + 1 * POINT)

    def split(self, room: float) -> tuple[Box, Box] | None:
        """The tiles stay together."""
        return None


@dataclass(frozen=True)
class SideBySide:
    """Two stacks of boxes beside each other."""

    left: Sequence[Box]
    right: Sequence[Box]
    offset: float  # of the right stack
    holds_next: bool = field(default=False, init=False)

    @property
    def height(self) -> float:
        """That of the higher stack."""
        return max(sum(box.height for box in side) for side in (self.left, self.right))

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint both stacks."""
        for start, side in ((x, self.left), (x + self.offset, self.right)):
            top = y
            for box in side:
                box.paint(painter, start, top)
                top += box.height

    def split(self, room: float) -> tuple[Box, Box] | None:
        """They stay together."""
        return None


_VALUE: Final = Look(13.0, bold=True)
_WITHHELD: Final = Look(7.0, italic=True, colour="muted")
_TILE: Final = 5 * POINT + _VALUE.size * 13.5 + 2 * SMALL.size * 13.5 + 6 * POINT


def paint_drawing(painter: QPainter, drawing: Drawing, place: QRectF) -> None:
    """Paint a drawing into a rectangle."""
    painter.setFont(BODY.font)  # Qt's SVG would inherit the weight of what was painted before
    QSvgRenderer(QByteArray(svg_document(drawing).encode("utf-8", "replace"))).render(painter, place)


def paint_key(painter: QPainter, key: Key, look: Look, x: float, y: float) -> None:
    """Paint a sign and its name, the top of the line at y."""
    width, height = _SIGN
    paint_drawing(painter, key.sign, QRectF(x, y + (look.line - height) / 2 - 1 * POINT, width, height))
    start = x + width + 4 * POINT
    draw_lines(painter, [key.name], look, start, y)
    if key.code:
        bold = Look(look.size, bold=True, colour=look.colour)
        draw_lines(painter, [key.code], bold, start + look.width(f"{key.name} "), y)


def key_width(key: Key, look: Look) -> float:
    """The width of a sign with its name."""
    bold = Look(look.size, bold=True)
    name = look.width(f"{key.name} ") + bold.width(key.code) if key.code else look.width(key.name)
    return _SIGN[0] + 4 * POINT + name


def caption(text: str, width: float) -> Iterator[Box]:
    """What is said below a drawing."""
    if text:
        yield TextBox(wrapped(text, SMALL, width), SMALL)


def quiet(text: str, width: float) -> TextBox:
    """Sentences that step back."""
    return TextBox(wrapped(text, QUIET, width), QUIET)
