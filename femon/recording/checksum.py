"""Checksum: that of the file or pictures a session is made from, counted beside the analysis."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Final

from femon.source_content import chunks_of
from femon.stage import Closed, Mailbox, Stage

log = logging.getLogger(__name__)

AT_THE_END_LIMIT_S: Final = 60.0  # the analysis has read the whole file by then, which takes longer
BROKEN_OFF_LIMIT_S: Final = 1.0  # less than a stopping pipeline gives its last stage


class Checksum:
    """SHA-256 of a file or of a folder's pictures, on a thread of its own, for which no frame waits.

    A large file takes a minute.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._counted: Mailbox[str] = Mailbox(1, newest_wins=False)
        self._stage = Stage(
            "checksum", self._count, on_failure=lambda _name, _error: None, on_end=self._counted.close
        )
        self._stage.start()

    def close(self, *, whole: bool) -> str | None:
        """In hexadecimal; None when the file cannot be read, or not in time.

        whole: the session saw the file to its end, so that some patience is worth it.
        """
        try:
            return self._counted.get(AT_THE_END_LIMIT_S if whole else BROKEN_OFF_LIMIT_S)
        except (Closed, TimeoutError):
            return None
        finally:
            self._stage.request_stop()

    def _count(self) -> None:
        digest = hashlib.sha256()
        try:
            for chunk in chunks_of(self._path):
                if self._stage.stopped():
                    return
                digest.update(chunk)
        except OSError as error:
            log.warning("%s has no checksum: %s", self._path.name, error)
            return
        self._counted.put(digest.hexdigest())
