"""The tone patterns of the alarms as a table; how they are made audible is the window's business."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

SoundName = Literal[
    "pre",
    "microsleep",
    "sleep",
    "unresponsive",
    "long_distraction",
    "long_2",
    "shared",
    "drowsy",
    "severe",
    "eyes_unreadable",
]


@dataclass(frozen=True, slots=True)
class Note:
    """A sine of one frequency, or a sweep from one to another; 0 Hz is silence."""

    hertz: float
    seconds: float
    to_hertz: float | None = None


@dataclass(frozen=True, slots=True)
class Tone:
    """One pattern. Every figure is a design choice.

    A pattern with `period_s` is repeated from start to start by whoever plays it, for as long as the alarm
    sounds: it goes on when no frames come. `again_s` is the pause after which the desk asks for it once more.
    """

    notes: tuple[Note, ...]
    loudness: float = 0.8  # 0..1 of full scale
    period_s: float | None = None
    again_s: float | None = None
    full_volume: bool = False  # whatever volume is set, unless sound is off

    @property
    def seconds(self) -> float:
        """From the first note to the end of the last."""
        return sum(note.seconds for note in self.notes)


@dataclass(frozen=True, slots=True)
class Sound:
    """What is to be heard now; equal sounds are one and the same, to be started only once."""

    name: SoundName
    period_s: float | None  # s from start to start; None: once
    started_t: float  # s, in the time of the frames


def _beeps(hertz: float, count: int, seconds: float, gap_s: float = 0.08) -> tuple[Note, ...]:
    beep, gap = Note(hertz, seconds), Note(0.0, gap_s)
    return (beep, *(note for _ in range(count - 1) for note in (gap, beep)))


_REST: Final = (Note(392, 0.3), Note(523, 0.3))
_SIREN: Final = (Note(988, 0.15), Note(1319, 0.15))
TONES: Final[Mapping[SoundName, Tone]] = MappingProxyType(
    {
        "pre": Tone(_beeps(660, 1, 0.15), loudness=0.3),
        "microsleep": Tone(_beeps(880, 3, 0.12), period_s=1.5),
        "sleep": Tone(_SIREN, loudness=1.0, period_s=0.3),
        "unresponsive": Tone((Note(1300, 0.5, 1800),), loudness=1.0, period_s=0.5, full_volume=True),
        "long_distraction": Tone(_beeps(523, 2, 0.15)),
        "long_2": Tone(_beeps(587, 3, 0.15), period_s=2.0),
        "shared": Tone(_beeps(440, 1, 0.15)),
        "drowsy": Tone(_REST, loudness=0.6, again_s=60.0),
        "severe": Tone((*_REST, *_REST), again_s=30.0),
        "eyes_unreadable": Tone(_beeps(262, 1, 0.4), loudness=0.6),
    }
)
