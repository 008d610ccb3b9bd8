"""A finished session folder as exporters read it: row by row, cells by name, memory bounded."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from femon.errors import SessionError
from femon.plain_files import read_table
from femon.recording.folder import require_plain_files
from femon.recording.session import EVENTS_FILE, FRAMES_FILE, SCHEMA, SESSION_FILE

NEEDED: Final = ("frame", "t_mono_s", "status", "face_id")


class UnreadableSessionError(SessionError):
    """A session folder is missing, damaged, still open or made by a newer femon."""


class Cells(dict[str, str]):
    """The cells of one row by column name; a column that the file lacks is an empty cell."""

    def __missing__(self, name: str) -> str:
        return ""


@dataclass(frozen=True, slots=True, eq=False)
class ExportSession:
    """A finished session; what was typed by people is still as they typed it."""

    folder: Path
    about: Mapping[str, Any]  # session.json

    @property
    def id(self) -> str:
        """The name of the folder when it was recorded."""
        return str(self.about.get("session_id") or self.folder.name)

    @property
    def participant(self) -> str:
        """The participant code."""
        return str(self.about.get("participant") or "")

    @property
    def model_id(self) -> str:
        """The bundle the session began with; empty when no network ran."""
        return str(self.table("model").get("id") or "")

    @property
    def source_name(self) -> str:
        """The path of the file, or the name of the camera."""
        return str(self.table("source").get("path") or self.table("source").get("name") or "")

    @property
    def stills(self) -> bool:
        """Whether the frames are unrelated pictures, so that a face number belongs to one picture only."""
        return bool(self.table("source").get("kind") == "images")

    def table(self, *names: str) -> Mapping[str, Any]:
        """A table of session.json, empty when it is missing."""
        table: object = self.about
        for name in names:
            table = table.get(name) if isinstance(table, dict) else None
        return table if isinstance(table, dict) else {}

    def number(self, *names: str) -> float | None:
        """A number of session.json; None when it is missing."""
        value = self.table(*names[:-1]).get(names[-1])
        return value if isinstance(value, int | float) else None

    def header(self) -> list[str]:
        """The column names of frames.csv; raises UnreadableSessionError."""
        with self._table(FRAMES_FILE, NEEDED) as (header, _):
            return header

    def rows(self) -> Iterator[Cells]:
        """The rows of frames.csv in their order; raises UnreadableSessionError."""
        return self._cells(FRAMES_FILE, NEEDED)

    def markers(self) -> dict[str, str]:
        """Name of each marker by its event_id, without those taken back; raises UnreadableSessionError."""
        found: dict[str, str] = {}
        for event in self._cells(EVENTS_FILE, ("event_id", "type", "name")):
            if event["type"] == "marker" and event["ref_id"]:
                found.pop(event["ref_id"], None)
            elif event["type"] == "marker":
                found[event["event_id"]] = event["name"]
        return found

    @contextmanager
    def damage(self, file: str) -> Iterator[None]:
        """Turn what damaged cells raise into an UnreadableSessionError about this file."""
        try:
            yield
        except (ValueError, csv.Error) as error:
            raise UnreadableSessionError(
                f"{file} of the session {self.folder.name} is damaged ({error}). "
                "Restore the file from a copy of the folder."
            ) from error

    def _cells(self, name: str, needed: tuple[str, ...]) -> Iterator[Cells]:
        with self._table(name, needed) as (header, rows):
            for number, row in enumerate(rows, 1):
                if len(row) != len(header):
                    raise ValueError(f"row {number} has {len(row)} instead of {len(header)} cells")
                yield Cells(zip(header, row, strict=True))

    @contextmanager
    def _table(self, name: str, needed: tuple[str, ...]) -> Iterator[tuple[list[str], Iterator[list[str]]]]:
        with self.damage(name):
            require_plain_files(self.folder, name)
        with (
            self.damage(name),
            _readable(self.folder, name),
            (self.folder / name).open(encoding="utf-8", newline="") as file,
        ):
            rows = csv.reader(file, strict=True)
            header = next(rows, [])
            if missing := [column for column in needed if column not in header]:
                raise ValueError(f"it has no column {missing[0]}")
            yield header, rows


def open_session(folder: Path) -> ExportSession:
    """Open a finished session folder; raises UnreadableSessionError with what to do."""
    folder = folder.resolve()
    if not (folder / SESSION_FILE).is_file():
        raise UnreadableSessionError(
            f"{folder} is no femon session: it has no {SESSION_FILE}. Choose a session folder."
        )
    session = ExportSession(folder, {})
    with session.damage(SESSION_FILE), _readable(folder, SESSION_FILE):
        require_plain_files(folder, SESSION_FILE)
        about = read_table(folder / SESSION_FILE)
        schema, state = str(about.get("schema")), str(about.get("state"))
    if schema.partition(".")[0] != SCHEMA.partition(".")[0]:
        raise UnreadableSessionError(
            f"The session {folder.name} has the log format {schema}; this femon reads {SCHEMA}. Update femon."
        )
    if state == "recording":
        raise UnreadableSessionError(
            f"The session {folder.name} is still open. Stop its recording; "
            "if femon ended without closing it, start femon once and it recovers the session."
        )
    return ExportSession(folder, about)


@contextmanager
def _readable(folder: Path, file: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise UnreadableSessionError(
            f"The session {folder.name} has no {file}. Restore the file from a copy of the folder."
        ) from error
    except OSError as error:
        reason = error.strerror or error
        raise UnreadableSessionError(
            f"{file} of the session {folder.name} cannot be read ({reason})."
        ) from error
