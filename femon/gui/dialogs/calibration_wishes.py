"""The first page of the calibration: who, with or without glasses, and what is coming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from femon.gui.dialogs.participant_code import CODE_HINT, code_fault
from femon.gui.labels import Hint, heading, muted, plain

_SIT: Final = (
    "Sit as you will during the recording. Look at the camera, face relaxed, do not read this text while "
    "you are measured."
)
_COMING: Final = "First your place is checked, then you look at the camera lens for 10 s."
_EYES: Final = "After that you close your eyes at one tone and open them at two tones, three times."
_NOT_STORED: Final = "Without a code the calibration is used until femon closes and is not stored."
_STORED: Final = "Stored on this computer as numbers, without pictures, and asked for again after 30 days."


@dataclass(frozen=True, slots=True)
class CalibrationWishes:
    """What is asked for at the start."""

    participant: str = ""  # empty: not to be stored
    glasses: bool = False
    corners: bool = False


class CalibrationStart(QWidget):
    """Asks for the wishes; `changed` when they can or cannot be used any more."""

    changed = Signal()

    def __init__(
        self, wishes: CalibrationWishes, *, fixed: bool, screen: bool, parent: QWidget | None = None
    ) -> None:
        """`fixed`: a session runs for this participant. `screen`: looking at the screen matters."""
        super().__init__(parent)
        self.participant = QLineEdit(wishes.participant, placeholderText="p01")
        self.participant.setReadOnly(fixed)
        self.participant.setAccessibleDescription(CODE_HINT)
        self.glasses = QComboBox()
        for text, value in (("No", False), ("Yes", True)):
            self.glasses.addItem(text, value)
        self.glasses.setCurrentIndex(int(wishes.glasses))
        self.corners = QCheckBox("Also the corners of the screen (15 s), to know when the eyes leave it")
        self.corners.setVisible(screen)
        self._hint, self._coming = Hint(), plain("")
        self._build()
        self.participant.textChanged.connect(self._judge)
        self.glasses.currentIndexChanged.connect(self._judge)
        self._judge()

    @property
    def wishes(self) -> CalibrationWishes:
        """What is asked for now."""
        return CalibrationWishes(
            self.participant.text().strip(), bool(self.glasses.currentData()), self.corners.isChecked()
        )

    @property
    def usable(self) -> bool:
        """Whether the participant is a code, or none."""
        return not code_fault(self.wishes.participant)

    def _build(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow("&Participant", self.participant)
        form.addRow("", self._hint)
        form.addRow("&Glasses", self.glasses)
        form.addRow("", self.corners)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(heading("Calibration"))
        column.addWidget(plain(_SIT))
        column.addWidget(self._coming)
        column.addLayout(form)
        column.addStretch(1)
        column.addWidget(muted("Only one person may be in view. Nothing is judged until you press Start."))

    def _judge(self) -> None:
        wishes = self.wishes
        if not self.usable:
            self._hint.say(code_fault(wishes.participant), "wrong")
        else:
            self._hint.say(_STORED if wishes.participant else _NOT_STORED)
        self._coming.setText(_COMING if wishes.glasses else f"{_COMING} {_EYES}")
        self.changed.emit()
