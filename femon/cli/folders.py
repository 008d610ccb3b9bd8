"""Where commands without a window write sessions, and what the paths stand for that they are given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from femon.plain_files import is_plain_file
from femon.recording.folder import COMPARISON_FILE, TABLE_FILE
from femon.recording.session import SESSION_FILE
from femon.source_content import files_of, videos_in

OUT: Final = Path("sessions")  # in the working folder; the window goes by its setting


def sessions_given(given: Sequence[Path]) -> list[Path]:
    """Each path once; a folder of sessions stands for those in it, by name.

    The comparisons that `femon report` left beside sessions are passed over: `results/*` has them. Where
    nothing but those is named they stay, to be refused.
    """
    own = (COMPARISON_FILE, TABLE_FILE)
    paths = list(dict.fromkeys(session for path in given for session in _sessions_in(path)))
    return [path for path in paths if path.name not in own or not is_plain_file(path)] or paths


def _sessions_in(path: Path) -> list[Path]:
    if (path / SESSION_FILE).exists():
        return [path]
    return sorted(file.parent for file in path.glob(f"*/{SESSION_FILE}")) or [path]


def inputs_given(given: Sequence[str]) -> list[str]:
    """The inputs of an analysis; a folder of videos stands for those in it, by name."""
    return [source for one in given for source in _videos_in(one) or [one]]


def _videos_in(source: str) -> list[str]:
    folder = Path(source)
    try:
        return [] if files_of(folder) else [str(video) for video in videos_in(folder)]
    except OSError:
        return []  # the analysis says what is wrong with it
