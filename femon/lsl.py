"""Readings and markers as Lab Streaming Layer streams, on request only.

femon is offline. These streams are the exception: the library behind them opens TCP and UDP sockets on this
machine, answers searches of the local network and runs threads of its own until close(). Nothing of that
happens before a `LabStreams` is made. What the sockets may reach is set in the library's own file
(lsl_api.cfg: `[multicast]`, `ResolveScope = machine` keeps them on this machine).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from femon.emotions import EMOTIONS
from femon.errors import FemonError

if TYPE_CHECKING:
    from femon.monitors import MonitorState
    from femon.types import Reading

READINGS: Final = "femon"
MARKERS: Final = "femon markers"
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


class StreamError(FemonError):
    """The streams cannot be opened."""


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


class LabStreams:
    """Two open streams, "femon" with one sample for each frame and "femon markers" with texts.

    Samples carry the time of their frame. `live` frames are stamped in time.monotonic(), whose distance from
    the clock of the streams is measured once; those of a file begin at the moment of the first push. It has
    no thread of its own and is used by one thread.
    """

    def __init__(
        self,
        source_id: str,
        *,
        live: bool,
        model_id: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open both. source_id tells streams apart and lets readers reconnect; raises StreamError."""
        self._lsl = _load()
        self._offset_s: float | None = self._lsl.local_clock() - clock() if live else None
        try:
            self._readings: Any = self._lsl.StreamOutlet(self._readings_info(source_id, model_id))
            self._markers: Any = self._lsl.StreamOutlet(
                self._lsl.StreamInfo(
                    MARKERS, "Markers", 1, self._lsl.IRREGULAR_RATE, "string", f"{source_id}-markers"
                )
            )
        except RuntimeError as error:
            raise StreamError(
                f"The Lab Streaming Layer streams cannot be opened ({error}). "
                "Check that this machine lets femon open network sockets, or switch the streams off."
            ) from error

    def push(self, t: float, reading: Reading | None, state: MonitorState | None) -> None:
        """Send what is known of the primary face in the frame at t (s, the frame's clock)."""
        self._readings.push_sample(sample_of(reading, state), self._time(t))

    def mark(self, t: float, text: str) -> None:
        """Send a marker that was set at t (s, the clock of the frames)."""
        self._markers.push_sample([text], self._time(t))

    def close(self) -> None:
        """End both streams; readers are told. Safe to call twice, useless after."""
        # The library ends a stream when the last reference to its outlet goes.
        self._readings = self._markers = None

    def _time(self, t: float) -> float:
        if self._offset_s is None:
            self._offset_s = self._lsl.local_clock() - t
        return t + self._offset_s

    def _readings_info(self, source_id: str, model_id: str) -> Any:
        """The description of the stream, with the fields of the XDF specification for channels."""
        lsl = self._lsl
        info = lsl.StreamInfo(READINGS, "Expression", len(CHANNELS), lsl.IRREGULAR_RATE, "float32", source_id)
        description = info.desc()
        description.append_child_value("manufacturer", "femon")
        description.append_child_value("model", model_id)
        channels = description.append_child("channels")
        for channel in CHANNELS:
            one = channels.append_child("channel")
            one.append_child_value("label", channel.name)
            one.append_child_value("unit", channel.unit)
            one.append_child_value("type", channel.kind)
            if channel.name in CODES:
                one.append_child_value("codes", " ".join(CODES[channel.name]))
        return info


def _load() -> Any:
    try:
        import pylsl
    except ImportError as error:
        raise StreamError(
            "Streaming to the Lab Streaming Layer needs one more package. Run: pip install femon[lsl]"
        ) from error
    except RuntimeError as error:  # pylsl is there, but its native library is not
        raise StreamError(
            "The native library of the Lab Streaming Layer is missing on this system. "
            "Install liblsl, or point the environment variable PYLSL_LIB to it."
        ) from error
    return pylsl
