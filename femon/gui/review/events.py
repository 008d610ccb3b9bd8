"""The rows of events.csv of a finished session, as the review screen uses them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from femon.recording.columns import EVENT_HEADER
from femon.recording.reading import open_log, reading
from femon.recording.session import EVENTS_FILE
from femon.review.cells import finite, optional, seconds
from femon.review.session_log import Event


def read_events(folder: Path) -> tuple[Event, ...]:
    """The events of a session in the order of the file; raises SessionError where it is damaged.

    read_session() gives the same, but reads every frame as well: seconds for a long session.
    """
    with reading(folder, EVENTS_FILE), open_log(folder, EVENTS_FILE, EVENT_HEADER) as (header, rows):
        return tuple(_event(dict(zip(header, row, strict=True))) for row in rows)


def _event(cells: Mapping[str, str]) -> Event:
    details = json.loads(cells["details"]) if cells["details"] else {}
    return Event(
        id=int(cells["event_id"]),
        ref_id=optional(int, cells["ref_id"]),
        t=seconds(cells["t_mono_s"]),
        kind=cells["type"],
        phase=cells["phase"],
        name=cells["name"],
        track=optional(int, cells["face_id"]),
        value=optional(finite, cells["value"]),
        unit=cells["unit"],
        duration_s=optional(seconds, cells["duration_s"]),
        details=details if isinstance(details, dict) else {},
    )
