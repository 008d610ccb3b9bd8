"""What the classes of the drawings look like, on screens, on paper and in a PDF, and the palettes."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

from femon.emotions import DARK_COLOURS, EMOTIONS, LIGHT_COLOURS
from femon.review.blocks import Drawing

_DRAWINGS_FILE: Final = "drawings.css"
# Beside the labels' colours: blue and orange lines stay apart for colour-blind eyes, and one is dashed.
_LIGHT: Final = {
    "page": "#ffffff", "card": "#f5f6f8", "rule": "#d8dce2", "grid": "#e6e9ee", "text": "#1b1f24",
    "muted": "#59616b", "warn": "#8a5a00", "uncertain": "#8a8a8a", "mark": "#0b63ce", "first": "#0b63ce",
    "second": "#b4520a", "limit": "#a3123a", "faint": "#9aa3ae", "amber": "#e3a008", "red": "#c8283c",
    "blue": "#4f8fd6",
}  # fmt: skip
_DARK: Final = {
    "page": "#1e1e1e", "card": "#272829", "rule": "#45484c", "grid": "#323436", "text": "#edeef0",
    "muted": "#a9adb3", "warn": "#f0b429", "uncertain": "#8a8a8a", "mark": "#5aa9ff", "first": "#5aa9ff",
    "second": "#f29a52", "limit": "#ff7a93", "faint": "#6d747d", "amber": "#d9980a", "red": "#e0566a",
    "blue": "#4d86c6",
}  # fmt: skip
# Uncertain and left out are hatched wherever they are drawn; one pattern each serves a whole page.
PATTERNS: Final = (
    '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)">'
    '<rect class="hatch-back" width="7" height="7"/><path class="hatch-line" d="M0 0V7"/></pattern>'
    '<pattern id="excluded" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(-45)"><rect class="excluded-back" width="6" height="6"/>'
    '<path class="excluded-line" d="M0 0V6"/></pattern></defs>'
)


def palette(*, dark: bool = False) -> dict[str, str]:
    """Colours by the names that the rules use."""
    colours = DARK_COLOURS if dark else LIGHT_COLOURS
    labels = {name: colours[name] for name in EMOTIONS}
    return {
        **(_DARK if dark else _LIGHT),
        **labels,
        **{f"on-{name}": _ink(labels[name]) for name in EMOTIONS},
    }


def drawing_rules() -> str:
    """The rules of all classes; colours are var(--name)."""
    rules = files("femon.review").joinpath(_DRAWINGS_FILE).read_text(encoding="utf-8")
    return rules + "".join(
        f".line.{name} {{ stroke: var(--{name}); }} .fill.{name} {{ fill: var(--{name}); }} "
        f"text.code.{name} {{ fill: var(--{name}); }} text.on.{name} {{ fill: var(--on-{name}); }}\n"
        for name in EMOTIONS
    )


def svg_document(drawing: Drawing) -> str:
    """A drawing as a whole SVG in the light palette."""
    colours = palette()
    rules = re.sub(r"var\(--([\w-]+)\)", lambda match: colours[match[1]], drawing_rules())
    size = f'viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{rules}</style>{PATTERNS}{drawing.body}</svg>'
    )


def _ink(colour: str) -> str:
    """Black or white, whichever stands out more from "#RRGGBB" (relative luminance of WCAG 2.1)."""
    channels = [value / 255 for value in bytes.fromhex(colour.removeprefix("#"))]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#ffffff"
