"""A small live session, made by the real recorder from synthetic readings."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
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

STARTED = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
WEIGHTS = "ab" * 32
MODEL = {"id": "tiny", "sha256": WEIGHTS, "temperature": 1.2, "uncertain_below": 0.45, "test_accuracy": None}
LANDMARKER = {"sha256": "cd" * 32, "num_faces": 2, "mode": "video"}
PICTURE = np.zeros((48, 64, 3), np.uint8)
LIVE = SourceInfo("camera", "Desk <camera>", 64, 48, live=True, fps=10.0, index=0, backend="TEST")
STILLS = SourceInfo("images", "portraits", 64, 48, live=False, stills=True)
NASTY = '<script>alert("&")</script>'


def face_reading(
    track: int = 1,
    top: str = "happy",
    *,
    uncertain: UncertainReason | None = None,
    reasons: tuple[str, ...] = (),
) -> Reading:
    """A reading whose smoothed probability of `top` is 0.7 and of the others 0.05."""
    quality = Quality(0.2 if reasons else 0.8, reasons, 90.0, 118.0, 60.0)
    empty = np.zeros((478, 3), np.float32)
    crop = np.zeros((48, 48), np.uint8)
    face = Face(track, (10, 10, 20, 24), empty, np.zeros(52, np.float32), Pose(0, 0, 0), quality, crop)
    smooth = np.full(7, 0.05, np.float32)
    smooth[EMOTIONS.index(top)] = 0.7
    poor = uncertain == "low_quality"
    return Reading(
        face=face,
        primary=track == 1,
        raw=smooth,
        smooth=None if poor else smooth,
        label=UNCERTAIN if uncertain else top,
        uncertain=uncertain,
        low_quality=poor,
    )


class Desk:
    """Writes a session frame by frame, ten per second unless told otherwise."""

    def __init__(self, root: Path, source: SourceInfo = LIVE, *, rate: float = 10.0, **request: Any) -> None:
        self.source = source
        self.rate = rate
        self.index = 0
        self.away_s = 0.0  # how long the camera was lost so far
        context = SessionContext(source, MODEL, LANDMARKER, Settings())
        self.recorder = SessionRecorder(
            SessionRequest(root, **request),
            context,
            started_utc=STARTED,
            clock=lambda: 0.0,
            free_bytes=lambda _: 10**10,
        )

    @property
    def t(self) -> float:
        """Time of the next frame in s."""
        return float(self.index) if self.source.stills else self.index / self.rate + self.away_s

    def frames(self, count: int, *faces: Reading, paused: bool = False) -> None:
        """The next frames, all with these faces."""
        for _ in range(count):
            live = self.source.live
            utc = STARTED + timedelta(seconds=self.t) if live else None
            frame = Frame(self.source.name, self.index, self.t, utc, None if live else self.t, PICTURE)
            readings = Readings(frame, faces, "tiny", 0.05 if live else None)
            self.recorder.write(readings, paused=paused)
            self.index += 1

    def drop(self, count: int) -> None:
        """The next frames are never analysed."""
        for _ in range(count):
            utc = STARTED + timedelta(seconds=self.t)
            self.recorder.write_dropped(Dropped(self.index, self.t, utc, "busy_faces"))
            self.index += 1

    def lose(self, seconds: int) -> None:
        """No camera for some seconds."""
        for second in range(seconds):
            t = self.t + second
            self.recorder.write_lost(Lost(self.source.name, t, STARTED + timedelta(seconds=t), "unplugged"))
        self.away_s += seconds

    def close(self) -> Path:
        """The finished session folder."""
        return self.recorder.close("user").folder


@pytest.fixture
def face() -> Callable[..., Reading]:
    return face_reading


@pytest.fixture
def desk(tmp_path: Path) -> Callable[..., Desk]:
    def make(source: SourceInfo = LIVE, **request: Any) -> Desk:
        return Desk(tmp_path / "sessions", source, **request)

    return make


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """100 captured frames: 80 analysed, 10 dropped, 10 paused; two faces, a marker and a note."""
    desk = Desk(tmp_path / "sessions", participant="p01", condition="A & B", notes=NASTY)
    desk.frames(5, face_reading(uncertain="warmup"))
    desk.frames(25, face_reading(top="happy"))
    desk.recorder.event("marker", "3", details={"key": "3"})
    desk.frames(10, face_reading(top="sad"), face_reading(2, "neutral"))
    desk.drop(10)
    desk.frames(10, face_reading(top="happy"))
    desk.frames(10, paused=True)
    desk.recorder.event("note", "note", details={"text": NASTY})
    desk.frames(10, face_reading(uncertain="low_quality", reasons=("dark", "turned")))
    desk.frames(20)
    return desk.close()


@pytest.fixture
def stills(tmp_path: Path) -> Path:
    """Three pictures with three faces in all."""
    desk = Desk(tmp_path / "sessions", STILLS)
    desk.frames(1, face_reading(1, "happy"), face_reading(2, "sad"))
    desk.frames(1, face_reading(3, "happy"))
    desk.frames(1)
    return desk.close()


Cells = dict[str, object]


def fill(session: Path, cells_at: Callable[[int, float], Cells]) -> None:
    """Fill cells of every row with a face, from its frame and time, as if a monitor had done so."""

    def change(row: dict[str, str]) -> dict[str, str]:
        if not row["face_id"]:
            return row
        cells = cells_at(int(row["frame"]), float(row["t_mono_s"]))
        return row | {name: str(value) for name, value in cells.items()}

    _rewrite(session, "frames.csv", lambda rows: [change(row) for row in rows])


def add_events(session: Path, *events: Cells) -> None:
    """Add rows to events.csv; numbers follow those that are there."""

    def added(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        last = max(int(row["event_id"]) for row in rows)
        empty = dict.fromkeys(rows[0], "")
        for number, event in enumerate(events, last + 1):
            cells = {
                name: json.dumps(value) if isinstance(value, dict) else str(value)
                for name, value in event.items()
            }
            rows.append(empty | {"event_id": str(number), "phase": "point"} | cells)
        return rows

    _rewrite(session, "events.csv", added)


def _rewrite(
    session: Path, name: str, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]
) -> None:
    """Change the rows of a file, and its checksum in session.json."""
    path = session / name
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        header, rows = list(reader.fieldnames or ()), change(list(reader))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)
    about = json.loads((session / "session.json").read_text(encoding="utf-8"))
    data = path.read_bytes()
    about["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (session / "session.json").write_text(json.dumps(about), encoding="utf-8")


def watched(*, closed: bool = False, **cells: object) -> Cells:
    """The cells of a monitor that sees readable eyes, on target."""
    return {
        "openness": "0.05" if closed else "1.00",
        "eyes": "ok",
        "eye_state": "closing" if closed else "open",
        "closure_s": "0.00",
        "on_target": 1,
        "off_s": "0.0",
        "off_30s": "0.0",
        "attention_state": "on",
    } | cells


@pytest.fixture
def monitored(tmp_path: Path) -> Callable[..., Path]:
    """A session of one face, by default at 10 frames per second, with the cells of a monitor."""

    def make(
        seconds: float, cells_at: Callable[[int, float], Cells], *, rate: float = 10.0, **request: Any
    ) -> Path:
        desk = Desk(tmp_path / "sessions", rate=rate, **request)
        desk.frames(round(rate * seconds), face_reading(top="happy"))
        session = desk.close()
        fill(session, cells_at)
        return session

    return make


@pytest.fixture
def cells() -> Callable[..., Cells]:
    return watched


@pytest.fixture
def filler() -> Callable[..., None]:
    return fill


@pytest.fixture
def event_adder() -> Callable[..., None]:
    return add_events


def write_bundle(models: Path, *, weights: str = WEIGHTS, private: bool = True) -> None:
    """A bundle.json with figures, without weights."""
    test = {
        "accuracy": 0.71,
        "ci95": [0.695, 0.725],
        "n": 3589,
        "recall": [0.6, 0.5, 0.4, 0.9, 0.61, 0.8, 0.7],
    }
    entries = {
        "id": "tiny",
        "name": "A tiny network",
        "labels": list(EMOTIONS),
        "input_shape": [None, 48, 48],
        "crop": {"size": 48, "left_eye": [15.2, 19.1], "right_eye": [32.6, 19.0]},
        "sha256": {"model.tflite": weights},
        "temperature": 1.2,
        "metrics": {"public_test": {**test, "accuracy": 0.7}} | ({"private_test": test} if private else {}),
    }
    (models / "tiny").mkdir(parents=True)
    (models / "tiny" / "bundle.json").write_text(json.dumps(entries), encoding="utf-8")


@pytest.fixture
def bundle() -> Callable[..., None]:
    return write_bundle
