"""SessionLog: a finished session folder in memory, as arrays."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from femon.recording.columns import EVENT_HEADER
from femon.recording.excerpt_entry import excerpt_of
from femon.recording.ledger import Ledger, SessionSummary, State
from femon.recording.reading import open_log, read_about, reading, table_of
from femon.recording.session import EVENTS_FILE, FRAMES_FILE, SESSION_FILE
from femon.review.cells import MOST, finite, optional, seconds
from femon.review.frame_rows import LABELS, QUALITY_REASONS, Rows, read_rows

__all__ = ["LABELS", "QUALITY_REASONS", "Event", "Rows", "SessionLog", "read_session"]


@dataclass(frozen=True, slots=True)
class Event:
    """One row of events.csv."""

    id: int
    ref_id: int | None
    t: float  # s since session start
    kind: str
    phase: str
    name: str
    track: int | None
    value: float | None
    unit: str
    duration_s: float | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class SessionLog:
    """Everything a session folder holds."""

    folder: Path
    about: Mapping[str, Any]  # session.json
    rows: Rows
    models: tuple[str, ...]
    events: tuple[Event, ...]
    account: SessionSummary  # counted from the rows
    changed: tuple[str, ...]  # files that do not match the checksum in session.json

    def table(self, *names: str) -> Mapping[str, Any]:
        """A table of session.json, empty when it is missing."""
        return table_of(self.about, *names)

    @property
    def stills(self) -> bool:
        """Whether the frames are unrelated pictures: then there is no time, and faces have no identity."""
        return bool(self.table("source").get("kind") == "images")


def read_session(folder: Path) -> SessionLog:
    """Read a finished session; raises SessionError for another folder, a damaged or a running one."""
    about = read_about(folder, _check_about)
    with reading(folder, FRAMES_FILE):
        ledger = Ledger(excerpt_of(about["source"]))
        rows, models = read_rows(folder, ledger)
        account = ledger.summary(folder, cast(State, about["state"]))
    events = read_events(folder)
    with reading(folder, SESSION_FILE):
        changed = tuple(name for name, entry in about["files"].items() if not _intact(folder / name, entry))
    return SessionLog(folder, about, rows, models, events, account, changed)


def read_events(folder: Path) -> tuple[Event, ...]:
    """The events of a session in the order of the file, without its frames; raises SessionError."""
    with reading(folder, EVENTS_FILE):
        return tuple(_event(cells) for cells in _cells(folder, EVENTS_FILE, EVENT_HEADER))


def _check_about(about: Mapping[str, Any]) -> None:
    """What the summary and the report count on; raises ValueError, KeyError, TypeError or AttributeError."""
    source, model = about["source"], about.get("model") or {}
    for number in (source.get("width"), source.get("height"), source.get("fps_measured")):
        if number is not None and not (isinstance(number, int | float) and 0 <= number <= MOST):
            raise ValueError(f"{number} is no size or rate of pictures")
    if not isinstance(source["kind"], str):
        raise ValueError("the kind of the source is no word")
    if not all(isinstance(member, str) for member in model.get("members") or ()):
        raise ValueError("a network of the model is no name")
    if foreign := set(about["files"]) - {FRAMES_FILE, EVENTS_FILE}:
        raise ValueError(f"{foreign.pop()!r} is no file of a session")


def _cells(folder: Path, name: str, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    """The needed cells of each row."""
    with open_log(folder, name, needed) as (header, rows):
        wanted = [(column, header.index(column)) for column in needed]
        for row in rows:
            yield {column: row[place] for column, place in wanted}


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
        details=details if isinstance(details, dict) else {"": details},
    )


def _intact(path: Path, entry: Mapping[str, Any]) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == str(entry["sha256"])
