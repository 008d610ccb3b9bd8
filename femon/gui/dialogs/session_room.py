"""What a folder offers a session that is to be written there: space, and leave to write."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from femon.errors import SessionError
from femon.recording.disk import DiskWatch, free_on


@dataclass(frozen=True, slots=True)
class Room:
    """What was found for a folder and a session with or without video."""

    folder: Path
    video: bool
    free_bytes: int | None = None  # None: not known
    trouble: str = ""  # why nothing can be recorded there; empty: it can


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next((path for path in (folder, *folder.parents) if path.is_dir()), Path.home())


def room_in(folder: Path, *, video: bool) -> Room:
    """Look at a folder, which need not exist; may take long on a disk that is slow or away."""
    there = existing(folder)
    try:
        with tempfile.TemporaryFile(dir=there):  # permission bits do not tell of a disk that is read-only
            free = free_on(there)
        DiskWatch().require(folder, video=video)
    except SessionError as error:
        return Room(folder, video, free, str(error))
    except OSError:
        return Room(folder, video, trouble=f"femon cannot write to {folder}. Choose another folder.")
    return Room(folder, video, free)
