"""The one-line banner: the most urgent message, its icon and its buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from femon.gui.icons import icon, pixmap
from femon.gui.messages import LEVELS, OF_A_SOURCE, Button, Level, Message
from femon.gui.theme import current_theme, set_look

_ICONS = {
    "alarm": "warning",
    "error": "error",
    "camera": "no_camera",
    "disk": "warning",
    "hint": "hint",
    "information": "information",
    "recovery": "information",
    "settings": "information",
}


class Banner(QFrame):
    """Keeps one message per level and shows the most urgent; hidden when there is nothing to say."""

    chosen = Signal(str, object)  # the action of the pressed button, its Message

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages: dict[Level, Message] = {}
        self._shown: Message | None = None
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons = QHBoxLayout()
        self._close = QToolButton()
        self._close.setAccessibleName("Dismiss message")
        self._close.setToolTip("Dismiss")
        self._close.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addLayout(self._buttons)
        row.addWidget(self._close)
        self.setAccessibleName("Message")
        self.hide()

    def show_message(self, message: Message) -> None:
        """Show a message, or keep it until the more urgent ones are gone."""
        if self._messages.get(message.level) != message:
            self._messages[message.level] = message
            self._refresh()

    def clear(self, *levels: Level) -> None:
        """Forget the messages of these levels; without an argument those of a source."""
        known = set(self._messages)
        for level in levels or OF_A_SOURCE:
            self._messages.pop(level, None)
        if known != set(self._messages):
            self._refresh()

    def withdraw(self, message: Message) -> None:
        """Forget one message, if it is the one of its level."""
        if self._messages.get(message.level) == message:
            self.clear(message.level)

    @property
    def message(self) -> Message | None:
        """What is shown now."""
        return self._shown

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange and self._shown is not None:
            self._colour(self._shown)
        super().changeEvent(event)

    def _dismiss(self) -> None:
        if self._shown is not None:
            self.clear(self._shown.level)

    def _refresh(self) -> None:
        shown = next((self._messages[level] for level in LEVELS if level in self._messages), None)
        if shown == self._shown:
            return
        self._shown = shown
        while (item := self._buttons.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if shown is not None:
            self._text.setText(shown.text)
            self.setAccessibleDescription(shown.text)
            for button in message_buttons(shown, self.chosen.emit):
                self._buttons.addWidget(button)
            self._colour(shown)
        self.setVisible(shown is not None)

    def _colour(self, message: Message) -> None:
        theme = current_theme()
        tone = level_tone(message.level)
        set_look(self, tone)
        self._icon.setPixmap(pixmap(_ICONS[message.level], getattr(theme, tone), 20))
        self._close.setIcon(icon("close", theme.muted))


def level_tone(level: Level) -> Literal["danger", "warn", "accent"]:
    """Which colour of the theme stands for a level; its icon and words say the same."""
    if level in {"alarm", "error"}:
        return "danger"
    return "warn" if level in {"camera", "disk"} else "accent"


def message_buttons(message: Message, on_choice: Callable[[str, Message], None]) -> list[QPushButton]:
    """The buttons of a message; each carries its action as object name."""
    return [_button(button, message, on_choice) for button in message.buttons]


def _button(button: Button, message: Message, on_choice: Callable[[str, Message], None]) -> QPushButton:
    made = QPushButton(button.text)
    made.setObjectName(button.action)
    made.clicked.connect(lambda: on_choice(button.action, message))
    return made
