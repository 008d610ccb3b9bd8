"""What session.json says of the part of a file that was analysed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from femon.recording.timeline import utc_text
from femon.types import Excerpt


def excerpt_table(excerpt: Excerpt | None) -> dict[str, Any] | None:
    """The entry `excerpt` of a session's source; None: every frame from the beginning of the session on."""
    if excerpt is None:
        return None
    start_utc = None if excerpt.start_utc is None else utc_text(excerpt.start_utc)
    return {
        "every": excerpt.every,
        "start_s": excerpt.start_s,
        "end_s": excerpt.end_s,
        "start_utc": start_utc,
    }


def excerpt_of(source: Mapping[str, Any]) -> Excerpt | None:
    """The stride and the start of a session's excerpt, which its account needs; None: it has none.

    Raises ValueError, KeyError or TypeError when they cannot be.
    """
    table = source.get("excerpt")
    if not isinstance(table, dict):
        return None
    excerpt = Excerpt(int(table["every"]), float(table["start_s"]))
    if excerpt.every < 1:
        raise ValueError(f"{excerpt.every} is no stride")
    return excerpt
