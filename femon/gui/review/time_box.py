"""A field for a time of a session, written as the timeline writes it."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

_TIME: Final = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?)")  # hours, minutes, seconds
_PART: Final = re.compile(r"[\d:.]*")
_STEP_S: Final = 0.1
_MARGIN_PX: Final = 6  # style sheets cannot pad the text of a spin box


class TimeBox(QDoubleSpinBox):
    """Seconds, shown as "1:23.45"; seconds alone can be typed too."""

    def __init__(self, t: float, longest: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(2)
        self.setRange(0.0, max(longest, t))
        self.setSingleStep(_STEP_S)
        self.setValue(t)
        self.lineEdit().setTextMargins(_MARGIN_PX, 0, 0, 0)

    def textFromValue(self, t: float) -> str:
        """ "0:05.00"."""
        hundredths = round(t * 100)
        minutes, rest = divmod(hundredths, 6000)
        hours, minutes = divmod(minutes, 60)
        whole = f"{hours}:{minutes:02d}" if hours else str(minutes)
        return f"{whole}:{rest / 100:05.2f}"

    def valueFromText(self, text: str) -> float:
        """Seconds."""
        parts = _TIME.fullmatch(text.strip())
        if parts is None:
            return self.value()
        hours, minutes, seconds = (float(part or 0) for part in parts.groups())
        return 3600 * hours + 60 * minutes + seconds

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Whether it is a time within the session, or may become one."""
        text = text.strip()
        if _TIME.fullmatch(text) and self.valueFromText(text) <= self.maximum():
            return QValidator.State.Acceptable, text, place
        may_become = _PART.fullmatch(text) is not None
        return (QValidator.State.Intermediate if may_become else QValidator.State.Invalid), text, place
