"""What native libraries write to standard error goes to the debug log: the terminal belongs to the user."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

log = logging.getLogger(__name__)

_one_at_a_time = Lock()  # standard error is one for the whole process


@contextmanager
def native_messages_logged() -> Iterator[None]:
    """Redirect file descriptor 2 for a short while, such as the start of a library.

    MediaPipe and LiteRT greet with lines that mean nothing to users and that no environment variable
    silences, and the progress bar is on standard error.
    """
    with _one_at_a_time:
        try:
            terminal = os.dup(2)
        except OSError:  # a windowed program may have no standard error
            yield
            return
        with tempfile.TemporaryFile() as captured:
            os.dup2(captured.fileno(), 2)
            try:
                yield
            finally:
                os.dup2(terminal, 2)
                os.close(terminal)
                captured.seek(0)
                log.debug("%s", captured.read().decode(errors="replace").strip())
