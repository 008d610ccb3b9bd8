"""The live page of the calibration: the picture, a ring that fills, what to do now and what is in the way."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from femon.gui.drawing import percent, scaled_font
from femon.gui.icons import pixmap
from femon.gui.labels import Hint, heading, muted
from femon.gui.theme import current_theme
from femon.gui.video_view import Overlay, VideoView
from femon.monitors.calibration_checks import OPEN_CHECKS
from femon.monitors.calibration_state import NOTES, CalibrationState, Check, CheckName, Step, Tone
from femon.types import Readings

CHECK_NAMES: Final[dict[CheckName, str]] = {
    "one_face": "One person in view",
    "distance": "Close enough",
    "upright": "Head upright",
    "facing": "Facing the camera",
    "eyes": "Eyes can be read",
    "light": "Enough light",
    "frame_rate": "Enough pictures",
    "still": "Head still",
    "mouth": "Mouth closed",
}
_TITLES: Final[dict[Step, str]] = {
    "position": "Take your place",
    "countdown": "Get ready",
    "open": "Look at the camera",
    "closed": "Close your eyes at the tone",
    "corners": "Look at the point",
}
_CUES: Final[dict[Tone, str]] = {"close": "Eyes shut, until two tones", "open": "Open your eyes"}
_ICON_PX: Final = 18
_RING_PX: Final = 112
_TOP: Final = 90 * 16  # degrees / 16, as Qt counts


class Ring(QWidget):
    """Fills clockwise with the progress; a countdown or the percent stands inside."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share, self._countdown = 0.0, 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Progress")

    def show_progress(self, share: float, countdown: int | None) -> None:
        """Show a share of 0 to 1, or the seconds that are left until the start."""
        self._share, self._countdown = share, countdown or 0
        self.setAccessibleDescription(self._text())
        self.update()

    def sizeHint(self) -> QSize:
        """A fixed square."""
        return QSize(_RING_PX, _RING_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ring and its text."""
        theme, painter = current_theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = _RING_PX / 12
        circle = QRectF(self.rect()).adjusted(width, width, -width, -width)
        painter.setPen(QPen(QColor(theme.raised), width))
        painter.drawEllipse(circle)
        pen = QPen(QColor(theme.accent), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self._share > 0:
            painter.drawArc(circle, _TOP, -round(self._share * 360 * 16))
        painter.setPen(QColor(theme.text))
        painter.setFont(scaled_font(self.font(), 28 / 13 if self._countdown else 20 / 13, bold=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text())

    def _text(self) -> str:
        return str(self._countdown) if self._countdown else percent(self._share)


class CheckRows(QWidget):
    """A sign and a name for each condition: holds, fails, not known yet, or not asked for in this step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._signs: dict[CheckName, QLabel] = {}
        self._names: dict[CheckName, QLabel] = {}
        self._shown: dict[CheckName, bool | None] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(OPEN_CHECKS):
            self._signs[name], self._names[name] = QLabel(), muted(CHECK_NAMES[name])
            self._signs[name].setFixedSize(_ICON_PX, _ICON_PX)
            grid.addWidget(self._signs[name], row, 0)
            grid.addWidget(self._names[name], row, 1)

    def show_checks(self, checks: tuple[Check, ...]) -> None:
        """Show what is known of one frame."""
        known = {check.name: check.ok for check in checks}
        for name in OPEN_CHECKS:
            if name not in self._shown or self._shown[name] != known.get(name):
                self._sign(name, known.get(name))
        self._shown = {name: known.get(name) for name in OPEN_CHECKS}

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            for name, ok in self._shown.items():
                self._sign(name, ok)
        super().changeEvent(event)

    def _sign(self, name: CheckName, ok: bool | None) -> None:
        theme, sign = current_theme(), self._signs[name]
        if ok is None:
            sign.clear()
        else:
            sign.setPixmap(pixmap("done" if ok else "warning", theme.ok if ok else theme.warn, _ICON_PX))
        spoken = {None: "not known", True: "yes", False: "no"}[ok]
        self._names[name].setAccessibleDescription(spoken)


class CalibrationGuide(QWidget):
    """What the person sees while being measured; `trouble` is said until the next frame comes."""

    def __init__(self, *, mirrored: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.video = VideoView()
        self.video.set_overlay(Overlay(boxes=False, bars=False, mirror=mirrored))
        self.video.setMinimumSize(240, 180)
        self.title, self.instruction, self.hint = heading(""), QLabel(), Hint()
        self.instruction.setWordWrap(True)
        self._note = muted("")
        self._cue = self._silence = ""
        self._ring, self._checks = Ring(), CheckRows()
        self._build()

    def show_state(self, state: CalibrationState) -> None:
        """Show the calibration after one frame."""
        if state.step != "closed":
            self._cue = ""
        elif state.tone is not None:
            self._cue = _CUES[state.tone]
        self.title.setText(self._cue or _TITLES.get(state.step, ""))
        self.instruction.setText(state.instruction)
        self._note.setText(NOTES[state.note] if state.note else self._silence)
        self._checks.show_checks(state.checks)
        self.hint.say(next((check.text for check in state.checks if check.text), ""), "wrong")
        self._ring.show_progress(state.progress, state.countdown)

    def show_readings(self, readings: Readings) -> None:
        """Show the picture."""
        self.video.show_readings(readings, no_face=not readings.readings)

    def say_silence(self, text: str) -> None:
        """Why the tones cannot be heard; empty when they can."""
        self._silence = text

    def say_trouble(self, text: str) -> None:
        """Something outside the calibration stands in the way."""
        self.hint.say(text, "wrong")

    def _build(self) -> None:
        beside = QVBoxLayout()
        beside.setSpacing(10)
        beside.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignHCenter)
        beside.addWidget(self._checks)
        beside.addStretch(1)
        side = QWidget()
        side.setLayout(beside)
        side.setFixedWidth(max(210, self.fontMetrics().averageCharWidth() * 27))
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.video, 1)
        middle.addWidget(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.title)
        column.addWidget(self.instruction)
        column.addLayout(middle, 1)
        column.addWidget(self.hint)
        column.addWidget(self._note)
