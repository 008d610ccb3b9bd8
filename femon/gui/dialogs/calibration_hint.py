"""The line that says whether a participant is calibrated, with the way there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from femon.gui.labels import Hint
from femon.monitors.limits import Limits
from femon.profiles import StoredProfile, age_days


class CalibrationHint(QWidget):
    """Silent until the stored calibrations are known; asks for one that is missing or old."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._profiles: tuple[StoredProfile, ...] | None = None
        self._hint = Hint()
        self.button = QPushButton("Calibrate first")
        self.button.clicked.connect(self.wanted)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._hint, 1)
        line.addWidget(self.button)

    def take(self, profiles: Iterable[StoredProfile]) -> None:
        """These calibrations are stored."""
        self._profiles = tuple(profiles)

    def judge(self, participant: str, glasses: bool | None, *, monitored: bool) -> None:
        """Speak about one participant; kinds that watch no one person over time need no calibration."""
        text = self._advice(participant, glasses) if monitored else ""
        self._hint.say(text)
        self.setVisible(bool(text))

    def _advice(self, participant: str, glasses: bool | None) -> str:
        if self._profiles is None:
            return ""
        if not participant:
            return "A calibration belongs to a participant: without a code none is used."
        fitting = [
            one
            for one in self._profiles
            if one.participant == participant and glasses in (None, one.profile.glasses)
        ]
        worn = {True: " with glasses", False: " without glasses", None: ""}[glasses]
        if not fitting:
            return f"{participant} is not calibrated{worn}: figures come later and are less certain."
        days = min(age_days(one, datetime.now(UTC)) for one in fitting)
        if days > Limits().calibration_days:
            return f"The calibration of {participant}{worn} is {days} days old."
        return ""
