"""The benchmark of several sources: what its figures count."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.cameras import CpuMeter


@pytest.fixture
def clock() -> Callable[[], float]:
    """Every look at it is one second later."""
    moments = iter(range(100))
    return lambda: float(next(moments))


def test_processor_time_is_counted_while_all_sources_work(clock: Callable[[], float]) -> None:
    meter = CpuMeter(2, 2, clock)
    for source in (0, 0, 0, 1, 1):  # warm with the last one
        meter.tick(source)
    for source in (0, 1, 0, 1):
        meter.tick(source)
    meter.end()
    meter.tick(1)
    meter.end()
    assert meter.per_frame_s == 0.25


def test_a_source_that_ends_too_early_gives_no_figure(clock: Callable[[], float]) -> None:
    meter = CpuMeter(2, 1, clock)
    meter.tick(0)
    meter.end()
    with pytest.raises(RuntimeError, match="before all were warm"):
        _ = meter.per_frame_s
