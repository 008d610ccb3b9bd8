"""SessionLog: a finished session folder in memory, as arrays."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS, UNCERTAIN
from femon.recording.columns import EVENT_HEADER, STATUSES, UNCERTAIN_WHY
from femon.recording.ledger import Ledger, SessionSummary, State
from femon.recording.reading import open_log, read_about, reading, table_of
from femon.recording.rows import Status
from femon.recording.session import EVENTS_FILE, FRAMES_FILE, SESSION_FILE
from femon.review.cells import MOST, finite, number_or_nan, optional, seconds, whole
from femon.wording import QUALITY_WORDS

LABELS: Final = (*EMOTIONS, UNCERTAIN)
QUALITY_REASONS: Final = tuple(QUALITY_WORDS)
_SMOOTH: Final = tuple(f"smooth_{name}" for name in EMOTIONS)
_NEEDED: Final = (
    "frame", "t_mono_s", "status", "status_why", "face_id", "label", "uncertain_why", "quality", "top_prob",
    "latency_ms", "model_id", *_SMOOTH,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows of frames.csv, one entry each; -1, 0 (track) or NaN where a cell is empty."""

    frame: NDArray[np.int64]
    t: NDArray[np.float64]  # s since session start
    status: NDArray[np.int8]  # place in STATUSES
    track: NDArray[np.int32]
    label: NDArray[np.int8]  # place in LABELS
    why: NDArray[np.int8]  # place in UNCERTAIN_WHY
    reasons: NDArray[np.uint8]  # bit k: QUALITY_REASONS[k] is among the reasons of a poor picture
    quality: NDArray[np.float32]
    top_prob: NDArray[np.float32]
    smooth: NDArray[np.float32]  # (n, 7)
    model: NDArray[np.int16]  # place in SessionLog.models

    def __len__(self) -> int:
        return len(self.t)

    def __getitem__(self, chosen: NDArray[Any]) -> Rows:
        """The chosen rows, by mask or places."""
        return Rows(*(getattr(self, name)[chosen] for name in Rows.__slots__))


@dataclass(frozen=True, slots=True)
class Event:
    """One row of events.csv."""

    id: int
    ref_id: int | None
    t: float  # s since session start
    kind: str
    phase: str
    name: str
    track: int | None
    value: float | None
    unit: str
    duration_s: float | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class SessionLog:
    """Everything a session folder holds."""

    folder: Path
    about: Mapping[str, Any]  # session.json
    rows: Rows
    models: tuple[str, ...]
    events: tuple[Event, ...]
    account: SessionSummary  # counted from the rows
    changed: tuple[str, ...]  # files that do not match the checksum in session.json

    def table(self, *names: str) -> Mapping[str, Any]:
        """A table of session.json, empty when it is missing."""
        return table_of(self.about, *names)

    @property
    def stills(self) -> bool:
        """Whether the frames are unrelated pictures: then there is no time, and faces have no identity."""
        return bool(self.table("source").get("kind") == "images")


def read_session(folder: Path) -> SessionLog:
    """Read a finished session; raises SessionError for another folder, a damaged or a running one."""
    about = read_about(folder, _check_about)
    with reading(folder, FRAMES_FILE):
        rows, models, account = _read_rows(folder, about)
    with reading(folder, EVENTS_FILE):
        events = tuple(_event(cells) for cells in _cells(folder, EVENTS_FILE, EVENT_HEADER))
    with reading(folder, SESSION_FILE):
        changed = tuple(name for name, entry in about["files"].items() if not _intact(folder / name, entry))
    return SessionLog(folder, about, rows, models, events, account, changed)


def _check_about(about: Mapping[str, Any]) -> None:
    """What the summary and the report count on; raises ValueError, KeyError, TypeError or AttributeError."""
    source, model = about["source"], about.get("model") or {}
    for number in (source.get("width"), source.get("height"), source.get("fps_measured")):
        if number is not None and not (isinstance(number, int | float) and 0 <= number <= MOST):
            raise ValueError(f"{number} is no size or rate of pictures")
    if not isinstance(source["kind"], str):
        raise ValueError("the kind of the source is no word")
    if not all(isinstance(member, str) for member in model.get("members") or ()):
        raise ValueError("a network of the model is no name")
    if foreign := set(about["files"]) - {FRAMES_FILE, EVENTS_FILE}:
        raise ValueError(f"{foreign.pop()!r} is no file of a session")


def _cells(folder: Path, name: str, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    """The needed cells of each row."""
    with open_log(folder, name, needed) as (header, rows):
        wanted = [(column, header.index(column)) for column in needed]
        for row in rows:
            yield {column: row[place] for column, place in wanted}


@dataclass(slots=True)
class _Columns:
    """Rows while they are read: compact, since an hour has more than 100 000."""

    frame: array[int] = field(default_factory=lambda: array("q"))
    t: array[float] = field(default_factory=lambda: array("d"))
    status: array[int] = field(default_factory=lambda: array("b"))
    track: array[int] = field(default_factory=lambda: array("i"))
    label: array[int] = field(default_factory=lambda: array("b"))
    why: array[int] = field(default_factory=lambda: array("b"))
    reasons: array[int] = field(default_factory=lambda: array("B"))
    quality: array[float] = field(default_factory=lambda: array("f"))
    top_prob: array[float] = field(default_factory=lambda: array("f"))
    smooth: array[float] = field(default_factory=lambda: array("f"))
    model: array[int] = field(default_factory=lambda: array("h"))

    def add(self, cells: Mapping[str, str], models: list[str]) -> None:
        self.frame.append(whole(cells["frame"], -1))
        self.t.append(seconds(cells["t_mono_s"]))
        self.status.append(STATUSES.index(cast(Status, cells["status"])))
        self.track.append(whole(cells["face_id"], 0))
        self.label.append(_place(LABELS, cells["label"]))
        self.why.append(_place(UNCERTAIN_WHY, cells["uncertain_why"]))
        self.reasons.append(_bits(cells["status_why"]) if cells["status"] == "low_quality" else 0)
        self.quality.append(number_or_nan(cells["quality"]))
        self.top_prob.append(number_or_nan(cells["top_prob"]))
        self.smooth.extend([number_or_nan(cells[name]) for name in _SMOOTH])
        self.model.append(_model(models, cells["model_id"]))

    def rows(self) -> Rows:
        """As arrays."""
        arrays = {name: np.array(getattr(self, name)) for name in Rows.__slots__}
        arrays["smooth"] = arrays["smooth"].reshape(-1, len(EMOTIONS))
        return Rows(**arrays)


def _read_rows(folder: Path, about: Mapping[str, Any]) -> tuple[Rows, tuple[str, ...], SessionSummary]:
    columns, models = _Columns(), list[str]()
    ledger = Ledger(live=about["source"]["kind"] in ("camera", "url"))
    for cells in _cells(folder, FRAMES_FILE, _NEEDED):
        columns.add(cells, models)
        frame, track = columns.frame[-1], columns.track[-1]
        latency_ms = number_or_nan(cells["latency_ms"]) if cells["latency_ms"] else None
        ledger.add(cast(Status, cells["status"]), None if frame < 0 else frame, columns.t[-1], latency_ms)
        if track:
            ledger.add_face(track, cells["label"])
    return columns.rows(), tuple(models), ledger.summary(folder, cast(State, about["state"]))


def _event(cells: Mapping[str, str]) -> Event:
    details = json.loads(cells["details"]) if cells["details"] else {}
    return Event(
        id=int(cells["event_id"]),
        ref_id=optional(int, cells["ref_id"]),
        t=seconds(cells["t_mono_s"]),
        kind=cells["type"],
        phase=cells["phase"],
        name=cells["name"],
        track=optional(int, cells["face_id"]),
        value=optional(finite, cells["value"]),
        unit=cells["unit"],
        duration_s=optional(seconds, cells["duration_s"]),
        details=details if isinstance(details, dict) else {"": details},
    )


def _place(words: Sequence[str], cell: str) -> int:
    return words.index(cell) if cell else -1


def _bits(reasons: str) -> int:
    return sum(1 << QUALITY_REASONS.index(word) for word in reasons.split("+") if word)


def _model(models: list[str], model_id: str) -> int:
    if not model_id:
        return -1
    if model_id not in models:
        models.append(model_id)
    return models.index(model_id)


def _intact(path: Path, entry: Mapping[str, Any]) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == str(entry["sha256"])
