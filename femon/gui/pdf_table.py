"""Tables in a PDF: widths of columns, rows that stay whole, and the head again on each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from femon.gui.pdf_boxes import Box, key_width, paint_drawing, paint_key
from femon.gui.pdf_text import POINT, Look, colour, draw_lines, wrapped
from femon.review.blocks import Cell, Drawing, Key, Table, Withheld

_ROOM: Final = 7 * POINT  # between columns
_PAD: Final = 2.2 * POINT  # above and below the lines of a row
_WIDE: Final = {"bar": 90 * POINT, "stack": 320 * POINT, "figure": 320 * POINT, "swatch": 26 * POINT}
_MANY_COLUMNS: Final = 8
_FEW_ROWS: Final = 12
_LOW: Final = 400 * POINT


@dataclass(frozen=True)
class _Row:
    cells: tuple[Cell | list[str], ...]  # text as its lines
    height: float


@dataclass(frozen=True)
class TableBox:
    """A table that is laid out."""

    head: _Row | None
    rows: tuple[_Row, ...]
    widths: tuple[float, ...]
    numbers: frozenset[int]
    look: Look
    rules: bool = True
    holds_next: bool = False

    @property
    def height(self) -> float:
        """Head and rows, with room below."""
        return (self.head.height if self.head else 0.0) + sum(row.height for row in self.rows) + 4 * POINT

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paint the rows with rules between them."""
        if self.head is not None:
            self._row(painter, self.head, x, y, head=True)
            y += self.head.height
        for row in self.rows:
            self._row(painter, row, x, y)
            y += row.height

    def split(self, room: float) -> tuple[Box, Box] | None:
        """Between two rows, so that at least two stand together; short tables stay whole."""
        if len(self.rows) <= _FEW_ROWS and self.height <= _LOW:
            return None
        used, fit = self.head.height if self.head else 0.0, 0
        while fit < len(self.rows) and used + self.rows[fit].height <= room:
            used += self.rows[fit].height
            fit += 1
        fit = min(fit, max(len(self.rows) - 2, 1))
        if fit < min(2, len(self.rows) - 1) or not self.rows[fit:]:
            return None
        return replace(self, rows=self.rows[:fit]), replace(self, rows=self.rows[fit:])

    def _row(self, painter: QPainter, row: _Row, x: float, y: float, *, head: bool = False) -> None:
        look = _head_look(self.look) if head else self.look
        start = x
        for place, (cell, width) in enumerate(zip(row.cells, self.widths, strict=True)):
            self._cell(painter, cell, QRectF(start, y + _PAD, width, look.line), look, place in self.numbers)
            start += width + _ROOM
        if self.rules:
            painter.setPen(QPen(colour("rule" if head else "grid"), 0.5 * POINT))
            bottom = y + row.height
            painter.drawLine(QPointF(x, bottom), QPointF(start - _ROOM, bottom))

    def _cell(
        self, painter: QPainter, cell: Cell | list[str], place: QRectF, look: Look, number: bool
    ) -> None:
        right = place.right() if number else None
        if isinstance(cell, list):
            draw_lines(painter, cell, look, place.x(), place.y(), right=right)
        elif isinstance(cell, Withheld):
            grey = _withheld_look(look)
            draw_lines(
                painter, wrapped(cell.why, grey, place.width()), grey, place.x(), place.y(), right=right
            )
        elif isinstance(cell, Key):
            paint_key(painter, cell, look, place.x(), place.y())
        elif isinstance(cell, Drawing):
            width = min(place.width(), _WIDE[cell.look])
            height = width * cell.height / cell.width
            paint_drawing(
                painter, cell, QRectF(place.x(), place.y() + (look.line - height) / 2, width, height)
            )


def table_box(table: Table, width: float) -> TableBox:
    """Lay a table out; one of many columns is set smaller."""
    look = Look(7.0 if len(table.head) > _MANY_COLUMNS else 8.5)
    used = width if table.width == "full" else min(width, 300 * POINT)
    widths = _widths([list(table.head), *table.rows], look, used)
    head = _laid_out(tuple(table.head), widths, _head_look(look))
    rows = tuple(_laid_out(tuple(row), widths, look) for row in table.rows)
    return TableBox(head, rows, widths, frozenset(table.numbers), look)


def definitions_box(entries: Sequence[tuple[str, object]], width: float) -> TableBox:
    """Names and values without rules; empty values are left out."""
    look = Look()
    known = [(name, str(value)) for name, value in entries if value not in ("", None)]
    first = max((look.width(name) for name, _ in known), default=0.0) + 6 * POINT
    widths = (min(first, width / 3), width - min(first, width / 3) - _ROOM)
    rows = tuple(_laid_out(entry, widths, look, pad=0.6 * POINT) for entry in known)
    return TableBox(None, rows, widths, frozenset(), look, rules=False)


def _laid_out(cells: Sequence[Cell], widths: Sequence[float], look: Look, *, pad: float = _PAD) -> _Row:
    laid: list[Cell | list[str]] = []
    height = look.line
    for cell, width in zip(cells, widths, strict=True):
        if isinstance(cell, str | int):
            lines = wrapped(str(cell), look, width)
            laid.append(lines)
            height = max(height, len(lines) * look.line)
            continue
        laid.append(cell)
        if isinstance(cell, Withheld):
            height = max(height, len(wrapped(cell.why, _withheld_look(look), width)) * look.line)
        elif isinstance(cell, Drawing):
            height = max(height, min(width, _WIDE[cell.look]) * cell.height / cell.width + 2 * POINT)
    return _Row(tuple(laid), height + 2 * pad)


def _widths(rows: Sequence[Sequence[Cell]], look: Look, width: float) -> tuple[float, ...]:
    """Each column as wide as its content wants, or between that and its longest word."""
    columns = list(zip(*rows, strict=True))
    least = [max(_least(cell, look) for cell in column) for column in columns]
    wanted = [max(_wanted(cell, look) for cell in column) for column in columns]
    room = width - _ROOM * (len(columns) - 1)
    if sum(wanted) <= room:
        return tuple(one * room / sum(wanted) for one in wanted)
    if sum(least) >= room:
        return tuple(one * room / sum(least) for one in least)
    share = (room - sum(least)) / (sum(wanted) - sum(least))
    return tuple(low + (high - low) * share for low, high in zip(least, wanted, strict=True))


def _wanted(cell: Cell, look: Look) -> float:
    if isinstance(cell, Drawing):
        return _WIDE[cell.look]
    if isinstance(cell, Key):
        return key_width(cell, look)
    text = cell.why if isinstance(cell, Withheld) else str(cell)
    return _head_look(look).width(text) + 1 * POINT


def _least(cell: Cell, look: Look) -> float:
    if isinstance(cell, Drawing | Key):
        return _wanted(cell, look) if isinstance(cell, Key) else _WIDE[cell.look] / 3
    text = cell.why if isinstance(cell, Withheld) else str(cell)
    longest = max((_head_look(look).width(word) for word in text.split()), default=0.0)
    return min(longest + 1 * POINT, 90 * POINT)


def _head_look(look: Look) -> Look:
    return Look(look.size * 0.92, bold=True, colour="muted")


def _withheld_look(look: Look) -> Look:
    return Look(look.size * 0.92, italic=True, colour="muted")
