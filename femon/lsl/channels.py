"""What one sample holds: the fixed channels of the stream of readings, and the words behind their numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from femon.emotions import EMOTIONS

if TYPE_CHECKING:
    from femon.monitors import MonitorState
    from femon.types import Reading

_NAN: Final = math.nan
# Places in these lists are the values of the level channels.
EVENT_LEVELS: Final = (
    "unknown",
    "open",
    "closing",
    "long_blink",
    "pre",
    "microsleep",
    "sleep",
    "lost_closed",
    "unresponsive",
)
DROWSINESS_LEVELS: Final = ("alert", "advisory", "drowsy", "severe")
ATTENTION_LEVELS: Final = ("on", "off", "shared", "long_distraction", "long_2")


@dataclass(frozen=True, slots=True)
class Channel:
    """One place of a sample."""

    name: str
    unit: str
    kind: str
    value: Callable[[Reading | None, MonitorState | None], float | None]


def _of_face(name: str, unit: str, kind: str, value: Callable[[Reading], float | None]) -> Channel:
    return Channel(name, unit, kind, lambda reading, _: None if reading is None else value(reading))


def _of_monitor(name: str, unit: str, value: Callable[[MonitorState], float | None]) -> Channel:
    return Channel(name, unit, "Monitor", lambda _, state: None if state is None else value(state))


def _probability(index: int) -> Channel:
    def value(reading: Reading) -> float | None:
        return None if reading.smooth is None else float(reading.smooth[index])

    return _of_face(f"smooth_{EMOTIONS[index]}", "normalized", "Probability", value)


def _label(reading: Reading) -> float | None:
    return EMOTIONS.index(reading.label) if reading.label in EMOTIONS else None


# The layout is fixed: whatever is switched off, or not known in a frame, is NaN.
CHANNELS: Final = (
    *(_probability(index) for index in range(len(EMOTIONS))),
    _of_face("label", "index", "Label", _label),
    _of_face("quality", "normalized", "Quality", lambda reading: reading.face.quality.value),
    _of_face("yaw", "degrees", "Pose", lambda reading: reading.face.pose.yaw),
    _of_face("pitch", "degrees", "Pose", lambda reading: reading.face.pose.pitch),
    _of_face("roll", "degrees", "Pose", lambda reading: reading.face.pose.roll),
    _of_monitor("openness", "normalized", lambda state: state.eyes.openness),
    _of_monitor("closure", "seconds", lambda state: state.closure.closed_s),
    _of_monitor("eye_state", "index", lambda state: EVENT_LEVELS.index(state.closure.level)),
    _of_monitor("perclos_60", "normalized", lambda state: state.perclos.p60),
    _of_monitor("perclos_180", "normalized", lambda state: state.perclos.p180),
    _of_monitor("coverage_60", "normalized", lambda state: state.validity.coverage_60),
    _of_monitor("fatigue_index", "percent", lambda state: state.fatigue.index),
    _of_monitor("fatigue_level", "index", lambda state: DROWSINESS_LEVELS.index(state.drowsiness.level)),
    _of_monitor("off_target", "seconds", lambda state: state.attention.off_s),
    _of_monitor("off_target_30", "seconds", lambda state: state.attention.vats_s),
    _of_monitor("attention_state", "index", lambda state: ATTENTION_LEVELS.index(state.attention.level)),
    _of_monitor("attention_10", "normalized", lambda state: state.attention.share),
    _of_monitor("engagement", "normalized", lambda state: state.engagement.value),
)
CODES: Final = {
    "label": EMOTIONS,
    "eye_state": EVENT_LEVELS,
    "fatigue_level": DROWSINESS_LEVELS,
    "attention_state": ATTENTION_LEVELS,
}


def sample_of(reading: Reading | None, state: MonitorState | None) -> list[float]:
    """The values of CHANNELS for one frame; NaN where there is none."""
    values = (channel.value(reading, state) for channel in CHANNELS)
    return [_NAN if value is None else float(value) for value in values]
