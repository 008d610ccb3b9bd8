"""One of several sources: its picture with a line that names it, or why there is no picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from femon.gui.icons import icon
from femon.gui.labels import ElidedLabel, muted
from femon.gui.theme import current_theme, set_look
from femon.gui.video_view import Overlay, VideoView

if TYPE_CHECKING:
    from femon.alarms import Alarms

Light = Literal["muted", "ok", "warn", "danger"]
BARS_FROM_PX: Final = 220  # height of a tile
_DOT: Final = "\N{BLACK CIRCLE}"


class CameraTile(QFrame):
    """Shows what it is told; a click, or Return while it has the focus, chooses it."""

    chosen = Signal()
    retry_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = VideoView()
        self.view.setMinimumSize(120, 90)
        self.name = name
        self._overlay = Overlay()
        self._light: Light = "muted"
        self._dot, self._name, self._figure = QLabel(_DOT), ElidedLabel(name), muted("")
        self._recording = QLabel(f"{_DOT} REC")
        self._close = QToolButton()
        self._words, self._retry = muted(""), QPushButton("Try again")
        self._pages = QStackedWidget()
        self._lay_out()
        self._retry.clicked.connect(self.retry_wanted)
        self._close.clicked.connect(self.close_wanted)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_chosen(False)
        self.set_recording(False)
        self.show_words("Opening...")
        self._draw_icon()

    @property
    def words(self) -> str:
        """What stands in place of the picture; empty while it is shown."""
        return "" if self._pages.currentWidget() is self.view else self._words.text()

    def set_name(self, name: str) -> None:
        """Name what is open."""
        self.name = name
        self._name.set_text(name)
        self._name.setToolTip(name)
        self._speak()

    def set_state(self, light: Light, figure: str) -> None:
        """Show how it goes in a few words."""
        if (light, figure) != (self._light, self._figure.text()):
            self._light = light
            self._figure.setText(figure)
            set_look(self._dot, light)
            self._speak()

    def set_overlay(self, overlay: Overlay) -> None:
        """Choose what is drawn over the picture; bars only where they leave something of it to be seen."""
        self._overlay = overlay
        bars = overlay.bars and self.height() >= BARS_FROM_PX
        self.view.set_overlay(replace(overlay, bars=bars))

    def set_chosen(self, chosen: bool) -> None:
        """Frame the tile whose figures the panels show."""
        set_look(self, "chosen" if chosen else "")
        set_look(self._name, "strong" if chosen else "muted")

    def set_recording(self, recording: bool) -> None:
        """Say that a session of this source is written."""
        self._recording.setVisible(recording)

    def set_closable(self, closable: bool) -> None:
        """Whether the tile may be closed now."""
        self._close.setEnabled(closable)

    def show_alarms(self, alarms: Alarms | None) -> None:
        """Frame the tile in the colour of its alarm."""
        colour = alarms.colour if alarms is not None and alarms.alarm is not None else "none"
        if self.property("alarm") != colour:
            self.setProperty("alarm", colour)
            self.style().unpolish(self)
            self.style().polish(self)

    def show_picture(self) -> None:
        """Bring the picture to the front."""
        self._pages.setCurrentWidget(self.view)

    def show_words(self, text: str, retry: str = "") -> None:
        """Show a sentence in place of the picture, with a button that opens the source again."""
        self._words.setText(text)
        self._retry.setText(retry)
        self._retry.setVisible(bool(retry))
        self._pages.setCurrentIndex(1)
        self._speak()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the bars out of a small picture."""
        self.set_overlay(self._overlay)
        super().resizeEvent(event)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Choose the tile."""
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the tile with Return; other keys belong to the window."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()
        super().changeEvent(event)

    def _speak(self) -> None:
        self.setAccessibleName(self.name)
        self.setAccessibleDescription(self.words or self._figure.text())

    def _draw_icon(self) -> None:
        self._close.setIcon(icon("close", current_theme().muted))

    def _lay_out(self) -> None:
        self._figure.setWordWrap(False)
        set_look(self._dot, self._light)
        set_look(self._recording, "danger")
        self._close.setToolTip("Close this source")
        self._close.setAccessibleName("Close this source")
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        caption = QHBoxLayout()
        caption.setContentsMargins(8, 0, 2, 0)
        caption.setSpacing(6)
        caption.addWidget(self._dot)
        caption.addWidget(self._name, 1)
        for part in (self._recording, self._figure, self._close):
            caption.addWidget(part)
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.addStretch(1)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(self._words)
        inside.addWidget(self._retry, alignment=Qt.AlignmentFlag.AlignCenter)
        inside.addStretch(1)
        self._pages.addWidget(self.view)
        self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(caption)
        column.addWidget(self._pages, 1)
