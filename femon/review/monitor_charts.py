"""What the charts of all monitors share: grey where a figure was withheld, ribbons of words below a curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from femon.review.axes import LEFT, TIMES, WIDTH, time_axis
from femon.review.blocks import Drawing
from femon.review.chart import TOP, Shade
from femon.review.curves import MOST_POINTS, bins
from femon.review.part import Part
from femon.review.ribbon import blocks, ribbon_parts
from femon.smoothing import RESET_AFTER_S

_RIBBON_PX: Final = 18


def withheld(part: Part, values: NDArray[Any], duration_s: float, name: str) -> Iterator[Shade]:
    """Stretches in which the face was watched but the figure is missing, long enough to be seen."""
    t, missing = part.rows.t, ~np.isfinite(values)
    if len(t) > MOST_POINTS and duration_s > 0:
        step, numbers, starts = bins(t, duration_s)
        places = np.logical_and.reduceat(missing, starts).astype(np.int8) - 1
        t, half = (numbers + 0.5) * step, step / 2
    else:
        places, half = missing.astype(np.int8) - 1, 0.0
    for block in blocks(t, places, duration_s, worst=True):
        if block.end - block.start + 2 * half >= min(RESET_AFTER_S, duration_s / 20):
            yield Shade(max(block.start - half, 0.0), min(block.end + half, duration_s), "withheld", name)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Which word held in each row, and how the words look; those without a look are left out."""

    title: str
    places: NDArray[np.int8]  # among words
    words: Sequence[str]
    looks: Mapping[str, str]
    worst: bool  # of many rows the highest place is shown, else the most frequent


def above(upper: Drawing, part: Part, words: Words, duration_s: float) -> Drawing:
    """A chart without times, with a ribbon of words below it."""
    top = upper.height + 2
    bottom = top + _RIBBON_PX
    found = blocks(part.rows.t, words.places, duration_s, worst=words.worst)
    parts = [
        *time_axis(duration_s, TOP, bottom),
        upper.body,
        f'<text class="tick" x="{LEFT - 6}" y="{top + 13:g}" text-anchor="end">{words.title}</text>',
        *ribbon_parts(found, words.words, words.looks, duration_s=duration_s, top=top, height=_RIBBON_PX),
    ]
    return Drawing("\n".join(parts), WIDTH, bottom + TIMES, "figure", upper.name)


def highest(values: NDArray[Any]) -> float:
    """The highest known value, 0 without one."""
    return float(np.nanmax(values)) if np.isfinite(values).any() else 0.0
