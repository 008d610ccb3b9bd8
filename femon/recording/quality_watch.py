"""Logs when the face of the one person in view stays too poor to judge."""

from __future__ import annotations

from typing import Final

from femon.recording.event_log import EventLog
from femon.recording.rows import EventRow
from femon.smoothing import RESET_AFTER_S
from femon.types import ROUNDING_S, Reading, Readings

LOW_AFTER_S: Final = 2.0  # product specification 4.5


class QualityWatch:
    """Follows the primary face of one session; one that is missed for up to a second is still there."""

    def __init__(self, events: EventLog, *, stills: bool) -> None:
        """stills: the frames are unrelated pictures, so nothing lasts."""
        self._events, self._stills = events, stills
        self._seen_t = 0.0  # s, when it was last there
        self._poor_since: float | None = None
        self._low = False

    def update(self, readings: Readings, *, paused: bool) -> None:
        """Take a frame and write what begins or ends with it; raises OSError. Paused, nobody is judged."""
        t = readings.frame.t
        person = next((reading for reading in readings.readings if reading.primary), None)
        away = self._poor_since is not None and t - self._seen_t > RESET_AFTER_S + ROUNDING_S
        if paused or away or (person is not None and not person.low_quality):
            self._end(t)
        elif person is not None and not self._stills:
            self._see_poor(person, t)

    def _see_poor(self, person: Reading, t: float) -> None:
        self._seen_t = t
        if self._poor_since is None:
            self._poor_since = t
        if not self._low and t - self._poor_since >= LOW_AFTER_S - ROUNDING_S:
            self._low = True
            reasons = person.face.quality.reasons
            details = {"why": "+".join(reasons)} if reasons else None
            event = EventRow("quality", "low", "start", details=details, face_id=person.face.track)
            self._events.add(event, t)

    def _end(self, t: float) -> None:
        self._poor_since = None
        if self._low:
            self._low = False
            self._events.add(EventRow("quality", "low", "end"), t)
