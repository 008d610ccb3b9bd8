"""Asking what a session needs to know before it starts."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from femon.gui.dialogs.frame import accept_and_cancel, resize_to_text, scrolling
from femon.gui.drawing import size_text
from femon.gui.labels import ElidedLabel, Hint, heading, muted, plain
from femon.gui.purposes import (
    CONSENT_TEXT,
    CONSENT_TICK,
    NOT_AVAILABLE,
    PURPOSES,
    WITHOUT_EXPRESSION,
    needs_consent,
)
from femon.recording.session import SessionRequest
from femon.settings import Settings

_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
_CODE_HINT: Final = "Use a code, not a name: letters, digits, - or _"
_GLASSES: Final = (("Not stated", None), ("Yes", True), ("No", False))
_NOTES_LINES: Final = 3


class SessionStartDialog(QDialog):
    """After exec() `request` holds what was asked for, None when cancelled."""

    def __init__(self, settings: Settings, parent: QWidget | None = None, *, source_name: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle("Start session")
        resize_to_text(self, 78, 38)
        self.request: SessionRequest | None = None
        self._folder = settings.sessions_folder
        self._make_fields()
        row, self._start = accept_and_cancel(self, "Start recording")
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(heading("New session"))
        if source_name:
            column.addWidget(ElidedLabel(f"From {source_name}"))
        column.addWidget(scrolling(self._form()), 1)
        column.addWidget(self._verdict)
        column.addWidget(row)
        self._judge()
        self.participant.setFocus()

    def accept(self) -> None:
        """Take the answers; does nothing while something is missing."""
        if self._objection():
            return
        purpose = str(self.purpose.currentData())
        self.request = SessionRequest(
            root=self._folder,
            participant=self.participant.text().strip(),
            condition=self.condition.text().strip(),
            notes=self.notes.toPlainText().strip(),
            glasses=self.glasses.currentData(),
            purpose=purpose,
            consent=needs_consent(purpose) and self.consent.isChecked(),
        )
        super().accept()

    def set_folder(self, folder: Path) -> None:
        """Write into another folder."""
        self._folder = folder
        self._judge()

    def _make_fields(self) -> None:
        self.participant = QLineEdit(placeholderText="p01")
        self.participant.setAccessibleDescription(_CODE_HINT)
        self.condition = QLineEdit(placeholderText="for example A, or before the break")
        self.notes = QPlainTextEdit(tabChangesFocus=True)
        self.notes.setFixedHeight(self.notes.fontMetrics().height() * _NOTES_LINES + 16)
        self.glasses = QComboBox()
        for text, value in _GLASSES:
            self.glasses.addItem(text, value)
        self.purpose = QComboBox()
        self.purpose.setMinimumContentsLength(20)
        self.purpose.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for key, text in PURPOSES.items():
            self.purpose.addItem(text, key)
        self.consent = QCheckBox(CONSENT_TICK)
        self._code_hint, self._verdict = Hint(), Hint()
        self._path, self._space = ElidedLabel(), muted("")
        self._consent_card = self._card()
        self.participant.textChanged.connect(self._judge)
        self.purpose.currentIndexChanged.connect(self._judge)
        self.consent.toggled.connect(self._judge)

    def _form(self) -> QWidget:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        participant = QVBoxLayout()
        participant.setSpacing(2)
        participant.addWidget(self.participant)
        participant.addWidget(self._code_hint)
        form.addRow("&Purpose", self.purpose)
        form.addRow(self._consent_card)
        form.addRow(_buddy("P&articipant", self.participant), participant)
        form.addRow("&Condition", self.condition)
        form.addRow("&Glasses", self.glasses)
        form.addRow("&Notes", self.notes)
        form.addRow("Folder", self._folder_line())
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 8, 0)
        column.addLayout(form)
        column.addStretch(1)
        return body

    def _folder_line(self) -> QHBoxLayout:
        change = QPushButton("Change...")
        change.setAccessibleName("Change the folder")
        change.setAutoDefault(False)
        change.clicked.connect(self._ask_folder)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(self._path)
        text.addWidget(self._space)
        line = QHBoxLayout()
        line.addLayout(text, 1)
        line.addWidget(change)
        return line

    def _card(self) -> QFrame:
        card = QFrame()
        card.setProperty("look", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(plain(CONSENT_TEXT))
        column.addWidget(self.consent)
        return card

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder for sessions", str(_existing(self._folder)))
        if folder:
            self.set_folder(Path(folder))

    def _judge(self) -> None:
        wrong = not _is_code(self.participant.text())
        self._code_hint.say(_CODE_HINT, "wrong" if wrong else "quiet")
        self._path.set_text(str(self._folder))
        self._path.setToolTip(str(self._folder))
        self._space.setText(_space_text(self._folder))
        self._consent_card.setVisible(needs_consent(str(self.purpose.currentData())))
        objection = self._objection()
        self._verdict.say(objection, "wrong")
        self._start.setEnabled(not objection)

    def _objection(self) -> str:
        purpose = str(self.purpose.currentData())
        if purpose in WITHOUT_EXPRESSION:
            return NOT_AVAILABLE
        if not _is_code(self.participant.text()):
            return "The participant is not a code."
        if not os.access(_existing(self._folder), os.W_OK):
            return f"femon cannot write to {self._folder}. Choose another folder."
        if needs_consent(purpose) and not self.consent.isChecked():
            return "Recording needs the consent of the person in view."
        return ""


def _buddy(text: str, field: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(field)
    return label


def _is_code(text: str) -> bool:
    stripped = text.strip()
    return not stripped or _CODE.fullmatch(stripped) is not None


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next((path for path in (folder, *folder.parents) if path.is_dir()), Path.home())


def _space_text(folder: Path) -> str:
    try:
        return f"{size_text(shutil.disk_usage(_existing(folder)).free)} free"
    except OSError:
        return "free space unknown"
