"""What native libraries write to standard error goes to the debug log: the terminal belongs to the user."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

log = logging.getLogger(__name__)

_one_at_a_time = Lock()  # standard error is one for the whole process


@contextmanager
def native_messages_logged() -> Iterator[None]:
    """Redirect file descriptor 2 for a short while, such as the start of a library.

    MediaPipe and LiteRT greet with lines that mean nothing to users and that no environment variable
    silences, and the progress bar is on standard error. Where that cannot be done the lines are seen.
    """
    with _one_at_a_time, ExitStack() as stack:
        try:
            captured = stack.enter_context(tempfile.TemporaryFile())
            terminal = os.dup(2)
        except OSError:  # no room for a file, or a windowed program without standard error
            yield
            return
        os.dup2(captured.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
            captured.seek(0)
            log.debug("%s", captured.read().decode(errors="replace").strip())
