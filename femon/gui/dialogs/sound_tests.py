"""The buttons that play each alarm sound once, on the page of the alarm settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from femon.gui.labels import Hint, muted

if TYPE_CHECKING:
    from femon.alarms import SoundName

_COLUMNS: Final = 2
SOUNDS: Final[dict[SoundName, str]] = {
    "pre": "Eyes closed",
    "microsleep": "Microsleep",
    "sleep": "Sleep",
    "unresponsive": "No reaction",
    "long_distraction": "Looking away",
    "long_2": "Looking away for long",
    "shared": "Looking away often",
    "drowsy": "Tired",
    "severe": "Very tired",
    "eyes_unreadable": "Eyes not visible",
}


class SoundBench(Protocol):
    """What plays the sounds."""

    fault_changed: SignalInstance  # str: why nothing can be heard

    def begin_test(self) -> str:
        """Get ready; returns the fault known by now."""
        ...

    def test(self, name: SoundName, volume: float) -> None:
        """Play a sound once."""

    def end_test(self) -> None:
        """No more sounds are wanted."""


class SoundTests(QWidget):
    """One button for each sound, and a line that says why nothing can be heard."""

    def __init__(self, bench: SoundBench, volume: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench, self._fault = bench, Hint()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.addWidget(muted("Play each sound at the volume above"), 0, 0, 1, _COLUMNS)
        for place, (name, text) in enumerate(SOUNDS.items()):
            button = QPushButton(text)
            button.setObjectName(name)
            button.setAccessibleName(f"Play the sound: {text}")
            button.clicked.connect(lambda _=False, name=name: bench.test(name, volume()))
            grid.addWidget(button, 1 + place // _COLUMNS, place % _COLUMNS)
        grid.addWidget(self._fault, 1 + len(SOUNDS) // _COLUMNS, 0, 1, _COLUMNS)
        bench.fault_changed.connect(self._tell)

    def showEvent(self, event: QShowEvent) -> None:
        """Get hold of the audio device only when somebody looks at the page."""
        self._tell(self._bench.begin_test())
        super().showEvent(event)

    def _tell(self, fault: str) -> None:
        self._fault.say(fault, "wrong")
