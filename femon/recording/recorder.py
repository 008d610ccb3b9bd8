"""The one writer of a session: turns readings and events into whole rows and owns the files until close."""

from __future__ import annotations

import bisect
import errno
import logging
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from typing import Any, Final, Literal

from femon.errors import SessionError
from femon.recording.columns import FRAME_HEADER, frame_cells
from femon.recording.csv_file import CsvFile
from femon.recording.event_log import EventLog
from femon.recording.folder import SessionFolder
from femon.recording.ledger import Ledger, SessionSummary, State
from femon.recording.rows import EventKind, EventRow, FaceCells, Phase, Row
from femon.recording.session import (
    EVENTS_FILE,
    FRAMES_FILE,
    SessionContext,
    SessionRequest,
    participant_of,
    session_content,
    with_account,
    with_clock,
    write_session,
)
from femon.recording.timeline import Timeline
from femon.types import Dropped, Frame, Lost, Reading, Readings

log = logging.getLogger(__name__)

CloseReason = Literal["user", "source_end", "error"]
Record = tuple[Row, FaceCells | None]

# Product specification 4.7 and, for the rate, column 79.
SYNC_S: Final = 5.0
DISK_CHECK_S: Final = 10.0
SAVE_S: Final = 60.0
EVIDENCE_FOLDER: Final = "evidence"
RATE_S: Final = 2.0
MB: Final = 1_000_000
NEEDED_BYTES: Final = 500 * MB
WARNING_BYTES: Final = 2_000 * MB
LOW_BYTES: Final = 200 * MB
FULL_BYTES: Final = 50 * MB


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class SessionRecorder:
    """One running session; used by one thread. Opening and writing raise SessionError.

    After a SessionError from writing the session is closed as `failed`, and every row before it is safe.
    `clock` only decides when to sync, look at the disk and save session.json: times come from the frames.
    """

    def __init__(
        self,
        request: SessionRequest,
        context: SessionContext,
        *,
        started_utc: datetime,
        clock: Callable[[], float] = time.monotonic,
        free_bytes: Callable[[Path], int] = _free_bytes,
    ) -> None:
        self._source = context.source
        self._started_utc, self._clock, self._free_bytes = started_utc, clock, free_bytes
        self._timeline = Timeline(started_utc, live=context.source.live)
        self._ledger = Ledger(live=context.source.live)
        self._waiting: list[Dropped | Lost] = []  # by time; the frames before them may still be in analysis
        self._last_index: int | None = None  # the last source frame that has a row
        self._recent: deque[float] = deque()  # source times of the frames analysed in the last 2 s
        self._disk_low = False
        self._ended = False
        self._summary: SessionSummary | None = None
        self._opened = clock()
        self._sync_at, self._disk_at = self._opened + SYNC_S, self._opened + DISK_CHECK_S
        self._save_at = self._opened  # once more at the first frame, which sets the clocks
        self._open(request, context)

    @property
    def folder(self) -> Path:
        """The session folder."""
        return self._folder.path

    def write(self, readings: Readings, *, paused: bool = False) -> None:
        """Write the rows of one frame, after the left-out frames that precede it; raises SessionError."""
        frame = readings.frame
        with self._closing_on_error():
            records = self._left_out((frame.t, frame.index))
            self._advance(frame.t, frame.utc)
            self._events.hold("pause", "pause", paused)
            records += self._paused_records(frame) if paused else self._frame_records(readings)
            self._append(records)
            self._last_index = frame.index
            self._events.note_frame(self._timeline.number(frame.index), frame.media_t)
            self._keep_house()

    def write_dropped(self, dropped: Dropped) -> None:
        """Note a frame that was never analysed; its row is written in its place."""
        if not self._timeline.precedes(dropped.index):
            bisect.insort(self._waiting, dropped, key=_place)

    def write_lost(self, lost: Lost) -> None:
        """Note that the camera delivers nothing; its row waits for frames in analysis. SessionError."""
        with self._closing_on_error():
            earlier = [item.t for item in self._waiting if isinstance(item, Lost)]
            if earlier:
                self._append(self._left_out((earlier[-1], inf), or_equal=True))
            bisect.insort(self._waiting, lost, key=_place)
            self._keep_house()

    def event(
        self,
        kind: EventKind,
        name: str,
        phase: Phase = "point",
        value: float | None = None,
        *,
        unit: str = "",
        details: Mapping[str, object] | None = None,
        ref: int | None = None,
        duration: float | None = None,
        face: int | None = None,
        t: float | None = None,
    ) -> int:
        """Write one row of events.csv and return its id; the next row of frames.csv names it.

        t: s in the clock of the frames, default the newest row. An `end` refers to the open `start` of the
        same type and name and gets its duration, unless told otherwise. Raises SessionError.
        """
        event = EventRow(
            kind, name, phase, value, unit, details, ref_id=ref, face_id=face, duration_s=duration
        )
        try:
            return self._events.add(event, t)
        except OSError as error:
            raise self._failed(error) from error

    def keep_evidence(self, name: str, text: str) -> None:
        """Write evidence/<name>.csv; raises SessionError."""
        try:
            folder = self.folder / EVIDENCE_FOLDER
            folder.mkdir(exist_ok=True)
            (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise self._failed(error) from error

    def close(self, reason: CloseReason = "user") -> SessionSummary:
        """End the session and seal the folder; a second call gives the same summary. Raises SessionError."""
        if self._summary is None:
            with self._closing_on_error():
                self._end(reason)
                self._seal("failed" if reason == "error" else "complete")
        assert self._summary is not None
        return self._summary

    # Opening

    def _open(self, request: SessionRequest, context: SessionContext) -> None:
        participant = participant_of(request, context.source)
        name = f"{self._started_utc.astimezone():%Y-%m-%d_%H-%M-%S}_{participant}"
        try:
            self._require_space(request.root)
            with ExitStack() as undo:
                self._folder = SessionFolder(request.root, name)
                undo.callback(self._folder.remove)
                self._content = session_content(
                    request, context, session_id=self.folder.name, participant=participant,
                    started_utc=self._started_utc,
                )  # fmt: skip
                self._frames = CsvFile(self.folder / FRAMES_FILE, FRAME_HEADER)
                undo.callback(self._frames.close)
                self._events = EventLog(self.folder / EVENTS_FILE, self.folder.name, self._timeline)
                undo.callback(self._events.file.close)
                self._save("recording")
                self._events.add(EventRow("session", "recording", "start"))
                undo.pop_all()
        except OSError as error:
            raise SessionError(f"femon cannot write to {request.root}. Choose another folder.") from error

    def _require_space(self, root: Path) -> None:
        free = self._free_bytes(next(folder for folder in (root, *root.parents) if folder.exists()))
        if free < NEEDED_BYTES:
            raise SessionError(
                f"Only {free // MB} MB are left for {root}; a recording needs {NEEDED_BYTES // MB} MB. "
                "Free some space or choose another folder."
            )
        if free < WARNING_BYTES:
            log.warning("only %d MB are left for %s", free // MB, root)

    # Rows

    def _left_out(self, before: tuple[float, float], *, or_equal: bool = False) -> list[Record]:
        cut = bisect.bisect_right if or_equal else bisect.bisect_left
        count = cut(self._waiting, before, key=_place)
        due, self._waiting = self._waiting[:count], self._waiting[count:]
        return [self._left_out_record(item) for item in due]

    def _left_out_record(self, item: Dropped | Lost) -> Record:
        if isinstance(item, Lost):
            self._advance(item.t, item.utc, lost=item.why)
            return self._row(**self._moment(None, item.t), status="camera_lost", why=item.why), None
        self._advance(item.t, item.utc)
        row = self._row(**self._moment(item.index, item.t), status="dropped", why=item.why)
        self._last_index = item.index
        return row, None

    def _advance(self, t: float, utc: datetime | None, *, lost: str | None = None) -> None:
        """Move to the time of the next row; the camera is lost there or not."""
        self._timeline.begin(t, utc)
        self._timeline.compare(t, utc)
        self._events.move_to(t)
        self._events.hold("camera", "lost", lost is not None, {"why": lost, "backend": self._source.backend})

    def _paused_records(self, frame: Frame) -> list[Record]:
        moment = self._moment(frame.index, frame.t)
        return [(self._row(**moment, status="paused", why="user", t_media=frame.media_t), None)]

    def _frame_records(self, readings: Readings) -> list[Record]:
        frame, latency_s = readings.frame, readings.latency_s
        common: dict[str, Any] = {
            **self._moment(frame.index, frame.t),
            "t_media": frame.media_t,
            "n_faces": len(readings.readings),
            "latency_ms": latency_s * 1000 if self._source.live and latency_s is not None else None,
            "fps": self._rate(frame.t),
        }
        if not readings.readings:
            return [(self._row(status="no_face", **common), None)]
        return [
            (
                self._row(**_judgement(reading), **common),
                _face_cells(reading, readings),
            )
            for reading in readings.readings
        ]

    def _moment(self, index: int | None, t: float) -> dict[str, Any]:
        seconds = self._timeline.since_start(t)
        number = None if index is None else self._timeline.number(index)
        return {"frame": number, "t": seconds, "t_utc": self._timeline.utc_at(seconds)}

    def _row(self, **cells: Any) -> Row:
        return Row(session_id=self.folder.name, event=self._events.take_unlisted(), **cells)

    def _rate(self, t: float) -> float | None:
        """Analysed frames per second over the last 2 s."""
        if not self._source.live:
            return None
        self._recent.append(t)
        while self._recent[0] <= t - RATE_S:
            self._recent.popleft()
        return len(self._recent) / RATE_S if self._timeline.since_start(t) >= RATE_S else None

    def _append(self, records: list[Record]) -> None:
        if not records:
            return
        self._frames.append([frame_cells(row, face) for row, face in records])
        for row, face in records:
            self._ledger.add(row.status, row.frame, row.t, row.latency_ms)
            if face is not None:
                self._ledger.add_face(face.reading.face.track, face.reading.label)

    # Upkeep, by the injected clock

    def _keep_house(self) -> None:
        now = self._clock()
        if now >= self._sync_at:
            self._sync_at = now + SYNC_S
            self._frames.sync()
            self._events.file.sync()
        if now >= self._disk_at:
            self._disk_at = now + DISK_CHECK_S
            self._check_disk()
        if now >= self._save_at and self._timeline.begun:
            self._save_at = now + SAVE_S
            self._save("recording")

    def _check_disk(self) -> None:
        free = self._free_bytes(self.folder)
        if free < FULL_BYTES:
            raise OSError(errno.ENOSPC, "too little space is left")
        low, self._disk_low = self._disk_low, free < LOW_BYTES
        if self._disk_low and not low:
            self._events.add(EventRow("disk", "low", value=free / MB, unit="MB"))

    def _save(self, state: State) -> SessionSummary:
        summary = self._ledger.summary(self.folder, state)
        content = with_clock(with_account(self._content, self._ledger, summary), self._timeline)
        if state != "recording":
            content["files"] = {FRAMES_FILE: self._frames.digest(), EVENTS_FILE: self._events.file.digest()}
        write_session(self.folder, content)
        return summary

    # Closing

    def _end(self, reason: str) -> None:
        self._append(self._last_records())
        if not self._timeline.begun:  # no frame ever came
            self._timeline.begin(0.0, None)
            self._events.move_to(0.0)
        self._events.hold("camera", "lost", False)
        self._events.hold("pause", "pause", False)
        self._events.add(EventRow("session", "recording", "end", details={"reason": reason}))
        self._ended = True

    def _last_records(self) -> list[Record]:
        """What waits at the end. A dropped frame behind one still in analysis lies beyond the session."""
        waiting, self._waiting = self._waiting, []
        records = []
        for item in waiting:
            if isinstance(item, Lost) or self._last_index is None or item.index == self._last_index + 1:
                records.append(self._left_out_record(item))
        return records

    def _seal(self, state: State) -> None:
        try:
            self._frames.sync()
            self._events.file.sync()
            self._summary = self._save(state)
        finally:
            self._frames.close()
            self._events.file.close()
            self._folder.release()

    @contextmanager
    def _closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> SessionError:
        """Close as well as the disk allows; what stays undone is done by the recovery at the next start."""
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        self._waiting = []
        try:
            self._folder.free_reserve()
            if full and not self._ended:
                free = self._free_bytes(self.folder)
                self._events.add(EventRow("disk", "full", value=free / MB, unit="MB"))
            if not self._ended:
                self._end("disk_full" if full else "error")
        except OSError as second:
            log.warning("the end of %s could not be written: %s", self.folder.name, second)
        try:
            self._seal("failed")
        except OSError as second:
            log.warning("%s could not be sealed: %s", self.folder.name, second)
            self._summary = self._ledger.summary(self.folder, "failed")
        moment = self._started_utc + timedelta(seconds=self._clock() - self._opened)
        what = (
            "The disk is full." if full else f"The recording cannot be written any more ({error.strerror})."
        )
        return SessionError(
            f"{what} Recording was closed at {moment.astimezone():%H:%M:%S}; "
            f"all {self._ledger.rows} rows up to then are safe in {self.folder}."
        )


def _place(item: Dropped | Lost) -> tuple[float, float]:
    """Where a left-out frame or a loss stands among the frames: by time, then by frame number."""
    return item.t, inf if isinstance(item, Lost) else item.index


def _judgement(reading: Reading) -> dict[str, str]:
    if reading.uncertain == "low_quality":
        return {"status": "low_quality", "why": "+".join(reading.face.quality.reasons)}
    return {"status": "ok"}


def _face_cells(reading: Reading, readings: Readings) -> FaceCells:
    raw, smooth = (None if part is None else part.tolist() for part in (reading.raw, reading.smooth))
    monitor = readings.monitor if reading.primary else None
    return FaceCells(reading, raw, smooth, readings.model_id, monitor)
