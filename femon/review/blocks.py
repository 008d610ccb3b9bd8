"""The pieces a report is made of; the HTML page and the PDF are two ways to set the same pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Drawing:
    """The inside of an SVG; its classes are those of looks.py."""

    body: str
    width: float  # of the view box, px
    height: float
    look: Literal["figure", "bar", "stack", "swatch"]  # how large it is set
    name: str = ""  # what it shows, for those who cannot see it; "" beside words that say the same


@dataclass(frozen=True, slots=True)
class Key:
    """A sign with its name."""

    sign: Drawing
    name: str
    code: str = ""  # stands out


@dataclass(frozen=True, slots=True)
class Withheld:
    """In place of a figure for which there is too little to go by."""

    why: str


Cell = str | int | Drawing | Key | Withheld


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 is the title, 2 a section, 3 a part of one."""

    level: Literal[1, 2, 3]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences."""

    text: str
    look: Literal["", "quiet", "warn", "over"] = ""


@dataclass(frozen=True, slots=True)
class Definitions:
    """Names and values; empty values are left out."""

    entries: Sequence[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `numbers` are the columns that stand right-aligned."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numbers: Sequence[int] = ()
    width: Literal["full", "narrow"] = "full"


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with what is to be said about it."""

    drawing: Drawing
    caption: str = ""
    keys: Sequence[Key] = ()


@dataclass(frozen=True, slots=True)
class Tiles:
    """The most important figures: value and name."""

    tiles: Sequence[tuple[str | Withheld, str]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two short parts side by side."""

    left: Sequence[Block]
    right: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Note:
    """What must not be overlooked."""

    paragraphs: Sequence[Paragraph]


@dataclass(frozen=True, slots=True)
class Footer:
    """The end of the page."""

    paragraphs: Sequence[Paragraph]


Block = Heading | Paragraph | Definitions | Table | Figure | Tiles | Pair | Note | Footer


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    title: str
    blocks: Sequence[Block]
