"""What stands in place of the video while there is no picture: a message with its ways on, or "Opening"."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from femon.gui.banner import level_tone, message_buttons
from femon.gui.icons import pixmap
from femon.gui.messages import Message
from femon.gui.theme import current_theme, motion_reduced

_ICON_PX = 56
_TEXT_PX = 480


class _Sentence(QLabel):
    """Text of a fixed width that is as high as it must be: a centred label would be cut."""

    def __init__(self, alignment: Qt.AlignmentFlag) -> None:
        super().__init__(alignment=alignment)
        self.setWordWrap(True)
        self.setFixedWidth(_TEXT_PX)

    def fit(self) -> None:
        """Take the height that the text needs; without one it stays."""
        if (height := self.heightForWidth(_TEXT_PX)) > 0:
            self.setFixedHeight(height)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()


class EmptyState(QWidget):
    """Shows one message in the middle of the video area."""

    chosen = Signal(str, object)  # the action of the pressed button, its Message

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message: Message | None = None
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._text = _Sentence(alignment=Qt.AlignmentFlag.AlignCenter)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setFixedSize(220, 4)
        self._busy.setProperty("look", "thin")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        column = QVBoxLayout(self)
        column.setSpacing(16)
        column.addStretch(1)
        for part in (self._icon, self._text, self._busy):
            column.addWidget(part, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addLayout(self._buttons)
        column.addStretch(1)
        self.setAccessibleName("Video")

    def show_message(self, message: Message) -> None:
        """Show a message with its buttons; the first one is ready for Return."""
        self._show(message, message.text, busy=False)

    def show_opening(self, text: str) -> None:
        """Say that something is on its way."""
        self._show(None, text, busy=True)

    @property
    def text(self) -> str:
        """What is shown now."""
        return self._text.text()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def _show(self, message: Message | None, text: str, *, busy: bool) -> None:
        self._message = message
        self._text.setText(text)
        self._text.fit()
        self.setAccessibleDescription(text)
        self._busy.setVisible(busy and not motion_reduced())
        self._icon.setVisible(message is not None)
        self._fill_buttons(message)
        self._colour()

    def _fill_buttons(self, message: Message | None) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if message is None:
            return
        self._buttons.addStretch(1)
        for number, button in enumerate(message_buttons(message, self.chosen.emit)):
            if number == 0:
                button.setProperty("look", "primary")
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)

    def _colour(self) -> None:
        theme = current_theme()
        if self._message is not None:
            name = {"camera": "no_camera", "error": "error", "disk": "warning"}.get(
                self._message.level, "camera"
            )
            urgent = self._message.level in {"error", "disk"}
            colour = getattr(theme, level_tone(self._message.level)) if urgent else theme.muted
            self._icon.setPixmap(pixmap(name, colour, _ICON_PX))
