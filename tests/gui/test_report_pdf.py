"""The PDF of a report: pages without orphans, the same bytes each time, and no display needed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from femon.errors import SessionError
from femon.gui.pdf_boxes import Box, DrawingBox, TextBox
from femon.gui.pdf_table import TableBox, table_box
from femon.gui.pdf_text import BODY, POINT, wrapped
from femon.gui.report_pdf import boxes_of, paged, write_pdf
from femon.review.blocks import (
    Definitions,
    Document,
    Drawing,
    Figure,
    Footer,
    Heading,
    Key,
    Note,
    Pair,
    Paragraph,
    Table,
    Tiles,
    Withheld,
)

WIDTH = 500 * POINT
SIGN = Drawing('<rect class="block first" width="34" height="10"/>', 34, 10, "swatch")
PICTURE = Drawing('<path class="line happy" d="M0 0L900 90"/>', 1000, 100, "figure", "a line")
ROWS = [(str(number), Withheld("too dark"), Key(SIGN, "happy", "Ha"), SIGN) for number in range(40)]
DOCUMENT = Document(
    "A report <of> sessions",
    (
        Heading(1, "Title"),
        Definitions((("Participant", "p01"), ("Notes", "one\ntwo"), ("Empty", ""))),
        Tiles(tuple((str(number), "frames") for number in range(7))),
        Heading(2, "Part"),
        Paragraph("A sentence. " * 60),
        Figure(PICTURE, "What it shows", (Key(SIGN, "first"),)),
        Table(("No.", "Value", "Label", "Sign"), ROWS, (0,)),
        Pair((Heading(3, "Left"),), (Paragraph("Right", "quiet"),)),
        Note((Paragraph("Not a certified safety system."), Paragraph("x" * 500))),
        Footer((Paragraph("End"),)),
    ),
)


@pytest.fixture(autouse=True)
def _application(qapp: QApplication) -> None:
    """Fonts need one."""


def text(words: str, *, holds_next: bool = False) -> TextBox:
    return TextBox([words], BODY, holds_next=holds_next)


def test_every_block_has_its_place(tmp_path: Path) -> None:
    data = write_pdf(DOCUMENT, tmp_path / "a.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b(?!s)", data)) == 2


def test_the_same_report_is_the_same_bytes(tmp_path: Path) -> None:
    one, other = (write_pdf(DOCUMENT, tmp_path / name).read_bytes() for name in ("a.pdf", "b.pdf"))
    assert one == other
    assert b"(D:20000101000000" in one


def test_a_heading_stays_with_what_follows() -> None:
    heading, body = text("h", holds_next=True), text("b")
    fill = [text("f") for _ in range(9)]
    pages = list(paged([*fill, heading, body], 10.5 * body.height))
    assert [len(page) for page in pages] == [9, 2]


def test_a_caption_stays_with_its_drawing() -> None:
    drawing = DrawingBox(PICTURE, WIDTH)
    pages = list(paged([text("a"), drawing, text("caption")], drawing.height + text("a").height + POINT))
    assert [len(page) for page in pages] == [1, 2]


def test_a_long_table_goes_on_with_its_head() -> None:
    table = table_box(Table(("No.", "Value", "Label", "Sign"), ROWS), WIDTH)
    pages = list(paged([text("a"), table], 200 * POINT))
    parts = [box for page in pages for box in page if isinstance(box, TableBox)]
    assert sum(len(part.rows) for part in parts) == len(ROWS)
    assert all(part.head is table.head for part in parts)
    assert all(len(part.rows) >= 2 for part in parts)


def test_a_short_table_stays_whole() -> None:
    table = table_box(Table(("No.",), [(str(number),) for number in range(8)]), WIDTH)
    pages = list(paged([text("a"), table], table.height + POINT))
    assert [len(page) for page in pages] == [1, 1]


def test_what_is_higher_than_a_page_still_appears() -> None:
    box: Box = DrawingBox(Drawing("", 10, 100, "figure"), WIDTH)
    assert list(paged([box], 100 * POINT)) == [[box]]


def test_a_long_text_goes_over_pages() -> None:
    (box,) = boxes_of(Paragraph("word " * 3000), WIDTH)
    pages = list(paged([box], 300 * POINT))
    assert len(pages) > 1
    assert all(sum(part.height for part in page) <= 300 * POINT for page in pages)


def test_words_that_are_too_long_are_broken() -> None:
    lines = wrapped("x" * 400 + " \N{GRINNING FACE} end", BODY, 100 * POINT)
    assert all(BODY.width(line) <= 101 * POINT for line in lines)
    assert "".join(lines).replace(" ", "") == "x" * 400 + "\N{GRINNING FACE}end"


def test_nothing_steers_in_a_pdf() -> None:
    assert wrapped("a\u202eb\tc\nd", BODY, WIDTH) == ["a\ufffdb c", "d"]


def test_columns_fit_the_page() -> None:
    cells = tuple("a rather long cell of text" for _ in range(12))
    table = table_box(Table(tuple(f"Head {n}" for n in range(12)), [cells]), WIDTH)
    assert sum(table.widths) + 11 * 7 * POINT <= WIDTH + 1


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").mkdir()
    with pytest.raises(SessionError, match="femon cannot write the report"):
        write_pdf(DOCUMENT, tmp_path / "a.pdf")


def test_what_is_no_block_is_refused() -> None:
    with pytest.raises(TypeError, match="is no block of a report"):
        boxes_of(object(), WIDTH)
