"""What one sample holds: the fixed channels of the stream of readings, and the words behind their numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from femon.emotions import EMOTIONS

if TYPE_CHECKING:
    from femon.monitors import MonitorState
    from femon.monitors.attention import AttentionState
    from femon.settings import ModeSettings
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


def _always(modes: ModeSettings) -> bool:
    return True


def _eyes(modes: ModeSettings) -> bool:
    return modes.eyes


def _fatigue(modes: ModeSettings) -> bool:
    return modes.fatigue


def _monitored(modes: ModeSettings) -> bool:
    return modes.monitored


def _engagement(modes: ModeSettings) -> bool:
    return modes.engagement


@dataclass(frozen=True, slots=True)
class Channel:
    """One place of a sample."""

    name: str
    unit: str
    kind: str
    value: Callable[[Reading | None, MonitorState | None], float | None]
    watched: Callable[[ModeSettings], bool] = _always


def _of_face(name: str, unit: str, kind: str, value: Callable[[Reading], float | None]) -> Channel:
    return Channel(name, unit, kind, lambda reading, _: None if reading is None else value(reading))


def _of_monitor(
    name: str,
    unit: str,
    value: Callable[[MonitorState], float | None],
    watched: Callable[[ModeSettings], bool] = _eyes,
) -> Channel:
    def known(_: Reading | None, state: MonitorState | None) -> float | None:
        return None if state is None else value(state)

    return Channel(name, unit, "Monitor", known, watched)


def _of_attention(name: str, unit: str, value: Callable[[AttentionState], float | None]) -> Channel:
    """A figure that stands still, at what it was, while there is no face or no head to judge."""

    def known(reading: Reading | None, state: MonitorState | None) -> float | None:
        if reading is None or state is None or state.attention.frozen:
            return None
        return value(state.attention)

    return Channel(name, unit, "Monitor", known, _monitored)


def _probability(index: int) -> Channel:
    def value(reading: Reading) -> float | None:
        return None if reading.smooth is None else float(reading.smooth[index])

    return _of_face(f"smooth_{EMOTIONS[index]}", "normalized", "Probability", value)


def _label(reading: Reading) -> float | None:
    return EMOTIONS.index(reading.label) if reading.label in EMOTIONS else None


def _closure_s(state: MonitorState) -> float | None:
    return None if state.eyes.openness is None else state.closure.closed_s


def _fatigue_level(state: MonitorState) -> float | None:
    return None if state.drowsiness.frozen else DROWSINESS_LEVELS.index(state.drowsiness.level)


# The layout is fixed: whatever is switched off, or not known in a frame, is NaN. What counts as known is the
# rule of frames.csv (femon/recording/monitor_cells.py, a layer above), and a test holds the two together;
# here all figures of attention are withheld where frames.csv leaves on_target empty.
CHANNELS: Final = (
    *(_probability(index) for index in range(len(EMOTIONS))),
    _of_face("label", "index", "Label", _label),
    _of_face("quality", "normalized", "Quality", lambda reading: reading.face.quality.value),
    _of_face("yaw", "degrees", "Pose", lambda reading: reading.face.pose.yaw),
    _of_face("pitch", "degrees", "Pose", lambda reading: reading.face.pose.pitch),
    _of_face("roll", "degrees", "Pose", lambda reading: reading.face.pose.roll),
    _of_monitor("openness", "normalized", lambda state: state.eyes.openness),
    _of_monitor("closure", "seconds", _closure_s),
    _of_monitor("eye_state", "index", lambda state: EVENT_LEVELS.index(state.closure.level)),
    _of_monitor("perclos_60", "normalized", lambda state: state.perclos.p60),
    _of_monitor("perclos_180", "normalized", lambda state: state.perclos.p180),
    _of_monitor("coverage_60", "normalized", lambda state: state.validity.coverage_60),
    _of_monitor("fatigue_index", "percent", lambda state: state.fatigue.index, _fatigue),
    _of_monitor("fatigue_level", "index", _fatigue_level, _fatigue),
    _of_attention("off_target", "seconds", lambda attention: attention.timed_off_s),
    _of_attention("off_target_30", "seconds", lambda attention: attention.timed_vats_s),
    _of_attention("attention_state", "index", lambda attention: ATTENTION_LEVELS.index(attention.level)),
    _of_attention("attention_10", "normalized", lambda attention: attention.share),
    _of_monitor("engagement", "normalized", lambda state: state.engagement.value, _engagement),
)
CODES: Final = {
    "label": EMOTIONS,
    "eye_state": EVENT_LEVELS,
    "fatigue_level": DROWSINESS_LEVELS,
    "attention_state": ATTENTION_LEVELS,
}


def sample_of(reading: Reading | None, state: MonitorState | None, modes: ModeSettings) -> list[float]:
    """The values of CHANNELS for one frame; NaN where there is none, or where it is not watched."""
    values = (channel.value(reading, state) if channel.watched(modes) else None for channel in CHANNELS)
    return [_NAN if value is None else float(value) for value in values]
