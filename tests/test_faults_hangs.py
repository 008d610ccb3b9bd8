"""A stage that never comes back: noticed, bounded at stop, and its session closed or recovered."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from fakes import LIMIT_S, FakeBundle, FakeFinder, FakeSource, Notices, make_frame
from femon import pipeline as pipeline_module
from femon.cli import batch, together
from femon.meter import HANGS_AFTER_S, Meter
from femon.pipeline import Parts, Pipeline
from femon.pipelines.group import PipelineGroup
from femon.recording import SessionRequest, recover_sessions
from femon.settings import Settings
from femon.types import Frame, Lost
from monitors.scripted import without_mediapipe
from staged import WHOLE, Run, file_source, parts_of


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No landmarker is imported, and what hangs is given up soon."""
    monkeypatch.setattr(pipeline_module, "STOP_LIMIT_S", 0.1)
    monkeypatch.setattr(pipeline_module, "CLOSE_LIMIT_S", 0.3)
    with without_mediapipe():
        yield


class Clock:
    """Stands still until it is told otherwise."""

    now = 50.0

    def __call__(self) -> float:
        return self.now


class Hang:
    """Never comes back from one frame, until the test ends."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.begun, self.over = threading.Event(), threading.Event()

    def __call__(self, number: int) -> None:
        if number == self.at:
            self.begun.set()
            self.over.wait()


@pytest.fixture
def hang() -> Iterator[Hang]:
    hang = Hang(WHOLE)
    yield hang
    hang.over.set()


class Camera:
    """A live source: each frame comes when the one before was answered, and without end once one hangs."""

    def __init__(self, hang: Hang) -> None:
        self.hang, self.answered = hang, threading.Semaphore(0)
        self.info = FakeSource([], live=True).info
        self.delivered = 0

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame]:
        for index in itertools.count():
            yield make_frame(index, live=True)
            self.delivered = index + 1
            while not (stopped() or self.hang.begun.is_set() or self.answered.acquire(timeout=0.01)):
                pass
            if stopped():
                return

    def close(self) -> None:
        pass


@pytest.mark.parametrize("stage", ["faces", "classify"])
def test_a_stage_that_hangs_is_noticed_while_the_preview_goes_on(
    models: Path, tmp_path: Path, stage: str, hang: Hang
) -> None:
    clock, camera, previews = Clock(), Camera(hang), threading.Semaphore(0)
    parts = parts_of(stage, hang, camera, clock=clock)  # type: ignore[arg-type]
    pipeline = Pipeline(
        "fake", Settings(), models=models, parts=parts, on_notice=Notices(),
        on_readings=lambda _: camera.answered.release(), on_frame=lambda _: previews.release(),
    )  # fmt: skip
    pipeline.start()
    try:
        assert hang.begun.wait(LIMIT_S)
        assert pipeline.stats().hanging is None
        for _ in range(WHOLE + 50):
            assert previews.acquire(timeout=LIMIT_S)
        clock.now += HANGS_AFTER_S["faces"]
        assert pipeline.stats().hanging == stage
        hang.over.set()
        for _ in range(20):
            assert previews.acquire(timeout=LIMIT_S)
    finally:
        pipeline.stop()
    assert pipeline.stats().hanging is None


def test_a_landmarker_that_hangs_does_not_keep_the_session_open(
    models: Path, tmp_path: Path, hang: Hang
) -> None:
    camera = Camera(hang)
    run = Run(models, tmp_path, parts_of("faces", hang, camera))  # type: ignore[arg-type]
    camera.answered = run.shown
    run.pipeline.start()
    assert hang.begun.wait(LIMIT_S)
    run.pipeline.stop()
    assert run.notices.until("ended", "error").kind == "ended"
    assert (run.summary.state, run.summary.integrity) == ("complete", "ok")
    assert run.summary.analysed == WHOLE
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("femon-")] == [
        "femon-faces"
    ]


def test_a_classifier_that_hangs_leaves_its_rows_says_where_and_closes_the_session_if_it_ever_comes_back(
    models: Path, tmp_path: Path, hang: Hang
) -> None:
    camera = Camera(hang)
    run = Run(models, tmp_path / "sessions", parts_of("classify", hang, camera))  # type: ignore[arg-type]
    camera.answered = run.shown
    run.pipeline.start()
    assert hang.begun.wait(LIMIT_S)
    run.pipeline.stop()
    told = run.notices.until("recording_error").text
    (folder,) = (tmp_path / "sessions").iterdir()
    assert str(folder) in told
    assert "could not be closed" in told
    crashed = tmp_path / "crashed" / folder.name
    shutil.copytree(folder, crashed)  # what the next start finds when this process ends
    (recovered,) = recover_sessions(crashed.parent)
    assert (recovered.analysed, recovered.integrity) == (WHOLE, "ok")
    hang.over.set()
    run.notices.until("ended")
    assert run.summary.integrity == "ok"
    assert run.summary.analysed >= WHOLE


def test_a_device_that_hangs_while_it_is_opened_is_noticed_and_can_be_left(
    models: Path, tmp_path: Path
) -> None:
    opening, over, clock = threading.Event(), threading.Event(), Clock()

    def open_source(*_: object, **__: object) -> FakeSource:
        opening.set()
        over.wait()
        return file_source(1)

    parts = Parts(open_source, FakeFinder(1), FakeBundle(), clock)  # type: ignore[arg-type]
    run = Run(models, tmp_path, parts)
    run.pipeline.start()
    assert opening.wait(LIMIT_S)
    clock.now += HANGS_AFTER_S["capture"]
    assert run.pipeline.stats().hanging == "capture"
    run.pipeline.stop()
    assert run.notices.until("ended", "error").kind == "ended"
    over.set()


def test_of_stages_that_hang_the_last_one_is_named() -> None:
    clock = Clock()
    meter = Meter(clock)
    with meter.working("capture"), meter.working("classify"):
        clock.now += 100
        assert meter.stats("", "").hanging == "classify"
    assert meter.stats("", "").hanging is None


class Terminal:
    """The user's, who presses Ctrl+C when asked to."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text
        if "Press Ctrl+C" in text:
            raise KeyboardInterrupt

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("stage", ["faces", "classify"])
def test_the_command_line_says_what_hangs_and_ends_at_ctrl_c_with_the_rows_kept(
    models: Path, tmp_path: Path, stage: str, hang: Hang, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = parts_of(stage, hang, file_source(), clock=lambda: 100.0 if hang.begun.is_set() else 0.0)
    terminal = Terminal()
    monkeypatch.setattr(batch, "Pipeline", partial(Pipeline, parts=parts))
    monkeypatch.setattr(batch, "LOOK_S", 0.02)
    monkeypatch.setattr("sys.stderr", terminal)
    outcome = batch.run_batch("fake", Settings(), models=models, request=SessionRequest(tmp_path))
    part = "search for faces" if stage == "faces" else "analysis"
    assert f"The {part} has not answered for 5 s" in terminal.text
    (folder,) = tmp_path.iterdir()
    assert len(pd.read_csv(folder / "frames.csv")) == WHOLE
    if stage == "faces":
        assert outcome.state == "interrupted"
        assert outcome.summary is not None
    else:
        assert outcome.state == "failed"
        assert str(folder) in str(outcome.error)


def test_of_several_sources_the_command_line_names_the_one_that_hangs(
    models: Path, tmp_path: Path, hang: Hang, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames: list[Frame | Lost] = [make_frame(index) for index in range(WHOLE + 1)]
    ways = {"0": FakeSource(frames, gate=hang), "1": file_source(WHOLE)}
    parts = Parts(
        open_source=lambda name, *_, **__: ways[name],
        make_finder=FakeFinder(1),  # type: ignore[arg-type]
        load_bundle=FakeBundle(),  # type: ignore[arg-type]
        clock=lambda: 100.0 if hang.begun.is_set() else 0.0,
    )
    terminal = Terminal()
    monkeypatch.setattr(together, "PipelineGroup", partial(PipelineGroup, parts=parts))
    monkeypatch.setattr(batch, "LOOK_S", 0.02)
    monkeypatch.setattr("sys.stderr", terminal)
    first, second = together.run_together(
        ["0", "1"], Settings(), models=models, request=SessionRequest(tmp_path)
    )
    assert terminal.text.startswith("Camera 0: No picture has come for 15 s")
    assert first.state == "interrupted"
    assert second.summary is not None


def test_the_command_line_says_when_the_camera_goes_and_comes_and_when_it_is_frozen(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    still = make_frame(3, live=True)
    items = [
        replace(make_frame(0, live=True), utc=None),
        Lost("fake", 1.0, None, "unplugged"),
        *(replace(still, index=index, t=2.0 + index, utc=None) for index in range(1, 6)),
        replace(make_frame(9, live=True), t=20.0, utc=None),
    ]
    parts = parts_of("", lambda _: None, FakeSource(items, live=True))
    monkeypatch.setattr(batch, "Pipeline", partial(Pipeline, parts=parts))
    batch.run_batch("0", Settings(), models=models, request=None)
    told = capsys.readouterr().err.splitlines()
    assert [line.split(".")[0] for line in told] == [
        "Camera disconnected",
        "The camera is back",
        "The camera sends the same picture again and again, so nothing new can be seen",
        "The camera sends new pictures again",
    ]
