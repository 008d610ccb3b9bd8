"""`femon purge`: old sessions are deleted, after they were listed and the user agreed."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from femon.cli.exit_codes import CANNOT_WRITE, DONE, INPUT, SOME_FAILED, USAGE
from femon.cli.folders import OUT
from femon.cli.overlays import abandoned_overlays
from femon.errors import SettingsError
from femon.profiles import PROFILES_FOLDER
from femon.retention import (
    Stored,
    StoredSession,
    codes_gone,
    comparisons_with,
    delete_session,
    find_sessions,
    old_profiles,
    without_codes,
)
from femon.settings import Settings, load_settings, save_settings

YES = frozenset({"y", "yes"})


@dataclass(frozen=True, slots=True)
class _Going:
    """What is to be deleted; comparisons go with their sessions."""

    sessions: tuple[StoredSession, ...]
    videos: tuple[Path, ...]
    calibrations: tuple[Path, ...]

    @property
    def count(self) -> int:
        return len(self.sessions) + len(self.videos) + len(self.calibrations)

    def comparisons(self) -> list[Path]:
        """Raises OSError."""
        return sorted({path for session in self.sessions for path in comparisons_with(session)})


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this command understands."""
    parser.add_argument(
        "--older-than", required=True, type=age, metavar="DAYSd", help="such as 90d; 0d is every session"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="sessions of this folder, not of the window's: what was written with --out is deleted only so, "
        f"and what `femon analyze` and runs without a display wrote to {OUT}/ in their working folder",
    )
    parser.add_argument(
        "--participant", default="", metavar="CODE", help="only this code's sessions, and its calibrations"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=run)


def age(text: str) -> timedelta:
    """A number of days such as 90d; raises argparse.ArgumentTypeError."""
    days = re.fullmatch(r"(\d{1,5})d", text)
    if days is None:
        raise argparse.ArgumentTypeError("give a number of days, such as 90d")
    return timedelta(days=int(days[1]))


def run(options: argparse.Namespace, settings: Settings) -> int:
    """List what would go, ask unless --yes was given, and delete it."""
    root = options.out or settings.sessions_folder
    now, profiles = datetime.now(), options.settings.parent / PROFILES_FOLDER
    try:
        if options.out and not root.is_dir():
            print(f"'{root}' was not found. Check the name and the folder.", file=sys.stderr)
            return INPUT
        stored = find_sessions(root) if root.is_dir() else Stored((), ())
        old = stored.older_than(options.older_than, now, options.participant)
        going = _Going(
            tuple(session for session in old if not session.running),
            () if options.participant else tuple(abandoned_overlays(root)),
            old_profiles(profiles, options.participant, options.older_than, now),
        )
        comparisons = going.comparisons()
    except OSError as error:
        place = error.filename or root
        print(f"{place} cannot be read ({error.strerror or error}). Check its rights.", file=sys.stderr)
        return INPUT
    _tell_left(stored, old)
    codes = {session.participant for session in going.sessions} | {options.participant}
    whose = f" of {options.participant}" if options.participant else ""
    days = options.older_than.days
    if not going.sessions:
        print(f"No session{whose} in {root} is older than {days} days.")
    if not going.count:
        return _forget(codes, root, options.settings)
    _list(going, comparisons, f"{_count(len(going.sessions))}{whose} in {root}, older than {days} days:")
    if not options.yes and not sys.stdin.isatty():
        print("Nothing was deleted. Add --yes to delete without being asked.", file=sys.stderr)
        return USAGE
    if not options.yes and not _agreed():
        print("Nothing was deleted.")
        return DONE
    code = _delete(going)
    return _forget(codes, root, options.settings) or code


def _forget(codes: set[str], root: Path, path: Path) -> int:
    """Take the codes of which nothing is left out of the stored settings."""
    settings, _ = load_settings(path)
    try:
        roots = {folder for folder in (root, settings.sessions_folder) if folder.is_dir()}
        left = [session for folder in roots for session in find_sessions(folder).sessions]
    except OSError as error:
        print(f"{error.filename} cannot be read, so no code is forgotten.", file=sys.stderr)
        return DONE
    gone = codes_gone(codes, left).intersection(settings.recording.participants) - {""}
    if not gone:
        return DONE
    try:
        save_settings(without_codes(settings, gone), path)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return CANNOT_WRITE
    print(f"Forgotten in the settings: {', '.join(sorted(gone))}.")
    return DONE


def _tell_left(stored: Stored, old: Sequence[StoredSession]) -> None:
    for session in old:
        if session.running:
            print(f"Left: {session.folder.name} is being recorded.", file=sys.stderr)
    for folder in stored.foreign:
        print(f"Left: {folder.name} is not as femon wrote it. Look at it yourself.", file=sys.stderr)


def _list(going: _Going, comparisons: Sequence[Path], title: str) -> None:
    if going.sessions:
        print(title)
        for session in going.sessions:
            size = _size(session.size_bytes)
            print(f"  {session.started:%Y-%m-%d %H:%M}  {size:>9}  {session.folder.name}")
        print(f"Together {_size(sum(session.size_bytes for session in going.sessions))}.")
    kinds = (
        ("Comparison", comparisons),
        ("Unfinished video", going.videos),
        ("Calibration", going.calibrations),
    )
    for kind, files in kinds:
        for file in files:
            print(f"  {kind} {file}")


def _agreed() -> bool:
    try:
        return input("Delete them? They cannot be brought back. [y/N] ").strip().lower() in YES
    except EOFError:
        return False


def _delete(going: _Going) -> int:
    left = sum(not _gone(one.folder, partial(delete_session, one)) for one in going.sessions)
    failed, told = left, [_count(len(going.sessions) - left)]
    for what, files in (("unfinished video", going.videos), ("calibration", going.calibrations)):
        kept = sum(not _gone(file, file.unlink) for file in files)
        failed += kept
        told += [_count(len(files) - kept, what)] if files else []
    print(f"Deleted {' and '.join(told)}.")
    if not failed:
        return DONE
    return CANNOT_WRITE if failed == going.count else SOME_FAILED


def _gone(path: Path, delete: Callable[[], object]) -> bool:
    try:
        delete()
    except OSError as error:
        print(f"{path} could not be deleted ({error.strerror or error}). Check its rights.", file=sys.stderr)
        return False
    return True


def _count(number: int, what: str = "session") -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"
