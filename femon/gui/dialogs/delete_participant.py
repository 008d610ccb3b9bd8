"""The question whose sessions and calibrations are to go, with a list of what that is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from femon.gui.dialogs.frame import accept_and_cancel, resize_to_text
from femon.gui.drawing import size_text
from femon.gui.labels import Hint, heading, muted
from femon.gui.messages import sessions_counted
from femon.retention import Belongings


class DeleteParticipant(QDialog):
    """Stays open: what is left is listed anew after each deletion."""

    wanted = Signal(object)  # Belongings

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Delete participant")
        resize_to_text(self, 84, 28)
        self.codes, self.list, self.hint = QComboBox(), QListWidget(), Hint()
        self.codes.setAccessibleName("Participant")
        self.list.setAccessibleName("What would be deleted")
        row, self.delete = accept_and_cancel(self, "Delete", careful=True)
        self._cancel = row.button(QDialogButtonBox.StandardButton.Cancel)
        form = QFormLayout()
        form.addRow("Participant", self.codes)
        column = QVBoxLayout(self)
        column.addWidget(heading("Delete everything of a participant"))
        column.addWidget(muted("All sessions and calibrations of one code. They cannot be brought back."))
        column.addLayout(form)
        column.addWidget(self.list, 1)
        column.addWidget(self.hint)
        column.addWidget(row)
        self.codes.currentIndexChanged.connect(self._show_chosen)
        self._show_chosen()

    def show_stored(self, stored: Sequence[Belongings], said: str = "", *, wrong: bool = False) -> None:
        """Offer these participants; `said` is what became of the last one."""
        before = self.codes.currentText()
        self.codes.clear()
        for one in stored:
            self.codes.addItem(one.participant, one)
        self.codes.setCurrentIndex(max(0, self.codes.findText(before)) if stored else -1)
        self._cancel.setText("Close" if said else "Cancel")
        self.hint.say(
            said or ("" if stored else "Nothing is stored of anybody."), "wrong" if wrong else "quiet"
        )

    def accept(self) -> None:
        """Ask for the deletion of the chosen one."""
        chosen = self.codes.currentData()
        if chosen is not None:
            self.delete.setEnabled(False)
            self.hint.say("Deleting...")
            self.wanted.emit(chosen)

    def _show_chosen(self) -> None:
        chosen: Belongings | None = self.codes.currentData()
        self.list.clear()
        self.list.addItems([] if chosen is None else _lines(chosen))
        self.delete.setEnabled(chosen is not None)
        self.delete.setText("Delete" if chosen is None else f"Delete {chosen.participant}")


def counted(one: Belongings) -> str:
    """ "2 sessions (3.1 MB) and 1 calibration"."""
    files = len(one.calibrations)
    size = size_text(sum(session.size_bytes for session in one.sessions))
    return (
        f"{sessions_counted(len(one.sessions))} ({size}) and {files} calibration{'' if files == 1 else 's'}"
    )


def _lines(one: Belongings) -> list[str]:
    sessions = [
        f"Session of {session.started:%Y-%m-%d %H:%M}, {size_text(session.size_bytes)}"
        + (", being recorded" if session.running else "")
        for session in one.sessions
    ]
    return [*sessions, *(f"Calibration {file.name}" for file in one.calibrations)] or ["Only the code itself"]
