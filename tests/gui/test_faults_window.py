"""What the window says and does while a camera is frozen or a part of the pipeline does not come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeBundle, FakeFinder, FakeSource, make_frame
from femon import pipeline as pipeline_module
from femon.camera.news import FROZEN
from femon.gui.controller import Controller
from femon.gui.window import MainWindow
from femon.meter import Stats
from femon.pipeline import Parts, Pipeline
from femon.settings import Settings
from monitors.scripted import without_mediapipe

LIMIT_MS = 20_000


def hang(studio: Any, stage: str | None) -> None:
    """The pipeline says at the next look what hangs."""
    studio.pipeline.stats = lambda: Stats(hanging=stage)  # type: ignore[arg-type]
    studio.window.live._show_stats()
    studio.deliver()


def test_a_frozen_camera_is_said_with_ways_on_until_it_moves(studio: Any, face: Any) -> None:
    studio.open()
    studio.show(0.0, face())
    studio.say("frozen", FROZEN)
    assert studio.message() == FROZEN
    buttons = [button.text for button in studio.window.parts.banner.message.buttons]
    assert buttons == ["Try again", "Choose camera"]
    studio.say("moving", "The camera sends new pictures again.")
    assert studio.message() == ""


@pytest.mark.parametrize(
    ("stage", "text"),
    [
        ("faces", "The search for faces has not answered for 5 s; what was recorded until then is safe."),
        ("classify", "The analysis has not answered for 5 s; what was recorded until then is safe."),
        ("capture", "No picture has come for 15 s, and what should deliver it does not answer."),
    ],
)
def test_a_part_that_hangs_is_named_until_it_comes_back(
    studio: Any, face: Any, stage: str, text: str
) -> None:
    studio.open()
    studio.show(0.0, face())
    for _ in range(3):
        hang(studio, stage)
        assert studio.message() == text
    hang(studio, None)
    assert studio.message() == ""


def test_a_hang_before_the_first_picture_takes_its_place_and_can_be_tried_again(studio: Any) -> None:
    studio.open()
    hang(studio, "capture")
    studio.press("retry")
    assert [pipeline.source for pipeline in studio.made.pipelines] == ["0", "0"]
    assert studio.made.pipelines[0].calls[-1] == "stop"


def test_another_source_has_nothing_to_do_with_the_hang_of_the_last_one(studio: Any, face: Any) -> None:
    studio.open()
    studio.show(0.0, face())
    hang(studio, "classify")
    studio.open("1")
    studio.show(0.0, face())
    hang(studio, None)
    assert studio.message() == ""


class Clock:
    """Stands still until it is told otherwise."""

    now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def over() -> Iterator[threading.Event]:
    over = threading.Event()
    yield over
    over.set()


def test_the_real_window_lives_on_beside_a_network_that_hangs_and_closes(
    qtbot: Any,
    tmp_path: Path,
    models: Path,
    monkeypatch: pytest.MonkeyPatch,
    over: threading.Event,
) -> None:
    monkeypatch.setattr(pipeline_module, "STOP_LIMIT_S", 0.1)
    monkeypatch.setattr(pipeline_module, "CLOSE_LIMIT_S", 0.1)
    clock, hung = Clock(), threading.Event()

    def never(_: int) -> None:
        hung.set()
        over.wait()

    source = FakeSource([make_frame(index, live=True) for index in range(100)], live=True)
    source.info = replace(source.info, name="Desk camera")
    parts = Parts(lambda *_, **__: source, FakeFinder(1), FakeBundle(never), clock)  # type: ignore[arg-type]
    controller = Controller(
        Settings(sessions=str(tmp_path)), settings_path=tmp_path / "settings.json", models=models,
        make_pipeline=partial(Pipeline, parts=parts),
    )  # fmt: skip
    window = MainWindow(controller)
    qtbot.addWidget(window)
    with without_mediapipe():
        controller.open("0")
        qtbot.waitUntil(hung.is_set, timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: window.parts.video.has_picture, timeout=LIMIT_MS)  # the preview
        clock.now += 6
        banner = window.parts.banner
        qtbot.waitUntil(
            lambda: banner.message is not None and "analysis has not answered" in banner.message.text,
            timeout=LIMIT_MS,
        )
        with qtbot.waitSignal(controller.stopped, timeout=LIMIT_MS):
            window.close()
    over.set()
