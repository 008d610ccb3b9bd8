"""One input without a window: who is told what, in which order and on which thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from fakes import FakeBundle, FakeFinder, FakeSource, make_frame
from femon.cli import batch, job, together
from femon.cli.progress import Progress
from femon.errors import SessionError
from femon.pipeline import Parts, Pipeline
from femon.pipelines import group
from femon.recording import SessionRequest
from femon.settings import Settings
from femon.types import Frame, Readings, SourceInfo

FRAMES = 5

Run = Callable[..., list[batch.Outcome]]


def parts() -> Parts:
    return Parts(
        open_source=lambda *_, **__: FakeSource([make_frame(index) for index in range(FRAMES)]),
        make_finder=FakeFinder(1),  # type: ignore[arg-type]
        load_bundle=FakeBundle(),  # type: ignore[arg-type]
    )


@pytest.fixture(params=["alone", "together"])
def run(request: pytest.FixtureRequest, models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    asked = {"models": models, "request": SessionRequest(tmp_path)}
    if request.param == "alone":
        monkeypatch.setattr(batch, "Pipeline", partial(Pipeline, parts=parts()))
        return lambda **options: [batch.run_batch("fake", Settings(), **asked, **options)]
    monkeypatch.setattr(together, "PipelineGroup", partial(group.PipelineGroup, parts=parts()))
    return lambda **options: together.run_together(["fake"], Settings(), **asked, **options)


def test_the_opening_is_dealt_with_before_the_first_frame_is_taken(run: Run) -> None:
    told: list[str] = []

    def on_open(info: SourceInfo) -> None:
        told.append(threading.current_thread().name)

    (outcome,) = run(on_open=on_open, on_readings=lambda readings: told.append("frame"))
    assert [name.partition("-")[2][:7] for name in told[:1]] == ["capture"]
    assert told[1:] == ["frame"] * FRAMES
    assert outcome.state == "complete"


def test_what_fails_at_the_opening_ends_the_run_with_its_own_sentence(run: Run, tmp_path: Path) -> None:
    def on_open(info: SourceInfo) -> None:
        raise SessionError("The disk is not there.")

    (outcome,) = run(on_open=on_open)
    assert (outcome.state, str(outcome.error)) == ("failed", "The disk is not there.")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("sent", [True, False])
def test_several_files_are_played_at_their_own_speed_only_when_they_are_sent(
    models: Path, monkeypatch: pytest.MonkeyPatch, sent: bool
) -> None:
    def made(*_: object, paced: bool, **__: object) -> None:
        raise SessionError(f"paced: {paced}")

    monkeypatch.setattr(together, "PipelineGroup", made)
    with pytest.raises(SessionError, match=f"paced: {sent}"):
        together.run_together(["a", "b"], Settings(lsl=sent), models=models, request=None)


def test_a_bar_counts_whatever_the_order_in_which_its_sources_open(
    capsys: pytest.CaptureFixture[str],
) -> None:
    frame = Frame("fake", 0, 0.0, None, 0.0, make_frame(0).image_bgr)
    source = SourceInfo("file", "a.mp4", 64, 48, live=False, frame_count=3)
    with Progress("a.mp4", quiet=False) as progress:
        progress.step(Readings(frame, ()))
        progress.open(source)
        progress.step(Readings(frame, ()))
        progress.open(source)
        progress.step(Readings(frame, ()))
    assert "3/6" in capsys.readouterr().err


def test_a_bar_over_a_source_of_unknown_length_has_no_total(capsys: pytest.CaptureFixture[str]) -> None:
    frame = make_frame(0)
    with Progress("a.mp4", quiet=False) as progress:
        for count in (3, None):
            progress.open(SourceInfo("file", "a.mp4", 64, 48, live=False, frame_count=count))
        progress.step(Readings(frame, ()))
    assert "1 frames" in capsys.readouterr().err


ADDRESS = "rtsp://user:secret@cam/live?token=secret"


def test_no_password_of_an_address_is_printed(
    models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(batch, "Pipeline", partial(Pipeline, parts=parts()))
    work = job.Job(Settings(), models, SessionRequest(tmp_path), None, overlay=False, quiet=False)
    finished = job.analyze(work, ADDRESS)
    assert finished.said.startswith(f"rtsp://cam/live: {FRAMES} frames")
    assert finished.source == ADDRESS  # by which engines know their inputs
    told = capsys.readouterr().err
    assert "rtsp://cam/live" in told
    assert "secret" not in finished.said + finished.complained + told
