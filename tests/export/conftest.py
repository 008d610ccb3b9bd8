"""Sessions to export: one of the real pipeline, and hand-made ones with every kind of row."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from femon.camera.demo import SCRIPT
from femon.cli.batch import run_batch
from femon.emotions import EMOTIONS
from femon.recording import SessionRequest
from femon.recording.columns import EVENT_HEADER, FRAME_HEADER
from femon.settings import Settings

Row = dict[str, str]
SESSION_ID = "2026-03-14_09-26-53_p01"
ABOUT: dict[str, Any] = {
    "schema": "1.0",
    "state": "complete",
    "session_id": SESSION_ID,
    "participant": "p01",
    "source": {
        "kind": "camera", "name": "Desk camera", "path": None, "width": 640, "height": 480, "fps_measured": 30.0,
    },
    "clock": {"start_utc": "2026-03-14T08:26:53.390054Z", "utc_offset_min": 60},
    "model": {"id": "tiny", "sha256": "ab" * 32},
    "faces": {"1": "p01", "2": "f2"},
    "calibration": {},
    "files": {},
}  # fmt: skip


def frame_row(frame: int | None, t: float, status: str, **cells: str) -> Row:
    """A row without a face."""
    number = "" if frame is None else str(frame)
    return {"session_id": SESSION_ID, "frame": number, "t_mono_s": f"{t:.6f}", "status": status, **cells}


def face_row(
    frame: int, t: float, face: int = 1, top: str = "happy", *, poor: bool = False, **cells: str
) -> Row:
    """A row with a face: 0.7 for `top`, 0.05 for the others; raw and adj are 0.01 and 0.02 off that."""
    row = frame_row(
        frame, t, "low_quality" if poor else "ok",
        face_id=str(face), primary="1" if face == 1 else "0", n_faces="1", quality="0.20" if poor else "0.84",
        box_x="401.5", box_y="120.0", box_w="80.3", box_h="100.0", yaw_deg="-4.21", pitch_deg="10.00",
        roll_deg="12.00", jaw_open="0.04", label="uncertain" if poor else top, model_id="tiny",
    )  # fmt: skip
    for name in EMOTIONS:
        value = 0.7 if name == top else 0.05
        row |= {f"raw_{name}": f"{value + 0.01:.4f}", f"adj_{name}": f"{value + 0.02:.4f}"}
        row |= {} if poor else {f"smooth_{name}": f"{value:.4f}"}
    row |= {} if poor else {"valence_derived": "0.48", "arousal_derived": "0.29"}
    return row | cells


def every_kind() -> list[Row]:
    """Frames 0 to 6: two faces, poor, nobody, dropped, paused, a lost camera, and a face again."""
    return [
        face_row(0, 0.0, 1, "happy", event="1"),
        face_row(0, 0.0, 2, "sad", gaze_yaw_deg="2.00", gaze_pitch_deg="-3.00"),
        face_row(1, 0.0334, 1, "angry", poor=True, status_why="dark+turned"),
        frame_row(2, 0.0667, "no_face", n_faces="0"),
        frame_row(3, 0.1, "dropped", status_why="busy_faces"),
        frame_row(4, 0.1333, "paused", status_why="user"),
        frame_row(None, 0.5, "camera_lost", status_why="unplugged", event="2"),
        face_row(5, 3725.2341, 1, "fear", open_left="0.20", open_right="0.95", jaw_open="0.55"),
        face_row(6, 3725.2343, 1, "fear", quality="1.00", label="uncertain"),
    ]


def _write_table(path: Path, header: list[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_session(
    folder: Path,
    rows: Iterable[Row],
    *,
    events: Iterable[Row] = (),
    columns: list[str] = FRAME_HEADER,
    **about: Any,
) -> Path:
    """A session folder with these rows."""
    folder.mkdir(parents=True)
    _write_table(folder / "frames.csv", columns, rows)
    _write_table(folder / "events.csv", EVENT_HEADER, events)
    (folder / "session.json").write_text(json.dumps(ABOUT | about), encoding="utf-8")
    return folder


@pytest.fixture
def make_session(tmp_path: Path) -> Callable[..., Path]:
    """Writes a hand-made session below the test's folder."""

    def make(rows: Iterable[Row] | None = None, *, name: str = SESSION_ID, **more: Any) -> Path:
        return write_session(tmp_path / "sessions" / name, every_kind() if rows is None else rows, **more)

    return make


@pytest.fixture
def face() -> Callable[..., Row]:
    return face_row


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first half second of the built-in clip, recorded by the real pipeline with the shipped model."""
    models = Path(__file__).resolve().parents[2] / "models"
    request = SessionRequest(tmp_path_factory.mktemp("sessions"), "p07")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("femon.camera.demo.SCRIPT", replace(SCRIPT, duration_s=0.5))
        outcome = run_batch("demo", Settings(), models=models, request=request)
    assert outcome.summary is not None, outcome.error
    return outcome.summary.folder
