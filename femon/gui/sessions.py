"""The session commands: start with its dialog, stop with its summary, pause, markers, notes, running time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from femon.gui.controller import Controller
from femon.gui.dialogs.frame import answered
from femon.gui.drawing import clock_text
from femon.gui.monitor_modes import KINDS, nearest_kind
from femon.gui.session_asking import SessionAsking
from femon.purpose import UNTIL_ASKED
from femon.types import MarkKind, Moment, Notice, Readings, SourceInfo

if TYPE_CHECKING:
    from femon.gui.session_panel import SessionPanel
    from femon.recording.session import SessionRequest
    from femon.settings import Settings


@dataclass(frozen=True, slots=True)
class Called:
    """When a marker or note was called for, whose text is still to be typed."""

    moment: Moment  # for the log
    t: float | None  # s, of the frame on screen


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

    def __init__(self, controller: Controller, window: QWidget) -> None:
        super().__init__(window)
        self.folder: Path | None = None
        self.paused = False
        self.filming = False  # the session stores its video
        self.elapsed_s = 0.0
        self.rows = 0  # that are written
        self.closed_rows: int | None = None  # of the last session of this source
        self.about: tuple[str, ...] = ()  # participant, condition and kind of the session
        self._refused = False  # until the source is open and its messages stay
        self._asked: SessionRequest | None = None  # the last that was given to the pipeline
        self._info: SourceInfo | None = None
        self._unnoted: deque[tuple[float, str] | None] = deque()  # what is drawn of marks not yet in the log
        self._noted: dict[int, tuple[float, str]] = {}  # and of those that are, by event number
        self.silent = False  # the window is closing: no dialogs
        self._next: Callable[[], object] | None = None  # to be done once the session is closed
        self._controller = controller
        self._window = window
        self._started_t: float | None = None
        self._now_t: float | None = None
        self._typing: Called | None = None  # the marker whose text is being typed into the panel
        self.asking = SessionAsking(controller, window)
        self.asking.calibrate_requested.connect(self.calibrate_requested)
        controller.readings_ready.connect(self._take_readings)
        controller.selected_changed.connect(self._change_clock)

    @property
    def recording(self) -> bool:
        """Whether a session folder is open."""
        return self.folder is not None

    def serve(self, panel: SessionPanel) -> None:
        """Do what the panel asks for, and keep it up to date."""
        panel.pause_requested.connect(self.pause)
        panel.markers.text_begun.connect(self._begin_typing)
        panel.marker_requested.connect(self._mark_typed)
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
        self._asked = self.asking.ask(self._info) or self._asked

    def ask_again(self) -> None:
        """Ask for the session that a calibration came before."""
        if not self.recording and not self.silent:
            self.toggle()

    def stop_then(self, do: Callable[[], object]) -> None:
        """Stop the session, and do something when its summary was closed; at once if it cannot be closed."""
        pipeline = self._controller.pipeline
        if not self.recording or pipeline is None or pipeline.stats().hanging == "classify":
            do()
            return
        self._next = do
        pipeline.stop_recording()

    def stated(self, request: SessionRequest) -> SessionRequest | None:
        """A session that the command line asks for, with the purpose; None when that needs consent first."""
        purpose = self._controller.settings.purpose or UNTIL_ASKED
        if purpose == "research_consent" and not request.consent:
            self._refused = True
            return None
        self._asked = replace(request, purpose=purpose)
        return self._asked

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
        if answered(dialog):
            recording = replace(settings.recording, markers=dialog.names)
            self._controller.change_settings(replace(self._controller.settings, recording=recording))

    def mark(
        self,
        text: str,
        kind: MarkKind = "marker",
        *,
        key: str = "",
        called: Called | None = None,
    ) -> None:
        """Write an event into the running session and show it in the timeline, where it was called for."""
        if not self.recording or self._controller.pipeline is None or not text:
            return
        moment, t = (called.moment, called.t) if called else (None, self._now_t)
        self._controller.pipeline.mark(kind, text, key="" if key == text else key, at=moment)
        self._unnoted.append(None if t is None else (t, text))
        if t is not None:
            self.marked.emit(t, text)

    def _called(self) -> Called | None:
        pipeline = self._controller.pipeline
        return None if pipeline is None else Called(pipeline.moment(), self._now_t)

    def _begin_typing(self) -> None:
        self._typing = self._called()

    def _mark_typed(self, text: str) -> None:
        self.mark(text, called=self._typing)

    def ask_and_mark(self, kind: MarkKind) -> None:
        """Ask for the text of a marker or note; a session must run."""
        if not self.recording:
            return
        title, called = "Marker" if kind == "marker" else "Note", self._called()
        text, accepted = QInputDialog.getText(self._window, title, f"{title}:")
        if accepted:
            self.mark(text.strip(), kind, called=called)

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
                self._go_on()
            case "recording_error" | "error":
                self._end()
                self._go_on()

    @Slot(int)
    def _change_clock(self, _number: int) -> None:
        """Cameras and files count their time from different moments."""
        self._started_t = None

    @Slot(object)
    def _take_readings(self, readings: Readings) -> None:
        self._now_t = readings.frame.t
        if not self.recording:
            return
        if self._started_t is None:
            self._started_t = self._now_t - self.elapsed_s  # of a session that goes on in another clock
        second_before, self.elapsed_s = int(self.elapsed_s), max(0.0, self._now_t - self._started_t)
        if int(self.elapsed_s) != second_before:  # what is shown of it: the clock, whole seconds
            if self._controller.pipeline is not None:
                self.rows = self._controller.pipeline.stats().rows
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
        elapsed_s = self.elapsed_s
        if drawn is not None:
            self._noted[event_id] = drawn
            elapsed_s = max(0.0, drawn[0] - (drawn[0] if self._started_t is None else self._started_t))
        self.noted.emit(event_id, f"{clock_text(elapsed_s)}  {text}")

    def _end(self) -> None:
        self.folder, self.paused = None, False
        self._film(False)
        self.changed.emit()

    def _go_on(self) -> None:
        do, self._next = self._next, None
        if do is not None and not self.silent:
            QTimer.singleShot(0, self, do)  # when everybody has heard the notice

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
        answered(dialog)


def _show_memory(settings: Settings, panel: SessionPanel) -> None:
    """What the next session would begin with."""
    known = settings.recording
    panel.markers.set_names(known.markers)
    panel.show_next(next(iter(known.participants), ""), next(iter(known.conditions), ""))
