"""Where commands without a window write sessions, and which of the paths they are given are sessions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from femon.plain_files import is_plain_file
from femon.recording.folder import COMPARISON_FILE, TABLE_FILE

OUT: Final = Path("sessions")  # in the working folder; the window goes by its setting


def sessions_given(given: Sequence[Path]) -> list[Path]:
    """Each path once, without the comparisons that `femon report` left beside sessions: `results/*` has them.

    Where nothing but those is named they stay, to be refused.
    """
    own = (COMPARISON_FILE, TABLE_FILE)
    paths = list(dict.fromkeys(given))
    return [path for path in paths if path.name not in own or not is_plain_file(path)] or paths
