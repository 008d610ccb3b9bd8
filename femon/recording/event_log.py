"""events.csv while it is written: numbers the events, pairs starts with ends, and tells which are new."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from femon.recording.columns import EVENT_HEADER, event_cells
from femon.recording.csv_file import CsvFile
from femon.recording.rows import EventKind, EventRow
from femon.recording.timeline import Timeline


class EventLog:
    """The events of one session. Events before the first frame wait for it, because it sets the clocks."""

    def __init__(self, path: Path, session_id: str, timeline: Timeline) -> None:
        self.file = CsvFile(path, EVENT_HEADER)
        self._session_id = session_id
        self._timeline = timeline
        self._count = 0
        self._early: list[tuple[EventRow, float | None]] = []
        self._unlisted: list[int] = []
        self._starts: dict[tuple[str, str], tuple[int, float]] = {}  # open intervals: event id, session time
        self._t = 0.0  # source time of the newest row of frames.csv
        self._frame: int | None = None
        self._t_media: float | None = None

    def add(self, event: EventRow, t: float | None = None) -> int:
        """Write an event, number, times and frame filled in, and return its number; raises OSError.

        t: s in the clock of the frames, default the newest row. An `end` refers to the open `start` of the
        same type and name and gets its duration, unless it says otherwise.
        """
        self._count += 1
        event = dataclasses.replace(event, event_id=self._count, session_id=self._session_id)
        if self._timeline.begun:
            self._write(event, t)
        else:
            self._early.append((event, t))
        return event.event_id

    def hold(
        self, kind: EventKind, name: str, holds: bool, details: Mapping[str, object] | None = None
    ) -> None:
        """Start the interval that begins to hold, or end the one that ceases to; raises OSError."""
        begun = (kind, name) in self._starts
        if holds and not begun:
            self.add(EventRow(kind, name, "start", details=details))
        elif begun and not holds:
            self.add(EventRow(kind, name, "end"))

    def move_to(self, t: float) -> None:
        """The coming events belong to this source time; raises OSError."""
        self._t = t
        if self._early and self._timeline.begun:
            early, self._early = self._early, []
            for event, event_t in early:
                self._write(event, event_t)

    def note_frame(self, number: int, t_media: float | None) -> None:
        """The newest frame that has a row."""
        self._frame, self._t_media = number, t_media

    def take_unlisted(self) -> str | None:
        """The numbers of the events that no row of frames.csv names yet, joined by `+`."""
        if not self._unlisted:
            return None
        numbers, self._unlisted = self._unlisted, []
        return "+".join(map(str, numbers))

    def _write(self, event: EventRow, t: float | None) -> None:
        seconds = self._timeline.since_start(self._t if t is None else t)
        event = dataclasses.replace(
            self._paired(event, seconds),
            t=seconds,
            t_utc=self._timeline.utc_at(seconds),
            t_media=self._t_media,
            frame=self._frame,
        )
        self.file.append([event_cells(event)])
        self._unlisted.append(event.event_id)

    def _paired(self, event: EventRow, seconds: float) -> EventRow:
        interval = (event.kind, event.name)
        if event.phase == "start":
            self._starts[interval] = event.event_id, seconds
        elif event.phase == "end" and interval in self._starts:
            start_id, start = self._starts.pop(interval)
            return dataclasses.replace(
                event,
                ref_id=start_id if event.ref_id is None else event.ref_id,
                duration_s=seconds - start if event.duration_s is None else event.duration_s,
            )
        return event
