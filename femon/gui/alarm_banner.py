"""The banner of alarms: what is wrong, the ways to answer it, and why no sound is heard."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from femon.gui.alarm_looks import LOOKS
from femon.gui.icons import pixmap
from femon.gui.theme import current_theme, motion_reduced, set_look

if TYPE_CHECKING:
    from femon.alarms import Alarms

Answer = Literal["acknowledge", "false_alarm", "snooze"]

FLASH_MS: Final = 500  # of each half: 1 Hz, half of what is allowed
LINGER_S: Final = 8.0  # an alarm that is over can still be called false by hand
HEIGHT_PX: Final = 46
LARGE_PX: Final = 66
ANSWERS: Final[dict[Answer, tuple[str, str]]] = {
    "acknowledge": ("Acknowledge (A)", "Silent until it gets worse; timers and log go on"),
    "false_alarm": ("False alarm (X)", "Mark the last alarm as false in the log"),
    "snooze": ("Snooze 60 s (Z)", "No alarm sounds for 60 s, except sleep and no reaction"),
}


@dataclass(frozen=True, slots=True)
class Strip:
    """What the banner says."""

    text: str = ""
    note: str = ""
    silence: str = ""  # why no sound is heard
    state: Literal["alarm", "over", "calm"] = "calm"
    acknowledged: bool = False
    false: bool = False  # no alarm is left to be called false
    large: bool = False


class AlarmBanner(QFrame):
    """One strip with text, note, silence mark and buttons; hidden when there is nothing to say.

    Its height changes only for the alarms that fill the window, so that the picture below stays where it is.
    """

    answered = Signal(str)  # Answer
    flashed = Signal(bool)  # the dim half of a flash has begun, or ended

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alarms: Alarms | None = None
        self._over: Alarms | None = None  # the last alarm, while it may be called false
        self._strip = Strip()
        self._look = ""
        self._dim = False
        self._flash = QTimer(self, interval=FLASH_MS)
        self._flash.timeout.connect(self._turn)
        self._icon, self._text, self._note, self._silence = QLabel(), QLabel(), QLabel(), QLabel()
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._note.setProperty("look", "note")
        self._silence.setText("Sound off")
        self._silence.setProperty("look", "silence")
        self._silence.setAccessibleName("Sound off")
        self._buttons = {answer: self._button(answer) for answer in ANSWERS}
        self._arrange()
        self.setAccessibleName("Alarm")
        self.hide()

    @property
    def strip(self) -> Strip:
        """What is shown."""
        return self._strip

    def show_alarms(self, alarms: Alarms | None) -> None:
        """Show what the newest frame calls for; None while nobody is watched."""
        before, self._alarms = self._alarms, alarms
        self._over = self._lingering(before, alarms)
        strip = strip_of(alarms, self._over)
        if strip != self._strip:
            self._strip = strip
            self._show()
        self._flash_while(alarms is not None and alarms.style == "flash" and not motion_reduced())
        self._colour()
        if alarms is not None and alarms.alarm and (before is None or before.alarm != alarms.alarm):
            self.setAccessibleDescription(alarms.text)
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()
        super().changeEvent(event)

    def _lingering(self, before: Alarms | None, alarms: Alarms | None) -> Alarms | None:
        if alarms is None or alarms.alarm is not None:
            return None
        over = before if before is not None and before.alarm and before.style != "text" else self._over
        return over if over is not None and 0 <= alarms.t - over.t < LINGER_S else None

    def _show(self) -> None:
        strip, present = self._strip, self._strip.state == "alarm"
        self._text.setText(strip.text)
        set_look(self._text, "large" if strip.large else "title" if present else "")
        self._note.setText(strip.note)
        self._note.setVisible(bool(strip.note))
        self._silence.setVisible(bool(strip.silence) and strip.state != "calm")  # else the text says it
        self._silence.setToolTip(strip.silence)
        self._silence.setAccessibleDescription(strip.silence)
        self._buttons["acknowledge"].setVisible(present)
        self._buttons["acknowledge"].setEnabled(not strip.acknowledged)
        self._buttons["false_alarm"].setVisible(strip.state != "calm")
        self._buttons["false_alarm"].setEnabled(not strip.false)
        self._buttons["snooze"].setVisible(present)
        self.setMinimumHeight(LARGE_PX if strip.large else HEIGHT_PX)
        self._draw_icon()
        self.setVisible(bool(strip.text))

    def _flash_while(self, flashing: bool) -> None:
        if flashing and not self._flash.isActive():
            self._flash.start()
        elif not flashing and self._flash.isActive():
            self._flash.stop()
            self._dim = False
            self.flashed.emit(False)

    @Slot()
    def _turn(self) -> None:
        self._dim = not self._dim
        self._colour()
        self.flashed.emit(self._dim)

    def _colour(self) -> None:
        look = look_of(self._alarms, dim=self._dim)
        if look == self._look:
            return
        self._look = look
        set_look(self, look)
        for part in self.findChildren(QWidget):  # their rules name the look of the banner
            part.style().unpolish(part)
            part.style().polish(part)
        self._draw_icon()

    def _draw_icon(self) -> None:
        colour, _, kind = self._look.partition("-")
        known, theme = LOOKS.get(colour), current_theme()
        ink = theme.text if known is None or kind == "edge" else known.text
        self._icon.setPixmap(pixmap("warning" if self._strip.state != "calm" else "no_sound", ink, 24))

    def _button(self, answer: Answer) -> QPushButton:
        text, tip = ANSWERS[answer]
        button = QPushButton(text)
        button.setObjectName(answer)
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)
        button.setProperty("look", "answer" if answer == "acknowledge" else "")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Space and Return must not answer an alarm by accident
        button.clicked.connect(lambda: self.answered.emit(answer))
        return button

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._text)
        words.addWidget(self._note)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        row.addWidget(self._silence)
        for button in self._buttons.values():
            row.addWidget(button)


def strip_of(alarms: Alarms | None, over: Alarms | None) -> Strip:
    """The words for what is called for now; `over` is an alarm that has just ended."""
    if alarms is None:
        return Strip()
    note, silence = note_of(alarms, over), alarms.sound_off or ""
    false = alarms.false is not None
    if alarms.alarm is not None:
        large = alarms.style in ("window", "flash")
        return Strip(alarms.text, note, silence, "alarm", alarms.acknowledged, false, large)
    if over is not None:
        return Strip(f"Over: {over.text}", note, silence, "over", false=false)
    return Strip(silence or note, note if silence else "", silence)


def note_of(alarms: Alarms, over: Alarms | None = None) -> str:
    """What has been answered and what is silent, in a few words; `over` is an alarm that has just ended."""
    parts = []
    shown = over if over is not None and alarms.alarm is None else alarms
    if alarms.false is not None and shown.alarm is not None:
        parts.append("marked as false" if alarms.false == shown.alarm else "last alarm marked as false")
    if alarms.acknowledged:
        tired = alarms.alarm in ("drowsy", "severe")
        quiet = f", quiet for {_length(alarms.quiet_s)}" if tired and alarms.quiet_s is not None else ""
        parts.append(f"acknowledged{quiet}")
    if alarms.snoozed_s is not None:
        parts.append(f"snoozed for {_length(alarms.snoozed_s)}, except for sleep")
    note = "; ".join(parts)
    return note[:1].upper() + note[1:]


def look_of(alarms: Alarms | None, *, dim: bool = False) -> str:
    """The name in the style sheet: a colour that fills the banner or edges it; empty without an alarm."""
    if alarms is None or alarms.colour == "none":
        return ""
    if alarms.style == "edge":
        return f"{alarms.colour}-edge"
    return f"{alarms.colour}-dim" if dim and alarms.style == "flash" else alarms.colour


def _length(seconds: float) -> str:
    whole = math.ceil(seconds)
    return f"{whole} s" if whole < 100 else f"{math.ceil(seconds / 60)} min"
