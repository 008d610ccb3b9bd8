"""A finished session folder as exporters read it: row by row, cells by name, memory bounded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from femon.recording.reading import open_log, read_about, table_of
from femon.recording.session import EVENTS_FILE, FRAMES_FILE

NEEDED: Final = ("frame", "t_mono_s", "status", "face_id")


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
        return table_of(self.about, *names)

    def number(self, *names: str) -> float | None:
        """A number of session.json; None when it is missing."""
        value = self.table(*names[:-1]).get(names[-1])
        return value if isinstance(value, int | float) else None

    def header(self) -> list[str]:
        """The column names of frames.csv; raises UnreadableSessionError."""
        with open_log(self.folder, FRAMES_FILE, NEEDED) as (header, _):
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

    def _cells(self, name: str, needed: tuple[str, ...]) -> Iterator[Cells]:
        with open_log(self.folder, name, needed) as (header, rows):
            for row in rows:
                yield Cells(zip(header, row, strict=True))


def open_session(folder: Path) -> ExportSession:
    """Open a finished session folder; raises UnreadableSessionError with what to do."""
    folder = folder.resolve()
    return ExportSession(folder, read_about(folder))
