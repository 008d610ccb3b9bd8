"""A question whose two answers are verbs."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from femon.gui.dialogs.frame import accept_and_cancel, answered
from femon.gui.labels import heading, plain

_COLUMNS: Final = 56
_KEEP: Final = "Keep recording"


class Question(QDialog):
    """Accepted when the user wants what `go_on` says; Return and Escape mean `stay`: nothing changes."""

    def __init__(self, question: str, text: str, *, go_on: str, stay: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("femon")
        row, _ = accept_and_cancel(self, go_on, careful=True)
        refuse = row.button(QDialogButtonBox.StandardButton.Cancel)
        refuse.setText(stay)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(heading(question))
        column.addWidget(plain(text))
        column.addSpacing(8)
        column.addWidget(row)
        refuse.setFocus()
        self.setFixedWidth(_COLUMNS * self.fontMetrics().averageCharWidth())


def agreed(question: str, text: str, *, go_on: str, stay: str, parent: QWidget | None) -> bool:
    """Ask, and wait for the answer; whether the user agreed to `go_on`."""
    return answered(Question(question, text, go_on=go_on, stay=stay, parent=parent))


def may_open(parent: QWidget) -> bool:
    """Whether a session may end for another source."""
    text = "A session is being recorded. It ends when another source is opened."
    return agreed("Stop the recording?", text, go_on="Stop and open", stay=_KEEP, parent=parent)


def may_quit(parent: QWidget) -> bool:
    """Whether a session may end with femon."""
    text = "A session is being recorded. It is closed and saved when femon ends."
    return agreed("Stop the recording?", text, go_on="Stop and quit", stay=_KEEP, parent=parent)
