"""The one place that opens, feeds and closes the lab streams of a pipeline; all on the classify thread."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from femon.lsl.streams import LabStreams, StreamError
from femon.types import Notice, SourceInfo

if TYPE_CHECKING:
    from femon.alarms import AlarmEvent
    from femon.settings import ModeSettings
    from femon.types import Readings

SENDING: Final = "Readings and markers are sent on the local network (Lab Streaming Layer)."


class StreamDesk:
    """Holds at most one pair of streams, and none unless they are wanted.

    They open with the first frame and hold what `modes` watch; trouble becomes a notice, and the watching
    goes on without them.
    """

    def __init__(self, on_notice: Callable[[Notice], None], *, wanted: bool, modes: ModeSettings) -> None:
        self._on_notice, self._wanted, self._modes = on_notice, wanted, modes
        self._streams: LabStreams | None = None
        self._t = 0.0  # of the newest frame

    def send(self, readings: Readings, info: SourceInfo) -> None:
        """Send what is known of the primary face in one frame."""
        self._t = readings.frame.t
        if self._wanted and self._streams is None:
            self._open(info, readings.model_id or "")
        if self._streams is not None:
            primary = next((reading for reading in readings.readings if reading.primary), None)
            self._streams.push(self._t, primary, readings.monitor)

    def mark(self, text: str, t: float | None) -> None:
        """Send a marker that somebody set at t (s, the clock of the frames); None: at the newest frame."""
        if self._streams is not None:
            self._streams.mark(self._t if t is None else t, text)

    def alarms(self, events: Iterable[AlarmEvent]) -> None:
        """Send alarms that begin or end and what people did about them, as "alarm microsleep start"."""
        if self._streams is None:
            return
        for event in events:
            if event.name != "state":  # of the monitors, which the samples hold
                phase = "" if event.phase == "point" else f" {event.phase}"
                self._streams.mark(event.t, f"alarm {event.name}{phase}")

    def close(self) -> None:
        """End the streams; readers are told. Safe to call twice."""
        self._wanted = False
        if self._streams is not None:
            self._streams.close()
            self._streams = None

    def _open(self, info: SourceInfo, model_id: str) -> None:
        try:
            self._streams = LabStreams(
                _source_id(info), live=info.live, modes=self._modes, model_id=model_id, number=info.number
            )
        except StreamError as error:
            self._wanted = False
            self._on_notice(Notice("stream_error", str(error), {"error": error}))
        else:
            self._on_notice(Notice("streaming", SENDING))


def _source_id(info: SourceInfo) -> str:
    """The same for the same camera of this machine; neither a file's name nor a camera's goes out."""
    number = "" if info.number == 1 else str(info.number)
    index = number if info.index is None else str(info.index)
    return "-".join(filter(None, ("femon", platform.node(), info.kind, index)))
