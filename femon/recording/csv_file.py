"""One CSV file that only ever holds whole rows: appended in one call, cut back when a write fails."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import os
from collections.abc import Iterable
from io import FileIO
from pathlib import Path

from femon.plain_files import owner_only


def csv_bytes(rows: Iterable[list[str]]) -> bytes:
    """Rows as RFC 4180 in UTF-8, each ended by CRLF; characters that UTF-8 lacks become `?`."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", errors="replace")


class CsvFile:
    """A new CSV file. Nothing waits inside the process: killing it loses no appended row."""

    def __init__(self, path: Path, header: list[str]) -> None:
        self._hash = hashlib.sha256()
        self._size = 0
        self._file = FileIO(path, "xb", opener=owner_only)
        try:
            self.append([header])
        except OSError:
            self.close()
            raise

    def append(self, rows: Iterable[list[str]]) -> None:
        """Append rows in one call; raises OSError and leaves the file as it was."""
        data = csv_bytes(rows)
        try:
            if self._file.write(data) != len(data):  # a disk that fills up takes a part without an error
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            self._file.truncate(self._size)
            self._file.seek(self._size)
            raise
        self._size += len(data)
        self._hash.update(data)

    def sync(self) -> None:
        """Make the system put everything on the disk; raises OSError."""
        if not self._file.closed:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._file.close()

    @property
    def is_deleted(self) -> bool:
        """Whether the open file has no name left in any folder."""
        return not self._file.closed and os.fstat(self._file.fileno()).st_nlink == 0

    def digest(self) -> dict[str, object]:
        """The entry of this file in session.json: size in bytes and sha256."""
        return {"bytes": self._size, "sha256": self._hash.hexdigest()}
