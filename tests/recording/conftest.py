"""Synthetic frames, faces and sessions for the tests of the recording."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from femon.emotions import EMOTIONS, UNCERTAIN
from femon.recording import SessionContext, SessionRecorder, SessionRequest
from femon.settings import Settings
from femon.types import (
    Dropped,
    Face,
    Frame,
    Lost,
    Pose,
    Quality,
    Reading,
    Readings,
    SourceInfo,
    UncertainReason,
)

STARTED = datetime(2026, 3, 14, 9, 26, 53, 390054, tzinfo=UTC)
MODEL = {"id": "tiny", "sha256": "ab" * 32, "uncertain_below": 0.45}
LANDMARKER = {"sha256": "cd" * 32, "num_faces": 2, "mode": "video"}
PICTURE = np.zeros((48, 64, 3), np.uint8)
LIVE = SourceInfo("camera", "Test camera", 64, 48, live=True, fps=30.0, index=0, backend="TEST")
FILE = SourceInfo("file", "talk.mp4", 64, 48, live=False, fps=30.0, media_clock="pts")
GB = 1_000_000_000


def make_frame(index: int, *, source: SourceInfo = LIVE, t: float | None = None) -> Frame:
    """Frame number `index` of a 10 fps source whose clock starts at 100 s."""
    seconds = index / 10 if t is None else t
    if not source.live:
        return Frame(source.name, index, seconds, None, 0.5 + seconds, PICTURE)
    return Frame(source.name, index, 100 + seconds, STARTED + timedelta(seconds=seconds), None, PICTURE)


def make_face(track: int = 1, *, reasons: tuple[str, ...] = ()) -> Face:
    """A face whose every number is another one."""
    blendshapes = np.arange(52, dtype=np.float32) / 100
    quality = Quality(
        0.2 if reasons else 0.84, reasons, blur=212.44, brightness=118.26, eye_distance_px=96.17
    )
    return Face(
        track=track,
        box_xywh=(401.46, 120.0, 80.25, 99.96),
        landmarks=np.zeros((478, 3), np.float32),
        blendshapes=blendshapes,
        pose=Pose(yaw=-4.214, pitch=-0.001, roll=12.0),
        quality=quality,
        crop=np.zeros((48, 48), np.uint8),
    )


def make_reading(
    track: int = 1,
    *,
    top: str = "happy",
    uncertain: UncertainReason | None = None,
    reasons: tuple[str, ...] = (),
) -> Reading:
    """A reading whose smoothed probability of `top` is 0.7 and of the others 0.05."""
    raw = np.full(7, 0.03, np.float32)
    raw[EMOTIONS.index(top)] = 0.82
    smooth = np.full(7, 0.05, np.float32)
    smooth[EMOTIONS.index(top)] = 0.7
    low = uncertain == "low_quality"
    return Reading(
        face=make_face(track, reasons=reasons),
        primary=track == 1,
        raw=raw,
        smooth=None if low else smooth,
        label=UNCERTAIN if uncertain else top,
        uncertain=uncertain,
        low_quality=low,
    )


def make_readings(
    index: int, *readings: Reading, source: SourceInfo = LIVE, t: float | None = None
) -> Readings:
    """The answer to frame number `index`."""
    return Readings(make_frame(index, source=source, t=t), readings, "tiny", 0.0613 if source.live else None)


def make_dropped(index: int) -> Dropped:
    """A live frame that was never analysed."""
    frame = make_frame(index)
    return Dropped(index, frame.t, frame.utc, "busy_faces")


def make_lost(seconds: float) -> Lost:
    """No frame at this time of the live source."""
    return Lost("Test camera", 100 + seconds, STARTED + timedelta(seconds=seconds), "unplugged")


@dataclass
class FakeClock:
    """A clock that stands still until told otherwise."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeDisk:
    """A disk with as much free space as the test says."""

    free: int = 10 * GB

    def __call__(self, folder: Path) -> int:
        assert folder.exists()
        return self.free


@dataclass
class Rig:
    """Opens recorders in one root folder, with a clock and a disk in the hands of the test."""

    root: Path
    clock: FakeClock = field(default_factory=FakeClock)
    disk: FakeDisk = field(default_factory=FakeDisk)
    opened: list[SessionRecorder] = field(default_factory=list)

    def open(self, source: SourceInfo = LIVE, **request: Any) -> SessionRecorder:
        recorder = SessionRecorder(
            SessionRequest(self.root, **request),
            SessionContext(source, MODEL, LANDMARKER, Settings()),
            started_utc=STARTED,
            clock=self.clock,
            free_bytes=self.disk,
        )
        self.opened.append(recorder)
        return recorder


@dataclass(frozen=True)
class Made:
    """The factories above, for tests."""

    frame: Callable[..., Frame] = make_frame
    reading: Callable[..., Reading] = make_reading
    readings: Callable[..., Readings] = make_readings
    dropped: Callable[..., Dropped] = make_dropped
    lost: Callable[..., Lost] = make_lost
    live: SourceInfo = LIVE
    file: SourceInfo = FILE


@dataclass(frozen=True)
class Log:
    """Reads a session folder as its users do."""

    folder: Path

    @property
    def frames(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "frames.csv", parse_dates=["t_utc"])

    @property
    def events(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "events.csv")

    @property
    def session(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "session.json").read_text(encoding="utf-8")))

    def cells(self, file: str = "frames.csv") -> list[dict[str, str]]:
        with (self.folder / file).open(encoding="utf-8", newline="") as text:
            return list(csv.DictReader(text))


@pytest.fixture
def made() -> Made:
    return Made()


@pytest.fixture
def read() -> type[Log]:
    return Log


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path / "sessions")
    yield rig
    for recorder in rig.opened:
        recorder.close("user")
