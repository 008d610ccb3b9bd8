"""How a finished session folder is read: its table and the rows of its logs, checked before they are used."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

from femon.errors import OpenSessionError, UnreadableSessionError
from femon.plain_files import read_table
from femon.recording.folder import require_plain_files
from femon.recording.session import SCHEMA, SESSION_FILE

MOST_LINE: Final = 1_000_000  # characters; a row has some hundred, a note some thousand


def read_about(
    folder: Path, check: Callable[[Mapping[str, Any]], None] = lambda about: None
) -> dict[str, Any]:
    """session.json of a finished session; `check` raises ValueError or the like for what it cannot use.

    Raises UnreadableSessionError for another folder, a damaged, an open or a newer session.
    """
    try:
        is_session = (folder / SESSION_FILE).exists()
    except OSError as error:
        raise UnreadableSessionError(
            f"{folder} cannot be read ({error.strerror or error}). Check its name and rights."
        ) from error
    if not is_session:
        raise UnreadableSessionError(
            f"{folder} is no femon session: it has no {SESSION_FILE}. Choose a session folder."
        )
    with reading(folder, SESSION_FILE):
        about = read_table(folder / SESSION_FILE)
        schema, state = str(about["schema"]), str(about["state"])
        check(about)
    require_schema(folder, schema)
    if state == "recording":
        raise OpenSessionError(
            f"The session {folder.name} is still open. Stop its recording; "
            "if femon ended without closing it, start femon once and it recovers the session."
        )
    return about


def require_schema(folder: Path, schema: str) -> None:
    """Raise UnreadableSessionError for logs of another major version."""
    if schema.partition(".")[0] != SCHEMA.partition(".")[0]:
        raise UnreadableSessionError(
            f"The session {folder.name} has the log format {schema}; this femon reads {SCHEMA}. Update femon."
        )


def table_of(about: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """A table within session.json, empty when it is missing."""
    table: object = about
    for name in names:
        table = table.get(name) if isinstance(table, dict) else None
    return table if isinstance(table, dict) else {}


@contextmanager
def open_log(
    folder: Path, name: str, needed: Sequence[str]
) -> Iterator[tuple[list[str], Iterator[list[str]]]]:
    """The header and the rows of a log file, each row with as many cells as the header.

    Raises UnreadableSessionError, also for what is raised about a row while the file is open.
    """
    with reading(folder, name), (folder / name).open(encoding="utf-8", newline="") as file:
        reader = csv.reader(_lines(file), strict=True)
        header = next(reader, [])
        if missing := [column for column in needed if column not in header]:
            raise ValueError(f"it has no column {missing[0]}")
        yield header, _whole_rows(reader, len(header))


@contextmanager
def reading(folder: Path, file: str) -> Iterator[None]:
    """Turn what reading a file of a session raises into an UnreadableSessionError."""
    try:
        with damage(folder, file):
            require_plain_files(folder, file)
            yield
    except FileNotFoundError as error:
        raise UnreadableSessionError(
            f"The session {folder.name} has no {file}. Restore the file from a copy of the folder."
        ) from error
    except OSError as error:
        reason = error.strerror or error
        raise UnreadableSessionError(
            f"{file} of the session {folder.name} cannot be read ({reason})."
        ) from error


@contextmanager
def damage(folder: Path, file: str) -> Iterator[None]:
    """Turn what damaged cells raise into an UnreadableSessionError about this file."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, csv.Error) as error:
        raise UnreadableSessionError(
            f"{file} of the session {folder.name} is damaged ({error}). "
            "Restore the file from a copy of the folder."
        ) from error


def _whole_rows(reader: Any, cells: int) -> Iterator[list[str]]:
    for row in reader:
        if len(row) != cells:
            raise ValueError(f"line {reader.line_num} has {len(row)} instead of {cells} cells")
        yield row


def _lines(file: TextIO) -> Iterator[str]:
    """The lines of a file; raises ValueError for one too long to be a row."""
    while line := file.readline(MOST_LINE):
        if len(line) == MOST_LINE:
            raise ValueError(f"a line has more than {MOST_LINE} characters")
        yield line
