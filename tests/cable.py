"""A webcam at the end of a cable that a test pulls, and a recorded session of the person before it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fakes import LIMIT_S, START, FindsAtOnce
from femon.camera.devices import CameraInfo
from femon.camera.webcam import WebcamSource
from femon.pipeline import Parts, Pipeline
from femon.recording import SessionRequest, SessionSummary
from femon.settings import CameraSettings, Settings
from femon.types import Face, Faces, Frame, Lost, Notice, Readings
from monitors.scripted import FATIGUE, seen
from monitors.synthetic import Script, Timing

FPS = 30.0
BEGIN_S = 100.0  # of the computer's clock at the first frame
DESK = CameraInfo(0, "Desk camera", "V4L2")


def picture(t: float) -> Any:
    """No two moments look the same."""
    return np.full((48, 64, 3), round(FPS * t) % 256, np.uint8)


@dataclass
class Cable:
    """A camera at the end of a cable, by its own clock; `shows` is what the driver gives out at a time."""

    shows: Callable[[float], Any] = picture
    plugged: Callable[[float], bool] = lambda t: True
    t: float = 0.0  # s since the first frame
    opened_at: list[float] = field(default_factory=list)

    def now(self) -> float:
        return BEGIN_S + self.t

    def utc(self) -> Any:
        return START + timedelta(seconds=self.t)

    def wait(self, seconds: float) -> None:
        self.t += seconds

    def cameras(self) -> list[CameraInfo]:
        return [DESK] if self.plugged(self.t) else []

    def open(self, index: int, backend: str) -> CableCapture:
        self.opened_at.append(self.t)
        return CableCapture(self)


class CableCapture:
    """cv2.VideoCapture on that cable; once it was pulled out only another one sees the camera again."""

    def __init__(self, cable: Cable) -> None:
        self.cable = cable
        self.alive = cable.plugged(cable.t)

    def isOpened(self) -> bool:
        self.alive = self.alive and self.cable.plugged(self.cable.t)
        return self.alive

    def grab(self) -> bool:
        self.cable.t += 1 / FPS
        return self.isOpened()

    def retrieve(self) -> tuple[bool, Any]:
        shown = self.cable.shows(self.cable.t)
        if isinstance(shown, Exception):
            raise shown
        return True, shown

    def get(self, prop: int) -> float:
        return FPS

    def set(self, prop: int, value: float) -> bool:
        return True

    def getBackendName(self) -> str:
        return "V4L2"

    def release(self) -> None:
        self.alive = False


class Watched:
    """The real webcam source, whose next frame is taken when the one before has been answered."""

    def __init__(self, cable: Cable, end_s: float) -> None:
        self.cable, self.end_s = cable, end_s
        self.answered = threading.Semaphore(0)
        self.webcam = WebcamSource(
            "0", CameraSettings(), clock=cable.now, utc=cable.utc, wait=cable.wait,
            opener=cable.open, cameras=cable.cameras, diagnose=lambda index: None,
        )  # fmt: skip
        cable.t = 0.0
        self.info = self.webcam.info

    def frames(self, stopped: Callable[[], bool]) -> Iterator[Frame | Lost]:
        for item in self.webcam.frames(lambda: stopped() or self.cable.t >= self.end_s):
            yield item
            if isinstance(item, Frame):
                assert self.answered.acquire(timeout=LIMIT_S)

    def close(self) -> None:
        self.webcam.close()


class Person(FindsAtOnce):
    """The finder of one scripted face, whatever the pictures hold."""

    def __init__(self, script: Script) -> None:
        self.faces = [faces for _, faces in seen(script, Timing(FPS))]

    def __call__(self, model: Path, **options: Any) -> Person:
        return self

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def find(self, frame: Frame) -> Faces:
        assert frame.image_bgr.dtype == np.uint8
        assert frame.image_bgr.ndim == 3
        moment = min(round(FPS * (frame.t - BEGIN_S)), len(self.faces) - 1)
        faces: tuple[Face, ...] = self.faces[moment]
        return Faces(frame, faces)


@dataclass
class Recorded:
    """What a recorded session left behind."""

    notices: list[Notice]
    summary: SessionSummary
    frames: pd.DataFrame
    events: pd.DataFrame

    def told(self, *kinds: str) -> list[str]:
        return [notice.kind for notice in self.notices if notice.kind in kinds]

    def camera(self, name: str) -> list[tuple[str, float]]:
        rows = self.events[(self.events.type == "camera") & (self.events.name == name)]
        return list(zip(rows.phase, rows.t_mono_s, strict=True))

    @property
    def alarms(self) -> list[str]:
        starts = self.events[(self.events.type == "alarm") & (self.events.phase == "start")]
        return list(starts.name)


def recorded(cable: Cable, end_s: float, root: Path, script: Script | None = None) -> Recorded:
    source = Watched(cable, end_s)
    notices: list[Notice] = []
    ended = threading.Event()

    def note(notice: Notice) -> None:
        notices.append(notice)
        if notice.kind in ("ended", "error"):
            ended.set()

    def take(_: Readings) -> None:
        source.answered.release()

    person = Person(script or Script(end_s))
    pipeline = Pipeline(
        "0", Settings(modes=FATIGUE), models=Path("no models"), on_readings=take, on_notice=note,
        record=SessionRequest(root),
        parts=Parts(open_source=lambda *_, **__: source, make_finder=person, clock=cable.now),  # type: ignore[arg-type]
    )  # fmt: skip
    pipeline.start()
    try:
        assert ended.wait(LIMIT_S)
    finally:
        pipeline.stop()
    assert notices[-1].kind == "ended", notices[-1].text
    summary = next(notice.details["summary"] for notice in notices if notice.kind == "recorded")
    assert isinstance(summary, SessionSummary)
    assert (summary.integrity, summary.unaccounted, summary.state) == ("ok", 0, "complete")
    tables = [pd.read_csv(summary.folder / name) for name in ("frames.csv", "events.csv")]
    return Recorded(notices, summary, *tables)


def ok(session: Recorded, start: float, end: float) -> pd.DataFrame:
    rows = session.frames
    return rows[(rows.status == "ok") & (rows.t_mono_s >= start) & (rows.t_mono_s < end)]
