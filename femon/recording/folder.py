"""The session folder: made whole or not at all, and locked while it is written."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import BinaryIO, Final

from femon.recording.columns import columns_json

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

COLUMNS_FILE: Final = "columns.json"
LOCK_FILE: Final = ".lock"
RESERVE_FILE: Final = ".reserve"
RESERVE_BYTES: Final = 1_000_000


class SessionFolder:
    """A new folder that this process holds. Raises OSError and takes back what it made."""

    def __init__(self, root: Path, name: str) -> None:
        self._lock: BinaryIO | None = None
        self._parents = [folder for folder in (root, *root.parents) if not folder.exists()]
        try:
            root.mkdir(parents=True, exist_ok=True)
            self.path = _new_folder(root, name)
        except OSError:
            _remove_empty(self._parents)
            raise
        try:
            self._lock = lock_folder(self.path)
            (self.path / RESERVE_FILE).write_bytes(bytes(RESERVE_BYTES))
            (self.path / COLUMNS_FILE).write_text(columns_json(), encoding="utf-8", newline="\n")
        except OSError:
            self.remove()
            raise

    def free_reserve(self) -> None:
        """Give the reserved space back, so that the last rows fit on a full disk."""
        (self.path / RESERVE_FILE).unlink(missing_ok=True)

    def release(self) -> None:
        """Give up reserve and lock; safe to call twice."""
        if self._lock is not None:
            lock, self._lock = self._lock, None
            self.free_reserve()
            unlock_folder(self.path, lock)

    def remove(self) -> None:
        """Take back everything that was made: nothing half-written stays."""
        if self._lock is not None:
            self._lock.close()
        shutil.rmtree(self.path)
        _remove_empty(self._parents)


def lock_folder(folder: Path) -> BinaryIO | None:
    """Hold the folder's lock file; None when somebody holds it. Raises OSError."""
    file = (folder / LOCK_FILE).open("ab")
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # held; Windows says so with PermissionError
        file.close()
        return None
    return file


def unlock_folder(folder: Path, lock: BinaryIO) -> None:
    """Release a held lock and remove its file."""
    lock.close()
    (folder / LOCK_FILE).unlink(missing_ok=True)


def _new_folder(root: Path, name: str) -> Path:
    number = 1
    while True:
        folder = root / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        if folder.exists():
            folder.rmdir()
