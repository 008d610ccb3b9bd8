"""The newest markers and notes of a running session, each of which can be taken back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from femon.gui.labels import ElidedLabel

_SHOWN = 3


class EventList(QWidget):
    """Newest first, as many lines as there are events, up to three."""

    undo_requested = Signal(int)  # event id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Last events")
        self.lines = [EventLine() for _ in range(_SHOWN)]
        self._events: list[tuple[int, str, bool]] = []  # id, text, taken back
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for line in self.lines:
            line.undo.clicked.connect(lambda _=False, line=line: self._undo(line.event_id))
            column.addWidget(line)
        self._show()

    def add(self, event_id: int, text: str) -> None:
        """One more event."""
        self._events = [(event_id, text, False), *self._events][:_SHOWN]
        self._show()

    def clear(self) -> None:
        """Forget all."""
        self._events = []
        self._show()

    def _undo(self, event_id: int) -> None:
        self._events = [(own, text, undone or own == event_id) for own, text, undone in self._events]
        self._show()
        self.undo_requested.emit(event_id)

    def _show(self) -> None:
        for place, line in enumerate(self.lines):
            if place < len(self._events):
                line.show_event(*self._events[place])
            line.setVisible(place < len(self._events))


class EventLine(QWidget):
    """The text of one event with its Undo button."""

    def __init__(self) -> None:
        super().__init__()
        self.event_id = 0
        self.text = ElidedLabel()
        self.undo = QToolButton()
        self.undo.setText("Undo")
        self.undo.setStyleSheet("padding: 2px 6px;")
        policy = self.undo.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.undo.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text, 1)
        row.addWidget(self.undo)

    def show_event(self, event_id: int, text: str, undone: bool) -> None:
        """Show one event, struck out once it is taken back."""
        self.event_id = event_id
        font = self.text.font()
        font.setStrikeOut(undone)
        self.text.setFont(font)
        self.text.set_text(text)
        self.text.setToolTip(text)
        self.undo.setVisible(not undone)
        self.undo.setToolTip(f"Take back: {text}")
        self.undo.setAccessibleName(f"Undo {text}")
