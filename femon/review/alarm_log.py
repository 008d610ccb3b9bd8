"""Alarm: an alarm of a session with its evidence and what became of it, as events.csv tells."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from femon.alarms.policy import ALARMS, AlarmKind
from femon.recording.recorder import EVIDENCE_FOLDER
from femon.review.part import Part
from femon.review.session_log import Event, SessionLog

_EVIDENCE_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
ALARM_KINDS: Final[Mapping[str, AlarmKind]] = {str(name): kind for name, kind in ALARMS.items()}
_ANSWERS: Final = ("ack", "false_alarm", "snooze")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm; figures None where the log has none."""

    id: int  # of its start in events.csv
    t: float
    name: str
    value: float | None
    unit: str
    threshold: float | None
    delay_s: float | None
    deep_share: float | None
    pitch_change_deg: float | None
    coverage: float | None
    duration_s: float | None  # None: unknown, it held to the end
    ended_as: str  # the state after it, or SESSION_END; "" when unknown
    began_before: bool  # the session did: it was on at the first frame
    continues: bool  # a milder alarm got worse and became this one
    acknowledged_s: float | None  # after its start
    snoozed_s: float | None
    false_alarm: bool
    sound: bool
    evidence: str  # file within the session folder; "" when there is none


def alarms_of(log: SessionLog, part: Part) -> tuple[Alarm, ...]:
    """The alarms that start in a part of the session, by their start."""
    logged = [event for event in log.events if event.kind == "alarm"]
    ends = {event.ref_id: event for event in logged if event.phase == "end"}
    answers: dict[int, list[Event]] = {}
    for event in logged:
        if event.name in _ANSWERS and event.ref_id is not None:
            answers.setdefault(event.ref_id, []).append(event)
    starts = sorted((e for e in logged if e.phase == "start"), key=lambda e: (e.t, e.id))
    ended = (ends[start.id] for start in starts if start.id in ends)  # an end alone hands nothing on
    handed_on = {(end.t, str(end.details.get("to"))) for end in ended}
    return tuple(
        _alarm(log, start, ends.get(start.id), answers.get(start.id, []), (start.t, start.name) in handed_on)
        for start in starts
        if counts_at(part, start.t)
    )


def counts_at(part: Part, t: float) -> bool:
    """Whether a moment lies in a part and outside of what is left out of it."""
    inside = part.start <= t < part.end or (part.last and t == part.end)
    return inside and not any(first <= t < last or last >= part.end <= t for first, last in part.left_out)


def episodes(alarms: Sequence[Alarm]) -> int:
    """How many alarms there were when those that got worse count once."""
    return sum(not alarm.continues for alarm in alarms)


def names_text(alarms: Sequence[Alarm]) -> str:
    """How many of each, as "2 microsleep, 1 sleep"."""
    counts = Counter(alarm.name.replace("_", " ") for alarm in alarms)
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _alarm(
    log: SessionLog, start: Event, end: Event | None, answers: Sequence[Event], continues: bool
) -> Alarm:
    details = start.details
    answered = {answer.name: answer for answer in answers}
    ack, snooze = answered.get("ack"), answered.get("snooze")
    return Alarm(
        id=start.id,
        t=start.t,
        name=start.name,
        value=start.value,
        unit=start.unit,
        threshold=number(details, "threshold"),
        delay_s=number(details, "delay_s"),
        deep_share=number(details, "deep_share"),
        pitch_change_deg=number(details, "pitch_change_deg"),
        coverage=number(details, "coverage"),
        duration_s=None if end is None else end.duration_s,
        ended_as="" if end is None else str(end.details.get("to") or ""),
        began_before=(number(details, "t") or 0.0) < 0,
        continues=continues,
        acknowledged_s=None if ack is None else max(ack.t - start.t, 0.0),
        snoozed_s=None if snooze is None else snooze.value,
        false_alarm="false_alarm" in answered,
        sound=details.get("sound") is True,
        evidence=_evidence(log, str(details.get("id") or "")),
    )


def _evidence(log: SessionLog, name: str) -> str:
    if not _EVIDENCE_NAME.fullmatch(name) or not (log.folder / EVIDENCE_FOLDER / f"{name}.csv").is_file():
        return ""
    return f"{EVIDENCE_FOLDER}/{name}.csv"


def number(details: Mapping[str, Any], name: str) -> float | None:
    """A finite number in a table that was read from JSON."""
    value = details.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        plain = float(value)
    except OverflowError:
        return None
    return plain if math.isfinite(plain) else None
