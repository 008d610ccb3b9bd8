"""The axes that every drawing over time shares, so that they stand exactly above one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from femon.review.quantities import clock_text

# px of the view box
WIDTH: Final = 1000
LEFT: Final = 84
RIGHT: Final = 968
TIMES: Final = 22  # room for the times below a drawing
_TICKS_S: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_MOST_TICKS: Final = 10


def x_at(t: float | NDArray[np.float64], duration_s: float) -> Any:
    """Where a time stands."""
    return LEFT + (RIGHT - LEFT) * t / max(duration_s, 1e-9)


def time_axis(duration_s: float, top: float, bottom: float) -> Iterator[str]:
    """Lines at round times, and the times below."""
    step = next((s for s in _TICKS_S if duration_s / s <= _MOST_TICKS), duration_s / _MOST_TICKS)
    for t in np.arange(0, duration_s + step * 1e-6, step) if step > 0 else (0.0,):
        x = float(x_at(float(t), duration_s))
        text = clock_text(float(t))
        text = text.removesuffix(".0") if step >= 1 else text
        yield f'<path class="grid" d="M{x:.1f} {top:g}V{bottom + 4:g}"/>'
        yield f'<text class="tick" x="{x:.1f}" y="{bottom + 17:g}" text-anchor="middle">{text}</text>'


def value_axis(ticks: Sequence[tuple[float, str]]) -> Iterator[str]:
    """Lines at heights (px), with what they mean."""
    for y, text in ticks:
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{RIGHT}"/>'
        yield f'<text class="tick" x="{LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{text}</text>'
