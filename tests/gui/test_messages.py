"""Every error state has its sentence and a way on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from femon.errors import CameraError, CameraFault, ModelError, SessionError
from femon.gui import messages
from femon.types import Lost, Notice


def actions(message: messages.Message | None) -> list[str]:
    assert message is not None
    return [button.action for button in message.buttons]


@pytest.mark.parametrize("why", get_args(CameraFault))
def test_every_camera_fault_has_a_way_on(why: CameraFault) -> None:
    error = CameraError("The camera 'A' has a fault. Do this.", why=why)
    message = messages.from_notice(Notice("error", "x", {"error": error, "stage": "capture"}))
    assert actions(message)
    assert message is not None
    assert message.text == str(error)


@pytest.mark.parametrize(
    ("why", "texts"),
    [
        ("busy", ["Try again", "Choose camera"]),
        ("forbidden", ["Try again"]),
        ("slow", ["Keep waiting", "Choose camera"]),
    ],
)
def test_the_buttons_are_those_of_the_specification(why: CameraFault, texts: list[str]) -> None:
    message = messages.failure(CameraError("x", why=why), text="x")
    assert [button.text for button in message.buttons] == texts


def test_an_unreadable_file_offers_another_file() -> None:
    error = CameraError("'a.mp4' cannot be read.", why="unreadable")
    message = messages.failure(error, text="x", of_file=True)
    assert actions(message)[0] == "open_file"


def test_a_bad_bundle_offers_another_model() -> None:
    error = ModelError("The model 'a' is not installed.")
    notice = Notice("error", "x", {"error": error, "stage": "classify"})
    assert "choose_model" in actions(messages.from_notice(notice))
    assert actions(messages.from_notice(Notice("model_error", "x"))) == ["choose_model"]


def test_a_missing_landmarker_can_only_be_tried_again() -> None:
    notice = Notice("error", "x", {"error": ModelError("face_landmarker.task is missing."), "stage": "faces"})
    assert "choose_model" not in actions(messages.from_notice(notice))
    assert "retry" in actions(messages.from_notice(notice))


def test_a_stage_that_stopped_offers_retry_and_its_traceback() -> None:
    error = ValueError("bad shape")
    text = "The classify stage stopped: bad shape."
    details = {"error": error, "stage": "classify"}
    message = messages.from_notice(Notice("error", text, details))
    assert message is not None
    assert message.text == text
    closed = messages.from_notice(Notice("error", text, details), rows=120)
    assert closed is not None
    assert closed.text == f"{text} The recording was closed; its 120 rows are safe."
    assert actions(message) == ["retry", "details"]
    assert "ValueError: bad shape" in message.details


def test_a_lost_camera_says_when_and_what_happens_to_the_recording() -> None:
    lost = Lost("0", 3.0, datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC), "unplugged")
    notice = Notice("lost", "x", {"lost": lost})
    silent, recording = (messages.from_notice(notice, folder=folder) for folder in (None, Path("s")))
    assert silent is not None
    assert recording is not None
    assert f"{lost.utc.astimezone():%H:%M:%S}" in silent.text if lost.utc else False
    assert "Recording goes on" not in silent.text
    assert "Recording goes on and marks the gap; femon reconnects by itself." in recording.text


def test_a_folder_that_cannot_be_written_offers_another_and_a_broken_session_its_folder() -> None:
    notice = Notice("recording_error", "x", {"error": SessionError("femon cannot write to s.")})
    assert actions(messages.from_notice(notice)) == ["choose_folder"]
    broken = messages.from_notice(notice, folder=Path("s"))
    assert actions(broken) == ["open_folder"]
    assert broken is not None
    assert broken.details == "s"


@pytest.mark.parametrize("kind", ["opened", "back", "model", "recording", "recorded"])
def test_good_news_needs_no_banner(kind: str) -> None:
    assert messages.from_notice(Notice(kind, "fine")) is None  # type: ignore[arg-type]


def test_every_button_has_an_action_of_the_table() -> None:
    fixed = (messages.NO_CAMERA, messages.NO_CHOICE, messages.BLACK_PICTURE, messages.disk_low("/"))
    known = set(get_args(messages.Action))
    assert all(set(actions(message)) <= known for message in fixed)
