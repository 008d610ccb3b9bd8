"""The meter of a pipeline: what it forgets."""

from __future__ import annotations

import tracemalloc

from femon.meter import Meter


def test_hours_of_frames_take_no_memory_though_nobody_asks_for_figures() -> None:
    now = 0.0
    meter = Meter(lambda: now)

    def watch(frames: int) -> None:
        nonlocal now
        for _ in range(frames):
            now += 1 / 30
            meter.count("captured")
            meter.count("analysed", 0.02)

    watch(3000)  # every window is full
    tracemalloc.start()
    watch(30_000)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 300_000
    assert meter.stats("cpu", "none").latency_p50_ms == 20.0
