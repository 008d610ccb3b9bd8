"""One person watched over time: monitor, alarms and their evidence, frame by frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from femon.alarms import AlarmDesk, AlarmEvent, Alarms, alarm_events
from femon.evidence import EvidenceKeeper, EvidenceWindow
from femon.monitors import Monitor, SessionKind, Transition
from femon.settings import ModeSettings
from femon.types import Readings


class Watch:
    """What is known of the primary face; `events` and `windows` are for the log, from the newest frame."""

    def __init__(self, modes: ModeSettings) -> None:
        kind = session_kind(modes)
        self.events: tuple[AlarmEvent, ...] = ()
        self.windows: tuple[EvidenceWindow, ...] = ()
        self._monitor = Monitor(kind=kind)
        self._alarms = AlarmDesk(kind=kind)
        self._evidence = EvidenceKeeper()

    def update(self, readings: Readings) -> Readings:
        """The readings with the state of the monitor and the alarms that it calls for."""
        frame = readings.frame
        person = next((reading for reading in readings.readings if reading.primary), None)
        face, raw = (person.face, person.raw) if person else (None, None)
        state = self._monitor.update(frame.t, face, raw)
        alarms = self._alarms.update(state, utc=frame.utc, media_t=frame.media_t)
        rows = [row for row in alarms.audit if not row.routine]
        self.events = tuple(event for row in rows for event in alarm_events(row))
        transitions: dict[tuple[str, str], Transition] = {
            (one.channel, one.after): one for one in state.transitions
        }
        wanted = [
            (row.id, transitions[row.channel, row.after])
            for row in rows
            if row.starts is not None and (row.channel, row.after) in transitions
        ]
        self.windows = tuple(self._evidence.update(state, wanted))
        return replace(readings, monitor=state, alarms=alarms)

    def acknowledge(self, t: float) -> Alarms:
        """The person reacted at t seconds to everything that is shown."""
        self._monitor.acknowledge(t)
        return self._answered(self._alarms.acknowledge(t))

    def false_alarm(self, t: float) -> Alarms:
        """The last alarm was false; it is marked so in the log."""
        return self._answered(self._alarms.false_alarm(t))

    def snooze(self, t: float, seconds: float) -> Alarms:
        """No sound for some seconds, sleep and no reaction excepted."""
        return self._answered(self._alarms.snooze(t, seconds))

    def rest(self) -> Iterable[EvidenceWindow]:
        """The evidence that still waits for later frames, cut off here."""
        return self._evidence.close()

    def _answered(self, alarms: Alarms) -> Alarms:
        self.events = tuple(event for row in alarms.audit for event in alarm_events(row))
        return alarms


def session_kind(modes: ModeSettings) -> SessionKind:
    """What kind of session the modes make: engagement is hidden from drivers."""
    if modes.engagement:
        return "engagement"
    return "driver" if modes.fatigue or modes.attention else "free"
