"""One person watched over time: monitor, alarms and their evidence, frame by frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from femon.alarms import AlarmDesk, AlarmEvent, AlarmPolicy, Alarms, alarm_events, limits_of
from femon.alarms.audit import AuditChannel
from femon.evidence import EvidenceKeeper, EvidenceWindow
from femon.monitors import BlinkBaseline, Monitor, MonitorState, SessionKind, Transition
from femon.monitors.profile_watch import ProfileWatch
from femon.profiles import Prompt, PromptReason, StoredProfile, changes
from femon.settings import AlarmSettings, ModeSettings
from femon.types import Face, Readings

# Whose changes are alarms; what is watched only for the sake of something else raises none.
_ATTENTION: Final[frozenset[AuditChannel]] = frozenset({"attention", "person", "sound"})
_FATIGUE: Final[frozenset[AuditChannel]] = frozenset({"event", "drowsiness", "visibility"})


class Watch:
    """What is known of the primary face; `events` and `windows` are for the log, from the newest frame."""

    def __init__(self, modes: ModeSettings, settings: AlarmSettings | None = None) -> None:
        settings = settings or AlarmSettings()
        self._kind, self._limits = session_kind(modes), limits_of(settings)
        self._channels = _FATIGUE | _ATTENTION if modes.fatigue else _ATTENTION
        self.events: tuple[AlarmEvent, ...] = ()
        self.windows: tuple[EvidenceWindow, ...] = ()
        self.prompts: tuple[Prompt, ...] = ()  # new reasons to calibrate again
        self._started: dict[str, AlarmEvent] = {}  # alarms that have not ended, by name
        self._person: _Person | None = None
        self._expression = modes.expression
        self._monitor = Monitor(self._limits, kind=self._kind, expression=self._expression)
        kind: SessionKind = "driver" if modes.audible else "engagement"
        self._alarms = AlarmDesk(AlarmPolicy(volume=settings.volume), kind=kind, limits=self._limits)
        self._evidence = EvidenceKeeper()

    def update(self, readings: Readings) -> Readings:
        """The readings with the state of the monitor and the alarms that it calls for."""
        frame = readings.frame
        person = next((reading for reading in readings.readings if reading.primary), None)
        face, raw = (person.face, person.raw) if person else (None, None)
        state = self._monitor.update(frame.t, face, raw)
        alarms = self._alarms.update(state, utc=frame.utc, media_t=frame.media_t)
        rows = [row for row in alarms.audit if row.channel in self._channels and not row.routine]
        self.events = tuple(event for row in rows for event in alarm_events(row))
        transitions: dict[tuple[str, str], Transition] = {
            (one.channel, one.after): one for one in state.transitions
        }
        wanted = [
            (row.id, transitions[row.channel, row.after])
            for row in rows
            if row.starts is not None and (row.channel, row.after) in transitions
        ]
        self.windows = tuple(self._evidence.update(state, wanted, frame=frame.index))
        self._note_started()
        self.prompts = self._person.update(state, face) if self._person else ()
        return replace(readings, monitor=state, alarms=alarms)

    @property
    def blink_baseline(self) -> BlinkBaseline | None:
        """The person's own rested blinks, from the profile or learned since it is in use."""
        return self._monitor.blink_baseline

    def use_profile(
        self, t: float, stored: StoredProfile | None, today: date, *, rested: bool = False
    ) -> None:
        """Begin anew at t seconds with a person's own references, or without any.

        A person who is rested gives new blinks to hold later ones against.

        `events` then end every alarm that was on, and `windows` hold the evidence that still waited.
        """
        profile = stored.profile if stored else None
        if profile is not None and rested:
            profile = replace(profile, blinks=None)
        # A zone of the screen says nothing about a road.
        gaze = self._kind == "engagement" and profile is not None and profile.gaze is not None
        self._monitor = Monitor(
            self._limits,
            profile,
            self._kind,
            rested=rested,
            expression=self._expression,
            gaze=gaze,
            today=today,
        )
        self._alarms.use_profile(profile)
        self._person = _Person(stored) if stored else None
        self.windows, self._evidence = tuple(self._evidence.close()), EvidenceKeeper()
        self.events = tuple(
            replace(start, t=t, phase="end", value=None, unit="", details={"to": "recalibrated"})
            for start in self._started.values()
        )
        self._started.clear()

    def _note_started(self) -> None:
        for event in self.events:
            if event.phase == "start":
                self._started[event.name] = event
            elif event.phase == "end":
                self._started.pop(event.name, None)

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

    def set_sound(self, t: float, *, volume: float, fault: str) -> Alarms:
        """The volume (0..1), and in one sentence why nothing can be heard."""
        return self._answered(self._alarms.set_sound(t, volume=volume, fault=fault))

    def rest(self) -> Iterable[EvidenceWindow]:
        """The evidence that still waits for later frames, cut off here."""
        return self._evidence.close()

    def _answered(self, alarms: Alarms) -> Alarms:
        self.events = tuple(event for row in alarms.audit for event in alarm_events(row))
        return alarms


class _Person:
    """Tells once about each change since the calibration in use."""

    def __init__(self, stored: StoredProfile) -> None:
        self._stored = stored
        self._watch = ProfileWatch(stored.profile)
        self._told: set[PromptReason] = set()

    def update(self, state: MonitorState, face: Face | None) -> tuple[Prompt, ...]:
        present = self._watch.update(state, face.quality.brightness if face else None)
        if present is None:
            return ()
        new = [one for one in changes(self._stored, present) if one.reason not in self._told]
        self._told.update(one.reason for one in new)
        return tuple(new)


def session_kind(modes: ModeSettings) -> SessionKind:
    """What kind of session the modes make: engagement is hidden from drivers."""
    if modes.engagement:
        return "engagement"
    return "driver" if modes.fatigue or modes.attention else "free"
