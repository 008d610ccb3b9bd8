"""The pipeline: order, drops, losses, failures and recordings, in lockstep and without devices."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fakes import LIMIT_S, FakeBundle, FakeFinder, FakeSource, Notices, make_frame
from femon.camera import EndsEarlyError
from femon.crop import FER_SPEC, CropSpec
from femon.errors import CameraError, ModelError
from femon.pipeline import Parts, Pipeline, file_backlog
from femon.recording import SessionRequest, SessionSummary
from femon.settings import Settings
from femon.types import Faces, Lost, Readings, SourceInfo


class Run:
    """A pipeline of fakes with everything it said."""

    def __init__(
        self,
        models: Path,
        source: FakeSource,
        *,
        finder: FakeFinder | None = None,
        bundle: Callable[..., FakeBundle] | None = None,
        record: SessionRequest | None = None,
        on_readings: Callable[[Readings], None] = lambda readings: None,
    ) -> None:
        self.source, self.finder = source, finder or FakeFinder(1)
        self.readings: list[Readings] = []
        self.frames: list[int] = []
        self.notices = Notices()

        def take(readings: Readings) -> None:
            self.readings.append(readings)
            on_readings(readings)

        parts = Parts(
            open_source=lambda *_, **__: source,
            make_finder=self.finder,  # type: ignore[arg-type]
            load_bundle=bundle or FakeBundle(),  # type: ignore[arg-type]
        )
        self.pipeline = Pipeline(
            "fake",
            Settings(),
            models=models,
            on_readings=take,
            on_notice=self.notices,
            on_frame=lambda frame: self.frames.append(frame.index),
            record=record,
            parts=parts,
        )

    @contextmanager
    def running(self) -> Iterator[Run]:
        self.pipeline.start()
        try:
            yield self
        finally:
            self.pipeline.stop()

    def to_the_end(self) -> Run:
        with self.running():
            self.notices.until("ended", "error")
        return self


def frames(count: int, *, live: bool = False) -> list[object]:
    return [make_frame(index, live=live) for index in range(count)]


def test_a_file_loses_no_frame_and_keeps_the_order(models: Path) -> None:
    run = Run(models, FakeSource(frames(100)), finder=FakeFinder(1, 2)).to_the_end()  # type: ignore[arg-type]
    assert [readings.frame.index for readings in run.readings] == list(range(100))
    assert all([one.face.track for one in readings.readings] == [1, 2] for readings in run.readings)
    assert run.notices.all[-1].kind == "ended"
    assert run.source.closed
    assert run.finder.closed


@pytest.mark.parametrize(
    ("size", "waiting"), [((640, 480), 8), ((1920, 1080), 8), ((3840, 2160), 2), ((0, 0), 8)]
)
def test_few_large_frames_wait_between_two_stages(size: tuple[int, int], waiting: int) -> None:
    width, height = size
    assert file_backlog(SourceInfo("file", "large", width, height, live=False)) == waiting


def test_a_file_with_frames_seconds_apart_is_watched_through_its_gaps(models: Path) -> None:
    given: dict[str, object] = {}

    class Told(FakeFinder):
        def __call__(self, model: Path, **options: Any) -> FakeFinder:
            given.update(options)
            return self

    source = FakeSource([make_frame(index, fps=0.4) for index in range(3)])
    source.info = replace(source.info, fps=0.4)
    run = Run(models, source, finder=Told(1)).to_the_end()
    assert given["away_s"] == 3.75
    assert [readings.readings[0].uncertain for readings in run.readings] == ["warmup", None, None]


@pytest.mark.parametrize(("fps", "live"), [(30.0, False), (None, False), (0.4, True)])
def test_a_face_is_away_after_a_second_in_all_else(fps: float | None, live: bool) -> None:
    assert SourceInfo("file", "one", 64, 48, live, fps=fps).away_s == 1.0


def test_all_faces_of_a_frame_are_classified_in_one_call(models: Path) -> None:
    bundle = FakeBundle()
    Run(models, FakeSource(frames(5)), finder=FakeFinder(1, 2, 3), bundle=bundle).to_the_end()  # type: ignore[arg-type]
    assert bundle.batches == [3] * 5


def test_the_source_is_opened_read_and_closed_on_the_capture_thread(models: Path) -> None:
    run = Run(models, FakeSource(frames(3))).to_the_end()  # type: ignore[arg-type]
    assert run.source.threads == {"femon-capture"}


def test_a_slow_classifier_drops_old_frames_but_never_the_preview(models: Path, tmp_path: Path) -> None:
    busy, go_on, all_shown = threading.Event(), threading.Event(), threading.Event()

    def slow(number: int) -> None:
        busy.set()
        assert go_on.wait(LIMIT_S)

    def gate(number: int) -> None:
        if number == 1:
            assert busy.wait(LIMIT_S)  # the first frame is being classified; the others come meanwhile
        if number == 40:
            all_shown.set()

    items = frames(41, live=True)
    run = Run(
        models,
        FakeSource(items, live=True, gate=gate),  # type: ignore[arg-type]
        bundle=FakeBundle(slow),
        record=SessionRequest(tmp_path),
    )
    with run.running():
        assert all_shown.wait(LIMIT_S)
        assert len(run.frames) >= 40  # the preview saw every frame while the classifier slept
        go_on.set()
        run.notices.until("ended")
    recorded = [notice for notice in run.notices.all if notice.kind == "recorded"]
    summary = recorded[0].details["summary"]
    assert isinstance(summary, SessionSummary)
    assert summary.captured == 41
    assert summary.dropped >= 35
    assert summary.unaccounted == 0
    table = pd.read_csv(summary.folder / "frames.csv")
    assert list(table.frame) == list(range(41))
    dropped = table[table.status == "dropped"]
    assert set(dropped.status_why) <= {"busy_faces", "busy_classify"}
    assert run.pipeline.stats().dropped == summary.dropped


def test_a_lost_camera_is_told_once_and_written_every_second(models: Path, tmp_path: Path) -> None:
    first, last = make_frame(0, live=True), make_frame(90, live=True)
    analysed = threading.Event()
    lost = [Lost("fake", 1.0 + second, None, "unplugged") for second in range(2)]
    run = Run(
        models,
        FakeSource(
            [first, *lost, last], live=True, gate=lambda number: None if number == 0 else _wait(analysed)
        ),
        record=SessionRequest(tmp_path),
        on_readings=lambda readings: analysed.set(),
    ).to_the_end()
    kinds = [notice.kind for notice in run.notices.all]
    assert kinds.count("lost") == kinds.count("back") == 1
    summary = next(notice.details["summary"] for notice in run.notices.all if notice.kind == "recorded")
    assert isinstance(summary, SessionSummary)
    table = pd.read_csv(summary.folder / "frames.csv")
    assert list(table.status) == ["ok", "camera_lost", "camera_lost", "ok"]
    assert list(table.t_mono_s) == pytest.approx([0.0, 1.0, 2.0, 3.0], abs=1e-6)


def _wait(event: threading.Event) -> None:
    assert event.wait(LIMIT_S)


@pytest.mark.parametrize("stage", ["capture", "faces", "classify"])
def test_a_failing_stage_ends_the_pipeline_and_says_which(models: Path, tmp_path: Path, stage: str) -> None:
    class BrokenFinder(FakeFinder):
        def find(self, frame: object) -> object:  # type: ignore[override]
            raise RuntimeError("finder broke")

    def broken(number: int) -> None:
        raise RuntimeError("network broke")

    run = Run(
        models,
        FakeSource(frames(30), failure=RuntimeError("camera broke") if stage == "capture" else None),  # type: ignore[arg-type]
        finder=BrokenFinder(1) if stage == "faces" else FakeFinder(1),
        bundle=FakeBundle(broken) if stage == "classify" else FakeBundle(),
        record=SessionRequest(tmp_path),
    ).to_the_end()
    notice = run.notices.all[-1]
    assert notice.kind == "error"
    assert notice.details["stage"] == stage
    assert run.source.closed


def test_frames_before_a_failure_of_the_source_are_kept(models: Path, tmp_path: Path) -> None:
    source = FakeSource(frames(20), failure=CameraError("the disc was pulled out"))  # type: ignore[arg-type]
    run = Run(models, source, record=SessionRequest(tmp_path)).to_the_end()
    assert len(run.readings) == 20
    summary = next(notice.details["summary"] for notice in run.notices.all if notice.kind == "recorded")
    assert isinstance(summary, SessionSummary)
    assert summary.rows == 20


def test_a_file_that_ends_early_ends_normally_with_its_sentence(models: Path) -> None:
    source = FakeSource(frames(4), failure=EndsEarlyError("'x.mp4' ended at 1 s of 2 s."))  # type: ignore[arg-type]
    run = Run(models, source).to_the_end()
    assert run.notices.all[-1].kind == "ended"
    assert run.notices.all[-1].text == "'x.mp4' ended at 1 s of 2 s."


@pytest.mark.parametrize(
    ("failure", "ended"), [(None, "source_end"), (EndsEarlyError("cut"), "source_cut"), (OSError(), "error")]
)
def test_a_session_knows_whether_it_saw_its_file_to_the_end(
    models: Path, tmp_path: Path, failure: Exception | None, ended: str
) -> None:
    source = FakeSource(frames(4), failure=failure)  # type: ignore[arg-type]
    Run(models, source, record=SessionRequest(tmp_path)).to_the_end()
    (session,) = tmp_path.glob("*/session.json")
    assert json.loads(session.read_text())["ended"] == ended


def test_a_session_that_was_stopped_says_so(models: Path, tmp_path: Path) -> None:
    seen, stop = threading.Event(), threading.Event()
    source = FakeSource(frames(9), gate=lambda number: number < 5 or not stop.wait(LIMIT_S))  # type: ignore[arg-type]
    run = Run(models, source, record=SessionRequest(tmp_path), on_readings=lambda readings: seen.set())
    with run.running():
        assert seen.wait(LIMIT_S)
        run.pipeline._stages[0].request_stop()
        stop.set()
        run.notices.until("ended")
    (session,) = tmp_path.glob("*/session.json")
    assert json.loads(session.read_text())["ended"] == "user"


def test_a_device_that_opens_after_the_end_is_closed_without_a_word(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answers, closed = threading.Event(), threading.Event(), threading.Event()
    run = Run(models, FakeSource(frames(1)))  # type: ignore[arg-type]
    run.source.close = closed.set  # type: ignore[method-assign]

    def open_late(*_: object, **__: object) -> FakeSource:
        asked.set()
        _wait(answers)
        return run.source

    run.pipeline._parts = replace(run.pipeline._parts, open_source=open_late)
    monkeypatch.setattr("femon.pipeline.STOP_LIMIT_S", 0.0)
    run.pipeline.start()
    _wait(asked)
    run.pipeline.stop()
    run.notices.until("ended")
    answers.set()
    _wait(closed)
    assert run.notices._queue.empty()


def test_a_missing_model_is_an_error_that_names_the_way_on(models: Path) -> None:
    def missing(*_: object, **__: object) -> FakeBundle:
        raise ModelError("The model 'x' is not installed.")

    run = Run(models, FakeSource(frames(100)), bundle=missing).to_the_end()  # type: ignore[arg-type]
    assert run.notices.all[-1].kind == "error"
    assert isinstance(run.notices.all[-1].details["error"], ModelError)
    assert not run.readings


def test_a_refused_bundle_leaves_the_old_one_in_use(models: Path) -> None:
    analysed = threading.Event()
    loads = [FakeBundle()]

    def load(*_: object, **__: object) -> FakeBundle:
        if not loads:
            raise ModelError("damaged")
        return loads.pop()

    refused = threading.Event()
    source = FakeSource(
        frames(3),  # type: ignore[arg-type]
        gate=lambda number: _wait(refused) if number == 2 else None,
    )
    run = Run(models, source, bundle=load, on_readings=lambda readings: analysed.set())
    with run.running():
        _wait(analysed)
        run.pipeline.use_bundle("other")
        assert run.notices.until("model_error").text == "damaged"
        refused.set()
        run.notices.until("ended")
    assert run.readings[-1].model_id == "fake"


def test_another_model_gets_crops_with_the_eyes_where_it_wants_them(models: Path) -> None:
    other = FakeBundle()
    other.contract.crop = CropSpec(left_eye=(16.0, 20.0), right_eye=(31.0, 20.0))
    loads, analysed, switched = [FakeBundle(), other], threading.Event(), threading.Event()
    specs: list[CropSpec] = []

    class Cutter(FakeFinder):
        def align(self, faces: Faces) -> Faces:
            specs.append(self.spec)
            return faces

    source = FakeSource(
        frames(3),  # type: ignore[arg-type]
        gate=lambda number: _wait(switched) if number == 2 else None,
    )
    run = Run(
        models,
        source,
        finder=Cutter(1),
        bundle=lambda *_, **__: loads.pop(0),
        on_readings=lambda readings: analysed.set(),
    )
    with run.running():
        _wait(analysed)
        run.notices.until("model")
        run.pipeline.use_bundle("other")
        run.notices.until("model")
        switched.set()
        run.notices.until("ended")
    assert (specs[0], specs[-1]) == (FER_SPEC, other.contract.crop)


def test_a_session_may_begin_paused(models: Path, tmp_path: Path) -> None:
    run = Run(models, FakeSource(frames(3)), record=SessionRequest(tmp_path, paused=True))  # type: ignore[arg-type]
    with run.running():
        summary = run.notices.until("recorded").details["summary"]
    assert isinstance(summary, SessionSummary)
    assert (summary.captured, summary.analysed, summary.paused) == (3, 0, 3)
    events = pd.read_csv(summary.folder / "events.csv")
    assert list(events.phase[events.type == "pause"])[:1] == ["start"]


def test_recording_starts_pauses_marks_and_stops_while_running(models: Path, tmp_path: Path) -> None:
    steps = [threading.Event() for _ in range(4)]
    seen = [threading.Event() for _ in range(4)]
    source = FakeSource(frames(4, live=True), live=True, gate=lambda number: _wait(steps[number]))  # type: ignore[arg-type]
    run = Run(models, source, on_readings=lambda readings: seen[readings.frame.index].set())

    def step(number: int) -> None:
        steps[number].set()
        _wait(seen[number])

    with run.running():
        step(0)
        run.pipeline.record(SessionRequest(tmp_path, participant="p01"))
        step(1)
        folder = run.notices.until("recording").details["folder"]
        run.pipeline.mark("marker", "3")
        run.pipeline.mark("note", "hello, world", at=run.pipeline.moment())
        assert run.pipeline.stats().rows in (0, 1)  # the row of the frame may just be on its way
        run.pipeline.pause_recording(True)
        step(2)
        run.pipeline.pause_recording(False)
        step(3)
        run.pipeline.stop_recording()
        summary = run.notices.until("recorded").details["summary"]
    assert isinstance(summary, SessionSummary)
    assert summary.folder == folder
    assert (summary.captured, summary.analysed, summary.paused) == (3, 2, 1)
    events = pd.read_csv(summary.folder / "events.csv")
    assert {"marker", "note", "pause", "session"} <= set(events.type)


def test_stop_closes_a_running_recording(models: Path, tmp_path: Path) -> None:
    opened = threading.Event()
    end = threading.Event()
    source = FakeSource(
        frames(3, live=True),
        live=True,
        gate=lambda number: _wait(end) if number == 2 else None,  # type: ignore[arg-type]
    )
    run = Run(models, source, record=SessionRequest(tmp_path), on_readings=lambda readings: opened.set())
    run.pipeline.start()
    _wait(opened)
    end.set()
    run.pipeline.stop()
    assert run.notices.until("recorded").details["summary"]


def test_a_folder_that_cannot_be_written_is_told_and_the_view_goes_on(models: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    run = Run(models, FakeSource(frames(5)), record=SessionRequest(blocked / "sessions")).to_the_end()  # type: ignore[arg-type]
    assert "recording_error" in [notice.kind for notice in run.notices.all]
    assert len(run.readings) == 5
