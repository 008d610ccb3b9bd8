"""The row under the picture: play, step, scrub bar, time, speed."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from femon.gui.icons import icon
from femon.gui.review.axis import time_text
from femon.gui.review.playhead import SPEEDS, Playhead
from femon.gui.theme import current_theme

_PER_S: Final = 100  # steps of the scrub bar


class Transport(QWidget):
    """Moves the playhead, and shows where it is."""

    def __init__(self, playhead: Playhead, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playhead = playhead
        self._duration = 0.0
        self.play = _button("Play or pause (Space)")
        self.play.clicked.connect(playhead.toggle)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys step by frames
        self.slider.setAccessibleName("Place in the session")
        self.slider.valueChanged.connect(self._scrub)
        self.time = QLabel()
        self.speed = QComboBox()
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("Speed of playing")
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}\N{MULTIPLICATION SIGN}", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.currentIndexChanged.connect(self._choose_speed)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(8)
        for part in (self.play, self.slider, self.time, self.speed):
            row.addWidget(part, int(part is self.slider))
        playhead.moved.connect(self._follow)
        playhead.playing_changed.connect(self._draw_icon)
        self._draw_icon()

    def set_duration(self, seconds: float) -> None:
        """Another session."""
        self._duration = seconds
        self.slider.setMaximum(max(1, round(seconds * _PER_S)))
        self.time.setMinimumWidth(self.fontMetrics().horizontalAdvance(f"{self._words(seconds)}0"))
        self._follow(0.0)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()
        super().changeEvent(event)

    def _follow(self, t: float) -> None:
        self.time.setText(self._words(t))
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)  # it only shows
            self.slider.setValue(round(t * _PER_S))
            self.slider.blockSignals(False)

    def _words(self, t: float) -> str:
        return f"{time_text(t, 0.0)} / {time_text(self._duration, 0.0)}"

    def _scrub(self, value: int) -> None:
        self._playhead.go(value / _PER_S)

    def _choose_speed(self) -> None:
        self._playhead.speed = float(self.speed.currentData())

    def _draw_icon(self) -> None:
        self.play.setIcon(icon("pause" if self._playhead.playing else "play", current_theme().text))


def _button(tip: str) -> QToolButton:
    button = QToolButton()
    button.setToolTip(tip)
    button.setAccessibleName(tip.partition(" (")[0])
    button.setIconSize(QSize(18, 18))
    return button
