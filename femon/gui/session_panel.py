"""The session panel: start, what is being recorded and how much of it, markers and the last events."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from femon.gui.drawing import clock_text, counted, scaled_font, size_text
from femon.gui.event_list import EventList
from femon.gui.labels import ElidedLabel, heading, muted
from femon.gui.marker_pad import MarkerPad

_START_TIP = "Record numbers of every frame into a table (Ctrl+R)"
_NOTHING_TIP = "Open a camera or a file first: nothing can be recorded"
_FIGURE_SCALE = 28 / 13  # gauge figures are 28 px beside text of 13 px


class SessionPanel(QFrame):
    """Says whether a session is recorded and offers what can be done about it."""

    start_requested = Signal()
    stop_requested = Signal()
    pause_requested = Signal()
    marker_requested = Signal(str)
    marker_key_pressed = Signal(int)
    names_requested = Signal()
    undo_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setAccessibleName("Session")
        self._folder: Path | None = None
        self._time = QLabel(clock_text(0))
        self._time.setAccessibleName("Recording time")
        self._rows, self._room = muted(""), muted("")
        self._about, self._next = ElidedLabel(), ElidedLabel()
        self._pause, self._start = QPushButton("Pause"), QPushButton("Start session...")
        self.markers, self.events = MarkerPad(), EventList()
        self._idle, self._running = self._idle_page(), self._running_page()
        self._connect()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.addWidget(self._idle)
        column.addWidget(self._running)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._scale_figure()
        self._settle_page()

    def show_recording(self, folder: Path | None, about: Sequence[str] = ()) -> None:
        """Show the session that runs and what it is about, or None when none does; repeating changes nothing.

        `about`: participant, condition and kind, as far as they are known.
        """
        if folder == self._folder:
            return
        self._folder = folder
        if folder is not None:
            self._about.set_text(" \N{MIDDLE DOT} ".join(filter(None, about)) or folder.name)
            self._about.setToolTip(str(folder))
            self.events.clear()
            self.markers.text.clear()
            self.show_progress(0.0, 0)
            self.show_room(None, None)
        self._settle_page()

    def allow_start(self, allowed: bool) -> None:
        """Whether there is something to record."""
        self._start.setEnabled(allowed)
        self._start.setToolTip(_START_TIP if allowed else _NOTHING_TIP)

    def show_next(self, participant: str, condition: str) -> None:
        """Say for whom the next session would start."""
        words = (f"Participant {participant}" if participant else "", condition)
        text = " \N{MIDDLE DOT} ".join(filter(None, words))
        self._next.set_text(text)
        self._next.setVisible(bool(text))

    def show_progress(self, elapsed_s: float, rows: int, *, paused: bool = False) -> None:
        """Show how long the session runs and how many rows it has."""
        written = "paused" if paused else f"{counted(rows)} rows"
        pause = "Resume" if paused else "Pause"
        for label, text in ((self._time, clock_text(elapsed_s)), (self._rows, written), (self._pause, pause)):
            if label.text() != text:
                label.setText(text)

    def show_room(self, size_bytes: int | None, free_bytes: int | None) -> None:
        """Show the size of the session and the free space; what is unknown is left out."""
        sizes = {"": size_bytes, " free": free_bytes}
        self._room.setText(", ".join(f"{size_text(size)}{what}" for what, size in sizes.items() if size))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        if event.type() == QEvent.Type.FontChange:
            self._scale_figure()
        super().changeEvent(event)

    def _connect(self) -> None:
        self.markers.key_pressed.connect(self.marker_key_pressed)
        self.markers.text_entered.connect(self.marker_requested)
        self.markers.names_requested.connect(self.names_requested)
        self.events.undo_requested.connect(self.undo_requested)
        self._pause.clicked.connect(self.pause_requested)
        self._pause.setToolTip("Pause or resume (Space)")

    def _scale_figure(self) -> None:
        self._time.setFont(scaled_font(self.font(), _FIGURE_SCALE, bold=True))

    def _settle_page(self) -> None:
        self._idle.setVisible(self._folder is None)
        self._running.setVisible(self._folder is not None)

    def _idle_page(self) -> QWidget:
        self._start.setProperty("look", "primary")
        self._start.clicked.connect(self.start_requested)
        self.allow_start(True)
        page, column = _page()
        column.addWidget(heading("Session"))
        column.addWidget(muted("Nothing is recorded. A session stores numbers with times, no video unasked."))
        column.addWidget(self._next)
        column.addWidget(self._start)
        return page

    def _running_page(self) -> QWidget:
        stop = QPushButton("Stop")
        stop.setToolTip("Close the session (Ctrl+R)")
        for button in (stop, self._pause, self._start):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the keys are the window's
        stop.clicked.connect(self.stop_requested)
        top = QHBoxLayout()
        top.addWidget(heading("Recording"), 1)
        top.addWidget(self._pause)
        top.addWidget(stop)
        figures = QVBoxLayout()
        figures.setSpacing(0)
        figures.addWidget(self._rows)
        figures.addWidget(self._room)
        progress = QHBoxLayout()
        progress.setSpacing(12)
        progress.addWidget(self._time)
        progress.addLayout(figures, 1)
        page, column = _page()
        column.addLayout(top)
        column.addLayout(progress)
        for part in (self._about, self.markers, self.events):
            column.addWidget(part)
        return page


def _page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    return page, column
