"""The strips of the review timeline: which curves and bands they hold, taken from the rows of a session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from femon.emotions import UNCERTAIN
from femon.gui.review.record import RAW, SMOOTH, SessionRecord
from femon.gui.review.sampling import Curves, curves_of, runs
from femon.gui.timeline_curves import EXPRESSIONS, Curve

Tone = Literal["quiet", "warn", "danger"]
EYES: Final = {
    "openness": Curve("eyes open", "Ey", "surprise", ()),
    "perclos_60": Curve("PERCLOS 60 s", "Pc", "angry", (5, 2)),
    "fatigue_index": Curve("fatigue", "Fa", "fear", (9, 2, 2, 2)),
}
ATTENTION: Final = {
    "attention_10": Curve("attention", "At", "happy", ()),
    "engagement": Curve("engagement", "En", "disgust", (5, 2)),
}
_LEVELS: Final[dict[str, Tone]] = {"advisory": "quiet", "drowsy": "warn", "severe": "danger"}


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Where something holds, drawn along the bottom of a strip."""

    text: str
    tone: Tone
    stretches: NDArray[np.float64]  # (m, 2) s, from and to


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """One drawing with its own curves over the common time axis."""

    name: str
    curves: tuple[Curve, ...]
    lines: Curves  # shares 0..1
    thin: Curves | None  # drawn beneath as thin lines
    doubtful: NDArray[np.float64]  # (m, 2) s
    bands: tuple[Band, ...]
    weight: int  # of its height


def strips_of(record: SessionRecord, track: int) -> tuple[Strip, ...]:
    """The strips with anything to show: expressions of one face, eyes and head of the watched person."""
    return tuple(strip for strip in _strips(record, track) if np.isfinite(strip.lines.values).any())


def _strips(record: SessionRecord, track: int) -> Iterator[Strip]:
    yield _expressions(record, track)
    watched = record.numbers["primary"] == 1
    yield _watched(record, watched, "Eyes", EYES, _level_bands(record))
    away = (_band(record, record.numbers["on_target"] == 0, "looks away", "quiet"),)
    yield _watched(record, watched, "Attention", ATTENTION, away)


def _expressions(record: SessionRecord, track: int) -> Strip:
    rows = record.numbers["face_id"] == track
    t = record.t[rows]
    smooth, raw = (
        np.stack([record.numbers[name][rows] for name in names], axis=1) for names in (SMOOTH, RAW)
    )
    doubt = np.array([label == UNCERTAIN for label in record.words["label"]], np.bool_)[rows]
    return Strip("Expressions", EXPRESSIONS, curves_of(t, smooth), curves_of(t, raw), runs(doubt, t), (), 4)


def _watched(
    record: SessionRecord,
    rows: NDArray[np.bool_],
    name: str,
    curves: dict[str, Curve],
    bands: tuple[Band, ...],
) -> Strip:
    present = {column: curve for column, curve in curves.items() if record.has(column)} or curves
    values = np.stack([_share(record, column)[rows] for column in present], axis=1)
    nothing = np.zeros((0, 2))
    lines = curves_of(record.t[rows], values)
    found = tuple(band for band in bands if len(band.stretches))
    return Strip(name, tuple(present.values()), lines, None, nothing, found, 3)


def _share(record: SessionRecord, column: str) -> NDArray[np.float64]:
    values = record.numbers[column]
    return values / 100 if column == "fatigue_index" else np.minimum(values, 1.0)


def _level_bands(record: SessionRecord) -> tuple[Band, ...]:
    levels = np.array(record.words["fatigue_level"], dtype=object)
    return tuple(_band(record, levels == level, level, tone) for level, tone in _LEVELS.items())


def _band(record: SessionRecord, flags: NDArray[np.bool_], text: str, tone: Tone) -> Band:
    watched = record.numbers["primary"] == 1
    return Band(text, tone, runs(flags[watched], record.t[watched]))
