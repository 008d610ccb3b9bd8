"""The consent of the person in view: what is agreed to, and the tick."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from femon.gui.dialogs.frame import card
from femon.gui.labels import muted, plain
from femon.purpose import CONSENT_TICK, consent_text
from femon.recording.session import CONSENT_TEXT_VERSION
from femon.settings import ModeSettings


class Consent(QWidget):
    """The text names what the session estimates; another text takes the tick back."""

    def __init__(self, modes: ModeSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tick = QCheckBox(CONSENT_TICK)
        self._text = plain(consent_text(modes))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card(self._text, self.tick, muted(f"Consent text, version {CONSENT_TEXT_VERSION}")))

    def ask_for(self, modes: ModeSettings) -> None:
        """Say what is agreed to now: who agreed to something else has not agreed."""
        text = consent_text(modes)
        if text != self._text.text():
            self._text.setText(text)
            self.tick.setChecked(False)
