"""The alarm desk: monitor states in, what people see and hear out, with an audit row for all that changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from femon.alarms.audit import AuditChannel, AuditRow, delay_of, profile_name, threshold_of
from femon.alarms.line import AlarmLine
from femon.alarms.policy import (
    ALARMS,
    LINES,
    AlarmName,
    AlarmPolicy,
    Colour,
    Style,
    alarms_of,
    lines_of,
    named,
    settings_hash,
)
from femon.alarms.tones import TONES, Sound
from femon.monitors import Limits, MonitorState, Profile, SessionKind, Transition

TAIL_S: Final = 0.3  # a player may start late, and a pattern is heard to its end
VOLUME_OFF: Final = "Sound is off: the volume is 0."


@dataclass(frozen=True, slots=True)
class Alarms:
    """What people see and hear now; durations in s."""

    t: float
    alarm: AlarmName | None = None  # the worst that is visible
    text: str = ""
    colour: Colour = "none"
    style: Style = "text"
    acknowledged: bool = False  # that one was answered
    sound: Sound | None = None
    sound_off: str | None = None  # one sentence: alarms are due to sound but cannot
    snoozed_s: float | None = None  # that are left
    quiet_s: float | None = None  # left of what an acknowledged drowsiness alarm stays quiet
    next_sound_s: float | None = None  # until drowsiness sounds again
    active: tuple[AlarmName, ...] = ()  # worst first
    false: AlarmName | None = None  # the last one that began, once it was called false
    audit: tuple[AuditRow, ...] = ()  # what has just changed


class AlarmDesk:
    """Decides about banner and sound. Pure: the only clock is the time of frames and of what people do.

    An acknowledgement goes to the monitor as well: it releases what waits for a reaction. A session of kind
    "driver" has every alarm, "engagement" attention without sound, "free" none; what is not shown is
    audited all the same.
    """

    def __init__(
        self,
        policy: AlarmPolicy | None = None,
        *,
        kind: SessionKind = "driver",
        limits: Limits | None = None,
        profile: Profile | None = None,
    ) -> None:
        self._policy = policy or AlarmPolicy()
        self._limits, self._profile = limits or Limits(), profile
        self._hash = settings_hash(self._limits, self._policy)
        self._shown = lines_of(kind)
        self._audible = kind != "engagement" and bool(self._shown)
        self._lines = {name: AlarmLine(name, self._policy) for name in LINES}
        self._volume, self._fault = self._policy.volume, ""
        self._closed = False  # a closure is going on
        self._closed_s = 0.0  # its length, or that of the last one
        self._t = 0.0
        self._stamp: tuple[float, datetime | None, float | None] = (0.0, None, None)
        self._snoozed_until_t: float | None = None
        self._sound: Sound | None = None
        self._sounding: AlarmLine | None = None
        self._newest: tuple[AlarmName, str] | None = None  # the last alarm and its audit row
        self._false: AlarmName | None = None  # it, once it was called false
        self._count = 0
        self._rows: list[AuditRow] = []

    def use_profile(self, profile: Profile | None) -> None:
        """Name another calibration in the audit from now on."""
        self._profile = profile

    def update(
        self, state: MonitorState, *, utc: datetime | None = None, media_t: float | None = None
    ) -> Alarms:
        """Take the state of a frame, with the frame's wall clock and media time for the audit."""
        self._t, self._closed = state.t, state.closure.number > 0
        if self._closed:
            self._closed_s = state.closure.closed_s
        self._stamp = state.t, utc, media_t
        for line, alarm in alarms_of(state).items():
            self._lines[line].update(state.t, alarm)
        for transition in state.transitions:
            self._note(transition)
        return self._tell()

    def acknowledge(self, t: float) -> Alarms:
        """The person answers everything visible at t: it falls silent until it gets worse."""
        self._t = max(t, self._t)
        for line in self._visible_lines():
            alarm = line.visible(self._t)
            if alarm is not None and line.acknowledged_t is None:
                line.acknowledge(self._t)
                self._act("person", alarm, "acknowledged", line.row_id)
        return self._tell()

    def false_alarm(self, t: float) -> Alarms:
        """The person says at t that the last alarm was false; it goes on all the same."""
        self._t = max(t, self._t)
        if self._newest is not None:
            alarm, row_id = self._newest
            self._newest, self._false = None, alarm
            self._act("person", alarm, "false_alarm", row_id)
        return self._tell()

    def snooze(self, t: float, seconds: float = 60.0) -> Alarms:
        """No sound for some time from t on, save that of sleep and worse; ValueError unless seconds > 0."""
        if not seconds > 0:
            raise ValueError(f"a snooze must be longer than nothing, not {seconds} s")
        self._t = max(t, self._t)
        seconds = min(seconds, self._policy.longest_snooze_s)
        self._snoozed_until_t = self._t + seconds
        line = next(iter(self._visible_lines()), None)
        self._act(
            "person",
            (line.visible(self._t) or "") if line else "",
            "snoozed",
            line.row_id if line else None,
            seconds=seconds,
        )
        return self._tell()

    def set_sound(self, t: float, *, volume: float, fault: str = "") -> Alarms:
        """The volume (0..1) and, in one sentence, why nothing can be heard; going off and on is audited."""
        self._t = max(t, self._t)
        before = self._silence()
        self._volume, self._fault = volume, fault
        after = self._silence()
        if before != after:
            was, now = "off" if before else "on", "off" if after else "on"
            self._act("sound", was, now, None, reason=after or "heard again")
        return self._tell()

    def _note(self, transition: Transition) -> None:
        """One audit row for a transition, and the bookkeeping of what it begins and ends."""
        begun, ended = named(transition.after), named(transition.before)
        alarm = begun or ended
        line = self._lines[ALARMS[alarm].line] if alarm else None
        threshold = threshold_of(transition.reason, transition.after, self._limits)
        row = replace(
            self._row(transition.channel, transition.before, transition.after, transition.reason),
            ref_id=line.row_id if line and ended else None,
            threshold=threshold,
            evidence=transition.evidence,
            delay_s=delay_of(transition.evidence, transition.after, transition.reason, threshold),
            sounds=bool(begun and line and ALARMS[begun].sound and self._may_sound(line)),
        )
        self._rows.append(row)
        if begun and line:
            line.row_id = row.id
            if line.name in self._shown and ALARMS[begun].sound:
                self._newest, self._false = (begun, row.id), None

    def _act(
        self,
        channel: AuditChannel,
        before: str,
        after: str,
        ref_id: str | None,
        *,
        reason: str = "",
        seconds: float | None = None,
    ) -> None:
        row = self._row(channel, before, after, reason or after)
        self._rows.append(replace(row, ref_id=ref_id, seconds=seconds))

    def _row(self, channel: AuditChannel, before: str, after: str, reason: str) -> AuditRow:
        self._count += 1
        stamp_t, utc, media_t = self._stamp
        since_s = self._t - stamp_t
        return AuditRow(
            id=f"{self._count:06d}",
            ref_id=None,
            t=self._t,
            utc=utc + timedelta(seconds=since_s) if utc else None,
            media_t=None if media_t is None else media_t + since_s,
            channel=channel,
            before=before,
            after=after,
            reason=reason,
            threshold=None,
            evidence=None,
            delay_s=None,
            profile=profile_name(self._profile),
            calibrated_on=self._profile.measured_on if self._profile else None,
            settings_hash=self._hash,
            sounds=False,
        )

    def _visible_lines(self) -> list[AlarmLine]:
        """The lines with something to see, worst first."""
        seen = [(line.visible(self._t), line) for name, line in self._lines.items() if name in self._shown]
        ranked = [(ALARMS[alarm].rank, line) for alarm, line in seen if alarm is not None]
        return [line for _, line in sorted(ranked, key=_rank_down)]

    def _silence(self) -> str | None:
        """Why nothing can be heard although alarms may sound in this session."""
        if not self._audible:
            return None
        return self._fault or (VOLUME_OFF if self._volume <= 0 else None)

    def _may_sound(self, line: AlarmLine) -> bool:
        kind = line.kind
        if kind is None or not self._audible or self._silence() or line.name not in self._shown:
            return False
        if self._snoozed_until_t is not None and kind.snoozes:
            return False
        # What is still visible of a closure that has ended makes no noise.
        return line.acknowledged_t is None and (self._closed or line.name != "event")

    def _choose_sound(self) -> None:
        """One sound at a time: that of the worst alarm which has something to say now."""
        ranked = [(line.kind.rank, line) for line in self._lines.values() if line.kind is not None]
        for _, line in sorted(ranked, key=_rank_down):
            if line.sound is None or not self._may_sound(line):
                continue
            sound, tone = self._sound, TONES[line.sound]
            playing = self._sounding is line and sound is not None and sound.name == line.sound
            if tone.period_s is not None:
                if not playing:
                    self._sound, self._sounding = Sound(line.sound, tone.period_s, self._t), line
                return
            if self._t >= line.due_t:
                self._start_once(line)
                return
            if playing and sound is not None and self._t < sound.started_t + tone.seconds + TAIL_S:
                return
        self._sound = self._sounding = None

    def _start_once(self, line: AlarmLine) -> None:
        escalated = line.start_sound(self._t)
        if line.sound is not None:
            self._sound, self._sounding = Sound(line.sound, None, self._t), line
        if escalated and line.alarm is not None:
            self._act("sound", line.alarm, "escalated", line.row_id, reason="escalation_repeats")

    def _tell(self) -> Alarms:
        t = self._t
        if self._snoozed_until_t is not None and t >= self._snoozed_until_t:
            self._snoozed_until_t = None
        self._choose_sound()
        rows, self._rows = tuple(self._rows), []
        lines = self._visible_lines()
        drowsiness = self._lines["drowsiness"]
        quiet_until_t = drowsiness.quiet_until_t
        told = Alarms(
            t,
            sound=self._sound,
            sound_off=self._silence(),
            snoozed_s=None if self._snoozed_until_t is None else self._snoozed_until_t - t,
            quiet_s=None if quiet_until_t is None or "drowsiness" not in self._shown else quiet_until_t - t,
            next_sound_s=_left(drowsiness, t) if self._may_sound(drowsiness) else None,
            active=tuple(alarm for line in lines if (alarm := line.visible(t)) is not None),
            audit=rows,
            false=self._false,
        )
        return self._with_words(told, lines[0]) if lines else told

    def _with_words(self, told: Alarms, line: AlarmLine) -> Alarms:
        alarm = told.active[0]
        kind = ALARMS[alarm]
        return replace(
            told,
            alarm=alarm,
            text=kind.text.format(closed_s=self._closed_s),
            colour=kind.colour,
            style=kind.style,
            acknowledged=line.acknowledged_t is not None,
        )


def _rank_down(ranked: tuple[int, AlarmLine]) -> int:
    return -ranked[0]


def _left(line: AlarmLine, t: float) -> float | None:
    """Seconds until a line sounds by itself."""
    tone = TONES[line.sound] if line.sound else None
    return max(line.due_t - t, 0.0) if tone is not None and tone.again_s is not None else None
