"""Lab streams in the app: opened with a source on request, fed with every frame, closed with it."""

from __future__ import annotations

import json
import math
import sys
import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeSource, make_frame
from femon.cli import main
from femon.cli.batch import Outcome, run_batch
from femon.lsl import StreamDesk
from femon.lsl.channels import CHANNELS
from femon.lsl.desk import SENDING as SENDING_TEXT
from femon.pipeline import Parts, Pipeline
from femon.settings import ModeSettings, Settings, save_settings
from femon.types import Readings
from lab import FakeOutlet, fake_library
from monitors.scripted import FATIGUE, ScriptedSource, Session, seen, without_mediapipe
from monitors.synthetic import Script, Timing, closure


@pytest.fixture
def outlets(monkeypatch: pytest.MonkeyPatch) -> list[FakeOutlet]:
    return fake_library(monkeypatch)


SENDING = Settings(modes=FATIGUE, lsl=True)
SLEEPER = Script(4.5, openness=closure(1.0, 3.2))


@pytest.fixture
def _no_landmarker() -> Iterator[None]:
    with without_mediapipe():
        yield


def sent(settings: Settings, *, mark_at: int | None = None) -> Session:
    """A scripted session, in which somebody sets a marker while the Nth frame is shown."""
    session = Session(seen(SLEEPER, Timing(10)), settings=settings)
    count = 0

    def take(readings: Readings) -> None:
        nonlocal count
        session.readings.append(readings)
        if count == mark_at:
            session.pipeline.mark("marker", "stimulus")
            session.pipeline.mark("note", "private")
        count += 1

    session.pipeline._on_readings = take
    return session.to_the_end()


@pytest.mark.usefixtures("_no_landmarker")
def test_every_frame_of_a_source_is_a_sample_at_its_time(outlets: list[FakeOutlet]) -> None:
    session = sent(SENDING)
    values, stamps = zip(*outlets[0].pushed, strict=True)
    assert len(values) == len(session.readings) == 46
    assert stamps == pytest.approx([5000.0 + one.frame.t for one in session.readings])
    opennesses = [row[[channel.name for channel in CHANNELS].index("openness")] for row in values]
    assert opennesses[5] == pytest.approx(1.0, abs=0.1)
    assert opennesses[25] == pytest.approx(0.0, abs=0.1)
    assert [notice.text for notice in session.notices if notice.kind == "streaming"] == [SENDING_TEXT]
    assert outlets[0].info.source_id.endswith("-file")  # and not the name of the file


@pytest.mark.usefixtures("_no_landmarker")
def test_a_source_sends_nothing_of_what_its_settings_do_not_watch(outlets: list[FakeOutlet]) -> None:
    sent(Settings(modes=ModeSettings(expression=False, attention=True), lsl=True))
    names = [channel.name for channel in CHANNELS]
    of_eyes = [names.index(name) for name in ("openness", "closure", "eye_state", "fatigue_level")]
    assert len(outlets[0].pushed) == 46
    assert all(math.isnan(values[place]) for values, _ in outlets[0].pushed for place in of_eyes)
    assert not math.isnan(outlets[0].pushed[-1][0][names.index("off_target")])


@pytest.mark.usefixtures("_no_landmarker")
def test_markers_and_alarms_are_sent_and_notes_are_not(outlets: list[FakeOutlet]) -> None:
    session = sent(SENDING, mark_at=8)
    texts = [values[0] for values, _ in outlets[1].pushed]
    assert texts.count("stimulus") == 1
    assert not [text for text in texts if "private" in text]
    alarms = [text for text in texts if text.startswith("alarm")]
    assert alarms[:5] == [
        "alarm pre start", "alarm pre end", "alarm microsleep start", "alarm microsleep end",
        "alarm sleep start",
    ]  # fmt: skip
    stamps = {values[0]: stamp for values, stamp in outlets[1].pushed}
    (slept,) = [
        one.t for state in session.readings for one in state.monitor.transitions if one.after == "sleep"
    ]  # type: ignore[union-attr]
    assert stamps["alarm sleep start"] == pytest.approx(5000.0 + slept)
    shown_t = session.readings[8].frame.t
    assert shown_t <= stamps["stimulus"] - 5000.0 <= session.readings[-1].frame.t


@pytest.mark.usefixtures("_no_landmarker")
def test_nothing_is_sent_unless_asked_for(outlets: list[FakeOutlet]) -> None:
    session = sent(Settings(modes=FATIGUE))
    assert len(session.readings) == 46
    assert not outlets
    assert not [notice for notice in session.notices if notice.kind == "streaming"]


@pytest.mark.usefixtures("_no_landmarker")
def test_without_the_library_the_watching_goes_on_and_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    session = sent(SENDING)
    assert (session.end.kind, len(session.readings)) == ("ended", 46)
    (told,) = [notice.text for notice in session.notices if notice.kind == "stream_error"]
    assert "pip install femon[lsl]" in told


def test_the_streams_end_with_their_source(outlets: list[FakeOutlet]) -> None:
    desk = StreamDesk(lambda _: None, wanted=True, modes=FATIGUE)
    frame = make_frame(0)
    info = FakeSource([]).info
    desk.send(Readings(frame, ()), info)
    assert len(outlets) == 2
    kept = weakref.ref(outlets.pop())
    outlets.clear()
    desk.close()
    assert kept() is None  # the library ends a stream when nobody holds its outlet any more
    desk.send(Readings(frame, ()), info)
    desk.mark("late", None)
    assert not outlets


def test_asking_for_streams_without_the_library_is_refused_before_anything_opens(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    monkeypatch.setattr("femon.gui.app.run", lambda *_, **__: pytest.fail("a window was opened"))
    assert main(["--lsl", "--source", "demo", "--settings", str(tmp_path / "none.json")]) == 1
    assert "pip install femon[lsl]" in capsys.readouterr().err


def test_the_doctor_warns_while_streams_are_switched_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "settings.json"
    save_settings(Settings(lsl=True, sessions=str(tmp_path)), path)
    main(["doctor", "--privacy", "--json", "--settings", str(path)])
    (network,) = [check for check in json.loads(capsys.readouterr().out) if check["name"] == "network"]
    assert network["state"] == "warn"
    assert "Lab Streaming Layer" in network["text"]


@pytest.mark.usefixtures("_no_landmarker")
def test_a_terminal_says_what_is_sent_and_what_cannot_be(
    outlets: list[FakeOutlet], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for missing in (False, True):
        if missing:
            monkeypatch.setitem(sys.modules, "pylsl", None)
        source = ScriptedSource(seen(Script(0.5), Timing(10)))
        parts = Parts(open_source=lambda *_, source=source, **__: source, make_finder=source)  # type: ignore[arg-type]
        monkeypatch.setattr("femon.cli.batch.Pipeline", partial(Pipeline, parts=parts))
        run_batch("script", SENDING, models=Path("none"), request=None)
        told = capsys.readouterr().err
        assert ("pip install femon[lsl]" in told) == missing
        assert (SENDING_TEXT in told) != missing


def test_an_analysis_never_sends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    save_settings(Settings(lsl=True), settings)
    asked: list[bool] = []

    def run_batch(source: str, settings: Settings, **options: Any) -> Outcome:
        asked.append(settings.lsl)
        return Outcome()

    monkeypatch.setattr("femon.cli.job.run_batch", run_batch)
    arguments = ["--settings", str(settings), "--out", str(tmp_path), "--mode", "fatigue", "--quiet"]
    assert main(["analyze", "demo", *arguments]) == 0
    assert asked == [False]
