"""Where commands without a window write sessions, and what the paths stand for that they are given."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from femon.plain_files import is_plain_file
from femon.recording import recover_sessions
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
    try:
        if (path / SESSION_FILE).exists():
            return [path]
        return sorted(file.parent for file in path.glob(f"*/{SESSION_FILE}")) or [path]
    except OSError:
        return [path]  # reading it says what is wrong with it


def inputs_given(given: Sequence[str]) -> list[str]:
    """The inputs of an analysis; a folder stands for the videos in it, by name, and for its pictures."""
    return [source for one in given for source in _inputs_in(one)]


def _inputs_in(source: str) -> list[str]:
    folder = Path(source)
    try:
        videos = [str(video) for video in videos_in(folder)]
        return [*videos, source] if files_of(folder) else videos or [source]
    except OSError:
        return [source]  # the analysis says what is wrong with it


def recover(folders: Iterable[Path]) -> None:
    """Recover interrupted sessions in these folders, each once, and tell of them."""
    for folder in dict.fromkeys(folders):
        for done in recover_sessions(folder):
            print(f"Recovered {done.rows} rows of an interrupted session in {done.folder}.", file=sys.stderr)
