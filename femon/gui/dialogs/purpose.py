"""Asking what femon is used for: the gate at the first start, and the same choice later."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QDialog, QDialogButtonBox, QRadioButton, QVBoxLayout, QWidget

from femon.gui.dialogs.frame import accept_and_cancel, resize_to_text, scrolling
from femon.gui.labels import heading, muted
from femon.purpose import LAW, PURPOSES, QUESTION, Purpose

_UNDER_TEXT_PX = 26  # where the text of a radio button begins


class PurposeDialog(QDialog):
    """Finished with accept(), `purpose` is the chosen key; `first` offers to quit instead of cancelling."""

    def __init__(self, purpose: str, parent: QWidget | None = None, *, first: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle("Purpose")
        resize_to_text(self, 84, 30)
        self._answers = QButtonGroup(self)
        self.answers: dict[str, QRadioButton] = {}
        row, self._accept = accept_and_cancel(self, "Continue" if first else "Use this purpose")
        if first:
            leave = row.button(QDialogButtonBox.StandardButton.Cancel)
            leave.setText("Quit femon")
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(heading(QUESTION))
        column.addWidget(scrolling(self._body(purpose)), 1)
        column.addWidget(row)
        self._answers.buttonToggled.connect(self._judge)
        self._judge()
        (self.answers.get(purpose) or next(iter(self.answers.values()))).setFocus()

    @property
    def purpose(self) -> str:
        """The key of the ticked answer; empty when none is."""
        return next((key for key, answer in self.answers.items() if answer.isChecked()), "")

    def accept(self) -> None:
        """Take the answer; does nothing without one."""
        if self.purpose:
            super().accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1 to 4 tick an answer."""
        number = event.key() - Qt.Key.Key_1
        if 0 <= number < len(self.answers):
            answer = list(self.answers.values())[number]
            answer.setChecked(True)
            answer.setFocus()
        else:
            super().keyPressEvent(event)

    def _body(self, purpose: str) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 4, 8, 0)
        column.setSpacing(2)
        for number, (key, one) in enumerate(PURPOSES.items(), 1):
            self.answers[key] = answer = self._answer(number, one)
            answer.setChecked(key == purpose)
            column.addWidget(answer)
            allows = muted(one.allows)
            allows.setContentsMargins(_UNDER_TEXT_PX, 0, 0, 6)
            column.addWidget(allows)
        column.addSpacing(6)
        column.addWidget(muted(LAW))
        column.addStretch(1)
        return body

    def _answer(self, number: int, purpose: Purpose) -> QRadioButton:
        answer = QRadioButton(f"({number}) {purpose.answer}")
        answer.setAccessibleDescription(purpose.allows)
        self._answers.addButton(answer)
        return answer

    def _judge(self) -> None:
        self._accept.setEnabled(bool(self.purpose))
