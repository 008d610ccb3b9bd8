"""A short soak: nothing grows while a film is played for some minutes of stream, and what leaks is found."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from benchmarks import film, soak
from benchmarks.figures import Figure
from benchmarks.growth import Growth, Sample, of_process
from femon.recording import SessionSummary
from femon.types import Readings

PICTURES = 40
LEAK_BYTES = 200_000  # a fifth of a picture


@pytest.fixture(autouse=True)
def _short_film(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film, "MOST_PICTURES", PICTURES)
    monkeypatch.setattr(film, "AWAY_EVERY_S", 2)
    monkeypatch.setattr(soak, "MARK_EVERY_S", 1)


def soaked(
    folder: Path, total: int, *, light: bool, also: Callable[[Readings], None] = lambda readings: None
) -> tuple[dict[str, Figure], SessionSummary]:
    growth = Growth(total, every=max(1, total // 60))
    clip = film.Film("demo", total, growth, light=light)
    summary = soak.soak(clip, folder, also=also)
    figures = [*growth.figures(), *soak.account(summary, total, 1.0)]
    return {figure.name: figure for figure in figures}, summary


def test_nothing_grows_in_half_a_minute_of_stream(tmp_path: Path) -> None:
    figures, summary = soaked(tmp_path, 900, light=True)
    # Processor time is another half's whenever another program runs: `make soak` judges it over two hours.
    counted = [figure for name, figure in figures.items() if not name.startswith("processor time")]
    assert len(counted) == len(figures) - 1
    assert not [figure for figure in counted if figure.holds is False]
    assert summary.captured == 900


def test_a_live_camera_loses_nothing_in_lockstep_though_it_is_away_again_and_again(tmp_path: Path) -> None:
    figures, summary = soaked(tmp_path, 150, light=False)
    assert (summary.captured, summary.dropped, summary.unaccounted) == (150, 0, 0)
    assert summary.camera_lost_s == pytest.approx(2 * film.AWAY_S, abs=0.2)
    assert figures["frames without their row"].holds
    assert figures["threads more"].holds


def test_a_leak_of_each_frame_is_found(tmp_path: Path) -> None:
    leak: list[object] = []

    def keep_more(_: Readings) -> None:
        fresh = mmap.mmap(-1, LEAK_BYTES)  # never from what tests before this one have freed
        fresh.write(b"1" * LEAK_BYTES)
        leak.append(fresh)

    figures, _ = soaked(tmp_path, 300, light=True, also=keep_more)
    assert figures["memory in all"].holds is False


def samples(
    *, hours: float = 2.0, mb_per_hour: float = 0.0, threads: int = 0, handles: int = 0, slower: float = 0.0
) -> list[Sample]:
    """A process that is looked at every ten seconds, as noisy as real ones; each leak grows with the hours."""
    noise = np.random.default_rng(7).normal(0.0, 0.4, round(360 * hours))
    taken, processor_s = [], 0.0
    for number, one in enumerate(noise):
        share = number / len(noise)
        processor_s += 300 * 0.004 * (1 + slower * share)
        memory_mb = 250 + one + mb_per_hour * hours * share
        more = (round(threads * share), round(handles * share))
        taken.append(Sample(10.0 * number, 300 * number, processor_s, memory_mb, 11 + more[0], 9 + more[1]))
    return taken


def broken(taken: list[Sample]) -> list[str]:
    return [figure.name for figure in of_process(taken) if figure.holds is False]


def test_two_quiet_hours_and_a_slope_below_the_budget_hold() -> None:
    assert broken(samples()) == []
    assert broken(samples(mb_per_hour=0.8)) == []
    assert broken(samples(mb_per_hour=-5)) == []


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        (samples(mb_per_hour=1.2), "memory per hour of stream"),
        (samples(hours=0.1, mb_per_hour=60), "memory in all"),
        (samples(threads=2), "threads more"),
        (samples(handles=3), "file handles more"),
        (samples(slower=1.0), "processor time per frame, last half / first half"),
    ],
)
def test_each_kind_of_growth_breaks_its_own_budget(taken: list[Sample], name: str) -> None:
    assert broken(taken) == [name]
