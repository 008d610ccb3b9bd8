"""Files from elsewhere are read within limits; files with personal data are made for their owner alone."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO, Final

OWNER_ONLY_FOLDER: Final = 0o700
OWNER_ONLY_FILE: Final = 0o600
MOST_TABLE_BYTES: Final = 16_000_000  # the largest bundle.json or session.json is a hundredth of this


def is_plain_file(path: Path) -> bool:
    """Whether the path is a file itself: no link, device, pipe or folder."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def read_table(path: Path) -> dict[str, Any]:
    """A JSON table; raises OSError, and ValueError for anything else, however large or deep it may be."""
    if path.exists() and not path.is_file():
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        content = file.read(MOST_TABLE_BYTES + 1)
    if len(content) > MOST_TABLE_BYTES:
        raise ValueError(f"it is larger than {MOST_TABLE_BYTES // 1_000_000} MB")
    try:
        table = json.loads(content.decode("utf-8"))
        json.dumps(table, ensure_ascii=False).encode("utf-8")  # half a surrogate pair could not be printed
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(table, dict):
        raise ValueError("it holds no table")
    return table


def owner_only(path: str, flags: int) -> int:
    """An opener for open(): a new file can be read by its owner alone, and a link is not followed."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), OWNER_ONLY_FILE)


def create_owner_only(path: Path) -> BinaryIO:
    """A new file in place of whatever bore its name; raises OSError."""
    path.unlink(missing_ok=True)
    return open(path, "xb", opener=owner_only)
