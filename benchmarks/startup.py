"""How long the program takes from the creation of its process to its window and to its first label."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.child import launch
from benchmarks.figures import Figure, spread

WINDOW_BUDGET_S = 0.8
LABEL_BUDGET_S = 2.0
RUNS, QUICK_RUNS = 5, 1
MB = 1_000_000


def measure(*, quick: bool = False) -> list[Figure]:
    """Times of repeated starts of `femon --source demo`, after a first one that compiles Python files."""
    with tempfile.TemporaryDirectory() as folder:
        first = launch("window", Path(folder))
        runs = [launch("window", Path(folder)) for _ in range(QUICK_RUNS if quick else RUNS)]
    return [
        spread("window shown", [run.at_s["window"] for run in runs], "s", at_most=WINDOW_BUDGET_S),
        spread("  first face in the window", [run.at_s["face"] for run in runs], "s"),
        spread("first label in the window", [run.at_s["label"] for run in runs], "s", at_most=LABEL_BUDGET_S),
        Figure("  window shown, very first start", first.at_s["window"], "s", note="compiles Python files"),
        Figure("  first label, very first start", first.at_s["label"], "s", note="compiles Python files"),
        Figure("peak memory, window until the first label", max(run.peak_bytes for run in runs) / MB, "MB"),
    ]
