"""Opening, switching and closing sources without waiting for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from femon.errors import CameraError
from femon.gui.controller import Controller
from femon.recording import SessionRequest
from femon.settings import ModeSettings, Settings, load_settings, save_settings
from femon.types import Notice
from later import Later


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def slow(qapp: Any, made: Any, later: Later, tmp_path: Path) -> Controller:
    paths = {"settings_path": tmp_path / "settings.json", "models": tmp_path}
    return Controller(Settings(), make_pipeline=made, background=later, **paths)


def test_opening_returns_before_anything_is_made(slow: Controller, made: Any, later: Later) -> None:
    slow.open("0")
    assert made.pipelines == []
    assert not slow.idle
    later.go()
    assert made.last.calls == ["start"]
    assert slow.pipeline is made.last


def test_of_several_sources_asked_for_in_a_row_the_last_one_stays(
    slow: Controller, made: Any, later: Later
) -> None:
    for source in ("0", "1", "2"):
        slow.open(source)
    assert len(later.waiting) == 1
    later.go()
    later.go()
    assert [one.source for one in made.pipelines] == ["0", "2"]
    assert made.pipelines[0].calls == ["start", "stop"]
    assert later.waiting == []


def test_closing_while_a_source_opens_stops_it_again(
    slow: Controller, made: Any, later: Later, qtbot: Any
) -> None:
    slow.open("0")
    slow.close()
    with qtbot.waitSignal(slow.stopped):
        later.go()
        later.go()
    assert made.last.calls == ["start", "stop"]
    assert slow.idle


def test_only_the_last_words_of_a_left_source_are_heard(
    slow: Controller, made: Any, later: Later, qapp: Any
) -> None:
    heard: list[Notice] = []
    slow.notice.connect(heard.append)
    slow.open("0")
    later.go()
    slow.open("1")
    for kind in ("recorded", "ended"):
        made.pipelines[0].say(kind)
    qapp.processEvents()
    assert [notice.kind for notice in heard] == ["recorded"]
    later.go()


def test_a_source_that_cannot_be_made_gives_an_error_notice(
    slow: Controller, made: Any, later: Later
) -> None:
    heard: list[Notice] = []
    slow.notice.connect(heard.append)
    made.refuse = CameraError("No such camera. Choose another.", why="missing")
    slow.open("9")
    later.go()
    assert [notice.kind for notice in heard] == ["error"]
    assert heard[0].details["error"] is made.refuse
    assert slow.idle


def test_a_model_chosen_after_a_failure_opens_the_source_again(
    slow: Controller, made: Any, later: Later, qapp: Any
) -> None:
    slow.open("0")
    later.go()
    made.last.say("error", "The model 'gone' is not installed.")
    qapp.processEvents()
    slow.use_model("good")
    later.go()  # saves the choice
    later.go()
    assert made.pipelines[0].calls == ["start", "stop"]
    assert (made.last.source, made.last.calls) == ("0", ["start"])
    slow.use_model("better")
    assert ("use_bundle", "better") in made.last.calls


def test_a_model_that_is_refused_is_not_kept_as_the_chosen_one(
    slow: Controller, made: Any, later: Later, qapp: Any
) -> None:
    slow.open("0")
    later.go()
    made.last.say("model", model_id="good")
    qapp.processEvents()
    slow.use_model("damaged")
    made.last.say("model_error", model_id="damaged")
    qapp.processEvents()
    assert slow.settings.model == "good"


def test_a_session_waits_until_it_is_recorded(slow: Controller, made: Any, later: Later, qapp: Any) -> None:
    request = SessionRequest(slow.settings_path.parent, participant="p01")
    slow.open("0", record=request)
    later.go()
    made.last.say("error", "The camera is busy.")
    qapp.processEvents()
    slow.reopen()
    later.go()
    assert made.last.options["record"] is request
    made.last.say("recording", folder=request.root)
    qapp.processEvents()
    slow.reopen()
    later.go()
    assert made.last.options["record"] is None


def test_settings_are_saved_in_the_background_and_the_newest_win(slow: Controller, later: Later) -> None:
    first = replace(slow.settings, model="a")
    slow.change_settings(first)
    slow.change_settings(replace(first, model="b"))
    assert not slow.settings_path.exists()
    later.go()
    assert load_settings(slow.settings_path)[0].model == "b"


def test_what_was_asked_for_once_is_not_saved_with_what_is_changed(
    qapp: Any, later: Later, tmp_path: Path
) -> None:
    path = tmp_path / "settings.json"
    save_settings(Settings(purpose="workplace_education", device="gpu"), path)
    once = Settings(purpose="self", device="cpu", modes=ModeSettings(expression=False, attention=True))
    controller = Controller(once, settings_path=path, models=tmp_path, background=later)
    display = replace(once.display, mirror=not once.display.mirror)
    controller.change_settings(replace(once, last_camera="front", display=display))
    later.go()
    kept = Settings(purpose="workplace_education", device="gpu", last_camera="front", display=display)
    assert load_settings(path)[0] == kept
    assert controller.settings.purpose == "self"


def test_settings_that_cannot_be_saved_are_told(slow: Controller, later: Later) -> None:
    told: list[str] = []
    slow.not_saved.connect(told.append)
    slow.settings_path.mkdir(parents=True)
    slow.change_settings(replace(slow.settings, model="a"))
    later.go()
    assert len(told) == 1
    assert told[0].startswith("The settings could not be saved in ")


def test_unchanged_settings_are_not_saved(slow: Controller, later: Later) -> None:
    slow.change_settings(replace(slow.settings))
    assert later.waiting == []
