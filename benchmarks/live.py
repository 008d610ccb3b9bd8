"""The window on a webcam, recording: how late labels come, and how long the interface stands still."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.child import launch
from benchmarks.figures import Figure

P50_BUDGET_MS, P95_BUDGET_MS = 40.0, 60.0
STALL_BUDGET_MS = 50.0
MEMORY_BUDGET_MB = 350.0
MB = 1_000_000


def measure(*, quick: bool = False) -> list[Figure]:
    """Two minutes (or 20 s) of a 640x480 webcam at 30 fps whose picture is the demo: mostly one person."""
    with tempfile.TemporaryDirectory() as cache:
        reached = launch("live-quick" if quick else "live", Path(cache))
    latencies, stalls = reached.series["latencies"], reached.series["stalls"]
    (interface,) = reached.series["interface"]
    return [
        _at("from capture to label in the window, median", latencies, 50, P50_BUDGET_MS),
        _at("from capture to label in the window, 95 of 100 frames within", latencies, 95, P95_BUDGET_MS),
        _at("longest stall of the interface", stalls, 100, STALL_BUDGET_MS),
        Figure("  work of the interface per frame", interface, "ms"),
        Figure("peak memory, window, recording", reached.peak_bytes / MB, "MB", at_most=MEMORY_BUDGET_MB),
    ]


def _at(name: str, seconds: Sequence[float], share: float, budget_ms: float) -> Figure:
    return Figure(name, 1000 * float(np.percentile(seconds, share)), "ms", at_most=budget_ms)
