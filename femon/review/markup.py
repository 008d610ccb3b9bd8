"""The HTML page of a report: escaped text, tables, drawings and styles; nothing points outside the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import singledispatch
from html import escape
from importlib.resources import files
from typing import Final

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
from femon.review.looks import PATTERNS, drawing_rules, palette
from femon.review.quantities import visible

_STYLE_FILE: Final = "report.css"
_MANY_COLUMNS: Final = 8  # such a table is set smaller
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def page(document: Document) -> str:
    """The whole page. Its policy forbids scripts and everything from outside."""
    content = "\n".join(map(block, document.blocks))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{text(document.title)}</title>
<style>
{_styles()}</style>
</head>
<body>
<svg width="0" height="0" style="position:absolute" aria-hidden="true">{PATTERNS}</svg>
<main>
{content}
</main>
</body>
</html>
"""


def text(value: object) -> str:
    """Any value as text: nothing in it is HTML, and nothing steers."""
    return escape(visible(value, lines=True))


def paragraph(words: object, look: str = "") -> str:
    """A paragraph; `look` is a CSS class."""
    return f"<p{f' class={look}' if look else ''}>{text(words)}</p>"


def definitions(entries: Iterable[tuple[str, object]]) -> str:
    """A list of names and values; empty values are left out."""
    rows = [
        f"<dt>{text(name)}</dt><dd>{cell(value)}</dd>" for name, value in entries if value not in ("", None)
    ]
    return f"<dl>{''.join(rows)}</dl>"


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Sequence[int] = ()) -> str:
    """A table; `numbers` are the columns that stand right-aligned."""
    looks = [' class="number"' if place in numbers else "" for place in range(len(head))]
    names = "".join(
        f'<th scope="col"{look}>{text(name)}</th>' for look, name in zip(looks, head, strict=True)
    )
    lines = [
        "".join(f"<td{look}>{cell(value)}</td>" for look, value in zip(looks, row, strict=True))
        for row in rows
    ]
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return f"<table><thead><tr>{names}</tr></thead><tbody>\n{body}</tbody></table>"


def cell(value: object) -> str:
    """What stands in a cell."""
    if isinstance(value, Drawing):
        return drawing(value)
    if isinstance(value, Key):
        name = text(value.name) + (f" <b>{text(value.code)}</b>" if value.code else "")
        return f'<span class="key">{drawing(value.sign)}{name}</span>'
    if isinstance(value, Withheld):
        return f'<span class="withheld">{text(value.why)}</span>'
    return text(value)


def drawing(picture: Drawing) -> str:
    """A drawing in the page."""
    told = f'role="img" aria-label="{text(picture.name)}"' if picture.name else 'aria-hidden="true"'
    size = f'viewBox="0 0 {picture.width:g} {picture.height:g}"'
    return f'<svg class="{picture.look}" {size} {told}>{picture.body}</svg>'


@singledispatch
def block(piece: object) -> str:
    """The HTML of a block; raises TypeError for what is none."""
    raise TypeError(f"{type(piece).__name__} is no block of a report")


@block.register
def _(piece: Heading) -> str:
    return f"<h{piece.level}>{text(piece.text)}</h{piece.level}>"


@block.register
def _(piece: Paragraph) -> str:
    return paragraph(piece.text, piece.look)


@block.register
def _(piece: Definitions) -> str:
    return definitions(piece.entries)


@block.register
def _(piece: Table) -> str:
    look = "wide" if len(piece.head) > _MANY_COLUMNS else piece.width
    return f'<div class="table {look}">{table(piece.head, piece.rows, numbers=piece.numbers)}</div>'


@block.register
def _(piece: Figure) -> str:
    keys = "".join(map(cell, piece.keys))
    caption = f"<figcaption>{text(piece.caption)}</figcaption>" if piece.caption else ""
    return f"<figure>{drawing(piece.drawing)}{caption}</figure>" + (
        f'<div class="keys">{keys}</div>' if keys else ""
    )


@block.register
def _(piece: Tiles) -> str:
    tiles = (
        f'<div class="tile"><b>{cell(value)}</b><span>{text(name)}</span></div>'
        for value, name in piece.tiles
    )
    return f'<div class="tiles {"four" if len(piece.tiles) > 5 else "few"}">{"".join(tiles)}</div>'


@block.register
def _(piece: Pair) -> str:
    sides = ("".join(map(block, side)) for side in (piece.left, piece.right))
    return f'<div class="pair">{"".join(f"<div>{side}</div>" for side in sides)}</div>'


@block.register
def _(piece: Note) -> str:
    return f'<div class="note">{"".join(map(block, piece.paragraphs))}</div>'


@block.register
def _(piece: Footer) -> str:
    return f"<footer>{''.join(map(block, piece.paragraphs))}</footer>"


def _styles() -> str:
    """The looks of everything, in both palettes; print is always light."""
    light, dark = (
        "".join(f"--{name}: {colour}; " for name, colour in palette(dark=dark).items())
        for dark in (False, True)
    )
    own = files("femon.review").joinpath(_STYLE_FILE).read_text(encoding="utf-8")
    return (
        f":root {{ {light}}}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark}}} }}\n"
        f"{drawing_rules()}{own}"
    )
