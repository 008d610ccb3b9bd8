"""The session panel: start, running time and file, and markers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from femon.gui.drawing import clock_text, counted, scaled_font, size_text
from femon.gui.labels import ElidedLabel, heading, muted

_MARKERS = 9
_FIGURE_SCALE = 28 / 13  # gauge figures are 28 px beside text of 13 px


class SessionPanel(QFrame):
    """Says whether a session is recorded and offers what can be done about it."""

    start_requested = Signal()
    stop_requested = Signal()
    marker_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setAccessibleName("Session")
        self._folder: Path | None = None
        self._time = QLabel(clock_text(0))
        self._time.setAccessibleName("Recording time")
        self._figures = muted("")
        self._name = ElidedLabel()
        self._last = ElidedLabel()
        self._text = QLineEdit(placeholderText="Marker with text", maxLength=200)
        self._text.setAccessibleName("Text of the marker")
        self._idle, self._running = self._idle_page(), self._running_page()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.addWidget(self._idle)
        column.addWidget(self._running)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._scale_figure()
        self._settle_page()

    def show_recording(self, folder: Path | None) -> None:
        """Show the session that runs, or None when none does; repeating it changes nothing."""
        if folder == self._folder:
            return
        self._folder = folder
        if folder is not None:
            self._name.set_text(folder.name)
            self._name.setToolTip(str(folder))
            self._last.set_text(" ")
            self._text.clear()
            self.show_progress(0.0, 0)
        self._settle_page()

    def show_progress(
        self, elapsed_s: float, rows: int, size_bytes: int | None = None, free_bytes: int | None = None
    ) -> None:
        """Show how long the session runs and how much it has written; unknown sizes are left out."""
        parts = [f"{counted(rows)} rows"]
        if size_bytes is not None:
            parts.append(size_text(size_bytes))
        if free_bytes is not None:
            parts.append(f"{size_text(free_bytes)} free")
        for label, text in ((self._time, clock_text(elapsed_s)), (self._figures, ", ".join(parts))):
            if label.text() != text:
                label.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        if event.type() == QEvent.Type.FontChange:
            self._scale_figure()
        super().changeEvent(event)

    def _scale_figure(self) -> None:
        self._time.setFont(scaled_font(self.font(), _FIGURE_SCALE, bold=True))

    def _settle_page(self) -> None:
        self._idle.setVisible(self._folder is None)
        self._running.setVisible(self._folder is not None)

    def _mark(self, text: str) -> None:
        if not text:
            return
        self._last.set_text(f"{self._time.text()} \N{EN DASH} {text}")
        self.marker_requested.emit(text)

    def _mark_text(self) -> None:
        self._mark(self._text.text().strip())
        self._text.clear()

    def _idle_page(self) -> QWidget:
        start = QPushButton("Start session...")
        start.setProperty("look", "primary")
        start.setToolTip("Record numbers of every frame into a table (Ctrl+R)")
        start.clicked.connect(self.start_requested)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading("Session"))
        column.addWidget(muted("Nothing is recorded. A session stores numbers and times, no pictures."))
        column.addWidget(start)
        return page

    def _running_page(self) -> QWidget:
        stop = QPushButton("Stop")
        stop.setToolTip("Close the session (Ctrl+R)")
        stop.clicked.connect(self.stop_requested)
        top = QHBoxLayout()
        top.addWidget(heading("Recording"), 1)
        top.addWidget(stop)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self._time)
        column.addWidget(self._figures)
        column.addWidget(self._name)
        column.addSpacing(4)
        column.addLayout(self._marker_buttons())
        column.addLayout(self._marker_line())
        column.addWidget(self._last)
        return page

    def _marker_buttons(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        for number in range(1, _MARKERS + 1):
            button = QPushButton(str(number))
            button.setAccessibleName(f"Marker {number}")
            button.setToolTip(f"Set marker {number} (key {number})")
            button.setStyleSheet("padding: 6px 0;")
            button.setMinimumWidth(20)
            button.clicked.connect(lambda _=False, text=str(number): self._mark(text))
            grid.addWidget(button, 0, number - 1)
        return grid

    def _marker_line(self) -> QHBoxLayout:
        add = QPushButton("Mark")
        add.clicked.connect(self._mark_text)
        self._text.returnPressed.connect(self._mark_text)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self._text, 1)
        line.addWidget(add)
        return line
