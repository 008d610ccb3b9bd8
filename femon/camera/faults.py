"""The failures that several sources share, in the exact sentences of the product specification (5.4)."""

from __future__ import annotations

from pathlib import Path

from femon.errors import CameraError
from femon.types import Excerpt


class EndsEarlyError(CameraError):
    """A file broke off before its end: raised after its last frame, and every frame before it is complete."""


def missing_file(path: Path) -> CameraError:
    """The file or folder does not exist."""
    return CameraError(f"'{path}' was not found. Check the name and the folder.", why="missing")


def unreadable(path: Path, reason: str) -> CameraError:
    """The file cannot be opened at all; `reason` is a few words for people."""
    text = f"'{path.name}' cannot be read as video or picture ({reason}). Nothing was written for it."
    return CameraError(text)


def ends_early(name: str, at: str, of: str, frames: int) -> EndsEarlyError:
    """The file stopped at `at` of `of` (both with their unit) after `frames` whole frames."""
    return EndsEarlyError(f"'{name}' ended at {at} of {of}. The {frames} frames before that are complete.")


def nothing_to_take(name: str, excerpt: Excerpt, length: str) -> CameraError:
    """An excerpt lies beyond the end or between two frames; `length` of the whole with its unit."""
    until = "on" if excerpt.end_s is None else f"to {excerpt.end_s:g} s"
    part = f"from {excerpt.start_s:g} s {until}"
    return CameraError(f"'{name}' has no frame to take {part}: it is {length} long. Choose another part.")
