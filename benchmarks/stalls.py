"""How long the event loop of the window stands still."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer

_TICK_MS = 10


class Stalls(QObject):
    """A clock that should tick every 10 ms; what it ticks late by, the interface has not answered."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.all_s: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        late = now - self._last - _TICK_MS / 1000
        self._last = now
        self.all_s.append(late)
