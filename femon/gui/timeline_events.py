"""What happened along the live timeline: the markers, and the alarm that was shown at each moment."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from femon.alarms.policy import ALARMS, AlarmName, Colour

if TYPE_CHECKING:
    from femon.alarms import Alarms

ALARM_WORDS: Final[dict[str, str]] = {
    "pre": "eyes closed",
    "microsleep": "microsleep",
    "sleep": "sleep",
    "unresponsive": "no reaction",
    "lost_closed": "face lost, eyes closed",
    "advisory": "first signs of tiredness",
    "drowsy": "tired",
    "severe": "very tired",
    "long_distraction": "looks away",
    "long_2": "looks away long",
    "shared": "looks away often",
    "eyes_unreadable": "eyes not visible",
}
_MARKERS: Final = 200  # kept
_ALARMS: Final = 500
_GAP_S: Final = 1.0  # nobody knows what was shown while no frame came for longer


@dataclass(frozen=True, slots=True)
class Happening:
    """A marker, whose end is its start, or an alarm; s of the frames' clock or before now."""

    start: float
    end: float
    text: str
    colour: Colour | None = None  # of an alarm


class Happenings:
    """Keeps the newest of both."""

    def __init__(self) -> None:
        self._markers: deque[Happening] = deque(maxlen=_MARKERS)
        self._alarms: deque[Happening] = deque(maxlen=_ALARMS)
        self._on: AlarmName | None = None  # the last of them goes on

    def clear(self) -> None:
        """Forget everything."""
        self._markers.clear()
        self._alarms.clear()
        self._on = None

    def mark(self, t: float, text: str) -> None:
        """Keep a marker."""
        self._markers.append(Happening(t, t, text))

    def unmark(self, t: float, text: str) -> None:
        """Forget a marker, if it is still kept."""
        marker = Happening(t, t, text)
        if marker in self._markers:
            self._markers.remove(marker)

    def take(self, t: float, alarms: Alarms | None) -> None:
        """Take what was shown with the frame of that time, later than the one before."""
        name = alarms.alarm if alarms is not None else None
        if self._on is not None:
            last = self._alarms[-1]
            if t - last.end > _GAP_S:
                self._on = None
            else:
                self._alarms[-1] = replace(last, end=t)
        if name is not None and name != self._on:
            self._alarms.append(Happening(t, t, ALARM_WORDS[name], ALARMS[name].colour))
        self._on = name

    def last(self, span_s: float, now: float) -> tuple[Happening, ...]:
        """Those of the last span_s seconds by their start, in s before now and so 0 or less."""
        found = (one for kept in (self._alarms, self._markers) for one in kept if now - one.end <= span_s)
        moved = (replace(one, start=one.start - now, end=one.end - now) for one in found)
        return tuple(sorted(moved, key=lambda one: one.start))
