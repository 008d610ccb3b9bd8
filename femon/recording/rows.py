"""What one row of each log file knows, before it becomes text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from femon.monitors import MonitorState
from femon.settings import ModeSettings
from femon.types import Reading

Status = Literal["ok", "low_quality", "no_face", "dropped", "paused", "camera_lost"]
EventKind = Literal[
    "session", "marker", "note", "exclude", "alarm", "calibration", "camera", "pause", "model", "settings",
    "quality", "disk", "recovery", "state",
]  # fmt: skip
Phase = Literal["point", "start", "end"]


@dataclass(frozen=True, slots=True)
class Row:
    """The cells that every row of frames.csv may have, with or without a face."""

    session_id: str
    frame: int | None  # from 0 in the session; None: the camera delivered nothing
    t: float  # s since session start
    t_utc: str | None
    status: Status
    why: str = ""
    t_media: float | None = None  # s, the file's own timestamp, or the time in the session's video
    n_faces: int | None = None
    event: str | None = None  # event ids joined by "+"
    latency_ms: float | None = None
    fps: float | None = None


@dataclass(frozen=True, slots=True)
class FaceCells:
    """The cells of a row with a face; probabilities as plain floats in the order of EMOTIONS."""

    reading: Reading
    raw: list[float] | None
    smooth: list[float] | None
    model_id: str | None
    modes: ModeSettings  # what is watched: the cells of the rest stay empty
    monitor: MonitorState | None = None  # of the one person watched over time
    adj: list[float] | None = None  # raw after the neutral baseline


@dataclass(frozen=True, slots=True)
class EventRow:
    """One row of events.csv; the event log fills in session, number, times and frame."""

    kind: EventKind
    name: str
    phase: Phase = "point"
    value: float | None = None
    unit: str = ""
    details: Mapping[str, object] | None = None
    ref_id: int | None = None
    face_id: int | None = None
    duration_s: float | None = None
    session_id: str = ""
    event_id: int = 0
    t: float = 0.0  # s since session start
    t_utc: str | None = None
    t_media: float | None = None
    frame: int | None = None
