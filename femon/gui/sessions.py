"""The session commands: start with its dialog, stop with its summary, pause, markers, notes, running time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from femon.gui.controller import Controller
from femon.types import Notice, Readings, SourceInfo


class SessionControls(QObject):
    """Knows whether a session runs, and for how long by the time of its frames."""

    changed = Signal()  # recording, paused or the running time
    marked = Signal(float, str)  # frame time, text

    def __init__(self, controller: Controller, window: QWidget) -> None:
        super().__init__(window)
        self.folder: Path | None = None
        self.paused = False
        self.elapsed_s = 0.0
        self.rows = 0  # frames and faces seen since the start; the file's own count is in the summary
        self.closed_rows: int | None = None  # of the last session of this source
        self._source_name = ""
        self.silent = False  # the window is closing: no dialogs
        self._controller = controller
        self._window = window
        self._started_t: float | None = None
        self._now_t: float | None = None
        controller.readings_ready.connect(self._take_readings)

    @property
    def recording(self) -> bool:
        """Whether a session folder is open."""
        return self.folder is not None

    def toggle(self) -> None:
        """Stop the session, or ask for what a new one needs and start it."""
        pipeline = self._controller.pipeline
        if pipeline is None:
            return
        if self.recording:
            pipeline.stop_recording()
            return
        from femon.gui.dialogs.session_start import SessionStartDialog

        dialog = SessionStartDialog(self._controller.settings, self._window, source_name=self._source_name)
        dialog.exec()
        if dialog.request is not None:
            pipeline.record(dialog.request)

    def pause(self) -> None:
        """Pause or resume."""
        if self.recording and self._controller.pipeline is not None:
            self.paused = not self.paused
            self._controller.pipeline.pause_recording(self.paused)
        self.changed.emit()

    def mark(self, text: str, kind: Literal["marker", "note"] = "marker") -> None:
        """Write an event into the running session and show it in the timeline."""
        if not self.recording or self._controller.pipeline is None or not text:
            return
        self._controller.pipeline.mark(kind, text)
        if self._now_t is not None:
            self.marked.emit(self._now_t, text)

    def ask_and_mark(self, kind: Literal["marker", "note"]) -> None:
        """Ask for the text of a marker or note; a session must run."""
        if not self.recording:
            return
        title = "Marker" if kind == "marker" else "Note"
        text, accepted = QInputDialog.getText(self._window, title, f"{title}:")
        if accepted:
            self.mark(text.strip(), kind)

    def choose_folder(self) -> None:
        """Ask where sessions are written from now on."""
        folder = QFileDialog.getExistingDirectory(self._window, "Folder for sessions")
        if folder:
            self._controller.change_settings(replace(self._controller.settings, sessions=folder))

    def take_notice(self, notice: Notice) -> None:
        """Follow the pipeline: what it has opened, recorded or given up."""
        match notice.kind:
            case "opened":
                self._started_t = self._now_t = self.closed_rows = None
                info = notice.details.get("info")
                self._source_name = info.name if isinstance(info, SourceInfo) else ""
            case "recording":
                self._begin(notice.details.get("folder"))
            case "recorded":
                self._end()
                self._show_summary(notice.details.get("summary"))
            case "recording_error" | "error":
                self._end()

    @Slot(object)
    def _take_readings(self, readings: Readings) -> None:
        self._now_t = readings.frame.t
        if not self.recording:
            return
        if self._started_t is None:
            self._started_t = self._now_t
        self.elapsed_s = max(0.0, self._now_t - self._started_t)
        if not self.paused:
            self.rows += max(1, len(readings.readings))
        self.changed.emit()

    def _begin(self, folder: object) -> None:
        self.folder = folder if isinstance(folder, Path) else None
        self._started_t, self.elapsed_s, self.rows, self.paused = None, 0.0, 0, False
        self.changed.emit()

    def _end(self) -> None:
        self.folder, self.paused = None, False
        self.changed.emit()

    def _show_summary(self, summary: object) -> None:
        from femon.recording import SessionSummary

        if not isinstance(summary, SessionSummary):
            return
        self.closed_rows = summary.rows
        if self.silent:
            return
        from femon.gui.dialogs.stop_summary import StopSummary

        StopSummary(summary, self._window).exec()
