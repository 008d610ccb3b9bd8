"""The sessions in a folder as a list shows them, damaged ones with their sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal

from femon.errors import OpenSessionError, SessionError, UnreadableSessionError
from femon.gui.monitor_modes import KINDS, nearest_kind
from femon.recording.columns import FRAME_HEADER
from femon.recording.reading import damage, read_about, reading, table_of
from femon.recording.session import FRAMES_FILE, SESSION_FILE
from femon.settings import ModeSettings

Badge = Literal["ok", "check", "unreadable", "recording"]
_TAIL_BYTES: Final = 65_536  # holds the last rows of frames.csv: a row has some hundred bytes


@dataclass(frozen=True, slots=True)
class ShelfEntry:
    """One session folder as far as session.json and the end of frames.csv tell."""

    folder: Path
    started: str  # local "2026-03-14 09:26", or the folder's name
    badge: Badge
    problem: str = ""  # a sentence; empty when all is well
    participant: str = ""
    condition: str = ""
    kind: str = ""
    modes: str = ""
    length_s: float | None = None  # None for pictures and where it is unknown
    pictures: int | None = None
    recovered: bool = False

    @property
    def readable(self) -> bool:
        """Whether it can be opened."""
        return self.badge in ("ok", "check")


def list_sessions(root: Path) -> tuple[ShelfEntry, ...]:
    """The sessions directly below a folder, the newest first; none where it does not exist.

    Links are left out. Raises SessionError when the folder itself cannot be read.
    """
    try:
        folders = sorted(root.iterdir(), reverse=True) if root.exists() else []
        found = [one for one in folders if not one.is_symlink() and (one / SESSION_FILE).exists()]
    except OSError as error:
        raise SessionError(
            f"The folder {root} cannot be read ({error.strerror or error}). Choose another folder."
        ) from error
    return tuple(shelf_entry(folder) for folder in found)


def shelf_entry(folder: Path) -> ShelfEntry:
    """What the list tells of one folder; a damaged one is an entry with a sentence."""
    started = _started(folder.name)
    try:
        about = read_about(folder)
        with damage(folder, SESSION_FILE):
            return _entry(folder, started, about)
    except UnreadableSessionError as error:
        badge: Badge = "recording" if isinstance(error, OpenSessionError) else "unreadable"
        return ShelfEntry(folder, started, badge, str(error), participant=_participant(folder.name))


def _entry(folder: Path, started: str, about: Mapping[str, Any]) -> ShelfEntry:
    modes, state = table_of(about, "modes"), str(about["state"])
    watched = {field.name: bool(modes.get(field.name)) for field in fields(ModeSettings)}
    stills = about["source"]["kind"] == "images"
    problem = _problem(folder, about, state)
    return ShelfEntry(
        folder=folder,
        started=started,
        badge="check" if problem else "ok",
        problem=problem,
        participant=str(about.get("participant") or ""),
        condition=str(about.get("condition") or ""),
        kind=KINDS[nearest_kind(ModeSettings(**watched))].text,
        modes=", ".join(name for name, on in watched.items() if on),
        length_s=None if stills else _length_s(folder),
        pictures=int(table_of(about, "counts").get("captured") or 0) if stills else None,
        recovered=state == "recovered",
    )


def _problem(folder: Path, about: Mapping[str, Any], state: str) -> str:
    integrity = about.get("integrity") or "ok"
    if integrity != "ok":
        return str(integrity)
    if state == "failed":
        return "The recording ended by an error; all rows up to then are here."
    for name, entry in table_of(about, "files").items():
        file = folder / str(name)
        if not file.is_file() or file.stat().st_size != entry["bytes"]:
            return f"{name} changed after the recording was closed."
    return ""


def _length_s(folder: Path) -> float | None:
    """The time of the last whole row of frames.csv, s; None without rows."""
    with reading(folder, FRAMES_FILE), (folder / FRAMES_FILE).open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL_BYTES))
        rows = file.read().split(b"\r\n")[1:]  # the first is the header or cut off
    whole = [row.split(b",") for row in rows if row.count(b",") == len(FRAME_HEADER) - 1]
    return float(whole[-1][FRAME_HEADER.index("t_mono_s")]) if whole else None


def _started(name: str) -> str:
    """The folder's name begins with the local date and time."""
    date, _, rest = name.partition("_")
    clock = rest.partition("_")[0]
    return f"{date} {clock[:5].replace('-', ':')}" if len(date) == 10 and len(clock) == 8 else name


def _participant(name: str) -> str:
    """What follows date and time in the folder's name."""
    return name.split("_", 2)[2] if name.count("_") > 1 else ""
