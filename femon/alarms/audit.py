"""The audit: one row for every change of a monitor's channel and for everything people did about an alarm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal

from femon.alarms.policy import ALARMS, AlarmName, named
from femon.monitors import Channel, Evidence, Limits, Profile

AuditChannel = Channel | Literal["person", "sound"]
EVIDENCE_BEFORE_S: Final = 10.0
# Drowsiness is asked from whole windows, so its cause has no single moment.
_MEASURED: Final = {"event": ("closed_s", "s"), "distraction": ("off_s", "s"), "shared": ("vats_s", "s")}
# The times among the details of an event.
_TIMES: Final = ("t", "acknowledged_t", "evidence_from_s")
# The states of ordinary blinks: true, but of no use to someone who looks for alarms.
_ROUTINE: Final = frozenset({"open", "closing"})


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change. Times in s of the frames' clock; figures None where they were withheld.

    In the channel "person", `after` is acknowledged, snoozed or false_alarm and `before` the alarm that is
    answered; in "sound", `after` is escalated, off or on.
    """

    id: str  # unique within the session; names the evidence file
    ref_id: str | None  # of the row that began the alarm this one ends, worsens or answers
    t: float
    utc: datetime | None
    media_t: float | None
    channel: AuditChannel
    before: str
    after: str
    reason: str  # the rule
    threshold: float | None  # the limit of that name
    evidence: Evidence | None  # of transitions
    delay_s: float | None  # after the threshold was passed
    profile: str  # bare, glasses, or uncalibrated
    calibrated_on: date | None
    settings_hash: str
    sounds: bool  # whether the alarm it begins may be heard
    seconds: float | None = None  # of a snooze

    @property
    def starts(self) -> AlarmName | None:
        """The alarm that begins here."""
        return None if self.evidence is None else named(self.after)

    @property
    def ends(self) -> AlarmName | None:
        """The alarm that ends here, also by getting worse."""
        return None if self.evidence is None else named(self.before)

    @property
    def routine(self) -> bool:
        """Whether it is but the beginning or the end of a blink."""
        return self.channel == "event" and {self.before, self.after} <= _ROUTINE

    def as_json(self) -> dict[str, object]:
        """Everything, flat and ready for JSON."""
        plain = {
            "id": self.id,
            "ref_id": self.ref_id,
            "t": round(self.t, 6),
            "utc": self.utc.astimezone(UTC).isoformat() if self.utc else None,
            "media_t": _rounded(self.media_t),
            "channel": self.channel,
            "from": self.before,
            "to": self.after,
            "reason": self.reason,
            "threshold": self.threshold,
            "delay_s": _rounded(self.delay_s),
            "profile": self.profile,
            "calibrated_on": self.calibrated_on.isoformat() if self.calibrated_on else None,
            "settings_hash": self.settings_hash,
            "sound": self.sounds,
            "seconds": self.seconds,
        }
        return plain | (_figures(self.evidence) if self.evidence else {})


def _figures(evidence: Evidence) -> dict[str, object]:
    plain = asdict(evidence)
    references = plain.pop("references")
    names = {"off_s": "off_length_s", "pitch_change": "pitch_change_deg", "coverage_60": "coverage"}
    figures = {names.get(name, name): _rounded(value) for name, value in plain.items()}
    return figures | {name: _rounded(value) for name, value in references.items()}


def _rounded(value: object) -> object:
    return round(value, 6) if isinstance(value, float) else value


def threshold_of(reason: str, after: str, limits: Limits) -> float | None:
    """The limit behind a rule; an unbroken deep closure has that of the level it reached."""
    name = f"{after}_s" if reason == "override" else reason
    value = getattr(limits, name, None)
    return float(value) if isinstance(value, int | float) else None


def delay_of(evidence: Evidence, after: str, reason: str, threshold: float | None) -> float | None:
    """How far the measured length was past its limit; None where it was not that length that passed it."""
    alarm = named(after)
    if alarm is None or threshold is None or alarm == "lost_closed" or reason == "override":
        return None
    figure = _MEASURED.get(ALARMS[alarm].line)
    return None if figure is None else max(float(getattr(evidence, figure[0])) - threshold, 0.0)


def profile_name(profile: Profile | None) -> str:
    """What the eyes are measured against."""
    if profile is None:
        return "uncalibrated"
    return "glasses" if profile.glasses else "bare"


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One row of type `alarm`, or `state` by its name, for events.csv.

    audit_id and ref_id are ids of audit rows; times are those of the frames' clock, in s.
    """

    audit_id: str
    ref_id: str | None
    t: float
    name: str  # of the alarm, or: state, ack, snooze, false_alarm, escalated, sound_off, sound_on
    phase: Literal["point", "start", "end"]
    value: float | None
    unit: str
    details: dict[str, object]

    def details_at(self, session_time: Callable[[float], float]) -> dict[str, object]:
        """The details with their times on the clock of a session."""
        times = {name: self.details.get(name) for name in _TIMES}
        changed = {name: _rounded(session_time(t)) for name, t in times.items() if isinstance(t, float)}
        return self.details | changed


def alarm_events(row: AuditRow) -> tuple[AlarmEvent, ...]:
    """The rows of events.csv for an audit row: where an alarm gets worse, one ends and another starts."""
    details = row.as_json() | {"t": row.t}  # to be rounded once, on the clock of the session
    if row.evidence is None:
        names = {"acknowledged": "ack", "snoozed": "snooze"}
        name = names.get(row.after, f"sound_{row.after}" if row.after in ("off", "on") else row.after)
        unit = "s" if row.seconds is not None else ""
        return (AlarmEvent(row.id, row.ref_id, row.t, name, "point", row.seconds, unit, details),)
    events = []
    if row.ends is not None:
        events.append(AlarmEvent(row.id, row.ref_id, row.t, row.ends, "end", None, "", {"to": row.after}))
    if row.starts is not None:
        value, unit = _measured(row.starts, row.evidence)
        since = {"evidence_from_s": row.t - EVIDENCE_BEFORE_S}
        events.append(AlarmEvent(row.id, None, row.t, row.starts, "start", value, unit, details | since))
    if not events:
        events.append(AlarmEvent(row.id, None, row.t, "state", "point", None, "", details))
    return tuple(events)


def _measured(alarm: AlarmName, evidence: Evidence) -> tuple[float | None, str]:
    figure = _MEASURED.get(ALARMS[alarm].line)
    if figure is not None:
        return float(getattr(evidence, figure[0])), figure[1]
    known = ALARMS[alarm].line == "drowsiness" and evidence.p60 is not None
    return (evidence.p60, "share") if known else (None, "")
