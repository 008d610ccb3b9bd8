"""What is said when a session had to be closed: why, when, and what of it is safe."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

Fate = Literal["disk_full", "moved", "deleted", "error"]


@dataclass(frozen=True, slots=True)
class Loss:
    """Why a session cannot be written any more."""

    fate: Fate
    why: str  # in the system's words

    @property
    def reason(self) -> str:
        """The reason in the end row of the session."""
        return "disk_full" if self.fate == "disk_full" else "error"


def loss(error: OSError, *, is_there: bool, is_deleted: bool) -> Loss:
    """What happened, by the error and by whether the folder is in its place and its files are deleted."""
    why = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Loss("disk_full", why)
    if is_deleted:
        return Loss("deleted", why)
    return Loss("error" if is_there else "moved", why)


def farewell(lost: Loss, *, folder: Path, rows: int, moment: datetime) -> str:
    """One sentence on the reason and one on the rows; `moment` is aware."""
    closed = f"Recording was closed at {moment.astimezone():%H:%M:%S};"
    safe = f"{closed} all {rows} rows up to then are safe"
    match lost.fate:
        case "disk_full":
            return f"The disk is full. {safe} in {folder}."
        case "moved":
            return f"The session folder {folder} was moved. {safe} where it is now."
        case "deleted":
            return f"The session folder {folder} was deleted. {closed} its {rows} rows are gone with it."
        case "error":
            return f"The recording cannot be written any more ({lost.why}). {safe} in {folder}."
