"""The curves a timeline may show: a strip of expressions, and one of what is watched in one person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from femon.emotions import CODES, DASHES, EMOTIONS

if TYPE_CHECKING:
    from femon.gui.theme import Theme
    from femon.monitors import MonitorState
    from femon.settings import ModeSettings
    from femon.types import Readings


@dataclass(frozen=True, slots=True)
class Curve:
    """One line, in the colour of an emotion: those are tested to stay apart."""

    name: str
    code: str
    like: str
    dashes: tuple[int, ...]  # dash and gap lengths in line widths; empty is solid

    def colour(self, theme: Theme) -> str:
        """The colour in a theme as "#RRGGBB"."""
        return theme.emotions[self.like]


EXPRESSIONS: Final = tuple(Curve(name, CODES[name], name, DASHES[name]) for name in EMOTIONS)
# In place of a track, which counts from 1:
PRIMARY: Final = 0  # at each moment the face that was the primary one, whatever number it had
WATCHED: Final = -1  # the one person who is watched, in view or not
_UNKNOWN: Final = np.full(len(EMOTIONS), np.nan, np.float32)
_OPENNESS: Final = Curve("eyes open", "Ey", "surprise", ())
_FATIGUE: Final = Curve("fatigue", "Fa", "angry", (5, 2))
_ATTENTION: Final = Curve("attention", "At", "happy", (4, 4))
_ENGAGEMENT: Final = Curve("engagement", "En", "disgust", (2, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """What one frame adds to the lines of one face."""

    track: int
    primary: bool
    doubtful: bool
    values: NDArray[np.float32]  # (curves,) shares; NaN where nothing is known


def strips_of(modes: ModeSettings) -> tuple[tuple[Curve, ...], ...]:
    """The curves of each strip for what is watched, from the top."""
    eyes = (_OPENNESS, _FATIGUE) if modes.fatigue else ()
    head = (_ATTENTION,) if modes.attention else ()
    engagement = (_ENGAGEMENT,) if modes.engagement else ()
    watched = (*eyes, *head, *engagement)
    return tuple(strip for strip in (EXPRESSIONS if modes.expression else (), watched) if strip)


def rows_of(curves: tuple[Curve, ...], readings: Readings) -> Iterator[Row]:
    """The rows of one frame: one per face, or one of the person who is watched, in view or not."""
    if curves == EXPRESSIONS:
        for reading in readings.readings:
            values = _UNKNOWN if reading.smooth is None else reading.smooth
            yield Row(reading.face.track, reading.primary, reading.uncertain is not None, values)
    elif readings.monitor is not None:
        known = _watched(readings.monitor)
        shares = [known[curve.name] for curve in curves]
        values = np.array([np.nan if share is None else share for share in shares], np.float32)
        yield Row(WATCHED, primary=True, doubtful=readings.monitor.eyes.openness is None, values=values)


def _watched(state: MonitorState) -> dict[str, float | None]:
    openness, index = state.eyes.openness, state.fatigue.index
    return {
        _OPENNESS.name: None if openness is None else min(openness, 1.0),
        _FATIGUE.name: None if index is None else index / 100,
        _ATTENTION.name: state.attention.share,
        _ENGAGEMENT.name: state.engagement.value,
    }
