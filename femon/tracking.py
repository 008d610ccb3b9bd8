"""Persistent face numbers: which box of this frame is which face of the frames before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from femon.types import AWAY_S, ROUNDING_S

Box = tuple[float, float, float, float]

DUPLICATE_OVERLAP: Final = 0.6  # MediaPipe sometimes returns one face twice
# How far a face may move, in face sizes: at once, and more with each second out of sight.
REACH: Final = 0.8
REACH_PER_S: Final = 0.7
SIZE_RATIO: Final = 2.0
NEW_FACE_COST: Final = REACH + REACH_PER_S * AWAY_S + 1  # no less than any match, so matching is preferred


@dataclass(frozen=True, slots=True)
class _Seen:
    box: Box
    t: float


class Tracker:
    """Gives each face a number that it keeps while it is in view or gone for up to `hold_s`.

    Numbers start at 1 and are never used again. The faces of the previous frame choose their boxes first,
    then the lost ones choose among the rest (the matching cascade of Wojke et al. 2017): so a face that
    comes back from behind another does not take the other's number. The matches of each round are chosen
    together: with at most four faces the search over every assignment is small, and unlike a greedy choice
    it does not let one face push its neighbour away.
    """

    def __init__(self, hold_s: float = AWAY_S) -> None:
        self._hold_s = hold_s
        self._seen: dict[int, _Seen] = {}
        self._last_number = 0
        self._t = -math.inf

    def update(self, t: float, boxes: Sequence[Box]) -> tuple[int | None, ...]:
        """The number of each box (x, y, w, h in px) at time t in s; None for a second box on the same face.

        Time that runs backwards starts anew: every face gets a new number.
        """
        if t < self._t:
            self._seen.clear()
        self._seen = {
            track: seen for track, seen in self._seen.items() if t - seen.t <= self._hold_s + ROUNDING_S
        }
        in_view = {track: seen for track, seen in self._seen.items() if seen.t == self._t}
        lost = {track: seen for track, seen in self._seen.items() if seen.t < self._t}
        self._t = t
        open_boxes = distinct(boxes)
        tracks: dict[int, int] = {}
        for known in (in_view, lost):
            matched = _best_assignment([_costs(t, boxes[index], known) for index in open_boxes])
            tracks |= {index: track for index, track in zip(open_boxes, matched, strict=True) if track}
            open_boxes = [index for index in open_boxes if index not in tracks]
        for index in open_boxes:
            self._last_number += 1
            tracks[index] = self._last_number
        self._seen |= {track: _Seen(boxes[index], t) for index, track in tracks.items()}
        return tuple(tracks.get(index) for index in range(len(boxes)))


def number_left_to_right(boxes: Sequence[Box]) -> tuple[int | None, ...]:
    """Numbers 1, 2, ... for the faces of a picture that stands alone; None for a second box on one face."""
    order = sorted(distinct(boxes), key=lambda index: boxes[index][0] + boxes[index][2] / 2)
    numbers = {index: number for number, index in enumerate(order, start=1)}
    return tuple(numbers.get(index) for index in range(len(boxes)))


def distinct(boxes: Sequence[Box]) -> list[int]:
    """The indices of the boxes that do not lie on an earlier one."""
    kept: list[int] = []
    for index, box in enumerate(boxes):
        if all(_overlap(box, boxes[other]) <= DUPLICATE_OVERLAP for other in kept):
            kept.append(index)
    return kept


def _costs(t: float, box: Box, known: dict[int, _Seen]) -> dict[int, float]:
    """The known faces this box may be, each with the cost of that match."""
    costs = {}
    for track, seen in known.items():
        away_s = min(t - seen.t, AWAY_S)
        ratio = _size(box) / _size(seen.box)
        distance = _distance(box, seen.box) / max(_size(box), _size(seen.box))
        near = distance <= REACH + REACH_PER_S * away_s
        if near and 1 / SIZE_RATIO <= ratio <= SIZE_RATIO:
            costs[track] = distance + 1 - _overlap(box, seen.box)
    return costs


def _best_assignment(costs: list[dict[int, float]]) -> list[int | None]:
    """For each row one of its keys or None, no key twice, at the lowest total cost."""

    def search(row: int, taken: frozenset[int]) -> tuple[float, list[int | None]]:
        if row == len(costs):
            return 0.0, []
        cost, rest = search(row + 1, taken)
        best: tuple[float, list[int | None]] = (cost + NEW_FACE_COST, [None, *rest])
        for key in costs[row].keys() - taken:
            cost, rest = search(row + 1, taken | {key})
            best = min(best, (cost + costs[row][key], [key, *rest]), key=lambda found: found[0])
        return best

    return search(0, frozenset())[1]


def _size(box: Box) -> float:
    return math.sqrt(max(box[2] * box[3], 1e-6))


def _distance(one: Box, other: Box) -> float:
    return math.hypot(
        one[0] - other[0] + (one[2] - other[2]) / 2, one[1] - other[1] + (one[3] - other[3]) / 2
    )


def _overlap(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(width, 0.0) * max(height, 0.0)
    return shared / max(one[2] * one[3] + other[2] * other[3] - shared, 1e-6)
