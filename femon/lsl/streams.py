"""Two open Lab Streaming Layer streams: their description, their clock and the library behind them."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from femon.errors import FemonError
from femon.lsl.channels import CHANNELS, CODES, sample_of

if TYPE_CHECKING:
    from femon.monitors import MonitorState
    from femon.settings import ModeSettings
    from femon.types import Reading

READINGS: Final = "femon"
MARKERS: Final = "femon markers"
_MISSING: Final = "Streaming to the Lab Streaming Layer needs one more package. Run: pip install femon[lsl]"


class StreamError(FemonError):
    """The streams cannot be opened."""


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
        modes: ModeSettings,
        model_id: str = "",
        number: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open both. source_id tells streams apart and lets readers reconnect; raises StreamError.

        Samples hold only what `modes` watch; the channels of the rest are there, without a value.
        The streams of a second source that is watched beside a first are "femon 2" and "femon markers 2".
        """
        name, markers = (f"{one} {number}" if number > 1 else one for one in (READINGS, MARKERS))
        self._modes = modes
        self._lsl = _load()
        self._offset_s: float | None = self._lsl.local_clock() - clock() if live else None
        try:
            self._readings: Any = self._lsl.StreamOutlet(self._readings_info(name, source_id, model_id))
            self._markers: Any = self._lsl.StreamOutlet(
                self._lsl.StreamInfo(
                    markers, "Markers", 1, self._lsl.IRREGULAR_RATE, "string", f"{source_id}-markers"
                )
            )
        except RuntimeError as error:
            raise StreamError(
                f"The Lab Streaming Layer streams cannot be opened ({error}). "
                "Check that this machine lets femon open network sockets, or switch the streams off."
            ) from error

    def push(self, t: float, reading: Reading | None, state: MonitorState | None) -> None:
        """Send what is known of the primary face in the frame at t (s, the frame's clock)."""
        self._readings.push_sample(sample_of(reading, state, self._modes), self._time(t))

    def mark(self, t: float, text: str) -> None:
        """Send a marker that was set at t (s, the clock of the frames); what UTF-8 lacks becomes `?`."""
        self._markers.push_sample([text.encode(errors="replace").decode()], self._time(t))

    def close(self) -> None:
        """End both streams; readers are told. Safe to call twice, useless after."""
        # The library ends a stream when the last reference to its outlet goes.
        self._readings = self._markers = None

    def _time(self, t: float) -> float:
        if self._offset_s is None:
            self._offset_s = self._lsl.local_clock() - t
        return t + self._offset_s

    def _readings_info(self, name: str, source_id: str, model_id: str) -> Any:
        """The description of the stream, with the fields of the XDF specification for channels."""
        lsl = self._lsl
        info = lsl.StreamInfo(name, "Expression", len(CHANNELS), lsl.IRREGULAR_RATE, "float32", source_id)
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


def require_library() -> None:
    """Raise StreamError when the package behind the streams is not installed; loads nothing."""
    if find_spec("pylsl") is None:
        raise StreamError(_MISSING)


def _load() -> Any:
    try:
        import pylsl
    except ImportError as error:
        raise StreamError(_MISSING) from error
    except RuntimeError as error:  # pylsl is there, but its native library is not
        raise StreamError(
            "The native library of the Lab Streaming Layer is missing on this system. "
            "Install liblsl, or point the environment variable PYLSL_LIB to it."
        ) from error
    return pylsl
