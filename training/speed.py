"""Time per face of a bundle as femon runs it: batch by batch, with one thread and with femon's own number."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import this_machine
from femon.bundle import Bundle
from femon.settings import Settings

WARM_UPS, RUNS = 30, 300
LARGE_BATCH, LARGE_RUNS = 32, 30


def measure(folder: Path) -> dict[str, Any]:
    """Median and 95th percentile in ms per face at batch 1, median at batch 32, and the processor."""
    crops = np.random.default_rng(0).integers(0, 256, (LARGE_BATCH, 48, 48), dtype=np.uint8)
    cost: dict[str, Any] = {"processor": this_machine()["CPU"]}
    for threads in sorted({1, Settings().analysis.threads}):
        bundle = Bundle.load(folder, device="cpu", threads=threads)
        single = _times(bundle, crops[:1], WARM_UPS, RUNS)
        batch = _times(bundle, crops, 3, LARGE_RUNS) / LARGE_BATCH
        cost[f"threads_{threads}"] = {
            "ms_batch_1": round(float(np.median(single)), 2),
            "p95_batch_1": round(float(np.percentile(single, 95)), 2),
            "ms_batch_32": round(float(np.median(batch)), 2),
        }
    return cost


def _times(bundle: Bundle, crops: NDArray[np.uint8], warm_ups: int, runs: int) -> NDArray[np.float64]:
    for _ in range(warm_ups):
        bundle.predict(crops)
    moments = [time.perf_counter()]
    for _ in range(runs):
        bundle.predict(crops)
        moments.append(time.perf_counter())
    return np.asarray(1000 * np.diff(moments))
