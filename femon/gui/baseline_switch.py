"""The switch on a face card: expressions corrected by the calibration, or as the model gives them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QWidget

_CORRECTED = "Corrected by the calibration"
_UNCORRECTED = "Not corrected"
_TIP = "Correct expressions by the person's relaxed face, or show them as the model gives them (B)"


class BaselineSwitch(QToolButton):
    """Hidden until there is something to switch; its card knows when."""

    wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setToolTip(_TIP)
        self.setAccessibleName("Neutral baseline")
        self.clicked.connect(self.wanted)
        self.hide()

    def show_state(self, on: bool) -> None:
        """Whether the correction is used."""
        self.setChecked(on)
        self.setText(_CORRECTED if on else _UNCORRECTED)
        self.setAccessibleDescription(self.text())
