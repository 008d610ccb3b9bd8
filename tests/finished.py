"""Made-up finished sessions: folders with just the cells that a test cares about."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from femon.emotions import EMOTIONS
from femon.recording.columns import EVENT_HEADER, FRAME_HEADER

NAME = "2026-03-14_09-26-53_p01"
Cells = Mapping[str, object]


def face_row(frame: int, t: float, label: str = "happy", **cells: object) -> dict[str, object]:
    """A row with a face whose probability of `label` is 0.7."""
    smooth = {f"smooth_{name}": 0.7 if name == label else 0.05 for name in EMOTIONS}
    raw = {f"raw_{name}": 0.82 if name == label else 0.03 for name in EMOTIONS}
    return {
        "frame": frame, "t_mono_s": f"{t:.6f}", "status": "ok", "n_faces": 1, "face_id": 1, "primary": 1,
        "box_x": 10, "box_y": 10, "box_w": 20, "box_h": 24, "quality": 0.8, "yaw_deg": 0, "pitch_deg": 0,
        "roll_deg": 0, "jaw_open": 0.1, "label": label, "top_label": label, "top_prob": 0.7, **smooth, **raw, **cells,
    }  # fmt: skip


def face_rows(count: int, fps: float = 10.0, **cells: object) -> list[dict[str, object]]:
    """So many rows with the same face."""
    return [face_row(index, index / fps, **cells) for index in range(count)]


def write_session(
    root: Path,
    rows: Iterable[Cells],
    events: Iterable[Cells] = (),
    *,
    name: str = NAME,
    **about: Any,
) -> Path:
    """A session folder with these rows; `about` changes entries of session.json."""
    folder = root / name
    folder.mkdir(parents=True)
    _write(folder / "frames.csv", FRAME_HEADER, ({"session_id": name, **row} for row in rows))
    numbered = ({"session_id": name, "event_id": number, **event} for number, event in enumerate(events, 1))
    _write(folder / "events.csv", EVENT_HEADER, numbered)
    (folder / "columns.json").write_text("[]")
    content = {
        "schema": "1.0",
        "state": "complete",
        "session_id": name,
        "participant": "p01",
        "condition": "A",
        "modes": {"expression": True, "fatigue": False, "attention": False, "engagement": False},
        "source": {"kind": "camera", "name": "Desk", "path": None, "sha256": None, "width": 64, "height": 48},
        "clock": {"start_utc": "2026-03-14T08:26:53.000000Z", "media": None},
        "faces": {"1": "p01"},
        "counts": {"captured": 10},
        "integrity": "ok",
        "files": {file: _digest(folder / file) for file in ("frames.csv", "events.csv")},
    }
    (folder / "session.json").write_text(json.dumps(content | about, indent=2))
    return folder


def event(kind: str, name: str, t: float, phase: str = "point", **cells: object) -> dict[str, object]:
    """A row of events.csv; `details` may be a table."""
    details = cells.pop("details", None)
    text = json.dumps(details) if details else ""
    return {"type": kind, "name": name, "t_mono_s": f"{t:.6f}", "phase": phase, "details": text, **cells}


def _write(path: Path, header: list[str], rows: Iterable[Cells]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _digest(path: Path) -> dict[str, object]:
    data = path.read_bytes()
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
