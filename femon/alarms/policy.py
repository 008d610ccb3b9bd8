"""What each alarm is: its urgency, looks, words and sound, and which of them a kind of session has."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final, Literal

from femon.alarms.tones import SoundName
from femon.monitors import Channel, Limits, MonitorState, SessionKind

AlarmName = Literal[
    "pre",
    "microsleep",
    "sleep",
    "lost_closed",
    "unresponsive",
    "long_distraction",
    "long_2",
    "shared",
    "advisory",
    "drowsy",
    "severe",
    "eyes_unreadable",
]
Colour = Literal["none", "amber", "red", "blue"]
Style = Literal["text", "edge", "banner", "window", "flash"]  # flash: red banner and window, at 1 Hz
LineName = Literal["event", "distraction", "shared", "drowsiness", "visibility"]


@dataclass(frozen=True, slots=True)
class AlarmPolicy:
    """The volume, and the times of all alarms in seconds (design choices)."""

    volume: float = 0.8  # 0..1; 0 is off, and shown as such
    shortest_visible_s: float = 1.5
    quiet_s: float = 300.0  # after a drowsiness alarm was acknowledged
    escalation_repeats: int = 3  # unacknowledged, then drowsy sounds as severe
    longest_snooze_s: float = 600.0  # a longer one would be a mute


@dataclass(frozen=True, slots=True)
class AlarmKind:
    """One row of the table of alarms."""

    line: LineName
    channel: Channel
    rank: int  # the worst drives banner and sound
    text: str  # {closed_s} is filled in
    colour: Colour
    style: Style
    sound: SoundName | None
    snoozes: bool = True


# What is dangerous now stands above what is dangerous within the hour (design choice).
ALARMS: Final[Mapping[AlarmName, AlarmKind]] = MappingProxyType(
    {
        "unresponsive": AlarmKind(
            "event", "event", 11, "No reaction. Stop safely.", "red", "flash", "unresponsive", snoozes=False
        ),
        "sleep": AlarmKind("event", "event", 10, "WAKE UP", "red", "window", "sleep", snoozes=False),
        "lost_closed": AlarmKind("event", "event", 10, "WAKE UP", "red", "window", "sleep", snoozes=False),
        "microsleep": AlarmKind(
            "event", "event", 9, "Microsleep: eyes closed {closed_s:.1f} s", "red", "banner", "microsleep"
        ),
        "long_2": AlarmKind("distraction", "attention", 8, "Look ahead", "blue", "banner", "long_2"),
        "long_distraction": AlarmKind(
            "distraction", "attention", 7, "Look ahead", "blue", "banner", "long_distraction"
        ),
        "severe": AlarmKind(
            "drowsiness",
            "drowsiness",
            6,
            "Strong signs of tiredness. Take a break now.",
            "red",
            "banner",
            "severe",
        ),
        "pre": AlarmKind("event", "event", 5, "Eyes closed", "amber", "edge", "pre"),
        "shared": AlarmKind("shared", "attention", 4, "Look ahead", "blue", "edge", "shared"),
        "drowsy": AlarmKind(
            "drowsiness",
            "drowsiness",
            3,
            "Signs of tiredness. Take a break.",
            "amber",
            "banner",
            "drowsy",
        ),
        "eyes_unreadable": AlarmKind(
            "visibility",
            "visibility",
            2,
            "Eyes not visible: no fatigue warning possible",
            "amber",
            "banner",
            "eyes_unreadable",
        ),
        "advisory": AlarmKind(
            "drowsiness", "drowsiness", 1, "First signs of tiredness", "none", "text", None
        ),
    }
)
_NAMES: Final[dict[str, AlarmName]] = {name: name for name in ALARMS}
LINES: Final[tuple[LineName, ...]] = ("event", "distraction", "shared", "drowsiness", "visibility")


def alarms_of(state: MonitorState) -> dict[LineName, AlarmName | None]:
    """The alarm that each line of the monitor's state calls for."""
    attention = state.attention
    names = {
        "event": state.closure.level,
        "distraction": attention.distraction,
        "shared": "shared" if attention.shared else "on",
        "drowsiness": state.drowsiness.level,
        "visibility": state.validity.shown,
    }
    return {line: named(names[line]) for line in LINES}


def named(state_name: str) -> AlarmName | None:
    """The alarm of a monitor's state, if it is one."""
    return _NAMES.get(state_name)


def lines_of(kind: SessionKind) -> frozenset[LineName]:
    """The lines that are shown; those of the others are audited in silence."""
    if kind == "driver":
        return frozenset(LINES)
    return frozenset({"distraction", "shared"}) if kind == "engagement" else frozenset()


def settings_hash(limits: Limits, policy: AlarmPolicy) -> str:
    """Twelve hexadecimal digits that change with any limit or setting."""
    text = json.dumps([asdict(limits), asdict(policy)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
