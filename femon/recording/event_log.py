"""events.csv while it is written: numbers the events, pairs starts with ends, and tells which are new."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Final

from femon.recording.columns import EVENT_HEADER, event_cells
from femon.recording.csv_file import CsvFile
from femon.recording.rows import EventKind, EventRow
from femon.recording.timeline import Timeline

_REMEMBERED: Final = 3600  # frames: two minutes, in which the text of a marker is typed


@dataclass(frozen=True, slots=True)
class _Place:
    """A frame of the session, by its number, and its time in the file; None: there is none."""

    frame: int | None = None
    t_media: float | None = None


class EventLog:
    """The events of one session. Events before the first frame wait for it, because it sets the clocks."""

    def __init__(self, path: Path, session_id: str, timeline: Timeline) -> None:
        self.file = CsvFile(path, EVENT_HEADER)
        self._session_id = session_id
        self._timeline = timeline
        self._count = 0
        self._early: list[tuple[EventRow, float | None]] = []
        self._unlisted: list[tuple[int, int | None]] = []  # event ids, frames
        self._starts: dict[tuple[str, str], tuple[int, float]] = {}  # open intervals: event id, session time
        self._t = 0.0  # source time of the newest row of frames.csv
        self._newest = self._expected = _Place()
        self._expected_t = inf
        self._past: deque[tuple[float, _Place]] = deque(maxlen=_REMEMBERED)  # source times of frames

    def add(self, event: EventRow, t: float | None = None) -> int:
        """Write an event, number, times and frame filled in, and return its number; raises OSError.

        t: s in the clock of the frames, default the newest row. An `end` refers to the open `start` of the
        same type and name and gets its duration, unless it says otherwise.
        """
        event = replace(event, event_id=self._count + 1, session_id=self._session_id)
        if self._timeline.begun:
            self._write(event, t)
        else:
            self._early.append((event, t))
        self._count = event.event_id
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

    def end_all(self, kind: EventKind, details: Mapping[str, object]) -> None:
        """End every interval of this kind that still holds, at the newest row; raises OSError."""
        for name in [name for open_kind, name in self._starts if open_kind == kind]:
            self.add(EventRow(kind, name, "end", details=details))

    def move_to(self, t: float) -> None:
        """The coming events belong to this source time; raises OSError."""
        self._t = t
        if self._early and self._timeline.begun:
            early, self._early = self._early, []
            for event, event_t in early:
                self._write(event, event_t)

    def expect(self, number: int, t: float, t_media: float | None) -> None:
        """This frame is in analysis: events with its time (s, of the source) are its own; raises OSError."""
        self._expected, self._expected_t = _Place(number, t_media), t
        if self._early:
            self.move_to(t)

    def note_frame(self, number: int, t_media: float | None) -> None:
        """The newest frame that has a row."""
        self._newest = _Place(number, t_media)
        self._past.append((self._t, self._newest))

    def take_unlisted(self, frame: int | None) -> str | None:
        """The numbers of the events that the row of this frame is the first to name, joined by `+`."""
        if not self._unlisted:
            return None
        last = self._newest.frame if frame is None else frame
        due = [number for number, of in self._unlisted if of is None or (last is not None and of <= last)]
        self._unlisted = [one for one in self._unlisted if one[0] not in due]
        return "+".join(map(str, due)) or None

    def _write(self, event: EventRow, t: float | None) -> None:
        seconds = self._timeline.since_start(self._t if t is None else t)
        place = self._place_at(t)
        event = replace(
            self._paired(event, seconds),
            t=seconds,
            t_utc=self._timeline.utc_at(seconds),
            t_media=place.t_media,
            frame=place.frame,
        )
        self.file.append([event_cells(event)])
        self._note_interval(event, seconds)  # not before it stands in the file
        self._unlisted.append((event.event_id, event.frame))

    def _place_at(self, t: float | None) -> _Place:
        if t is None:
            return self._newest
        newest_t = self._past[-1][0] if self._past else -inf
        if t >= self._expected_t >= newest_t:
            return self._expected
        return next((place for past_t, place in reversed(self._past) if past_t <= t), self._newest)

    def _paired(self, event: EventRow, seconds: float) -> EventRow:
        begun = self._starts.get((event.kind, event.name))
        if event.phase != "end" or begun is None:
            return event
        start_id, start = begun
        return replace(
            event,
            ref_id=start_id if event.ref_id is None else event.ref_id,
            duration_s=seconds - start if event.duration_s is None else event.duration_s,
        )

    def _note_interval(self, event: EventRow, seconds: float) -> None:
        if event.phase == "start":
            self._starts[event.kind, event.name] = event.event_id, seconds
        elif event.phase == "end":
            self._starts.pop((event.kind, event.name), None)
