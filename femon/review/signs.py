"""Small drawings in tables and under figures: bars, stacks and the signs of lines."""

from __future__ import annotations

from collections.abc import Sequence

from femon.emotions import CODES, UNCERTAIN
from femon.review.blocks import Drawing, Key
from femon.review.timeline import dash_attribute

_BAR_PX = 240
_STACK_PX = 1000


def label_key(label: str) -> Key:
    """A label with its code and the look of its line."""
    if label == UNCERTAIN:
        return Key(_swatch('<rect width="34" height="10" fill="url(#hatch)"/>'), UNCERTAIN)
    sign = f'<path class="line {label}" stroke-width="2.5"{dash_attribute(label, 2)} d="M0 5H34"/>'
    return Key(_swatch(sign), label, CODES[label])


def line_key(look: str, name: str, *, dashed: bool = False) -> Key:
    """The look of a line of a chart."""
    dash = ' stroke-dasharray="6 3"' if dashed else ""
    return Key(_swatch(f'<path class="line {look}" stroke-width="2"{dash} d="M0 5H34"/>'), name)


def block_key(look: str, name: str) -> Key:
    """The look of a block or shade."""
    fill = 'fill="url(#excluded)"' if look == "excluded" else f'class="block {look}"'
    return Key(_swatch(f'<rect width="34" height="10" {fill}/>'), name)


def label_bar(label: str, share: float) -> Drawing:
    """A bar in the label's look, as long as its share of the cell."""
    body = f'<rect width="{_BAR_PX * share:.1f}" height="12" rx="2" {_fill(label)}/>'
    return Drawing(body, _BAR_PX, 12, "bar")


def bar(look: str, share: float) -> Drawing:
    """A bar as long as its share of the cell."""
    body = f'<rect class="block {look}" width="{_BAR_PX * share:.1f}" height="12" rx="2"/>'
    return Drawing(body, _BAR_PX, 12, "bar")


def label_stack(parts: Sequence[tuple[str, float]], name: str) -> Drawing:
    """One bar of all labels side by side, each with its code where there is room."""
    pieces, x = [], 0.0
    for label, share in parts:
        left, width = _STACK_PX * x, _STACK_PX * share
        pieces.append(f'<rect x="{left:.1f}" width="{width:.1f}" height="30" {_fill(label)}/>')
        text = _stack_text(label, share)
        if text:
            pieces.append(f'<text class="on {label}" x="{left + width / 2:.1f}" y="19">{text}</text>')
        x += share
    return Drawing("".join(pieces), _STACK_PX, 30, "stack", name)


def _swatch(body: str) -> Drawing:
    return Drawing(body, 34, 10, "swatch")


def _fill(label: str) -> str:
    return 'fill="url(#hatch)"' if label == UNCERTAIN else f'class="fill {label}"'


def _stack_text(label: str, share: float) -> str:
    """What fits into a part of the stacked bar."""
    name = UNCERTAIN if label == UNCERTAIN else CODES[label]
    rooms = ((0.012 * len(name) + 0.05, f"{name} {100 * share:.0f} %"), (0.012 * len(name) + 0.01, name))
    return next((text for room, text in rooms if share >= room), "")
