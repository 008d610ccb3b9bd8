"""Shared by the tests of the window: made-up readings and a pipeline that only notes what it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton

from femon.emotions import EMOTIONS, UNCERTAIN
from femon.errors import CameraError
from femon.gui import sounds
from femon.gui.controller import Controller
from femon.gui.window import MainWindow
from femon.meter import Stats
from femon.settings import Settings
from femon.types import Face, Frame, Notice, Pose, Quality, Reading, Readings, SourceInfo, UncertainReason

CAMERA = SourceInfo("camera", "Integrated Camera", 64, 48, live=True, fps=30.0, index=0)
CLIP = SourceInfo("file", "talk.mp4", 64, 48, live=False, fps=30.0, path=Path("talk.mp4"))


def make_frame(t: float = 0.0, *, grey: int = 120, size: tuple[int, int] = (64, 48)) -> Frame:
    image = np.full((size[1], size[0], 3), grey, np.uint8)
    image.flags.writeable = False
    return Frame("test", int(t * 30), t, None, None, image)


def make_reading(
    track: int = 1,
    box: tuple[float, float, float, float] = (10.0, 10.0, 20.0, 20.0),
    *,
    label: str = "happy",
    primary: bool = True,
    uncertain: UncertainReason | None = None,
    reasons: tuple[str, ...] = (),
) -> Reading:
    probabilities = np.full(7, 0.05, np.float32)
    probabilities[EMOTIONS.index(label)] = 0.7
    face = Face(
        track,
        box,
        np.zeros((478, 3), np.float32),
        np.zeros(52, np.float32),
        Pose(0.0, 0.0, 0.0),
        Quality(0.1 if reasons else 0.9, reasons, 90.0, 120.0, 60.0),
        np.full((48, 48), 128, np.uint8),
    )
    smooth = None if uncertain == "low_quality" else probabilities
    return Reading(face, primary, probabilities, smooth, UNCERTAIN if uncertain else label, uncertain)


def make_readings(t: float = 0.0, *readings: Reading, grey: int = 120) -> Readings:
    return Readings(make_frame(t, grey=grey), readings, "femon-small", 0.05)


@dataclass
class FakePipeline:
    """Notes its calls; `say` and `show` speak like the pipeline's own threads."""

    source: str
    settings: Settings
    options: dict[str, Any]
    calls: list[Any] = field(default_factory=list)
    moments: list[tuple[float | None, ...] | None] = field(default_factory=list)  # of the marks
    now: float = 0.0
    rows: int = 0

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")

    def use_bundle(self, model_id: str) -> None:
        self.calls.append(("use_bundle", model_id))

    def record(self, request: object) -> None:
        self.calls.append(("record", request))

    def stop_recording(self) -> None:
        self.calls.append("stop_recording")

    def pause_recording(self, paused: bool) -> None:
        self.calls.append(("pause", paused))

    def moment(self) -> tuple[float | None, ...]:
        return (self.now,)

    def mark(
        self, kind: str, text: str, *, key: str = "", at: tuple[float | None, ...] | None = None
    ) -> None:
        self.moments.append(at)
        self.calls.append(("mark", kind, text, key) if key else ("mark", kind, text))

    def undo(self, event_id: int) -> None:
        self.calls.append(("undo", event_id))

    def calibrate(self, *, glasses: bool, corners: bool, screen: object = None) -> None:
        self.calls.append(("calibrate", glasses, corners))

    def skip_calibration_step(self) -> None:
        self.calls.append("skip_calibration_step")

    def stop_calibration(self) -> None:
        self.calls.append("stop_calibration")

    def use_profile(self, stored: object) -> None:
        self.calls.append(("use_profile", stored))

    def set_baseline(self, on: bool) -> None:
        self.calls.append(("set_baseline", on))

    def acknowledge(self) -> None:
        self.calls.append("acknowledge")

    def false_alarm(self) -> None:
        self.calls.append("false_alarm")

    def snooze(self) -> None:
        self.calls.append("snooze")

    def set_sound(self, volume: float, fault: str) -> None:
        self.calls.append(("sound", volume, fault))

    def stats(self) -> Stats:
        return Stats(100, 90, 10, 0.1, 30.0, 28.6, 58.0, 96.0, "cpu", "femon-small", rows=self.rows)

    def say(self, kind: Any, text: str = "", **details: object) -> None:
        self.options["on_notice"](Notice(kind, text, details))

    def show(self, readings: Readings) -> None:
        self.options["on_readings"](readings)

    def preview(self, frame: Frame) -> None:
        self.options["on_frame"](frame)


@dataclass
class Made:
    """Every pipeline that was made; `refuse` makes the next one fail."""

    pipelines: list[FakePipeline] = field(default_factory=list)
    refuse: CameraError | None = None

    def __call__(self, source: str, settings: Settings, **options: Any) -> FakePipeline:
        if self.refuse is not None:
            raise self.refuse
        self.pipelines.append(FakePipeline(source, settings, options))
        return self.pipelines[-1]

    @property
    def last(self) -> FakePipeline:
        return self.pipelines[-1]


def at_once(_name: str, work: Callable[[], None]) -> None:
    work()


@pytest.fixture(autouse=True)
def _no_audio(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test opens the audio device of the machine."""

    def refuse(_fill: object) -> NoReturn:
        raise sounds.SoundError(sounds.NO_DEVICE)

    monkeypatch.setattr(sounds, "open_miniaudio", refuse)


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.fixture
def controller(qapp: Any, tmp_path: Path, made: Made) -> Controller:
    settings = Settings(sessions=str(tmp_path / "sessions"))
    return Controller(
        settings,
        settings_path=tmp_path / "settings.json",
        models=tmp_path,
        make_pipeline=made,
        background=at_once,
    )


@dataclass
class Studio:
    """A window with its controller and fake pipelines; every method delivers what it caused."""

    window: MainWindow
    controller: Controller
    made: Made
    application: Any

    @property
    def pipeline(self) -> FakePipeline:
        return self.made.last

    def deliver(self) -> None:
        for _ in range(3):
            self.application.processEvents()

    def open(self, source: str = "0", info: SourceInfo = CAMERA) -> FakePipeline:
        self.controller.open(source)
        self.say("opened", info=info)
        return self.pipeline

    def open_clip(self) -> FakePipeline:
        return self.open("talk.mp4", CLIP)

    def record(self, folder: Path) -> None:
        self.say("recording", folder=folder)

    def say(self, kind: Any, text: str = "", **details: object) -> None:
        self.pipeline.say(kind, text, **details)
        self.deliver()

    def show(self, t: float, *readings: Reading, grey: int = 120) -> None:
        self.pipeline.show(make_readings(t, *readings, grey=grey))
        self.deliver()

    def made_up(self, t: float, *readings: Reading) -> Readings:
        return make_readings(t, *readings)

    def preview(self, t: float) -> None:
        self.pipeline.preview(make_frame(t))
        self.deliver()

    def message(self) -> str:
        shown = self.window.parts.banner.message
        return shown.text if shown else ""

    def press(self, action: str) -> None:
        """Press the button of that action in the banner or in place of the picture."""
        for place in (self.window.parts.banner, self.window.parts.empty):
            for button in place.findChildren(QPushButton, action):
                if button.isVisibleTo(place):
                    button.click()
                    self.deliver()
                    return
        raise AssertionError(f"no button {action}")


@pytest.fixture
def studio(qtbot: Any, qapp: Any, controller: Controller, made: Made) -> Studio:
    window = MainWindow(controller)
    qtbot.addWidget(window, before_close_func=lambda _: controller.close())
    return Studio(window, controller, made, qapp)


@pytest.fixture
def face() -> Callable[..., Reading]:
    """Makes a reading of one face."""
    return make_reading


@pytest.fixture
def shown_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was opened in other programs."""
    files: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: files.append(url.toLocalFile()))
    return files
