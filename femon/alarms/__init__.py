"""Alarms: which of the monitor's states people are told of, how loudly, how often, and what is kept of it."""

from femon.alarms.audit import AlarmEvent, AuditRow, alarm_events
from femon.alarms.desk import AlarmDesk, Alarms
from femon.alarms.policy import AlarmName, AlarmPolicy, Colour, Style
from femon.alarms.thresholds import limits_of, thresholds_of
from femon.alarms.tones import TONES, Note, Sound, SoundName, Tone

__all__ = [
    "TONES",
    "AlarmDesk",
    "AlarmEvent",
    "AlarmName",
    "AlarmPolicy",
    "Alarms",
    "AuditRow",
    "Colour",
    "Note",
    "Sound",
    "SoundName",
    "Style",
    "Tone",
    "alarm_events",
    "limits_of",
    "thresholds_of",
]
