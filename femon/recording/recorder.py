"""The one writer of a session: turns readings and events into whole rows and owns the files until close."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Literal

from femon.errors import SessionError
from femon.recording.calibration_entry import Calibrated, calibration_table
from femon.recording.columns import FRAME_HEADER, frame_cells
from femon.recording.csv_file import CsvFile
from femon.recording.disk import DISK_CHECK_S, DiskWatch, free_on
from femon.recording.event_log import EventLog
from femon.recording.farewell import farewell, loss
from femon.recording.folder import SessionFolder
from femon.recording.ledger import Ledger, SessionSummary, State
from femon.recording.left_out import LeftOut
from femon.recording.quality_watch import QualityWatch
from femon.recording.records import Record, Records
from femon.recording.rows import EventKind, EventRow, Phase
from femon.recording.session import (
    EVENTS_FILE,
    FRAMES_FILE,
    SessionContext,
    SessionRequest,
    films,
    participant_of,
    session_content,
    with_account,
    with_clock,
    write_session,
)
from femon.recording.session_video import VideoAccount
from femon.recording.timeline import Timeline
from femon.types import Dropped, Frame, Lost, Readings

log = logging.getLogger(__name__)

CloseReason = Literal["user", "source_end", "source_cut", "error"]  # cut: the file ended before it should

# Product specification 4.7.
SYNC_S: Final = 5.0
SAVE_S: Final = 60.0
EVIDENCE_FOLDER: Final = "evidence"
SESSION_END: Final = "session_end"  # what ends an alarm that is still on


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
        free_bytes: Callable[[Path], int] = free_on,
    ) -> None:
        self._source = context.source
        self._started_utc, self._clock = started_utc, clock
        self._disk = DiskWatch(free_bytes)
        self.timeline = Timeline(started_utc, self._source)  # its clocks and frame numbers
        self.ledger = Ledger(self._source.excerpt)
        self._left_out = LeftOut()
        self._last_index: int | None = None  # the last source frame that has a row
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

    def expect(self, frame: Frame) -> None:
        """This frame is in analysis: what carries its time belongs to it. Raises SessionError."""
        with self._closing_on_error():
            self.timeline.begin(frame.t, frame.utc)
            self._events.expect(self.timeline.number(frame.index), frame.t, frame.media_t)

    def write(self, readings: Readings, *, paused: bool = False) -> None:
        """Write the rows of one frame, after the left-out frames that precede it; raises SessionError."""
        frame = readings.frame
        with self._closing_on_error():
            records = self._late(self._left_out.take_before(frame.t, frame.index))
            self._advance(frame.t, frame.utc)
            self._events.hold("pause", "pause", paused)
            self._quality.update(readings, paused=paused)
            records += self._records.of_paused(frame) if paused else self._records.of_readings(readings)
            self._append(records)
            self._last_index = frame.index
            self._events.note_frame(self.timeline.number(frame.index), frame.media_t)
            self._keep_house()

    def write_dropped(self, dropped: Dropped) -> None:
        """Note a frame that was never analysed; its row is written in its place."""
        if not self.timeline.precedes(dropped.index):
            self._left_out.add(dropped)

    def write_lost(self, lost: Lost) -> None:
        """Note that the camera delivers nothing; its row waits for frames in analysis. SessionError."""
        with self._closing_on_error():
            self._append(self._late(self._left_out.take_to_last_loss()))
            self._left_out.add(lost)
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
        row = EventRow(kind, name, phase, value, unit, details, ref_id=ref, face_id=face, duration_s=duration)
        log_it = partial(self._events.add, row, t)
        self.ledger.add_event(kind, phase)
        try:
            return log_it()
        except OSError as error:
            raise self._failed(error, log_it) from error

    def note_calibration(self, calibrated: Calibrated | None) -> None:
        """Put the calibration that is used from now on into session.json; raises SessionError."""
        before, participant = self._content["calibration"], str(self._content["participant"])
        with self._closing_on_error():
            self._content["calibration"] = calibration_table(before, calibrated, participant)
            self._save("recording")

    def keep_evidence(self, name: str, text: str) -> None:
        """Write evidence/<name>.csv; raises SessionError."""
        with self._closing_on_error():
            folder = self.folder / EVIDENCE_FOLDER
            folder.mkdir(exist_ok=True)
            (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")

    def close(
        self, reason: CloseReason = "user", video: VideoAccount | None = None, sha256: str | None = None
    ) -> SessionSummary:
        """End the session and seal the folder; a second call gives the same summary. Raises SessionError."""
        if self._summary is None:
            with self._closing_on_error():
                self._content["video"] = video.entry if video else self._content["video"]
                self._content["source"]["sha256"] = sha256  # of the file that it is, if any
                self._end(reason)
                self._seal("failed" if reason == "error" else "complete")
        assert self._summary is not None
        return self._summary

    def _open(self, request: SessionRequest, context: SessionContext) -> None:
        participant = participant_of(request, context.source)
        name = f"{self._started_utc.astimezone():%Y-%m-%d_%H-%M-%S}_{participant}"
        try:
            self._disk.require(request.root, video=films(request, context.source))
            with ExitStack() as undo:
                self._folder = SessionFolder(request.root, name)
                undo.callback(self._folder.remove)
                self._content = session_content(
                    request, context, session_id=self.folder.name, participant=participant,
                    started_utc=self._started_utc,
                )  # fmt: skip
                self._frames = CsvFile(self.folder / FRAMES_FILE, FRAME_HEADER)
                undo.callback(self._frames.close)
                self._events = EventLog(self.folder / EVENTS_FILE, self.folder.name, self.timeline)
                undo.callback(self._events.file.close)
                self._quality = QualityWatch(self._events, stills=context.source.stills)
                self._records = Records(
                    self.folder.name, self.timeline, live=context.source.live,
                    modes=context.settings.modes, take_events=self._events.take_unlisted,
                )  # fmt: skip
                self._save("recording")
                self._events.add(EventRow("session", "recording", "start"))
                undo.pop_all()
        except OSError as error:
            raise SessionError(f"femon cannot write to {request.root}. Choose another folder.") from error

    def _late(self, items: list[Dropped | Lost]) -> list[Record]:
        return [self._left_out_record(item) for item in items]

    def _left_out_record(self, item: Dropped | Lost) -> Record:
        self._advance(item.t, item.utc, lost=item.why if isinstance(item, Lost) else None)
        if isinstance(item, Dropped):
            self._last_index = item.index
        return self._records.of_left_out(item)

    def _advance(self, t: float, utc: datetime | None, *, lost: str | None = None) -> None:
        """Move to the time of the next row; the camera is lost there or not."""
        self.timeline.begin(t, utc)
        self.timeline.compare(t, utc)
        self._events.move_to(t)
        self._events.hold("camera", "lost", lost is not None, {"why": lost, "backend": self._source.backend})

    def _append(self, records: list[Record]) -> None:
        if not records:
            return
        self._frames.append([frame_cells(row, face) for row, face in records])
        for row, face in records:
            self.ledger.add(row.status, row.frame, row.t, row.latency_ms)
            if face is not None:
                self.ledger.add_reading(face.reading)

    def _keep_house(self) -> None:
        now = self._clock()
        if now >= self._sync_at:
            self._sync_at = now + SYNC_S
            self._frames.sync()
            self._events.file.sync()
            self._folder.require_there()
        if now >= self._disk_at:
            self._disk_at = now + DISK_CHECK_S
            if (left_mb := self._disk.newly_low(self.folder)) is not None:
                self._events.add(EventRow("disk", "low", value=left_mb, unit="MB"))
        if now >= self._save_at and self.timeline.begun:
            self._save_at = now + SAVE_S
            self._save("recording")

    def _save(self, state: State) -> SessionSummary:
        summary = self.ledger.summary(self.folder, state)
        content = with_clock(with_account(self._content, self.ledger, summary), self.timeline)
        if state != "recording":
            content["files"] = {FRAMES_FILE: self._frames.digest(), EVENTS_FILE: self._events.file.digest()}
        write_session(self.folder, content)
        return summary

    def _end(self, reason: str) -> None:
        self._append(self._late(self._left_out.take_rest(self._last_index)))
        if not self.timeline.begun:  # no frame ever came
            self.timeline.begin(0.0, None)
            self._events.move_to(0.0)
        self._events.hold("camera", "lost", False)
        self._events.hold("pause", "pause", False)
        self._events.hold("quality", "low", False)
        self._events.end_all("alarm", {"to": SESSION_END})
        self._events.add(EventRow("session", "recording", "end", details={"reason": reason}))
        self._content["ended"] = reason
        self._ended = True

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

    def _failed(self, error: OSError, once_more: Callable[[], object] = lambda: None) -> SessionError:
        """Try once more, close as well as the disk allows, and leave the rest to the recovery."""
        lost = loss(error, is_there=self._folder.is_there, is_deleted=self._frames.is_deleted)
        self._left_out = LeftOut()
        try:
            self._folder.free_reserve()
            once_more()
            if lost.fate == "disk_full" and not self._ended:
                self._events.add(EventRow("disk", "full", value=self._disk.free_mb(self.folder), unit="MB"))
            if not self._ended:
                self._end(lost.reason)
        except OSError as second:
            log.warning("the end of %s could not be written: %s", self.folder.name, second)
        try:
            self._seal("failed")
        except OSError as second:
            log.warning("%s could not be sealed: %s", self.folder.name, second)
            self._summary = self.ledger.summary(self.folder, "failed")
        moment = self._started_utc + timedelta(seconds=self._clock() - self._opened)
        return SessionError(farewell(lost, folder=self.folder, rows=self.ledger.rows, moment=moment))
