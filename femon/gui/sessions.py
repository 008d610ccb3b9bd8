"""The session commands: start with its dialog, stop with its summary, pause, markers, notes, running time."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from femon.gui.controller import Controller
from femon.gui.drawing import clock_text
from femon.gui.monitor_modes import KINDS, nearest_kind
from femon.profiles import list_profiles
from femon.purpose import UNTIL_ASKED
from femon.types import Notice, Readings, SourceInfo

if TYPE_CHECKING:
    from femon.gui.dialogs.session_start import SessionStartDialog
    from femon.gui.session_panel import SessionPanel
    from femon.recording.session import SessionRequest
    from femon.settings import Settings


class SessionControls(QObject):
    """Knows whether a session runs, and for how long by the time of its frames."""

    changed = Signal()  # recording, paused or the running time
    filming_changed = Signal()
    marked = Signal(float, str)  # frame time, text
    unmarked = Signal(float, str)  # the same, when it is taken back
    noted = Signal(int, str)  # event number, text with its time: a marker or note is in the log
    calibrate_requested = Signal()
    review_requested = Signal(object)  # Path, the folder of a session
    consent_missing = Signal()  # the command line asks for a session that may not begin by itself
    _profiles_known = Signal(object)

    def __init__(self, controller: Controller, window: QWidget) -> None:
        super().__init__(window)
        self.folder: Path | None = None
        self.paused = False
        self.filming = False  # the session stores its video
        self.elapsed_s = 0.0
        self.rows = 0  # frames and faces seen since the start; the file's own count is in the summary
        self.closed_rows: int | None = None  # of the last session of this source
        self.about: tuple[str, ...] = ()  # participant, condition and kind of the session
        self._refused = False  # until the source is open and its messages stay
        self._asked: SessionRequest | None = None  # the last that was given to the pipeline
        self._info: SourceInfo | None = None
        self._unnoted: deque[tuple[float, str] | None] = deque()  # what is drawn of marks not yet in the log
        self._noted: dict[int, tuple[float, str]] = {}  # and of those that are, by event number
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

    def serve(self, panel: SessionPanel) -> None:
        """Do what the panel asks for, and keep it up to date."""
        panel.pause_requested.connect(self.pause)
        panel.marker_requested.connect(self.mark)
        panel.marker_key_pressed.connect(self.press)
        panel.names_requested.connect(self.name_markers)
        panel.undo_requested.connect(self.undo)
        self.noted.connect(panel.events.add)
        self.changed.connect(lambda: self._show_session(panel))
        self._controller.settings_changed.connect(lambda settings: _show_memory(settings, panel))
        _show_memory(self._controller.settings, panel)

    def _show_session(self, panel: SessionPanel) -> None:
        panel.show_recording(self.folder, self.about)
        if self.recording:
            panel.show_progress(self.elapsed_s, self.rows, paused=self.paused)

    def toggle(self) -> None:
        """Stop the session, or ask for what a new one needs and start it."""
        pipeline = self._controller.pipeline
        if pipeline is None:
            return
        if self.recording:
            pipeline.stop_recording()
            return
        from femon.gui.dialogs.session_start import SessionStartDialog

        settings = self._controller.settings
        name, live = (self._info.name, self._info.live) if self._info else ("", False)
        count = len(self._controller.sources)
        name = f"{count} sources, with a session for each" if count > 1 else name
        dialog = SessionStartDialog(settings, self._window, source_name=name, live=live)
        dialog.calibrate_requested.connect(lambda: self._calibrate(dialog))
        self._profiles_known.connect(dialog.show_profiles)
        self._controller.background("read calibrations", self._read_profiles)
        dialog.exec()
        self._profiles_known.disconnect(dialog.show_profiles)
        if dialog.request is not None:
            self._start(dialog, dialog.request)

    def stated(self, request: SessionRequest) -> SessionRequest | None:
        """A session that the command line asks for, with the purpose; None when that needs consent first."""
        purpose = self._controller.settings.purpose or UNTIL_ASKED
        if purpose == "research_consent" and not request.consent:
            self._refused = True
            return None
        self._asked = replace(request, purpose=purpose)
        return self._asked

    def _calibrate(self, dialog: SessionStartDialog) -> None:
        """Keep what was typed: the calibration and the next try begin with it."""
        settings = self._controller.settings
        self._controller.change_settings(replace(settings, recording=dialog.remembered))
        self.calibrate_requested.emit()

    def _read_profiles(self) -> None:
        profiles, _ = list_profiles(self._controller.settings_path.parent / "profiles")
        self._profiles_known.emit(profiles)

    def _start(self, dialog: SessionStartDialog, request: SessionRequest) -> None:
        """Record at once, or after the source was opened again for what the session is to watch."""
        controller, before = self._controller, self._controller.settings
        folder = str(dialog.folder) if dialog.folder != before.sessions_folder else before.sessions
        self._asked = request
        controller.change_settings(
            replace(before, modes=dialog.modes, recording=dialog.remembered, sessions=folder)
        )
        if dialog.modes != before.modes:
            controller.reopen(record=request)
        elif controller.pipeline is not None:
            controller.pipeline.record(request)

    def pause(self) -> None:
        """Pause or resume."""
        if self.recording and self._controller.pipeline is not None:
            self.paused = not self.paused
            self._controller.pipeline.pause_recording(self.paused)
        self.changed.emit()

    def press(self, number: int) -> None:
        """Set the marker of a key 1 to 9, by its name if it has one."""
        names = self._controller.settings.recording.markers
        name = names[number - 1] if number <= len(names) else ""
        self.mark(name or str(number), key=str(number))

    def undo(self, event_id: int) -> None:
        """Take a marker or note of the running session back."""
        if self.recording and self._controller.pipeline is not None:
            self._controller.pipeline.undo(event_id)
            if event_id in self._noted:
                self.unmarked.emit(*self._noted.pop(event_id))

    def name_markers(self) -> None:
        """Ask for the names of the keys 1 to 9."""
        from femon.gui.dialogs.marker_names import MarkerNames

        settings = self._controller.settings
        dialog = MarkerNames(settings.recording.markers, self._window)
        if dialog.exec():
            recording = replace(settings.recording, markers=dialog.names)
            self._controller.change_settings(replace(self._controller.settings, recording=recording))

    def mark(self, text: str, kind: Literal["marker", "note"] = "marker", *, key: str = "") -> None:
        """Write an event into the running session and show it in the timeline."""
        if not self.recording or self._controller.pipeline is None or not text:
            return
        self._controller.pipeline.mark(kind, text, key="" if key == text else key)
        self._unnoted.append(None if self._now_t is None else (self._now_t, text))
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
                self._info = info if isinstance(info, SourceInfo) else None
                if self._refused:
                    self._refused = False
                    self.consent_missing.emit()
            case "recording":
                self._begin(notice.details.get("folder"), filming=bool(notice.details.get("video")))
            case "video_error":
                self._film(bool(notice.details.get("filming")))  # another source may go on
            case "noted":
                self._note(int(str(notice.details["event_id"])), notice.text)
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
        second_before, self.elapsed_s = int(self.elapsed_s), max(0.0, self._now_t - self._started_t)
        if not self.paused:
            self.rows += max(1, len(readings.readings))
        if int(self.elapsed_s) != second_before:  # what is shown of it: the clock, whole seconds
            self.changed.emit()

    def _begin(self, folder: object, *, filming: bool) -> None:
        self.folder = folder if isinstance(folder, Path) else None
        self._started_t, self.elapsed_s, self.rows, self.paused = None, 0.0, 0, False
        self._unnoted.clear()
        self._noted.clear()
        self._film(filming)
        kind = KINDS[nearest_kind(self._controller.settings.modes)].text
        asked = (self._asked.participant, self._asked.condition) if self._asked else ()
        self.about = (*asked, kind, "with video" if filming else "")
        self.changed.emit()

    def _note(self, event_id: int, text: str) -> None:
        """They come in the order in which they were asked for."""
        drawn = self._unnoted.popleft() if self._unnoted else None
        if drawn is not None:
            self._noted[event_id] = drawn
        self.noted.emit(event_id, f"{clock_text(self.elapsed_s)}  {text}")

    def _end(self) -> None:
        self.folder, self.paused = None, False
        self._film(False)
        self.changed.emit()

    def _film(self, on: bool) -> None:
        if on != self.filming:
            self.filming = on
            self.filming_changed.emit()

    def _show_summary(self, summary: object) -> None:
        from femon.recording import SessionSummary

        if not isinstance(summary, SessionSummary):
            return
        self.closed_rows = summary.rows
        if self.silent:
            return
        from femon.gui.dialogs.stop_summary import StopSummary

        dialog = StopSummary(summary, self._window)
        dialog.review_requested.connect(self.review_requested)
        dialog.exec()


def _show_memory(settings: Settings, panel: SessionPanel) -> None:
    """What the next session would begin with."""
    known = settings.recording
    panel.markers.set_names(known.markers)
    panel.show_next(next(iter(known.participants), ""), next(iter(known.conditions), ""))
