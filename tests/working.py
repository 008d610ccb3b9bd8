"""Work that tests give to other processes, where it is found by its name."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from femon.cli.engines import Finished

ONCE, ALWAYS = "dies-once", "dies-always"


def work(folder: Path, source: str) -> Finished:
    """Notes each attempt as a file; some sources end their process at the first or at every attempt."""
    attempts = len(list(folder.glob(f"{source}.*")))
    (folder / f"{source}.{attempts}").touch()
    if source == ALWAYS or (source == ONCE and attempts == 0):
        os.kill(os.getpid(), signal.SIGKILL)
    return Finished(source, 0, f"{source} is done")
