"""Ribbons: which word held when, as blocks over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.review.axes import x_at
from femon.review.curves import MOST_POINTS, bins, slices
from femon.review.quantities import clock_text
from femon.review.steps import longest_step

_LETTER_PX: Final = 7.0  # room that a letter in a block needs


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of time in which one word held, as its place among the words."""

    start: float
    end: float
    place: int


def blocks(
    t: NDArray[np.float64], places: NDArray[np.int8], duration_s: float, *, worst: bool
) -> list[Block]:
    """Stretches of one place each, -1 left out.

    Of many rows each bin shows one place: the highest where `worst` is asked, else the most frequent.
    """
    half = 0.0
    if len(t) > MOST_POINTS and duration_s > 0:
        t, places, half = _binned(t, places, duration_s, worst=worst)
    found: list[Block] = []
    gaps = np.flatnonzero(np.diff(t) > longest_step(t)) + 1
    for run in slices(gaps, len(t)):
        times, words = t[run], places[run]
        middles = (times[1:] + times[:-1]) / 2
        edges = np.concatenate(([max(times[0] - half, 0.0)], middles, [min(times[-1] + half, duration_s)]))
        for piece in slices(np.flatnonzero(np.diff(words)) + 1, len(words)):
            if words[piece.start] >= 0:
                found.append(
                    Block(float(edges[piece.start]), float(edges[piece.stop]), int(words[piece.start]))
                )
    return found


def _binned(
    t: NDArray[np.float64], places: NDArray[np.int8], duration_s: float, *, worst: bool
) -> tuple[NDArray[np.float64], NDArray[np.int8], float]:
    step, numbers, starts = bins(t, duration_s)
    if worst:
        chosen = np.maximum.reduceat(places, starts)
    else:
        shown = places[:, None] == np.arange(int(places.max(initial=0)) + 1)
        counts = np.add.reduceat(shown, starts, axis=0, dtype=np.int64)
        chosen = np.where(counts.sum(axis=1) > 0, counts.argmax(axis=1), -1).astype(np.int8)
    return (numbers + 0.5) * step, chosen, step / 2


def ribbon_parts(
    found: Sequence[Block],
    words: Sequence[str],
    looks: Mapping[str, str],
    *,
    duration_s: float,
    top: float,
    height: float,
) -> Iterator[str]:
    """The blocks with their words where there is room; words without a look are left out."""
    for block in found:
        word = words[block.place]
        if word not in looks:
            continue
        x, right = (float(x_at(t, duration_s)) for t in (block.start, block.end))
        width = max(right - x, 0.8)
        name = word.replace("_", " ")
        title = f"<title>{name}, {clock_text(block.start)} to {clock_text(block.end)}</title>"
        yield (
            f'<rect class="block {looks[word]}" x="{x:.1f}" y="{top:g}" width="{width:.1f}" '
            f'height="{height:g}">{title}</rect>'
        )
        if width >= _LETTER_PX * len(name):
            yield (
                f'<text class="on {looks[word]}" x="{x + width / 2:.1f}" y="{top + height / 2 + 4:g}" '
                f'text-anchor="middle">{name}</text>'
            )
