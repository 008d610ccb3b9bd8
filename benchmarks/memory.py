"""The most memory that a whole clip takes without a window."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.child import launch
from benchmarks.figures import Figure

MB = 1_000_000


def measure(*, quick: bool = False) -> list[Figure]:
    """Peak memory of the 20 s demo, recorded; a quick look takes the same."""
    with tempfile.TemporaryDirectory() as folder:
        peak = launch("clip", Path(folder)).peak_bytes
    return [Figure("peak memory, 20 s of clip without a window", peak / MB, "MB")]
