"""The PDF of a report: its blocks on A4 pages, drawings as vectors; needs no display."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import singledispatch
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QHashSeed, QIODevice, QMarginsF
from PySide6.QtGui import QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter

from femon.gui.controller import forget_cv2_plugins
from femon.gui.pdf_boxes import (
    SMALL,
    Box,
    CardBox,
    DrawingBox,
    KeysBox,
    SideBySide,
    TextBox,
    TilesBox,
    caption,
    quiet,
)
from femon.gui.pdf_table import definitions_box, table_box
from femon.gui.pdf_text import BODY, POINT, Look, draw_lines, wrapped
from femon.review.blocks import (
    Definitions,
    Document,
    Figure,
    Footer,
    Heading,
    Note,
    Pair,
    Paragraph,
    Table,
    Tiles,
)
from femon.review.quantities import visible
from femon.review.written import write_whole

_RESOLUTION: Final = 1200  # dots per inch that places are rounded to
_WIDTH, _HEIGHT = 595.28 * POINT, 841.89 * POINT  # A4
_MARGIN: Final = 42 * POINT
_FOOT: Final = 20 * POINT
_INNER: Final = _WIDTH - 2 * _MARGIN
_ROOM: Final = _HEIGHT - 2 * _MARGIN - _FOOT
_LEAST_PART: Final = 60 * POINT  # of a table or text, at the foot of a page
_HEADINGS: Final = {1: Look(18, bold=True), 2: Look(12.5, bold=True), 3: Look(9.5, bold=True)}
_PARAGRAPHS: Final = {
    "": BODY,
    "quiet": Look(colour="muted"),
    "warn": Look(bold=True, colour="warn"),
    "over": Look(7.5, colour="muted"),
}
# Qt stamps the time of writing and a chance number; the same report shall be the same bytes.
_DATES: Final = re.compile(rb"/(?:Creation|Mod)Date \(D:[^)]*\)|xmp:\w+Date=\"[^\"]*\"")
_CHANCE: Final = re.compile(rb"DocumentID=\"uuid:[^\"]*\"|/ID \[ <[0-9A-Fa-f]*> <[0-9A-Fa-f]*> \]")
_NO_DATE: Final = b"20000101"


def write_pdf(document: Document, path: Path) -> Path:
    """Write a report as PDF and return its path; raises SessionError when it cannot be written.

    Makes an application without a display where there is none; then the same report gives the same bytes.
    """
    _application()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    _paint(document, buffer)
    return write_whole(path, _without_stamps(_bytes(buffer.data())))


def _application() -> None:
    if QGuiApplication.instance() is None:
        forget_cv2_plugins()
        QHashSeed.setDeterministicGlobalSeed()  # or the order of embedded glyphs changes from run to run
        _kept.append(QGuiApplication(["femon", "-platform", "offscreen"]))


_kept: list[QGuiApplication] = []  # Qt needs it to the end of the process


def _paint(document: Document, buffer: QBuffer) -> None:
    writer = QPdfWriter(buffer)
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF())
    )
    writer.setResolution(_RESOLUTION)
    writer.setTitle(visible(document.title))
    writer.setCreator("femon")
    sheets = list(paged(list(_boxes(document)), _ROOM))
    painter = QPainter(writer)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(_RESOLUTION / (72 * POINT), _RESOLUTION / (72 * POINT))
    for number, sheet in enumerate(sheets, 1):
        if number > 1:
            writer.newPage()
        y = _MARGIN
        for box in sheet:
            box.paint(painter, _MARGIN, y)
            y += box.height
        foot = _HEIGHT - _MARGIN
        draw_lines(painter, [visible(document.title)], SMALL, _MARGIN, foot)
        draw_lines(painter, [f"{number} / {len(sheets)}"], SMALL, 0, foot, right=_WIDTH - _MARGIN)
    painter.end()


def _boxes(document: Document) -> Iterator[Box]:
    """All boxes; a short text right below a heading leads to what follows it."""
    before: object = None
    for piece in document.blocks:
        for box in boxes_of(piece, _INNER):
            leads = isinstance(box, TextBox) and isinstance(before, Heading) and box.height < _LEAST_PART
            yield replace(box, holds_next=True) if isinstance(box, TextBox) and leads else box
        before = piece


def paged(boxes: Sequence[Box], room: float) -> Iterator[list[Box]]:
    """The boxes of each page of this height; headings stay with what follows, tables and texts may part."""
    page: list[Box] = []
    used = 0.0
    waiting = list(reversed(boxes))
    while waiting:
        box = waiting.pop()
        if page and used + _needed(box, waiting) > room:
            yield page
            page, used = [], 0.0
        if used + box.height <= room:
            page.append(box)
            used += box.height
            continue
        parts = box.split(room - used)
        if parts is None and page:
            yield page
            page, used = [], 0.0
            parts = None if box.height <= room else box.split(room)
        page.append(parts[0] if parts else box)
        used += page[-1].height
        waiting += [parts[1]] if parts else []
    if page:
        yield page


def _needed(box: Box, waiting: Sequence[Box]) -> float:
    """The room that a box needs at least, together with what it must not be parted from."""
    needed, place = 0.0, len(waiting) - 1
    while box.holds_next and place >= 0:
        needed += box.height
        box, place = waiting[place], place - 1
    splits = box.split(max(_LEAST_PART, box.height / 2)) is not None
    return needed + (min(_LEAST_PART, box.height) if splits else box.height)


@singledispatch
def boxes_of(piece: object, width: float) -> Iterator[Box]:
    """The boxes of a block; raises TypeError for what is none."""
    raise TypeError(f"{type(piece).__name__} is no block of a report")


@boxes_of.register
def _(piece: Heading, width: float) -> Iterator[Box]:
    look = _HEADINGS[piece.level]
    above = {1: 0.0, 2: 18 * POINT, 3: 7 * POINT}[piece.level]
    rule = width if piece.level == 2 else 0.0
    lines = wrapped(piece.text, look, width)
    yield TextBox(lines, look, above, 3 * POINT, rule, holds_next=True)


@boxes_of.register
def _(piece: Paragraph, width: float) -> Iterator[Box]:
    look = _PARAGRAPHS[piece.look]
    text = piece.text.upper() if piece.look == "over" else piece.text
    yield TextBox(wrapped(text, look, width), look)


@boxes_of.register
def _(piece: Definitions, width: float) -> Iterator[Box]:
    yield definitions_box(piece.entries, width)


@boxes_of.register
def _(piece: Table, width: float) -> Iterator[Box]:
    yield table_box(piece, width)


@boxes_of.register
def _(piece: Figure, width: float) -> Iterator[Box]:
    stack = piece.drawing.look == "stack"  # a summary of what follows
    yield DrawingBox(piece.drawing, width, holds_next=bool(piece.caption or piece.keys) or stack)
    yield from caption(piece.caption, width)
    if piece.keys:
        yield KeysBox(piece.keys, width)


@boxes_of.register
def _(piece: Tiles, width: float) -> Iterator[Box]:
    yield TilesBox(piece.tiles, width)


@boxes_of.register
def _(piece: Pair, width: float) -> Iterator[Box]:
    each = (width - 18 * POINT) / 2
    left, right = (
        [box for block in side for box in boxes_of(block, each)] for side in (piece.left, piece.right)
    )
    yield SideBySide(left, right, each + 18 * POINT)


@boxes_of.register
def _(piece: Note, width: float) -> Iterator[Box]:
    lines: list[str] = []
    for paragraph in piece.paragraphs:
        lines += [*([""] if lines else []), *wrapped(paragraph.text, BODY, width - 20 * POINT)]
    yield CardBox(lines, width)


@boxes_of.register
def _(piece: Footer, width: float) -> Iterator[Box]:
    for paragraph in piece.paragraphs:
        yield quiet(paragraph.text, width)


def _without_stamps(data: bytes) -> bytes:
    """The same bytes with every stamp overwritten in place, so that all offsets stay true."""
    data = _CHANCE.sub(lambda match: _zeroed(match[0]), data)
    return _DATES.sub(_dated, data)


def _zeroed(stamp: bytes) -> bytes:
    """What follows the name of the stamp, as zeros."""
    name, sign, value = re.split(rb"([:<])", stamp, maxsplit=1)
    return name + sign + re.sub(rb"[0-9A-Fa-f]", b"0", value)


def _dated(match: re.Match[bytes]) -> bytes:
    digits = iter(_NO_DATE)
    return re.sub(rb"[0-9]", lambda _: bytes((next(digits, ord("0")),)), match[0])


def _bytes(data: QByteArray) -> bytes:
    return bytes(data.data())
