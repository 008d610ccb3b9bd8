"""How much room a recording needs: refused without it, ended while there is enough left to close it."""

from __future__ import annotations

import errno
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from femon.errors import SessionError

log = logging.getLogger(__name__)

MB: Final = 1_000_000
# Product specification 4.7.
NEEDED_BYTES: Final = 500 * MB
NEEDED_WITH_VIDEO_BYTES: Final = 5_000 * MB
WARNING_BYTES: Final = 2_000 * MB
LOW_BYTES: Final = 200 * MB
FULL_BYTES: Final = 50 * MB
DISK_CHECK_S: Final = 10.0


def free_on(folder: Path) -> int:
    """Bytes free for this user where the folder lies; raises OSError."""
    return shutil.disk_usage(folder).free


class DiskWatch:
    """Looks at the free space before and during a session; `free_bytes` raises OSError."""

    def __init__(self, free_bytes: Callable[[Path], int] = free_on) -> None:
        self._free_bytes = free_bytes
        self._low = False

    def require(self, root: Path, *, video: bool = False) -> None:
        """Raise SessionError when a recording below root, which need not exist, would soon be full."""
        free = self._free_bytes(next(folder for folder in (root, *root.parents) if folder.exists()))
        needed = NEEDED_WITH_VIDEO_BYTES if video else NEEDED_BYTES
        if free < needed:
            what = "a recording with video" if video else "a recording"
            raise SessionError(
                f"Only {free // MB} MB are left for {root}; {what} needs {needed // MB} MB. "
                "Free some space or choose another folder."
            )
        if free < WARNING_BYTES:
            log.warning("only %d MB are left for %s", free // MB, root)

    def free_mb(self, folder: Path) -> float:
        """MB left."""
        return self._free_bytes(folder) / MB

    def newly_low(self, folder: Path) -> float | None:
        """MB left when they have just become few, else None; raises OSError when the disk is full."""
        free = self._free_bytes(folder)
        if free < FULL_BYTES:
            raise OSError(errno.ENOSPC, "too little space is left")
        low, self._low = self._low, free < LOW_BYTES
        return free / MB if self._low and not low else None
