"""Files that a report is written to: whole or not at all, and readable by their owner alone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from femon.errors import SessionError
from femon.plain_files import create_owner_only


def write_whole(path: Path, data: bytes) -> Path:
    """Replace a file as a whole and return its path; raises SessionError and leaves the old one."""
    new = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with create_owner_only(new) as file:
            file.write(data)
        new.replace(path)
    except OSError as error:
        with suppress(OSError):  # where nothing could be made, nothing can be removed
            new.unlink(missing_ok=True)
        raise SessionError(
            f"femon cannot write the report {path} ({error.strerror or error}). Choose another place for it."
        ) from error
    return path
