"""How long sessions are kept: which are old enough to go, and how they go as a whole."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from femon.errors import SettingsError
from femon.plain_files import is_plain_file, read_table
from femon.profiles import PARTICIPANT, delete_profiles, profile_files
from femon.recording.folder import COMPARISON_FILE, LOCK_FILE, TABLE_FILE, lock_folder
from femon.recording.session import SCHEMA, SESSION_FILE
from femon.settings import Settings

_NAME: Final = re.compile(r"(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)_[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session folder of femon."""

    folder: Path
    participant: str
    started: datetime  # local, as in the folder's name
    size_bytes: int
    running: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """The sessions in a folder; each `foreign` folder holds a session.json that does not belong there."""

    sessions: tuple[StoredSession, ...]
    foreign: tuple[Path, ...]

    def older_than(self, age: timedelta, now: datetime, participant: str = "") -> tuple[StoredSession, ...]:
        """The sessions that started longer ago, of one participant code or of all; running ones too.

        No age at all means every session, also one that a clock set back since then dates tomorrow.
        """
        return tuple(
            one
            for one in self.sessions
            if _is_older(now - one.started, age) and participant in ("", one.participant)
        )


def find_sessions(root: Path) -> Stored:
    """The sessions directly below root, in order of their names; links are left out. Raises OSError."""
    sessions, foreign = [], []
    for folder in sorted(root.iterdir()):
        if folder.is_symlink():
            continue
        try:
            if (folder / SESSION_FILE).exists():
                sessions.append(_session(folder))
        except (OSError, ValueError):
            foreign.append(folder)
    return Stored(tuple(sessions), tuple(foreign))


def delete_session(session: StoredSession) -> None:
    """Delete a session folder with everything in it, and the comparisons beside it that hold its figures.

    Links in it go, what they lead to stays. session.json goes last, so that after a failure the rest is
    still known as a session. Raises OSError.
    """
    for path in comparisons_with(session):
        path.unlink()
    for entry in sorted(session.folder.iterdir(), key=lambda entry: entry.name == SESSION_FILE):
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    session.folder.rmdir()


def comparisons_with(session: StoredSession) -> tuple[Path, ...]:
    """What `femon report` of several sessions left beside this one that names it. Raises OSError."""
    name = session.folder.name.encode()
    beside = (session.folder.parent / file for file in (COMPARISON_FILE, TABLE_FILE))
    return tuple(path for path in beside if is_plain_file(path) and name in path.read_bytes())


def old_profiles(folder: Path, participant: str, age: timedelta, now: datetime) -> tuple[Path, ...]:
    """The files of a participant's calibrations that were written longer ago than `age`; `now` is local.

    Damaged ones count too, and with no age at all every one. Raises OSError.
    """
    if not PARTICIPANT.fullmatch(participant):
        return ()
    return tuple(
        file
        for file in profile_files(folder, participant)
        if is_plain_file(file) and _is_older(now - datetime.fromtimestamp(file.stat().st_mtime), age)
    )


def _is_older(than_now: timedelta, age: timedelta) -> bool:
    return than_now > age or not age


@dataclass(frozen=True, slots=True)
class Belongings:
    """What is stored of one participant: sessions, running ones too, and files of calibrations."""

    participant: str  # a code
    sessions: tuple[StoredSession, ...]
    calibrations: tuple[Path, ...]


def participants_in(root: Path, profiles: Path, known: Iterable[str] = ()) -> tuple[Belongings, ...]:
    """What is stored of each participant in order of their codes, and of each `known` code.

    `root` holds the sessions, `profiles` the calibrations; damaged ones count too. Raises OSError.
    """
    sessions = find_sessions(root).sessions if root.is_dir() else ()
    calibrations = {file: _owner(file) for file in _calibrations(profiles)}
    codes = {session.participant for session in sessions} | set(calibrations.values()) | set(known)
    return tuple(
        Belongings(
            code,
            tuple(session for session in sessions if session.participant == code),
            tuple(file for file, owner in calibrations.items() if owner == code),
        )
        for code in sorted(codes)
    )


def delete_belongings(one: Belongings, profiles: Path) -> tuple[str, ...]:
    """Delete all of it but sessions that are being recorded; one sentence for each that stayed."""
    stayed = []
    try:
        delete_profiles(profiles, one.participant)
    except SettingsError as error:
        stayed.append(str(error))
    for session in one.sessions:
        name = session.folder.name
        if session.running:
            stayed.append(f"{name} is being recorded. Stop the session and delete again.")
            continue
        try:
            delete_session(session)
        except OSError as error:
            stayed.append(f"{name} could not be deleted ({error.strerror or error}). Check its rights.")
    return tuple(stayed)


def _calibrations(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    kinds = (f"*_{kind}.{ending}" for kind in ("bare", "glasses") for ending in ("json", "new"))
    return sorted(file for kind in kinds for file in folder.glob(kind) if PARTICIPANT.fullmatch(_owner(file)))


def _owner(calibration: Path) -> str:
    return calibration.stem.rpartition("_")[0]


def codes_gone(codes: Iterable[str], left: Iterable[StoredSession]) -> frozenset[str]:
    """Those of some participant codes of which no session is left."""
    return frozenset(codes) - {session.participant for session in left}


def without_codes(settings: Settings, codes: Collection[str]) -> Settings:
    """The settings without these codes among those that the next session offers."""
    known = settings.recording
    kept = tuple(code for code in known.participants if code not in codes)
    return replace(settings, recording=replace(known, participants=kept))


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder; links count nothing. Raises OSError."""
    return sum(entry.stat().st_size for entry in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            yield from _files(entry)
        elif is_plain_file(entry):
            yield entry


def _session(folder: Path) -> StoredSession:
    """Raises ValueError unless session.json is femon's and was written for this very folder."""
    if not is_plain_file(folder / SESSION_FILE):
        raise ValueError(f"{SESSION_FILE} is a link")
    about: dict[str, Any] = read_table(folder / SESSION_FILE)
    name = _NAME.fullmatch(folder.name)
    version = str(about.get("schema")).partition(".")[0]
    if name is None or about.get("session_id") != folder.name or version != SCHEMA.partition(".")[0]:
        raise ValueError("it does not describe this folder")
    return StoredSession(
        folder=folder,
        participant=str(about.get("participant") or ""),
        started=datetime.strptime(name[1], "%Y-%m-%d_%H-%M-%S"),
        size_bytes=size_of(folder),
        running=_is_running(folder),
    )


def _is_running(folder: Path) -> bool:
    """Whether somebody holds the lock; one that was left behind is nobody's."""
    if not (folder / LOCK_FILE).exists():
        return False
    try:
        lock = lock_folder(folder)
    except OSError:
        return True  # what cannot be asked is not touched
    if lock is not None:
        lock.close()
    return lock is None
