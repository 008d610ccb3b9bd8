"""SessionRecord: everything the screen shows of one session, as arrays over the rows of frames.csv."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path
from sys import intern
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS, UNCERTAIN
from femon.recording.columns import STATUSES, WHY
from femon.recording.reading import damage, open_log, read_about, reading, table_of
from femon.recording.session import EVENTS_FILE, FRAMES_FILE
from femon.review.cells import MOST
from femon.review.session_log import Event, read_events

SMOOTH: Final = tuple(f"smooth_{name}" for name in EMOTIONS)
RAW: Final = tuple(f"raw_{name}" for name in EMOTIONS)
NUMBERS: Final = (
    "frame", "t_mono_s", "t_media_s", "face_id", "primary", "box_x", "box_y", "box_w", "box_h", "quality",
    "yaw_deg", "pitch_deg", "roll_deg", *RAW, *SMOOTH, "top_prob", "disagreement", "open_left", "open_right",
    "openness", "perclos_60", "perclos_180", "jaw_open", "fatigue_index", "on_target", "attention_10",
    "engagement",
)  # fmt: skip
WORDS: Final = (
    "status", "status_why", "label", "uncertain_why", "eyes", "eye_state", "fatigue_level",
    "attention_state", "engagement_level",
)  # fmt: skip
MOST_PX: Final = 20_000  # of a side of a picture: more is no camera's
_CHUNK_ROWS: Final = 2000  # at a time: an hour has more than 100 000


@dataclass(frozen=True, slots=True, eq=False)
class SessionRecord:
    """A session with the columns that are drawn. Every array has an entry per row; NaN or "" where empty."""

    folder: Path
    about: Mapping[str, Any]  # session.json
    events: tuple[Event, ...]
    numbers: Mapping[str, NDArray[np.float64]]
    words: Mapping[str, tuple[str, ...]]
    times: NDArray[np.float64]  # (m,) s, the distinct times of the rows, ascending
    first_rows: NDArray[np.intp]  # (m,) the first row at each of these times
    filled: frozenset[str]  # the columns of numbers with any value
    changed: tuple[str, ...]  # files that do not match the checksum in session.json

    @property
    def stills(self) -> bool:
        """Whether the frames are unrelated pictures: then there is no time, and faces have no identity."""
        return bool(self.table("source").get("kind") == "images")

    @property
    def t(self) -> NDArray[np.float64]:
        """(n,) s since session start."""
        return self.numbers["t_mono_s"]

    @property
    def duration_s(self) -> float:
        """The time of the last row."""
        return float(self.times[-1]) if len(self.times) else 0.0

    @property
    def tracks(self) -> tuple[int, ...]:
        """The faces of the session, in ascending order."""
        tracks = self.numbers["face_id"]
        return tuple(int(track) for track in np.unique(tracks[np.isfinite(tracks)]))

    @property
    def primary(self) -> int:
        """The face that was watched most; 0 without a face."""
        tracks = self.numbers["face_id"][(self.numbers["primary"] == 1) & (self.numbers["face_id"] > 0)]
        if not len(tracks):
            return next(iter(self.tracks), 0)
        names, counts = np.unique(tracks, return_counts=True)
        return int(names[counts.argmax()])

    @property
    def first(self) -> int:
        """The face in view at the start, the primary one before others; without any, that watched most."""
        rows = [row for row in self.rows_at(0) if self.number("face_id", row) is not None]
        rows.sort(key=lambda row: self.numbers["primary"][row] != 1)
        return int(self.numbers["face_id"][rows[0]]) if rows else self.primary

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in px."""
        source = self.table("source")
        return int(source.get("width") or 0) or 640, int(source.get("height") or 0) or 480

    def table(self, *names: str) -> Mapping[str, Any]:
        """A table of session.json, empty when it is missing."""
        return table_of(self.about, *names)

    def has(self, *names: str) -> bool:
        """Whether any of these columns of numbers has a value."""
        return not self.filled.isdisjoint(names)

    def name_of(self, track: int) -> str:
        """ "1 p01" for a face with a code."""
        code = str(self.table("faces").get(str(track)) or "")
        return f"{track} {code}".strip()

    def place(self, t: float) -> int:
        """The place in `times` that is shown at t: the last one not after it."""
        place = int(np.searchsorted(self.times, t + 1e-9, side="right")) - 1
        return min(max(place, 0), max(len(self.times) - 1, 0))

    def rows_at(self, place: int) -> range:
        """The rows of that time."""
        if not len(self.times):
            return range(0)
        end = self.first_rows[place + 1] if place + 1 < len(self.first_rows) else len(self.t)
        return range(int(self.first_rows[place]), int(end))

    def row_of(self, place: int, track: int) -> int | None:
        """The row of one face at that time; the first row for track 0."""
        rows = self.rows_at(place)
        if track == 0:
            return next(iter(rows), None)
        return next((row for row in rows if self.numbers["face_id"][row] == track), None)

    def media_t(self, place: int, held_s: float) -> float | None:
        """The time in the video of that frame, or of one up to held_s before: live, a few are not in it."""
        for earlier in range(place if len(self.times) else -1, -1, -1):
            if self.times[place] - self.times[earlier] > held_s:
                break
            media_t = self.number("t_media_s", self.rows_at(earlier)[0])
            if media_t is not None:
                return media_t
        return None

    def number(self, name: str, row: int) -> float | None:
        """A cell; None where it is empty."""
        value = float(self.numbers[name][row])
        return None if math.isnan(value) else value

    def word(self, name: str, row: int) -> str:
        """A cell; "" where it is empty."""
        return self.words[name][row]


def read_record(folder: Path) -> SessionRecord:
    """Read a finished session; raises SessionError for another folder, a damaged or a running one."""
    about = read_about(folder, _check)
    events = read_events(folder)
    numbers, words = _columns(folder)
    with damage(folder, FRAMES_FILE):
        _check_cells(numbers, words)
    times, first_rows = np.unique(numbers["t_mono_s"], return_index=True)
    filled = frozenset(name for name, column in numbers.items() if np.isfinite(column).any())
    changed = tuple(name for name in (FRAMES_FILE, EVENTS_FILE) if not _intact(folder, about, name))
    return SessionRecord(folder, about, events, numbers, words, times, first_rows, filled, changed)


def _intact(folder: Path, about: Mapping[str, Any], name: str) -> bool:
    with reading(folder, name), (folder / name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return digest == table_of(about, "files", name).get("sha256")


def _check(about: Mapping[str, Any]) -> None:
    """What the screen counts on; raises ValueError or KeyError."""
    source = about["source"]
    for side in ("width", "height"):
        length = source.get(side) or 0
        if not isinstance(length, int) or not 0 <= length <= MOST_PX:
            raise ValueError(f"{length} is no {side} of a picture")


def _check_cells(numbers: Mapping[str, NDArray[np.float64]], words: Mapping[str, tuple[str, ...]]) -> None:
    """What drawing counts on; raises ValueError for other words and for numbers that no session has."""
    t, tracks = numbers["t_mono_s"], numbers["face_id"]
    if not (np.isfinite(t).all() and (t >= 0).all() and (np.diff(t) >= 0).all()):
        raise ValueError("its times do not ascend")
    for name, column in numbers.items():
        if (np.abs(column) > MOST).any():
            raise ValueError(f"a number in {name} is too large")
    if (tracks < 1).any():
        raise ValueError("a face has no number")
    found = {
        "status": set(words["status"]) - {*STATUSES},
        "status_why": {why for cell in set(words["status_why"]) for why in cell.split("+")} - {"", *WHY},
        "label": set(words["label"]) - {"", *EMOTIONS, UNCERTAIN},
    }
    for name, strange in found.items():
        if strange:
            raise ValueError(f"{min(strange)!r} is no word of {name}")


def _columns(folder: Path) -> tuple[dict[str, NDArray[np.float64]], dict[str, tuple[str, ...]]]:
    wanted = (*NUMBERS, *WORDS)
    numbers: dict[str, list[NDArray[np.float64]]] = {name: [np.zeros(0)] for name in NUMBERS}
    words: dict[str, list[str]] = {name: [] for name in WORDS}
    with open_log(folder, FRAMES_FILE, wanted) as (header, rows):
        pick = itemgetter(*map(header.index, wanted))
        while chunk := [pick(row) for row in islice(rows, _CHUNK_ROWS)]:
            columns = dict(zip(wanted, zip(*chunk, strict=True), strict=True))
            for name, parts in numbers.items():
                parts.append(_floats(columns[name]))
            for name, column in words.items():
                column.extend(map(intern, columns[name]))
    return (
        {name: np.concatenate(parts) for name, parts in numbers.items()},
        {name: tuple(column) for name, column in words.items()},
    )


def _floats(cells: tuple[str, ...]) -> NDArray[np.float64]:
    return np.array([float(cell) if cell else math.nan for cell in cells])
