"""Several sources together: each goes its own way, commands reach all, and one voice tells what concerns all."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fakes import LIMIT_S, FakeBundle, FakeFinder, FakeSource, Notices, make_frame
from femon.cli import main
from femon.errors import CameraError, SettingsError
from femon.pipeline import Parts
from femon.pipelines.group import Outlet, PipelineGroup
from femon.pipelines.news import GroupNews
from femon.pipelines.sources import MOST_SOURCES, camera_number, check_sources
from femon.recording import SessionRequest
from femon.settings import Settings
from femon.types import Notice, Readings
from lab import fake_library
from test_calibrated_pipeline import stored


class Studio:
    """A group of real pipelines over fake sources, with all that was said."""

    def __init__(
        self,
        models: Path,
        *sources: FakeSource | CameraError,
        bundle: FakeBundle | None = None,
        record: SessionRequest | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.sources = dict(zip("abcd", sources, strict=False))
        self.bundle = bundle or FakeBundle()
        self.loads = 0
        self.common = Notices()
        self.notices = [Notices() for _ in sources]
        self.readings: list[list[Readings]] = [[] for _ in sources]
        self.seen = [threading.Semaphore(0) for _ in sources]
        parts = Parts(
            open_source=self._open,
            make_finder=FakeFinder(1),  # type: ignore[arg-type]
            load_bundle=self._load,  # type: ignore[arg-type]
        )
        self.group = PipelineGroup(
            list(self.sources),
            settings or Settings(),
            models=models,
            outlets=[
                Outlet(partial(self._take, number), notices) for number, notices in enumerate(self.notices)
            ],
            on_notice=self.common,
            record=record,
            parts=parts,
        )

    def _open(self, spec: str, *_: object, **__: object) -> FakeSource:
        source = self.sources[spec]
        if isinstance(source, CameraError):
            raise source
        return source

    def _load(self, _folder: Path, **_options: object) -> FakeBundle:
        self.loads += 1
        return self.bundle

    def _take(self, number: int, readings: Readings) -> None:
        self.readings[number].append(readings)
        self.seen[number].release()

    def until_seen(self, number: int, count: int) -> None:
        for _ in range(count):
            assert self.seen[number].acquire(timeout=LIMIT_S)

    @contextmanager
    def running(self) -> Iterator[Studio]:
        self.group.start()
        try:
            yield self
        finally:
            self.group.stop()


def clip(count: int, **options: Any) -> FakeSource:
    return FakeSource([make_frame(index) for index in range(count)], **options)


class Stall:
    """A camera that delivers nothing until it is let go."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, number: int) -> None:
        if number == 1:
            self.reached.set()
            assert self.opened.wait(LIMIT_S)


def test_every_source_is_read_to_its_end_with_one_model_for_all(models: Path) -> None:
    studio = Studio(models, clip(20), clip(30), clip(25))
    with studio.running():
        for notices in studio.notices:
            notices.until("ended")
        studio.common.until("ended")
    assert [len(one) for one in studio.readings] == [20, 30, 25]
    assert studio.loads == 1
    assert sum(studio.bundle.batches) == 75


def test_a_stalled_source_does_not_hold_up_the_others(models: Path) -> None:
    stall = Stall()
    studio = Studio(models, clip(3, gate=stall), clip(40))
    with studio.running():
        assert stall.reached.wait(LIMIT_S)
        studio.notices[1].until("ended")
        assert [len(one) for one in studio.readings] == [1, 40]
        stall.opened.set()
        studio.common.until("ended")
    assert [len(one) for one in studio.readings] == [3, 40]


def test_a_source_that_cannot_be_opened_leaves_the_others_alone_and_can_be_tried_again(models: Path) -> None:
    stall = Stall()
    studio = Studio(models, CameraError("It is busy.", why="busy"), clip(3, gate=stall))
    with studio.running():
        assert studio.notices[0].until("error").text == "It is busy."
        assert stall.reached.wait(LIMIT_S)
        studio.sources["a"] = clip(5)
        studio.group.reopen(0)
        studio.notices[0].until("ended")
        stall.opened.set()
        studio.common.until("ended")
    assert [len(one) for one in studio.readings] == [5, 3]


def test_a_source_that_opens_again_keeps_its_calibration_and_whether_it_corrects(models: Path) -> None:
    studio = Studio(models, clip(2), clip(2))
    studio.group.use_profile(stored())
    studio.group.set_baseline(False)
    with studio.running():
        studio.notices[0].until("ended")
        before = len(studio.notices[0].all)
        studio.sources["a"] = clip(2)
        studio.group.reopen(0)
        studio.notices[0].until("ended")
    told = [notice.details for notice in studio.notices[0].all[before:] if notice.kind == "baseline"]
    assert told[-1] == {"available": True, "on": False}


def test_a_stopped_group_opens_nothing_again(models: Path) -> None:
    studio = Studio(models, clip(1), clip(1))
    with studio.running():
        studio.common.until("ended")
    studio.group.reopen(0)
    assert [len(one) for one in studio.readings] == [1, 1]


def test_sources_know_their_number(models: Path) -> None:
    studio = Studio(models, clip(1), clip(1))
    with studio.running():
        studio.common.until("ended")
    infos = [notices.until("opened").details["info"] for notices in studio.notices]
    assert [info.number for info in infos] == [1, 2]  # type: ignore[attr-defined]


def test_each_source_has_lab_streams_of_its_own(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outlets = fake_library(monkeypatch)
    studio = Studio(models, clip(2), clip(2), settings=Settings(lsl=True))
    with studio.running():
        studio.common.until("ended")
    infos = [outlet.info for outlet in outlets]
    assert {info.name for info in infos} == {"femon", "femon markers", "femon 2", "femon markers 2"}
    assert len({info.source_id for info in infos}) == 4


def test_sessions_recorded_together_are_two_folders_that_both_give_a_report(
    models: Path, tmp_path: Path
) -> None:
    request = SessionRequest(tmp_path, participant="p01")
    studio = Studio(models, clip(20), clip(30), record=request)
    with studio.running():
        studio.common.until("ended")
    folders = sorted(tmp_path.iterdir())
    assert len(folders) == 2
    contents = [json.loads((folder / "session.json").read_text()) for folder in folders]
    assert sorted(content["counts"]["captured"] for content in contents) == [20, 30]
    assert {content["source"]["name"] for content in contents} == {"fake"}
    for folder in folders:
        assert main(["report", str(folder)]) == 0
        assert (folder / "report.html").is_file()


class FakeMember:
    """Notes its commands; `say` speaks like its threads."""

    def __init__(self, source: str, settings: Settings, **options: Any) -> None:
        self.source, self.settings, self.options = source, settings, options
        self.calls: list[object] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *given, **options: self.calls.append((name, *given, *options.values()))

    def say(self, kind: Any, text: str = "", **details: object) -> None:
        self.options["on_notice"](Notice(kind, text, details))


class Group:
    """A group of such members."""

    def __init__(self, count: int = 2) -> None:
        self.made: list[FakeMember] = []
        self.told: list[Notice] = []
        self.group = PipelineGroup(
            [str(number) for number in range(count)],
            Settings(),
            models=Path(),
            outlets=[Outlet()] * count,
            on_notice=self.told.append,
            make=self._make,
        )

    def _make(self, *given: Any, **options: Any) -> FakeMember:
        self.made.append(FakeMember(*given, **options))
        return self.made[-1]

    @property
    def kinds(self) -> list[str]:
        return [notice.kind for notice in self.told]

    @property
    def calls(self) -> list[list[object]]:
        return [member.calls for member in self.made]


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("use_bundle", ("other",)),
        ("record", (SessionRequest(Path()),)),
        ("stop_recording", ()),
        ("pause_recording", (True,)),
        ("mark", ("marker", "A")),
        ("acknowledge", ()),
        ("snooze", ()),
        ("set_sound", (0.5, "")),
    ],
)
def test_what_concerns_everybody_goes_to_all(command: str, given: tuple[Any, ...]) -> None:
    studio = Group()
    getattr(studio.group, command)(*given)
    assert [calls[0][:2] for calls in studio.calls] == [(command, *given)[:2]] * 2  # type: ignore[index]


def test_what_concerns_one_person_goes_to_the_selected_source() -> None:
    studio = Group()
    studio.group.select(1)
    studio.group.calibrate(glasses=True, corners=False)
    studio.group.skip_calibration_step()
    studio.group.stop_calibration()
    studio.group.use_profile(None)
    studio.group.set_baseline(False)
    names = [call[0] for call in studio.made[1].calls]  # type: ignore[index]
    assert studio.made[0].calls == []
    assert names == ["calibrate", "skip_calibration_step", "stop_calibration", "use_profile", "set_baseline"]


def test_only_the_alarm_that_was_shown_is_called_false() -> None:
    studio = Group()
    studio.group.alarm_shown_of(1)
    studio.group.false_alarm()
    assert studio.calls == [[], [("false_alarm",)]]


def test_a_source_that_opens_again_gets_what_the_others_were_told() -> None:
    studio = Group()
    request = SessionRequest(Path("sessions"))
    studio.group.use_bundle("other")
    studio.group.record(request)
    studio.group.set_sound(0.3, "no device")
    studio.group.use_profile(None)
    studio.group.reopen(0)
    again = studio.made[2]
    assert (again.source, again.settings.model, again.options["record"]) == ("0", "other", request)
    assert again.calls == [("use_profile", None), ("set_sound", 0.3, "no device"), ("start",)]
    assert ("stop",) in studio.made[0].calls
    assert ("stop",) not in studio.made[1].calls


def test_a_source_that_opens_again_while_paused_begins_paused() -> None:
    studio = Group()
    request = SessionRequest(Path("sessions"))
    studio.group.record(request)
    studio.group.pause_recording(True)
    studio.group.reopen(0)
    studio.group.pause_recording(False)
    studio.group.reopen(1)
    begun = [again.options["record"] for again in studio.made[2:]]
    assert begun == [replace(request, paused=True), request]


def test_a_source_that_opens_again_after_the_sessions_closed_begins_none_of_its_own() -> None:
    studio = Group()
    studio.group.record(SessionRequest(Path("sessions")))
    for member in studio.made:
        member.say("recording")
    studio.made[0].say("recorded", summary=None)
    studio.group.reopen(0)
    assert studio.made[-1].options["record"] is not None  # the other one still records
    studio.made[1].say("recorded", summary=None)
    studio.group.reopen(1)
    assert studio.made[-1].options["record"] is None


def test_a_marker_is_told_once_and_taken_back_where_it_was_written() -> None:
    studio = Group()
    for member in studio.made:
        member.say("recording")
    studio.group.mark("marker", "A")
    studio.made[1].say("noted", "A", event_id=7)
    studio.made[0].say("noted", "A", event_id=3)
    noted = [notice for notice in studio.told if notice.kind == "noted"]
    assert len(noted) == 1
    studio.group.undo(noted[0].details["event_id"])  # type: ignore[arg-type]
    assert [calls[-1] for calls in studio.calls] == [("undo", 3), ("undo", 7)]


def test_a_marker_is_taken_back_only_where_a_session_ran() -> None:
    studio = Group()
    studio.made[1].say("recording")
    studio.group.mark("marker", "A")
    studio.made[1].say("noted", "A", event_id=2)
    studio.group.undo(1)
    assert studio.calls[0] == [("mark", "marker", "A", "", None)]
    assert studio.calls[1][-1] == ("undo", 2)


def test_the_opening_is_told_once_and_of_the_selected_source() -> None:
    studio = Group()
    studio.made[1].say("opened", info="second")
    assert studio.kinds == []
    studio.made[0].say("opened", info="first")
    assert [notice.details["info"] for notice in studio.told] == ["first"]


def test_when_the_selected_source_fails_the_next_one_selected_is_told_as_open() -> None:
    studio = Group()
    studio.made[1].say("opened", info="second")
    studio.made[0].say("error", "gone")
    studio.group.select(1)
    assert studio.kinds == ["opened", "baseline"]


def test_the_end_is_told_when_nothing_is_left() -> None:
    studio = Group()
    studio.made[0].say("ended")
    assert studio.kinds == []
    studio.made[1].say("error", "gone")
    assert studio.kinds == ["error"]


def test_a_session_is_told_when_the_last_one_closes_and_names_all() -> None:
    studio = Group(3)
    for member in studio.made:
        member.say("recording")
    for number in (1, 0):
        studio.made[number].say("recorded", summary=number)
    assert studio.kinds == ["recording"]
    studio.made[2].say("recording_error", "disk full")
    assert studio.kinds == ["recording", "recorded", "recording_error"]
    assert studio.told[1].details == {"summary": 0, "summaries": [0, 1]}


def test_the_loss_of_one_camera_is_its_own_affair_and_the_model_is_told_once() -> None:
    studio = Group()
    for kind in ("lost", "back", "alarms", "model"):
        for member in studio.made:
            member.say(kind)
    assert studio.kinds == ["model"]


def test_a_video_that_ends_is_always_told_and_whether_others_go_on() -> None:
    studio = Group()
    for member in studio.made:
        member.say("recording", video=True)
    for member in reversed(studio.made):
        member.say("video_error")
    assert [notice.details["filming"] for notice in studio.told if notice.kind == "video_error"] == [
        True,
        False,
    ]


def test_a_person_of_another_source_is_not_told_but_remembered() -> None:
    studio = Group()
    for member in studio.made:
        member.say("recalibrate")
    studio.made[1].say("baseline", available=True, on=True)
    assert studio.kinds == ["recalibrate"]
    studio.group.select(1)
    assert studio.told[-1].details == {"available": True, "on": True}


def test_once_the_selected_source_is_over_another_one_speaks_for_all() -> None:
    told: list[Notice] = []
    news = GroupNews(2, told.append)
    news.take(0, Notice("error", "gone"))
    news.take(1, Notice("clock", "The clock was set."))
    assert [notice.kind for notice in told] == ["clock"]


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (["0", "demo", "/dev/video0"], "Camera 0 is named twice"),
        (["Camera 0", "0"], "Camera 0 is named twice"),
        (["demo"] * (MOST_SOURCES + 1), "At most 4 sources"),
    ],
)
def test_too_many_sources_or_a_camera_twice_are_refused(
    sources: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SettingsError, match=words):
        check_sources(sources)
    assert main([part for source in sources for part in ("--source", source)]) == 2
    assert words in capsys.readouterr().err


def test_files_may_be_watched_twice_and_are_no_cameras() -> None:
    check_sources(["demo", "demo", "talk.mp4", "talk.mp4"])
    assert [camera_number(source) for source in ("3", "/dev/video12", "demo", "talk.mp4")] == [
        3,
        12,
        None,
        None,
    ]


def test_a_marker_of_an_earlier_moment_is_written_at_that_of_each_source() -> None:
    studio = Group()
    for number, member in enumerate(studio.made):
        member.say("recording")
        member.moment = lambda number=number: (100.0 + number,)
    studio.group.mark("note", "A", at=studio.group.moment())
    assert [calls[-1] for calls in studio.calls] == [
        ("mark", "note", "A", "", (100.0,)),
        ("mark", "note", "A", "", (101.0,)),
    ]
