"""The one place that opens, feeds and closes the recorder of a pipeline; all on the classify thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import Final

from femon.alarms import AlarmEvent
from femon.errors import SessionError
from femon.evidence import EvidenceRow, EvidenceWindow
from femon.monitors.calibration_run import CalibrationEvent
from femon.recording.calibration_entry import Calibrated
from femon.recording.checksum import Checksum
from femon.recording.pauses import Pauses
from femon.recording.recorder import CloseReason, SessionRecorder
from femon.recording.rows import EventKind, Phase
from femon.recording.session import VIDEO_FILE, SessionContext, SessionRequest, films
from femon.recording.session_video import SessionVideo, VideoAccount
from femon.recording.timeline import Timeline
from femon.types import Dropped, Frame, Lost, MarkKind, Notice, Readings

Lines = SimpleQueue[Dropped | Lost]
MOST_EARLY: Final = 1000  # lines kept before a session begins: more than a slow first frame leaves out


class RecordingDesk:
    """Holds at most one running recording. `lines` brings what capture and faces had to leave out."""

    def __init__(self, lines: Lines, on_notice: Callable[[Notice], None]) -> None:
        self._lines = lines
        self._on_notice = on_notice
        self._recorder: SessionRecorder | None = None
        self._early: deque[Dropped | Lost] = deque(maxlen=MOST_EARLY)
        self._video: SessionVideo | None = None
        self._checksum: Checksum | None = None
        self._pauses = Pauses()
        self._newest_t = 0.0  # of the frame that was last in analysis
        self._alarm_ids: dict[str, int] = {}  # event ids by audit ids
        self._active: dict[str, AlarmEvent] = {}  # the alarms that are on, by name, with or without a session
        self._calibrated: Calibrated | None = None

    @property
    def recording(self) -> bool:
        """Whether a session is open."""
        return self._recorder is not None

    @property
    def rows(self) -> int:
        """Rows of frames.csv in the running session; for any thread."""
        recorder = self._recorder
        return 0 if recorder is None else recorder.ledger.rows

    def start(self, request: SessionRequest, context: SessionContext, first: Frame) -> Frame:
        """Open a session that begins with this frame, closing a running one. Trouble becomes a notice.

        Returns the frame, with its time in the session's video if there is one.
        """
        self.close("user")
        try:
            self._recorder = SessionRecorder(request, context, started_utc=first.utc or datetime.now(UTC))
        except SessionError as error:
            self._on_notice(Notice("recording_error", str(error), {"error": error}))
            return first
        self._pauses = Pauses(paused=request.paused)
        self._alarm_ids = {}
        path = context.source.path
        self._checksum = Checksum(path) if path is not None and (path.is_file() or path.is_dir()) else None
        folder = self._recorder.folder
        filmed = films(request, context.source)
        details = {"folder": folder, "request": request, "video": filmed}
        self._on_notice(Notice("recording", f"Recording into {folder}.", details))
        self.calibrate(self._calibrated)
        if filmed:
            video = SessionVideo(folder / VIDEO_FILE, context.source, self._on_notice)
            video.pause(request.paused)
            first, self._video = video.film(first), video  # only then may others film
        self.expect(first)
        early, self._early = self._early, deque(maxlen=MOST_EARLY)
        for line in early:
            if line.t > first.t:  # it was left out while the first frame was being analysed
                self._write_line(line)
        self._begin_alarms()
        return first

    def expect(self, frame: Frame) -> None:
        """This frame is in analysis: alarms and other events that carry its time belong to it."""
        self._newest_t = frame.t
        self._guarded(lambda recorder: recorder.expect(frame))

    def filmed(self, frame: Frame) -> Frame:
        """The frame with its time in the video, if it is in one; for the capture thread."""
        video = self._video
        return frame if video is None else video.film(frame)

    def write(self, readings: Readings) -> None:
        """Write one frame, after the lines that precede it."""
        self.write_lines()
        self._guarded(lambda recorder: recorder.write(readings, paused=self._pauses.paused))

    def write_lines(self) -> None:
        """Write the dropped frames and lost seconds so far; without a recording they wait for one."""
        while True:
            try:
                line = self._lines.get_nowait()
            except Empty:
                return
            if self._recorder is None:
                self._early.append(line)
            else:
                self._write_line(line)

    def _write_line(self, line: Dropped | Lost) -> None:
        if isinstance(line, Dropped):
            self._guarded(lambda recorder: recorder.write_dropped(line))
        else:
            self._guarded(lambda recorder: recorder.write_lost(line))

    def pause(self, paused: bool) -> None:
        """Frames that come while paused are logged as such, without figures; so are no alarms.

        Those that are on end in the log, and start anew if they are still on afterwards.
        """
        if self._recorder is None or paused == self._pauses.paused:
            return
        if self._video is not None:
            self._video.pause(paused)
        if paused:
            self._end_alarms()
            self._pauses.begin(self._newest_t)
            self.event("pause", "pause", phase="start")
        else:
            self._pauses.end(self._newest_t)
            self.event("pause", "pause", phase="end")
            self._begin_alarms()

    def mark(self, kind: MarkKind, text: str, key: str = "", t: float | None = None) -> None:
        """Add a marker named by its text, or a note, at t s in the clock of the frames, default the newest.

        Notice "noted" tells its number.
        """
        name, details = ("note", {"text": text}) if kind == "note" else (text, {"key": key or text})

        def add(recorder: SessionRecorder) -> None:
            number = recorder.event(kind, name, details=details, t=t)
            self._on_notice(Notice("noted", text, {"event_id": number}))

        self._guarded(add)

    def undo(self, event_id: int) -> None:
        """Say that an earlier marker or note does not count; it stays in the log."""
        self._guarded(lambda recorder: recorder.event("marker", "undo", ref=event_id))

    def event(
        self,
        kind: EventKind,
        name: str,
        *,
        phase: Phase = "point",
        details: dict[str, object] | None = None,
        t: float | None = None,
    ) -> None:
        """Add a row to events.csv, if a session is open; t: s in the clock of frames, default the newest."""
        self._guarded(lambda recorder: recorder.event(kind, name, phase, details=details, t=t))

    def calibrate(self, calibrated: Calibrated | None) -> None:
        """Tell session.json which calibration is used from now on, in this session and the next ones."""
        self._calibrated = calibrated
        self._guarded(lambda recorder: recorder.note_calibration(calibrated))

    def calibration(self, events: Iterable[CalibrationEvent]) -> None:
        """Add what a guided calibration did."""
        for event in events:
            self._guarded(
                lambda recorder, event=event: recorder.event(  # type: ignore[misc]
                    "calibration", event.name, event.phase, details=event.details or None, t=event.t
                )
            )

    def alarms(self, events: Iterable[AlarmEvent]) -> None:
        """Add alarms and what people did about them; an answer names the alarm that it is about."""
        for event in events:
            if event.phase == "start":
                self._active[event.name] = event
            elif event.phase == "end":
                self._active.pop(event.name, None)
            if not self._pauses.paused:
                self._add_alarm(event)

    def _begin_alarms(self) -> None:
        """Start anew the alarms that are on at the newest frame; details say since when."""
        for event in self._active.values() if not self._pauses.paused else ():
            details = {name: value for name, value in event.details.items() if name != "evidence_from_s"}
            self._add_alarm(replace(event, t=self._newest_t, details=details))

    def _end_alarms(self) -> None:
        """Let the alarms that are on end at the newest frame."""
        for event in self._active.values():
            told: dict[str, object] = {"to": "paused"}
            ended = replace(event, ref_id=event.audit_id, t=self._newest_t, phase="end", value=None, unit="")
            self._add_alarm(replace(ended, details=told))

    def _add_alarm(self, event: AlarmEvent) -> None:
        self._guarded(lambda recorder: self._alarm(recorder, event))

    def _alarm(self, recorder: SessionRecorder, event: AlarmEvent) -> None:
        number = recorder.event(
            "state" if event.name == "state" else "alarm",
            event.name,
            event.phase,
            event.value,
            unit=event.unit,
            details=event.details_at(recorder.timeline.from_start),
            ref=self._alarm_ids.get(event.ref_id or ""),
            t=event.t,
        )
        if event.phase == "start":
            self._alarm_ids[event.audit_id] = number

    def keep(self, windows: Iterable[EvidenceWindow]) -> None:
        """Write the evidence of the alarms that are logged, one file each, without the frames of a pause."""
        for window in windows:
            if self._pauses.cover(window.transition.t):
                continue
            self._guarded(lambda recorder, window=window: self._keep(recorder, window))  # type: ignore[misc]

    def _keep(self, recorder: SessionRecorder, window: EvidenceWindow) -> None:
        seen = (row for row in window.rows if not self._pauses.cover(row.t))
        rows = tuple(_of_session(row, recorder.timeline) for row in seen)
        recorder.keep_evidence(window.id, replace(window, rows=rows).csv_text())

    def close(self, reason: CloseReason) -> None:
        """Close the session, if one is open, and tell how it went."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        self._pauses = Pauses()
        video, sha256 = self._end_video(), self._end_checksum(reason)
        try:
            summary = replace(recorder.close(reason, video, sha256), video=video)
        except SessionError as error:
            self._on_notice(Notice("recording_error", str(error), {"error": error}))
            return
        self._on_notice(Notice("recorded", f"Saved in {summary.folder}.", {"summary": summary}))

    def tell_left_open(self) -> None:
        """Say on any thread what becomes of a session whose own thread hangs: nobody else may close it."""
        recorder = self._recorder
        if recorder is not None:
            error = SessionError(
                "The analysis does not end, so its recording could not be closed. "
                f"All rows up to now are safe in {recorder.folder}; femon closes it at its next start."
            )
            self._on_notice(Notice("recording_error", str(error), {"error": error}))

    def _end_video(self) -> VideoAccount | None:
        video, self._video = self._video, None
        return None if video is None else video.close()

    def _end_checksum(self, reason: CloseReason) -> str | None:
        checksum, self._checksum = self._checksum, None
        return None if checksum is None else checksum.close(whole=reason in ("source_end", "source_cut"))

    def _guarded(self, work: Callable[[SessionRecorder], object]) -> None:
        if self._recorder is None:
            return
        try:
            work(self._recorder)
        except SessionError as error:  # the recorder has closed its files
            self._recorder = None
            self._end_video()
            self._end_checksum("error")
            self._on_notice(Notice("recording_error", str(error), {"error": error}))


def _of_session(row: EvidenceRow, timeline: Timeline) -> EvidenceRow:
    seconds = timeline.from_start(row.t)
    outside = row.frame is None or timeline.precedes(row.frame)
    number = None if row.frame is None or outside else timeline.number(row.frame)
    return replace(row, t=seconds, t_utc=timeline.utc_at(seconds), frame=number)
