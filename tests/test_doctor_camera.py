"""`femon doctor --camera`: one camera opened and looked at, with fakes in place of drivers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes import START, FakeSource
from femon.camera.devices import CameraInfo
from femon.cli import doctor, doctor_camera, main
from femon.cli.doctor_camera import camera_check
from femon.errors import CameraError
from femon.settings import CameraSettings
from femon.types import Frame, Lost, Source

DESK = CameraInfo(2, "Desk camera", "V4L2")
SETTINGS = CameraSettings()

Look = Callable[[int], Any]


def bright(number: int) -> Any:
    return np.full((48, 64, 3), 100 + number % 2, np.uint8)


def camera(
    shows: Look = bright, *, fps: float = 25.0, frames: int = 200, lost_after: int | None = None
) -> Source:
    """A camera that shows one picture after the other, and is unplugged at some point."""
    items: list[Frame | Lost] = [
        Frame(DESK.name, number, 50 + number / fps, START, None, shows(number)) for number in range(frames)
    ]
    if lost_after is not None:
        items[lost_after:] = [Lost(DESK.name, 50 + lost_after / fps, START, "unplugged")]
    source = FakeSource(items, live=True)
    source.info = replace(source.info, name=DESK.name, index=2, backend="V4L2")
    return source


def checked(source: Source, asked: str = "") -> Any:
    return camera_check(asked, SETTINGS, cameras=[DESK], open_camera=lambda spec, settings: source)


def test_a_good_camera_tells_its_size_its_rate_and_its_brightness() -> None:
    source = camera()
    check = checked(source)
    assert (check.name, check.state) == ("camera picture", "ok")
    assert check.text == "Desk camera (V4L2): 64x48, 25.0 frames per second, brightness 100 of 255"
    assert source.closed  # type: ignore[attr-defined]
    assert {name[:5] for name in source.threads} == {"femon"}  # type: ignore[attr-defined]


def test_it_looks_for_some_seconds_and_not_for_ever() -> None:
    source = camera(frames=10_000)
    seen = []
    shows = source.frames
    source.frames = lambda stopped: (seen.append(item) or item for item in shows(stopped))  # type: ignore[method-assign, func-returns-value]
    checked(source)
    assert 70 < len(seen) < 80


@pytest.mark.parametrize(
    ("source", "state", "words"),
    [
        (
            lambda: camera(lambda number: np.zeros((48, 64, 3), np.uint8) + number % 2),
            "warn",
            "black picture",
        ),
        (lambda: camera(fps=10.0), "warn", "Blinks are not counted below 15"),
        (lambda: camera(lambda number: bright(0)), "fail", "same picture again and again"),
        (lambda: camera(lost_after=12), "fail", "stopped after 12 frames (unplugged)"),
        (lambda: camera(lost_after=0), "fail", "stopped after 0 frames (unplugged)"),
        (lambda: camera(frames=1), "fail", "stopped after 1 frame (they ended)"),
    ],
)
def test_what_is_wrong_with_a_picture_is_said_in_words(
    source: Callable[[], Source], state: str, words: str
) -> None:
    check = checked(source())
    assert (check.state, words in check.text) == (state, True), check.text


@pytest.mark.parametrize(("asked", "opened"), [("", "2"), ("0", "0"), ("Desk camera", "Desk camera")])
def test_the_named_camera_is_opened_or_else_the_first(asked: str, opened: str) -> None:
    specs = []

    def open_camera(spec: str, settings: CameraSettings) -> Source:
        specs.append((spec, settings))
        return camera()

    camera_check(asked, SETTINGS, cameras=[DESK, CameraInfo(4, "Other", "V4L2")], open_camera=open_camera)
    assert specs == [(opened, SETTINGS)]


def test_a_camera_that_does_not_open_fails_with_its_own_sentence() -> None:
    def open_camera(spec: str, settings: CameraSettings) -> Source:
        raise CameraError("The camera 'Desk camera' is in use by another program.", why="busy")

    check = camera_check("2", SETTINGS, cameras=[DESK], open_camera=open_camera)
    assert (check.state, check.text) == ("fail", "The camera 'Desk camera' is in use by another program.")


def test_no_camera_at_all_is_a_failure_when_one_was_asked_for() -> None:
    check = camera_check("", SETTINGS, cameras=[], open_camera=lambda spec, settings: camera())
    assert check.state == "fail"
    assert check.text.startswith("No camera found.")


def test_a_driver_that_never_answers_does_not_hold_the_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_camera, "SLACK_S", 0.05)
    monkeypatch.setattr(doctor_camera, "LOOK_S", 0.0)
    monkeypatch.setattr(doctor_camera, "STOP_LIMIT_S", 0.0)
    free = threading.Event()

    def open_camera(spec: str, settings: CameraSettings) -> Source:
        free.wait()
        return camera()

    asked = replace(SETTINGS, open_limit_s=0.0)
    try:
        check = camera_check("2", asked, cameras=[DESK], open_camera=open_camera)
    finally:
        free.set()
    assert (check.state, "has not answered" in check.text) == ("fail", True)


@pytest.fixture
def _desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("femon.cli.settings_file", lambda: tmp_path / "settings.json")
    monkeypatch.setattr(doctor, "list_cameras", lambda: [DESK])
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)  # TensorFlow takes seconds to load


@pytest.mark.usefixtures("_desk")
@pytest.mark.parametrize("asked", [["--camera"], ["--camera", "2"]])
@pytest.mark.parametrize(("lost", "code"), [(None, 0), (3, 8)])
def test_the_doctor_adds_the_camera_to_its_checks_and_fails_with_it(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    asked: list[str],
    lost: int | None,
    code: int,
) -> None:
    monkeypatch.setattr(doctor_camera, "WebcamSource", lambda spec, settings: camera(lost_after=lost))
    assert main(["doctor", *asked, "--json"]) == code
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)}
    assert checks["camera picture"]["state"] == ("fail" if code else "ok")
    assert "landmarker" in checks


@pytest.mark.usefixtures("_desk")
def test_without_the_option_no_camera_is_opened(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> Source:
        raise AssertionError("a camera was opened")

    monkeypatch.setattr(doctor_camera, "WebcamSource", refuse)
    assert main(["doctor"]) == 0
    assert "camera picture" not in capsys.readouterr().out
