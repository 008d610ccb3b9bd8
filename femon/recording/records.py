"""Which rows a frame becomes: one for each face, one without a face, one when it was left out or paused."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Final

from femon.recording.rows import FaceCells, Row
from femon.recording.timeline import Timeline
from femon.settings import ModeSettings
from femon.types import Dropped, Frame, Lost, Reading, Readings

Record = tuple[Row, FaceCells | None]

RATE_S: Final = 2.0  # the stretch over which column 79 counts


class Records:
    """Makes the rows of a session in the order of their times.

    `take_events` gives the ids of the events that the row of a frame is the first to name, joined by "+".
    """

    def __init__(
        self,
        session_id: str,
        timeline: Timeline,
        *,
        live: bool,
        modes: ModeSettings,
        take_events: Callable[[int | None], str | None],
    ) -> None:
        self._session_id, self._timeline = session_id, timeline
        self._live, self._modes, self._take_events = live, modes, take_events
        self._recent: deque[float] = deque()  # source times of the frames analysed in the last 2 s

    def of_left_out(self, item: Dropped | Lost) -> Record:
        """The row of a frame that was never analysed, or of a second without any."""
        if isinstance(item, Lost):
            return self._row(**self._moment(None, item.t), status="camera_lost", why=item.why), None
        moment = self._moment(item.index, item.t)
        return self._row(**moment, status="dropped", why=item.why, t_media=item.media_t), None

    def of_paused(self, frame: Frame) -> list[Record]:
        """The row of a frame that came while the user paused."""
        moment = self._moment(frame.index, frame.t)
        return [(self._row(**moment, status="paused", why="user", t_media=frame.media_t), None)]

    def of_readings(self, readings: Readings) -> list[Record]:
        """The rows of an analysed frame."""
        frame, latency_s = readings.frame, readings.latency_s
        common: dict[str, Any] = {
            **self._moment(frame.index, frame.t),
            "t_media": frame.media_t,
            "n_faces": len(readings.readings),
            "latency_ms": latency_s * 1000 if self._live and latency_s is not None else None,
            "fps": self._rate(frame.t),
        }
        if not readings.readings:
            return [(self._row(status="no_face", **common), None)]
        return [
            (self._row(**_judgement(reading), **common), _face_cells(reading, readings, self._modes))
            for reading in readings.readings
        ]

    def _moment(self, index: int | None, t: float) -> dict[str, Any]:
        seconds = self._timeline.since_start(t)
        number = None if index is None else self._timeline.number(index)
        return {"frame": number, "t": seconds, "t_utc": self._timeline.utc_at(seconds)}

    def _row(self, **cells: Any) -> Row:
        return Row(session_id=self._session_id, event=self._take_events(cells["frame"]), **cells)

    def _rate(self, t: float) -> float | None:
        """Analysed frames per second over the last 2 s."""
        if not self._live:
            return None
        self._recent.append(t)
        while self._recent[0] <= t - RATE_S:
            self._recent.popleft()
        return len(self._recent) / RATE_S if self._timeline.since_start(t) >= RATE_S else None


def _judgement(reading: Reading) -> dict[str, str]:
    if reading.low_quality:
        return {"status": "low_quality", "why": "+".join(reading.face.quality.reasons)}
    return {"status": "ok"}


def _face_cells(reading: Reading, readings: Readings, modes: ModeSettings) -> FaceCells:
    parts = (reading.raw, reading.smooth, reading.adjusted)
    raw, smooth, adj = (None if part is None else part.tolist() for part in parts)
    monitor = readings.monitor if reading.primary else None
    return FaceCells(reading, raw, smooth, readings.model_id, modes, monitor, adj)
