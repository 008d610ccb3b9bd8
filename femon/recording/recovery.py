"""Puts interrupted sessions right: cuts half-written rows, counts again and seals the folder.

A session may be of another femon of the same major version, which appends columns: a log's own header counts.
"""

from __future__ import annotations

import csv
import hashlib
import io
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from femon.errors import UnreadableSessionError
from femon.plain_files import read_table
from femon.recording.columns import EVENT_HEADER, FRAME_HEADER, columns_json, event_cells
from femon.recording.csv_file import csv_bytes
from femon.recording.excerpt_entry import excerpt_of
from femon.recording.folder import (
    COLUMNS_FILE,
    LOCK_FILE,
    RESERVE_FILE,
    lock_folder,
    require_plain_files,
    unlock_folder,
    write_file,
)
from femon.recording.ledger import Ledger, SessionSummary
from femon.recording.reading import require_schema
from femon.recording.rows import EventRow, Status
from femon.recording.session import EVENTS_FILE, FRAMES_FILE, SESSION_FILE, with_account, write_session

log = logging.getLogger(__name__)

Cells = dict[str, str]

CUT_SUFFIX: Final = ".cut"  # of the file that keeps what is cut, when that is more than one half row
MOST_RECORD_BYTES: Final = 1_000_000  # a row has some hundred; a stray quote would make one of half a file
# What text can raise that stands where numbers, words and tables are expected.
DAMAGE: Final = (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, csv.Error)


@dataclass(slots=True)
class _Last:
    """The last row of a file, as far as the recovery event needs it."""

    cells: Cells | None = None

    def see(self, cells: Cells) -> None:
        self.cells = cells

    def number(self, name: str) -> int:
        return int(self.cells[name]) if self.cells and self.cells[name] else 0


def recover_sessions(root: Path) -> list[SessionSummary]:
    """Recover every session below root that is marked as recording but held by nobody.

    A session that cannot be read or written is logged and left as it is.
    """
    recovered = []
    for file in sorted(root.glob(f"*/{SESSION_FILE}")):
        if file.parent.is_symlink():
            continue  # what it leads to is not below root
        try:
            summary = _recovered(file.parent)
        except (*DAMAGE, UnreadableSessionError) as error:
            log.warning("session %s cannot be recovered: %s", file.parent.name, error)
        else:
            recovered += [summary] if summary is not None else []
    return recovered


def _recovered(folder: Path) -> SessionSummary | None:
    require_plain_files(folder, SESSION_FILE)
    if read_table(folder / SESSION_FILE)["state"] != "recording":
        return None
    require_plain_files(folder, LOCK_FILE, COLUMNS_FILE, FRAMES_FILE, EVENTS_FILE)
    lock = lock_folder(folder)
    if lock is None:
        return None
    try:
        # Read under the lock: its owner may have closed the session just before the lock was taken.
        content = read_table(folder / SESSION_FILE)
        return _put_right(folder, content) if content["state"] == "recording" else None
    finally:
        unlock_folder(folder, lock)


def _put_right(folder: Path, content: dict[str, Any]) -> SessionSummary:
    require_schema(folder, str(content["schema"]))
    frames, events = folder / FRAMES_FILE, folder / EVENTS_FILE
    frame_header, event_header = _own_header(frames, FRAME_HEADER), _own_header(events, EVENT_HEADER)
    ledger, last_row, last_event = Ledger(excerpt_of(content["source"])), _Last(), _Last()
    (folder / RESERVE_FILE).unlink(missing_ok=True)
    (folder / f"{SESSION_FILE}.new").unlink(missing_ok=True)
    if not (folder / COLUMNS_FILE).exists():
        write_file(folder / COLUMNS_FILE, columns_json().encode("utf-8"))

    def count(cells: Cells) -> None:
        last_row.see(cells)
        _count(ledger, cells)

    def count_event(cells: Cells) -> None:
        last_event.see(cells)
        ledger.add_event(cells["type"], cells["phase"])

    cut = _cut_back(frames, frame_header, count) + _cut_back(events, event_header, count_event)
    _add_event(events, event_header, last_row.cells, last_event.number("event_id") + 1, cut)
    summary = ledger.summary(folder, "recovered")
    files = {name: _digest(folder / name) for name in (FRAMES_FILE, EVENTS_FILE)}
    write_session(folder, with_account(content, ledger, summary) | {"files": files})
    return summary


def _own_header(path: Path, known: list[str]) -> list[str]:
    """The columns that a log names, or those known here where its first line was never finished.

    Raises ValueError when they are not femon's.
    """
    path.touch()
    with path.open("rb") as file:
        line = file.readline(MOST_RECORD_BYTES)
    if not line.endswith(b"\r\n"):
        return known
    names = next(csv.reader([line.decode("utf-8", errors="replace")]))
    both = min(len(names), len(known))
    if not both or names[:both] != known[:both]:
        raise ValueError(f"the columns of {path.name} are not those of femon")
    return names


def _cut_back(path: Path, header: Sequence[str], see: Callable[[Cells], None]) -> int:
    """Cut a file after its last complete row, showing each row to `see`; returns the bytes cut.

    A kill leaves half a row. More than that means damage, and is kept in a file beside.
    """
    kept = 0
    with path.open("r+b") as file:
        for data, cells in _whole_records(iter(partial(file.readline, MOST_RECORD_BYTES), b""), len(header)):
            if kept:
                see(dict(zip(header, cells, strict=True)))
            kept += len(data)
        cut = file.seek(0, io.SEEK_END) - kept
        file.seek(kept)
        if kept and b"\r\n" in file.readline(MOST_RECORD_BYTES):
            file.seek(kept)
            write_file(path.with_name(f"{path.name}{CUT_SUFFIX}"), file.read())
        file.truncate(kept)
        if not kept:
            file.seek(0)
            file.write(csv_bytes([list(header)]))
    return cut


def _whole_records(lines: Iterable[bytes], fields: int) -> Iterator[tuple[bytes, list[str]]]:
    """Each record with its cells, up to the first that is cut off or has another number of fields.

    A record ends at a CRLF outside quotes, that is after an even number of quote characters; neither byte is
    ever part of another UTF-8 character.
    """
    record = b""
    for line in lines:
        record += line
        if len(record) > MOST_RECORD_BYTES:
            return
        if not line.endswith(b"\r\n") or record.count(b'"') % 2:
            continue
        cells = next(csv.reader(io.StringIO(record.decode("utf-8", errors="replace"), newline="")), [])
        if len(cells) != fields:
            return
        yield record, cells
        record = b""


def _count(ledger: Ledger, cells: Cells) -> None:
    frame, latency_ms = cells["frame"], cells["latency_ms"]
    ledger.add(
        cast(Status, cells["status"]),
        int(frame) if frame else None,
        float(cells["t_mono_s"]),
        float(latency_ms) if latency_ms else None,
    )
    if cells["face_id"]:
        apart = cells["uncertain_why"] == "disagreement" if cells["disagreement"] else None
        ledger.add_face(int(cells["face_id"]), cells["label"], apart=apart)


def _add_event(
    path: Path, header: Sequence[str], last_row: Cells | None, event_id: int, bytes_cut: int
) -> None:
    place = last_row or {}
    event = EventRow(
        "recovery",
        "recovered",
        details={"bytes_cut": bytes_cut},
        session_id=path.parent.name,
        event_id=event_id,
        t=float(place.get("t_mono_s") or 0.0),
        t_utc=place.get("t_utc") or None,
        t_media=float(place["t_media_s"]) if place.get("t_media_s") else None,
        frame=int(place["frame"]) if place.get("frame") else None,
    )
    cells = dict(zip(EVENT_HEADER, event_cells(event), strict=True))
    with path.open("ab") as file:
        file.write(csv_bytes([[cells.get(name, "") for name in header]]))


def _digest(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
