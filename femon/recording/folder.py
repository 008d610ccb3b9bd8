"""The session folder: made whole or not at all, and locked while it is written."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from pathlib import Path
from typing import BinaryIO, Final

from femon.plain_files import OWNER_ONLY_FOLDER, create_owner_only, is_plain_file, owner_only
from femon.recording.columns import columns_json

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

COLUMNS_FILE: Final = "columns.json"
LOCK_FILE: Final = ".lock"
RESERVE_FILE: Final = ".reserve"
# What `femon report` of several sessions leaves beside them.
COMPARISON_FILE: Final = "comparison.html"
TABLE_FILE: Final = "summary.csv"
RESERVE_BYTES: Final = 1_000_000


class SessionFolder:
    """A new folder that this process holds. Raises OSError and takes back what it made."""

    def __init__(self, root: Path, name: str) -> None:
        self._lock: BinaryIO | None = None
        self._parents = [folder for folder in (root, *root.parents) if not folder.exists()]
        try:
            root.mkdir(OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
            self.path = _new_folder(root, name)
        except OSError:
            _remove_empty(self._parents)
            raise
        try:
            self._lock = lock_folder(self.path)
            write_file(self.path / RESERVE_FILE, bytes(RESERVE_BYTES))
            write_file(self.path / COLUMNS_FILE, columns_json().encode("utf-8"))
        except OSError:
            self.remove()
            raise

    @property
    def is_there(self) -> bool:
        """Whether the folder is where it was made, as far as that can be seen."""
        try:
            return self._holds_lock()
        except OSError:  # it cannot be looked into, which is another fault than being gone
            return True

    def require_there(self) -> None:
        """Raise OSError when the folder is gone or out of reach: open files would not tell."""
        if not self._holds_lock():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path))

    def _holds_lock(self) -> bool:
        """The lock file is in the folder while that is held; raises OSError."""
        return (self.path / LOCK_FILE).exists()

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
    file = open(folder / LOCK_FILE, "ab", opener=owner_only)  # noqa: SIM115 - held until released
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


def write_file(path: Path, content: bytes) -> None:
    """Write a file of a session; raises OSError."""
    with create_owner_only(path) as file:
        file.write(content)


def require_plain_files(folder: Path, *names: str) -> None:
    """Raise ValueError when a name in a session folder stands for something else than a file of its own."""
    for name in names:
        if (folder / name).is_symlink() or ((folder / name).exists() and not is_plain_file(folder / name)):
            raise ValueError(f"{name} is not a file of the folder itself")


def _new_folder(root: Path, name: str) -> Path:
    number = 1
    while True:
        folder = root / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(OWNER_ONLY_FOLDER)
        except FileExistsError:
            number += 1
        else:
            return folder


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        if folder.exists():
            folder.rmdir()
