"""Playhead: where in a session the screen is, and how it moves while it plays."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_TICK_MS: Final = 33


class Playhead(QObject):
    """A time within a session. While it plays, a timer on the GUI thread moves it by the time that passed."""

    moved = Signal(float)  # s since session start
    playing_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.t = 0.0
        self.speed = 1.0
        self._duration = 0.0
        self._passed = QElapsedTimer()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        """Whether it moves by itself."""
        return self._timer.isActive()

    def set_duration(self, seconds: float) -> None:
        """Another session: stop, and begin at its start."""
        self.pause()
        self._duration = seconds
        self.go(0.0)

    def go(self, t: float) -> None:
        """Be at a time, as near as the session allows."""
        self.t = min(max(t, 0.0), self._duration)
        self.moved.emit(self.t)

    def toggle(self) -> None:
        """Play or pause; at the end, play from the start."""
        if self.playing:
            self.pause()
            return
        if self.t >= self._duration:
            self.go(0.0)
        self._passed.start()
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        """Stand still."""
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def advance(self, seconds: float) -> None:
        """Let this much time pass at the chosen speed; the end of the session pauses."""
        self.go(self.t + seconds * self.speed)
        if self.t >= self._duration:
            self.pause()

    @Slot()
    def _tick(self) -> None:
        self.advance(self._passed.restart() / 1000)
