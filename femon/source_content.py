"""The bytes of a source on disk, by which a session is known again: a file, or the pictures of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

PICTURE_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp"})
VIDEO_SUFFIXES: Final = frozenset({".mp4", ".mov", ".avi", ".mkv", ".webm", ".gif"})  # others can be named
CHUNK_BYTES: Final = 1 << 20


def files_of(path: Path) -> list[Path]:
    """The file itself, or the pictures in a folder by name; none for anything else. Raises OSError."""
    if path.is_dir():
        return _files_in(path, PICTURE_SUFFIXES)
    return [path] if path.is_file() else []


def videos_in(folder: Path) -> list[Path]:
    """The videos in a folder by name; none for anything else. Raises OSError."""
    return _files_in(folder, VIDEO_SUFFIXES) if folder.is_dir() else []


def _files_in(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    """Hidden ones are left out: macOS keeps one beside each file on foreign disks."""
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    named = (entry for entry in entries if not entry.name.startswith("."))
    return [entry for entry in named if entry.suffix.lower() in suffixes and entry.is_file()]


def size_of(path: Path) -> int | None:
    """Bytes in all; None where there is nothing to read. Raises OSError."""
    files = files_of(path)
    return sum(file.stat().st_size for file in files) if files else None


def chunks_of(path: Path) -> Iterator[bytes]:
    """The content of a file; of a folder's pictures name and length before each content. Raises OSError."""
    folder = path.is_dir()
    for file in files_of(path) if folder else [path]:
        if folder:
            yield f"{file.name}\0{file.stat().st_size}\0".encode()
        with file.open("rb") as content:
            yield from iter(partial(content.read, CHUNK_BYTES), b"")
