"""The part of the report about events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from femon.review.blocks import Block, Cell, Heading, Paragraph, Table
from femon.review.quantities import clock_text, length_text
from femon.review.session_log import Event

MOST_EVENTS: Final = 500
_LONGEST_DETAILS: Final = 300  # characters; the log has the rest


def event_section(logged: Sequence[Event]) -> Iterator[Block]:
    """The table of events; alarms have their own, and states of the monitors their curves."""
    events = sorted(
        (e for e in folded(logged) if e.kind not in ("alarm", "state")), key=lambda e: (e.t, e.id)
    )
    rows: list[tuple[Cell, ...]] = [
        (
            event.id,
            clock_text(event.t),
            event.kind if event.kind == event.name else f"{event.kind}: {event.name}",
            "-" if event.duration_s is None else length_text(event.duration_s),
            "-" if event.value is None else f"{event.value:g} {event.unit}".strip(),
            _details(event),
        )
        for event in events[:MOST_EVENTS]
    ]
    yield Heading(2, "Events")
    yield Table(("No.", "Time", "Event", "Duration", "Value", "Details"), rows, (0, 1, 3, 4))
    if len(events) > MOST_EVENTS:
        yield Paragraph(f"{len(events) - MOST_EVENTS} more in events.csv.", "quiet")


def folded(events: Sequence[Event]) -> list[Event]:
    """Each interval as one event: the end gives its duration and details to the start it refers to."""
    ends = {event.ref_id: event for event in events if event.phase == "end" and event.ref_id is not None}
    starts = {event.id for event in events if event.phase == "start"}
    whole = []
    for event in events:
        end = ends.get(event.id)
        if end is not None:
            details = {**event.details, **end.details}
            whole.append(replace(event, duration_s=end.duration_s, details=details))
        elif event.phase != "end" or event.ref_id not in starts:
            whole.append(event)
    return whole


def _details(event: Event) -> str:
    about = f"refers to no. {event.ref_id}; " if event.ref_id is not None else ""
    if event.kind == "note":
        return about + str(event.details.get("text", ""))
    if event.kind == "marker" and set(event.details) == {"key"}:
        return about.removesuffix("; ")
    parts = [
        f"{name}: {value if isinstance(value, str) else json.dumps(value)}"
        for name, value in event.details.items()
    ]
    text = (about + "; ".join(parts)).removesuffix("; ")
    return text if len(text) <= _LONGEST_DETAILS else f"{text[:_LONGEST_DETAILS]} \N{HORIZONTAL ELLIPSIS}"
