"""Stretches of a session: those left out by a reviewer, and those between its markers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from femon.recording.amending import UNDO
from femon.review.session_log import Event, SessionLog


@dataclass(frozen=True, slots=True)
class Stretch:
    """From start to end, in s since session start."""

    name: str  # where it lies, or why it is left out
    start: float
    end: float


def excluded_stretches(log: SessionLog) -> tuple[Stretch, ...]:
    """The stretches that reviewers left out and did not take back, by their start; one may overlap others."""
    events = [event for event in log.events if event.kind == "exclude"]
    undone = {event.ref_id for event in events if event.name == UNDO}
    ends = {event.ref_id: event.t for event in events if event.phase == "end"}
    found = [
        Stretch(str(event.details.get("reason") or ""), event.t, ends.get(event.id, log.account.duration_s))
        for event in events
        if event.phase == "start" and event.id not in undone
    ]
    return tuple(sorted((one for one in found if one.end > one.start), key=lambda one: (one.start, one.end)))


def markers(events: Sequence[Event]) -> tuple[Event, ...]:
    """The markers that were not taken back, by their time."""
    named = [event for event in events if event.kind == "marker"]
    undoing = [event for event in named if event.name == UNDO and event.ref_id is not None]
    gone = {number for event in undoing for number in (event.id, event.ref_id)}
    kept = [event for event in named if event.id not in gone]
    return tuple(sorted(kept, key=lambda event: (event.t, event.id)))


def marked_stretches(log: SessionLog) -> tuple[Stretch, ...]:
    """From the start to the first marker, from each to the next, and to the end; none without markers."""
    marks = [(event.name, event.t) for event in markers(log.events)]
    if not marks:
        return ()
    places = [("start", 0.0), *marks, ("end", log.account.duration_s)]
    return tuple(
        Stretch(f"{before} \N{RIGHTWARDS ARROW} {after}", start, end)
        for (before, start), (after, end) in pairwise(places)
        if end > start
    )


def merged(stretches: Sequence[Stretch], start: float, end: float) -> list[tuple[float, float]]:
    """The times between start and end that lie in any of the stretches, in order and without overlaps."""
    found: list[tuple[float, float]] = []
    for one in sorted(stretches, key=lambda stretch: stretch.start):
        first, last = max(one.start, start), min(one.end, end)
        if first >= last:
            continue
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found
