"""What people add to a finished session: stretches to leave out of the figures, as rows of events.csv."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import Any, Final

from femon.errors import SessionError
from femon.plain_files import create_owner_only
from femon.recording.columns import EVENT_HEADER, event_cells
from femon.recording.csv_file import csv_bytes
from femon.recording.folder import LOCK_FILE, lock_folder, require_plain_files, unlock_folder
from femon.recording.reading import damage, read_about, reading, table_of
from femon.recording.rows import EventRow
from femon.recording.session import EVENTS_FILE, SESSION_FILE, write_session
from femon.recording.timeline import utc_text

LONGEST_REASON: Final = 500  # characters
UNDO: Final = "undo"


@dataclass(frozen=True, slots=True)
class Moment:
    """A place on the timeline of a session: s since its start, and the frame that is shown there."""

    t: float
    frame: int | None = None
    t_media: float | None = None  # s


def exclude(folder: Path, start: Moment, end: Moment, reason: str) -> int:
    """Leave the stretch from start to end out of the figures; returns the number of its first event.

    Adds two rows of type `exclude` to events.csv and renews its entry in session.json, both or neither;
    frames.csv stays as it is. Raises SessionError for a session that is still recorded, damaged, changed by
    others or on a disk that cannot be written, and for a stretch that is none.
    """
    if not (isfinite(start.t) and isfinite(end.t) and 0 <= start.t < end.t):
        raise SessionError("A stretch must end after it begins. Choose another end.")
    details = {"reason": reason.strip()[:LONGEST_REASON]}
    with _amending(folder) as book:
        first = book.add(EventRow("exclude", "exclude", "start", details=details), start)
        end_row = EventRow("exclude", "exclude", "end", ref_id=first, duration_s=end.t - start.t)
        book.add(end_row, end)
    return first


def undo_exclusion(folder: Path, event_id: int, moment: Moment) -> int:
    """Count an excluded stretch again; returns the number of the new event, nothing is deleted.

    `event_id` is that of its start, `moment` where the stretch begins. Raises SessionError as `exclude`, and
    for a number that is not that of an excluded stretch.
    """
    with _amending(folder) as book:
        if event_id not in book.excluded:
            raise SessionError("This stretch is not excluded any more. Open the session again.")
        return book.add(EventRow("exclude", UNDO, ref_id=event_id), moment)


class _Book:
    """The events of a session with those that are added."""

    def __init__(self, about: Mapping[str, Any], written: bytes) -> None:
        self._about = about
        self.written = written
        self._added: list[EventRow] = []
        rows = list(_events(written))
        self._last_id = max((int(row["event_id"]) for row in rows), default=0)
        exclusions = [row for row in rows if row["type"] == "exclude"]
        undone = {int(row["ref_id"]) for row in exclusions if row["name"] == UNDO}
        self.excluded = {int(row["event_id"]) for row in exclusions if row["phase"] == "start"} - undone

    @property
    def content(self) -> bytes:
        """Events.csv as it shall be."""
        return self.written + csv_bytes(event_cells(event) for event in self._added)

    def add(self, event: EventRow, moment: Moment) -> int:
        """Number an event and put it at its place on the timeline."""
        number = self._last_id + len(self._added) + 1
        self._added.append(
            replace(
                event,
                session_id=str(self._about["session_id"]),
                event_id=number,
                t=moment.t,
                t_utc=_utc_at(self._about, moment.t),
                t_media=moment.t_media,
                frame=moment.frame,
            )
        )
        return number


@contextmanager
def _amending(folder: Path) -> Iterator[_Book]:
    """Open the events of a session for additions, which are written at the end of the `with` block."""
    try:
        with _locked(folder):
            about = read_about(folder)
            with damage(folder, SESSION_FILE):
                json.dumps(about, allow_nan=False)  # it will be written again
            with reading(folder, EVENTS_FILE):
                written = (folder / EVENTS_FILE).read_bytes()
            with damage(folder, EVENTS_FILE):
                _require_ours(about, written)
                book = _Book(about, written)
            yield book
            _replace(folder, about, book)
    except OSError as error:
        raise SessionError(
            f"The session {folder.name} cannot be changed ({error.strerror or error}). "
            "Free some space or make its folder writable, then try again."
        ) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the session, so that nobody else writes it meanwhile; raises OSError."""
    with reading(folder, SESSION_FILE):
        require_plain_files(folder, LOCK_FILE, SESSION_FILE)
    lock = lock_folder(folder)
    if lock is None:
        raise SessionError(
            f"The session {folder.name} is still being recorded. Stop its recording, then try again."
        )
    try:
        yield
    finally:
        unlock_folder(folder, lock)


def _require_ours(about: Mapping[str, Any], written: bytes) -> None:
    """Raise ValueError for events.csv that femon did not write: a new checksum would hide the change.

    A review that was interrupted between the two files left rows of type `exclude` behind: those are ours.
    """
    entry = table_of(about, "files", EVENTS_FILE)
    size = int(entry["bytes"])
    if hashlib.sha256(written[:size]).hexdigest() != entry["sha256"]:
        raise ValueError("it was changed after the recording was closed")
    behind = _rows(written[size:])
    if any(len(row) != len(EVENT_HEADER) or row[EVENT_HEADER.index("type")] != "exclude" for row in behind):
        raise ValueError("it was changed after the recording was closed")


def _replace(folder: Path, about: Mapping[str, Any], book: _Book) -> None:
    """Both files or neither; raises OSError."""
    content = book.content
    entry = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    files = {**table_of(about, "files"), EVENTS_FILE: entry}
    new, old = (folder / f"{EVENTS_FILE}.{suffix}" for suffix in ("new", "old"))
    try:
        # A copy of the old file first: putting it back must not need space on a full disk.
        for path, data in ((old, book.written), (new, content)):
            with create_owner_only(path) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        new.replace(folder / EVENTS_FILE)
        try:
            write_session(folder, {**about, "files": files})
        except OSError:
            old.replace(folder / EVENTS_FILE)
            raise
    finally:
        with suppress(OSError):  # what cannot be taken back on a broken disk stays
            for path in (old, new, folder / f"{SESSION_FILE}.new"):
                path.unlink(missing_ok=True)


def _events(written: bytes) -> Iterator[dict[str, str]]:
    rows = _rows(written)
    if next(rows, None) != EVENT_HEADER:
        raise ValueError("its first line names other columns")
    for row in rows:
        yield dict(zip(EVENT_HEADER, row, strict=True))


def _rows(data: bytes) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)


def _utc_at(about: Mapping[str, Any], t: float) -> str | None:
    start = table_of(about, "clock").get("start_utc")
    return None if not start else utc_text(datetime.fromisoformat(str(start)) + timedelta(seconds=t))
