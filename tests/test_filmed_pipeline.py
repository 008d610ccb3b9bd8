"""A live pipeline with a session whose video is stored: rows and pictures belong together."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest

from fakes import LIMIT_S, FakeBundle, FakeFinder, FakeSource, Notices
from femon.pipeline import Parts, Pipeline
from femon.recording import SessionRequest, SessionSummary
from femon.settings import Settings
from femon.types import Frame, Readings

COUNT = 16  # no more than may wait for the encoder


@pytest.fixture(autouse=True)
def _plenty(monkeypatch: pytest.MonkeyPatch) -> None:
    """As much disk as a session with video needs, whatever this machine has."""
    monkeypatch.setattr("femon.recording.disk.shutil.disk_usage", lambda _: SimpleNamespace(free=9 * 10**9))


def live_frame(index: int) -> Frame:
    """A frame of a 30 fps camera whose grey level tells its number."""
    image = np.full((48, 64, 3), 10 * index, np.uint8)
    return Frame("fake", index, 50 + index / 30, None, None, image)


def recorded(
    models: Path,
    root: Path,
    *,
    gate: Callable[[int], None] = lambda number: None,
    bundle: FakeBundle | None = None,
    on_readings: Callable[[Readings], None] = lambda readings: None,
) -> SessionSummary:
    source = FakeSource([live_frame(index) for index in range(COUNT)], live=True, gate=gate)
    notices = Notices()
    pipeline = Pipeline(
        "fake",
        Settings(),
        models=models,
        on_readings=on_readings,
        on_notice=notices,
        record=SessionRequest(root, video=True),
        parts=Parts(
            open_source=lambda *_, **__: source,
            make_finder=FakeFinder(1),  # type: ignore[arg-type]
            load_bundle=bundle or FakeBundle(),  # type: ignore[arg-type]
        ),
    )
    pipeline.start()
    try:
        summary = notices.until("recorded").details["summary"]
    finally:
        pipeline.stop()
    assert isinstance(summary, SessionSummary)
    return summary


def greys(video: Path) -> dict[float, int]:
    """The grey level of every picture by its time."""
    with av.open(str(video)) as container:
        return {
            round(float(frame.time or 0.0), 4): round(float(frame.to_ndarray(format="gray").mean()))
            for frame in container.decode(video=0)
        }


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "frames.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_time_of_every_row_leads_to_its_own_picture(models: Path, tmp_path: Path) -> None:
    shown = threading.Semaphore(1)

    def one_by_one(number: int) -> None:
        assert shown.acquire(timeout=LIMIT_S)

    summary = recorded(models, tmp_path, gate=one_by_one, on_readings=lambda _: shown.release())
    pictures = greys(summary.folder / "video.mp4")
    written = rows(summary.folder)
    assert len(written) == COUNT
    for row in written:
        assert pictures[round(float(row["t_media_s"]), 4)] == pytest.approx(10 * int(row["frame"]), abs=4)
    assert len(pictures) == COUNT


def test_what_a_slow_analysis_drops_is_in_the_video_all_the_same(models: Path, tmp_path: Path) -> None:
    busy, go_on = threading.Event(), threading.Event()

    def slow(number: int) -> None:
        busy.set()
        assert go_on.wait(LIMIT_S)

    def gate(number: int) -> None:
        if number == 1:
            assert busy.wait(LIMIT_S)
        if number == COUNT - 1:
            go_on.set()

    summary = recorded(models, tmp_path, gate=gate, bundle=FakeBundle(slow))
    assert summary.dropped > 0
    assert summary.video is not None
    account = summary.video
    timed = [row for row in rows(summary.folder) if row["t_media_s"]]
    assert account.frames + account.left_out == summary.captured
    assert len(timed) == account.frames == len(greys(summary.folder / "video.mp4"))
    assert any(row["status"] == "dropped" for row in timed)
