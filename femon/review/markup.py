"""Pieces of HTML for the report: escaped text, tables, bars and styles; nothing points outside the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from typing import Final

from femon.emotions import CODES, DARK_COLOURS, EMOTIONS, LIGHT_COLOURS, UNCERTAIN
from femon.review.timeline import dash_attribute

_STYLE_FILE: Final = "report.css"
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
# Uncertain is hatched wherever it is drawn; the one pattern serves every drawing of the page.
_PATTERN: Final = (
    '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>'
    '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-back" width="7" height="7"/><path class="hatch-line" d="M0 0V7"/></pattern>'
    "</defs></svg>"
)


class Markup(str):
    """Text that is HTML already; everything else is escaped."""

    __slots__ = ()


def markup(value: object) -> str:
    """HTML as it is, any other value as escaped text."""
    return value if isinstance(value, Markup) else escape(str(value))


def page(title: str, body: Iterable[str]) -> str:
    """The whole document. Its policy forbids scripts and everything from outside."""
    content = "\n".join(body)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{escape(title)}</title>
<style>
{_styles()}</style>
</head>
<body>
{_PATTERN}
<main>
{content}
</main>
</body>
</html>
"""


def paragraph(text: object, look: str = "") -> Markup:
    """A paragraph; `look` is a CSS class."""
    return Markup(f"<p{f' class={look}' if look else ''}>{markup(text)}</p>")


def definitions(entries: Iterable[tuple[str, object]]) -> Markup:
    """A list of names and values; empty values are left out."""
    rows = [
        f"<dt>{escape(name)}</dt><dd>{markup(value)}</dd>"
        for name, value in entries
        if value not in ("", None)
    ]
    return Markup(f"<dl>{''.join(rows)}</dl>")


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Sequence[int] = ()) -> Markup:
    """A table; `numbers` are the columns that stand right-aligned."""
    looks = [' class="number"' if place in numbers else "" for place in range(len(head))]
    names = "".join(
        f'<th scope="col"{look}>{escape(name)}</th>' for look, name in zip(looks, head, strict=True)
    )
    lines = [
        "".join(f"<td{look}>{markup(cell)}</td>" for look, cell in zip(looks, row, strict=True))
        for row in rows
    ]
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return Markup(f"<table><thead><tr>{names}</tr></thead><tbody>\n{body}</tbody></table>")


def label_key(label: str) -> Markup:
    """A label with its code and the look of its line."""
    if label == UNCERTAIN:
        sign, name = '<rect width="34" height="10" fill="url(#hatch)"/>', UNCERTAIN
    else:
        sign = f'<path class="line {label}" stroke-width="2.5"{dash_attribute(label, 2)} d="M0 5H34"/>'
        name = f"{label} <b>{CODES[label]}</b>"
    return Markup(f'<span class="key"><svg class="swatch" aria-hidden="true">{sign}</svg>{name}</span>')


def label_bar(label: str, share: float) -> Markup:
    """A bar in the label's look, as long as its share of the cell."""
    part = f'<rect width="{100 * share:.2f}%" height="12" rx="2" {_fill(label)}/>'
    return Markup(f'<svg class="bar" aria-hidden="true">{part}</svg>')


def label_stack(parts: Sequence[tuple[str, float]], title: str) -> Markup:
    """One bar of all labels side by side, each with its code where there is room."""
    pieces, x = [], 0.0
    for label, share in parts:
        pieces.append(f'<rect x="{100 * x:.2f}%" width="{100 * share:.2f}%" height="30" {_fill(label)}/>')
        text = _stack_text(label, share)
        if text:
            middle = 100 * (x + share / 2)
            pieces.append(f'<text class="on {label}" x="{middle:.2f}%" y="19">{text}</text>')
        x += share
    return Markup(f'<svg class="stack" role="img" aria-label="{escape(title)}">{"".join(pieces)}</svg>')


def _fill(label: str) -> str:
    return 'fill="url(#hatch)"' if label == UNCERTAIN else f'class="fill {label}"'


def _stack_text(label: str, share: float) -> str:
    """What fits into a part of the stacked bar."""
    name = UNCERTAIN if label == UNCERTAIN else CODES[label]
    rooms = ((0.012 * len(name) + 0.05, f"{name} {100 * share:.0f} %"), (0.012 * len(name) + 0.01, name))
    return next((text for room, text in rooms if share >= room), "")


def _styles() -> str:
    return files("femon.review").joinpath(_STYLE_FILE).read_text(encoding="utf-8") + _label_styles()


def _label_styles() -> str:
    """The looks of the seven labels in both palettes; print is always light."""
    light, dark = (
        "".join(f"--{name}: {colours[name]}; --on-{name}: {_ink(colours[name])}; " for name in EMOTIONS)
        for colours in (LIGHT_COLOURS, DARK_COLOURS)
    )
    rules = "".join(
        f".line.{name} {{ stroke: var(--{name}); }} .fill.{name} {{ fill: var(--{name}); }} "
        f"text.code.{name} {{ fill: var(--{name}); }} text.on.{name} {{ fill: var(--on-{name}); }}\n"
        for name in EMOTIONS
    )
    return (
        f":root {{ {light}}}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark}}} }}\n{rules}"
    )


def _ink(colour: str) -> str:
    """Black or white, whichever stands out more from "#RRGGBB" (relative luminance of WCAG 2.1)."""
    channels = [value / 255 for value in bytes.fromhex(colour.removeprefix("#"))]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#ffffff"
