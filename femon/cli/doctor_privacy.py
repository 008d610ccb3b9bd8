"""What `femon doctor --privacy` tells: what is stored where, how much, for whom, and that nothing is sent."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

from femon.cli.doctor_check import Check
from femon.cli.folders import OUT
from femon.cli.overlays import OVERLAY_FILE
from femon.plain_files import is_plain_file
from femon.recording.folder import COMPARISON_FILE, TABLE_FILE
from femon.retention import Stored, StoredSession, find_sessions, size_of
from femon.settings import Settings
from femon.source_content import PICTURE_SUFFIXES, VIDEO_SUFFIXES

PICTURES: Final = VIDEO_SUFFIXES | PICTURE_SUFFIXES
BESIDE_SETTINGS: Final = {
    "window.ini": "place and size of the window",
    "profiles": "calibrations, each under its participant code",
}
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def privacy_checks(settings: Settings, settings_path: Path) -> Iterator[Check]:
    """Every place in which femon keeps something, then the network."""
    yield _settings(settings_path)
    for name, what in BESIDE_SETTINGS.items():
        if (path := settings_path.with_name(name)).exists():
            yield _for_whom(name, f"{path}: {what}", [path] if _readable_by_others(path) else [])
    yield from _stored_in(settings.sessions_folder)
    here = OUT.absolute()
    if here.is_dir() and here.resolve() != settings.sessions_folder.resolve():
        yield from _stored_in(here)
    text = f"`femon analyze` and runs without a display write to {here}, or where --out says"
    advice = "femon keeps no list of such folders. Delete there with: femon purge --out FOLDER"
    yield Check("other folders", "ok", f"{text}. {advice}")
    if settings.video:
        text = "sessions of cameras and streams store their video"
        yield Check("video", "warn", f"{text}. Switch it off in the settings, under Storage.")
    yield Check("logs", "ok", "no log file is written; messages go to the terminal")
    yield _network(settings)


def _settings(path: Path) -> Check:
    if not path.exists():
        return Check("settings", "ok", f"none are stored; they would go to {path}")
    text = f"{path}, {_size(path.stat().st_size)}: your choices, with the names of folders and cameras"
    return _for_whom("settings", text, [path] if _readable_by_others(path) else [])


def _stored_in(root: Path) -> Iterator[Check]:
    try:
        if not root.is_dir():
            yield Check("sessions", "ok", f"none are stored; they would go to {root}")
            return
        yield from _sessions(root, find_sessions(root))
    except OSError as error:
        yield Check("sessions", "warn", f"{root} cannot be read ({error.strerror or error})")
        return
    for path in (root / COMPARISON_FILE, root / TABLE_FILE):
        if not path.exists():
            continue
        text = f"{path}: figures of the sessions compared; it goes when one of them is deleted"
        yield _for_whom("comparison", text, [path] if _readable_by_others(path) else [])


def _sessions(root: Path, stored: Stored) -> Iterator[Check]:
    sessions = stored.sessions
    pictures = [path for one in sessions for path in _pictures_in(one.folder)]
    left_over = sorted(root.glob(f".*.{OVERLAY_FILE}*"))
    if not sessions:
        yield Check("sessions", "ok", f"none are stored in {root}")
    else:
        days = [f"{one.started:%Y-%m-%d}" for one in sessions]
        codes = len({one.participant for one in sessions})
        size = _size(sum(one.size_bytes for one in sessions) - _bytes_of(pictures))
        text = (
            f"{root}: {len(sessions)} with {size} of numbers and times, {min(days)} to {max(days)}, "
            f"{codes} participant code{'' if codes == 1 else 's'}"
        )
        yield _for_whom("sessions", text, _open_folders(sessions))
    for folder in stored.foreign:
        yield Check("sessions", "warn", _foreign(folder))
    yield _pictures(root, pictures + left_over)


def _foreign(folder: Path) -> str:
    try:
        return f"{folder} ({_size(size_of(folder))}) is not as femon wrote it. Look at it yourself."
    except OSError as error:
        return f"{folder} cannot be looked into ({error.strerror or error})."


def _open_folders(sessions: tuple[StoredSession, ...]) -> list[Path]:
    return [one.folder for one in sessions if _readable_by_others(one.folder)]


def _pictures_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in PICTURES]


def _bytes_of(files: list[Path]) -> int:
    return sum(path.stat().st_size for path in files if is_plain_file(path))


def _pictures(root: Path, found: list[Path]) -> Check:
    if not found:
        return Check("pictures", "ok", f"no video and no picture is stored with the sessions in {root}")
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    show = f"{_size(_bytes_of(found))}, show{'' if more else 's'} people"
    text = f"{found[0]}{more}, {show}. They were asked for; delete them when done."
    return Check("pictures", "warn", text)


def _for_whom(name: str, text: str, open_paths: list[Path]) -> Check:
    if os.name != "posix":
        return Check(name, "ok", f"{text}. Who may read it follows the folder's rights.")
    if not open_paths:
        return Check(name, "ok", f"{text}. Readable by you alone.")
    count = "1 place" if len(open_paths) == 1 else f"{len(open_paths)} places"
    advice = f"{count} may be read by other users of this computer. Run: chmod -R go= '{open_paths[0]}'"
    return Check(name, "warn", f"{text}. {advice}")


def _readable_by_others(path: Path) -> bool:
    """Whether the rights of the path and of its folder let other users of a POSIX system in."""
    return os.name == "posix" and all(place.stat().st_mode & OTHERS for place in (path, path.parent))


def _network(settings: Settings) -> Check:
    connections = psutil.Process().net_connections(kind="inet")
    if connections:
        return Check(
            "network", "fail", f"this process has {len(connections)} network connections. Report this."
        )
    if settings.lsl:
        text = "while a source is open, readings and markers go to the local network (Lab Streaming Layer)"
        return Check("network", "warn", f"{text}. Switch that off in the settings, under Advanced.")
    text = "nothing is sent: no telemetry, account or update check, and no connection is open now"
    return Check("network", "ok", f"{text}. Only a stream whose address you type is connected to.")


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes >= 100_000 else f"{size_bytes / 1e3:.1f} kB"
