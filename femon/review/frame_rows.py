"""Rows: the rows of frames.csv as arrays, read some hundred at a time."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS, UNCERTAIN
from femon.monitors.drowsiness import LEVELS
from femon.recording.columns import ATTENTION_STATES, EYE_STATES, STATUSES, UNCERTAIN_WHY
from femon.recording.ledger import Ledger
from femon.recording.reading import open_log
from femon.recording.rows import Status
from femon.recording.session import FRAMES_FILE
from femon.review.cells import MOST
from femon.wording import QUALITY_WORDS

LABELS: Final = (*EMOTIONS, UNCERTAIN)
QUALITY_REASONS: Final = tuple(QUALITY_WORDS)
EYES: Final = ("ok", "partial", "unreadable")
FATIGUE_LEVELS: Final = LEVELS
ENGAGEMENT_LEVELS: Final = ("low", "medium", "high")
_BATCH: Final = 512  # rows; a row is at most 1 MB long, most have some hundred characters


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows of frames.csv, one entry each; -1, 0 (track) or NaN where a cell is empty.

    A flag is 1, 0 or -1; a word is its place in the tuple that is named.
    """

    frame: NDArray[np.int64]
    t: NDArray[np.float64]  # s since session start
    status: NDArray[np.int8]  # place in STATUSES
    track: NDArray[np.int32]
    label: NDArray[np.int8]  # place in LABELS
    why: NDArray[np.int8]  # place in UNCERTAIN_WHY
    reasons: NDArray[np.uint8]  # bit k: QUALITY_REASONS[k] is among the reasons of a poor picture
    quality: NDArray[np.float32]
    top_prob: NDArray[np.float32]
    model: NDArray[np.int16]  # place in SessionLog.models
    primary: NDArray[np.int8]  # flag: the face that drives gauges and alarms
    latency_ms: NDArray[np.float32]
    fps: NDArray[np.float32]
    # Geometry
    box: NDArray[np.float32]  # (n, 4): x, y, width, height in px of the unmirrored picture
    yaw: NDArray[np.float32]  # degrees; + = turned towards image right
    pitch: NDArray[np.float32]  # degrees; + = chin up
    roll: NDArray[np.float32]  # degrees
    # Expression
    raw: NDArray[np.float32]  # (n, 7)
    adj: NDArray[np.float32]  # (n, 7)
    smooth: NDArray[np.float32]  # (n, 7)
    valence: NDArray[np.float32]  # derived, -1..1
    arousal: NDArray[np.float32]  # derived, -1..1
    # Eyes, mouth and fatigue
    openness: NDArray[np.float32]  # 0..1.3, both eyes
    eyes: NDArray[np.int8]  # place in EYES
    closure_s: NDArray[np.float32]
    eye_state: NDArray[np.int8]  # place in EYE_STATES
    blink_ms: NDArray[np.int32]  # of the blink that ended in the row, -1: none did
    blink_rate_60: NDArray[np.float32]  # per minute
    perclos_60: NDArray[np.float32]  # 0..1
    perclos_180: NDArray[np.float32]  # 0..1
    eye_coverage_60: NDArray[np.float32]  # 0..1
    jaw_open: NDArray[np.float32]  # 0..1
    yawn: NDArray[np.int8]  # flag
    nod: NDArray[np.int8]  # flag
    fatigue_index: NDArray[np.float32]  # 0..100
    fatigue_level: NDArray[np.int8]  # place in FATIGUE_LEVELS
    # Attention and engagement
    on_target: NDArray[np.int8]  # flag
    off_s: NDArray[np.float32]
    off_30s: NDArray[np.float32]
    attention_state: NDArray[np.int8]  # place in ATTENTION_STATES
    attention_10: NDArray[np.float32]  # 0..1
    engagement: NDArray[np.float32]  # 0..1
    engagement_level: NDArray[np.int8]  # place in ENGAGEMENT_LEVELS

    def __len__(self) -> int:
        return len(self.t)

    def __getitem__(self, chosen: NDArray[Any] | slice) -> Rows:
        """The chosen rows, by mask, places or slice."""
        return Rows(*(getattr(self, name)[chosen] for name in Rows.__slots__))


@dataclass(frozen=True, slots=True)
class _Cells:
    """Where the entries of one array come from, and how cells become numbers."""

    columns: tuple[str, ...]  # several: one array of that width
    type: str  # of array.array
    convert: Callable[[Sequence[str]], list[Any]]


def _numbers(cells: Sequence[str]) -> list[float]:
    return [float(cell) if cell else math.nan for cell in cells]


def _times(cells: Sequence[str]) -> list[float]:
    times = [float(cell) for cell in cells]
    if not all(0 <= t <= MOST for t in times):
        raise ValueError("a time is none of a session")
    return times


def _whole(empty: int) -> Callable[[Sequence[str]], list[int]]:
    return lambda cells: [int(cell) if cell else empty for cell in cells]


def _words(words: Sequence[str], *, needed: bool = False) -> Callable[[Sequence[str]], list[int]]:
    places = {word: place for place, word in enumerate(words)} | ({} if needed else {"": -1})
    return lambda cells: [places[cell] for cell in cells]


def _bits(cells: Sequence[str]) -> list[int]:
    """Words joined by +; those that are no reason of a poor picture do not count."""
    return [sum(_BITS.get(word, 0) for word in set(cell.split("+"))) if cell else 0 for cell in cells]


_BITS: Final = {word: 1 << place for place, word in enumerate(QUALITY_REASONS)}
_FLAG: Final = _words(("0", "1"))


def _float(column: str) -> _Cells:
    return _Cells((column,), "f", _numbers)


def _flag(column: str) -> _Cells:
    return _Cells((column,), "b", _FLAG)


def _word(column: str, words: Sequence[str]) -> _Cells:
    return _Cells((column,), "b", _words(words))


def _seven(prefix: str) -> _Cells:
    return _Cells(tuple(f"{prefix}_{name}" for name in EMOTIONS), "f", _numbers)


_CELLS: Final = {
    "frame": _Cells(("frame",), "q", _whole(-1)),
    "t": _Cells(("t_mono_s",), "d", _times),
    "status": _Cells(("status",), "b", _words(STATUSES, needed=True)),
    "track": _Cells(("face_id",), "i", _whole(0)),
    "label": _word("label", LABELS),
    "why": _word("uncertain_why", UNCERTAIN_WHY),
    "reasons": _Cells(("status_why",), "B", _bits),
    "primary": _flag("primary"),
    "box": _Cells(("box_x", "box_y", "box_w", "box_h"), "f", _numbers),
    "yaw": _float("yaw_deg"),
    "pitch": _float("pitch_deg"),
    "roll": _float("roll_deg"),
    "raw": _seven("raw"),
    "adj": _seven("adj"),
    "smooth": _seven("smooth"),
    "valence": _float("valence_derived"),
    "arousal": _float("arousal_derived"),
    "eyes": _word("eyes", EYES),
    "eye_state": _word("eye_state", EYE_STATES),
    "blink_ms": _Cells(("blink_ms",), "i", _whole(-1)),
    "yawn": _flag("yawn"),
    "nod": _flag("nod"),
    "fatigue_level": _word("fatigue_level", FATIGUE_LEVELS),
    "on_target": _flag("on_target"),
    "attention_state": _word("attention_state", ATTENTION_STATES),
    "engagement_level": _word("engagement_level", ENGAGEMENT_LEVELS),
} | {
    name: _float(name)
    for name in (
        "quality", "top_prob", "latency_ms", "fps", "openness", "closure_s", "blink_rate_60", "perclos_60",
        "perclos_180", "eye_coverage_60", "jaw_open", "fatigue_index", "off_s", "off_30s", "attention_10",
        "engagement",
    )
}  # fmt: skip
_MODEL: Final = "model_id"
_NEEDED: Final = (*chain.from_iterable(cells.columns for cells in _CELLS.values()), _MODEL)


def read_rows(folder: Path, ledger: Ledger) -> tuple[Rows, tuple[str, ...]]:
    """The rows of frames.csv and the names of the bundles in them; the ledger counts every row.

    Raises UnreadableSessionError for a damaged file.
    """
    arrays = {name: array(cells.type) for name, cells in _CELLS.items()}
    model, models = array("h"), dict[str, int]()
    for columns in _batches(folder):
        for name, cells in _CELLS.items():
            arrays[name].extend(_converted(cells, columns))
        model.extend(-1 if not name else models.setdefault(name, len(models)) for name in columns[_MODEL])
        _count(ledger, arrays, len(columns[_MODEL]))
    finished = {name: np.asarray(values) for name, values in (arrays | {"model": model}).items()}
    for name, cells in _CELLS.items():
        if len(cells.columns) > 1:
            finished[name] = finished[name].reshape(-1, len(cells.columns))
    finished["reasons"][finished["status"] != STATUSES.index("low_quality")] = 0
    return Rows(**finished), tuple(models)


def _batches(folder: Path) -> Iterator[dict[str, tuple[str, ...]]]:
    """The needed columns, some hundred rows at a time."""
    with open_log(folder, FRAMES_FILE, _NEEDED) as (header, rows):
        wanted = itemgetter(*(header.index(column) for column in _NEEDED))
        chosen = map(wanted, rows)
        while batch := list(islice(chosen, _BATCH)):
            yield dict(zip(_NEEDED, zip(*batch, strict=True), strict=True))


def _converted(cells: _Cells, columns: dict[str, tuple[str, ...]]) -> list[Any]:
    """Numbers row by row. Raises what the cells raise, and ValueError for one beyond MOST."""
    chosen = [columns[column] for column in cells.columns]
    flat = chosen[0] if len(chosen) == 1 else tuple(chain.from_iterable(zip(*chosen, strict=True)))
    numbers = cells.convert(flat)
    if cells.type == "f" and (np.abs(np.asarray(numbers, np.float64)) > MOST).any():
        raise ValueError(f"a cell of {cells.columns[0]} is no number")
    return numbers


def _count(ledger: Ledger, arrays: dict[str, array[Any]], count: int) -> None:
    """Show the newest rows to the ledger."""
    names = ("status", "frame", "t", "latency_ms", "track", "label")
    for status, frame, t, latency_ms, track, label in zip(*(arrays[n][-count:] for n in names), strict=True):
        known = None if math.isnan(latency_ms) else latency_ms
        ledger.add(cast(Status, STATUSES[status]), None if frame < 0 else frame, t, known)
        if track:
            ledger.add_face(track, "" if label < 0 else LABELS[label])
