"""A histogram as a drawing."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.review.blocks import Drawing

_WIDTH: Final = 480
_HEIGHT: Final = 150
_LEFT, _BOTTOM = 34, 118


def blink_histogram(lengths_ms: NDArray[np.int32], *, longest_ms: int = 800, step_ms: int = 50) -> Drawing:
    """How many blinks lasted how long; the last bar holds all longer ones, and long blinks are amber."""
    edges = np.arange(0, longest_ms + step_ms, step_ms)
    counts = np.histogram(np.minimum(lengths_ms, longest_ms - 1), bins=edges)[0]
    most = max(int(counts.max(initial=0)), 1)
    width = (_WIDTH - _LEFT - 8) / len(counts)
    parts = [f'<path class="axis" d="M{_LEFT} {_BOTTOM}H{_WIDTH - 8}"/>']
    for place, count in enumerate(counts.tolist()):
        height, x = (_BOTTOM - 14) * count / most, _LEFT + place * width
        look = "amber" if edges[place] >= 500 else "first"
        if count:
            parts.append(
                f'<rect class="block {look}" x="{x + 1:.1f}" y="{_BOTTOM - height:.1f}" '
                f'width="{width - 2:.1f}" height="{height:.1f}"/>'
            )
            place_text = f'x="{x + width / 2:.1f}" y="{_BOTTOM - height - 3:.1f}"'
            parts.append(f'<text {place_text} text-anchor="middle">{count}</text>')
        if edges[place] % 200 == 0:
            place_text = f'x="{x:.1f}" y="{_BOTTOM + 15}"'
            parts.append(f'<text class="tick" {place_text} text-anchor="middle">{edges[place]}</text>')
    middle = (_LEFT + _WIDTH) / 2
    parts.append(
        f'<text class="tick" x="{middle:g}" y="{_BOTTOM + 29}" text-anchor="middle">'
        "length of a blink in ms; above 500 ms in amber</text>"
    )
    return Drawing("".join(parts), _WIDTH, _HEIGHT, "figure", "Lengths of blinks")
