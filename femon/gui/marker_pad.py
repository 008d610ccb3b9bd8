"""The markers of a running session: nine named buttons, and a line for a marker with text."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

MARKERS = 9
_NAMED_COLUMNS = 3
_PADDING_PX = 20  # of a button, both sides


class MarkerPad(QWidget):
    """The buttons stand in one row while they are numbers, in three once one of them has a name."""

    key_pressed = Signal(int)  # 1 to 9
    text_begun = Signal()  # with the first letter: the marker belongs to this moment
    text_entered = Signal(str)
    left = Signal()  # the line: the keys are for the window again
    names_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = [MarkerButton(number) for number in range(1, MARKERS + 1)]
        self.text = QLineEdit(placeholderText="Marker with text", maxLength=200)
        self.text.setAccessibleName("Text of the marker")
        self._begun = False
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        for button in self.buttons:
            button.clicked.connect(lambda _=False, number=button.number: self.key_pressed.emit(number))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._grid)
        column.addLayout(self._line())
        self.set_names(())

    def set_names(self, names: Sequence[str]) -> None:
        """Name the buttons; a missing or empty name leaves the number."""
        columns = _NAMED_COLUMNS if any(names) else MARKERS
        for place, button in enumerate(self.buttons):
            button.set_name(names[place] if place < len(names) else "")
            self._grid.addWidget(button, place // columns, place % columns)

    def _line(self) -> QHBoxLayout:
        add = QPushButton("Mark")
        add.clicked.connect(self._enter)
        self.text.returnPressed.connect(self._enter)
        self.text.textChanged.connect(self._follow)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.text, self._give_up)
        escape.setContext(Qt.ShortcutContext.WidgetShortcut)
        names = QPushButton("Names...")
        names.setToolTip("Name the markers 1 to 9")
        names.clicked.connect(self.names_requested)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.text, 1)
        for button in (add, names):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setStyleSheet("padding: 6px 8px;")
            line.addWidget(button)
        return line

    def _enter(self) -> None:
        text = self.text.text().strip()
        self.text.clear()
        if text:
            self.text_entered.emit(text)
        self.left.emit()

    def _give_up(self) -> None:
        self.text.clear()
        self.left.emit()

    def _follow(self, text: str) -> None:
        begun, self._begun = self._begun, bool(text)
        if self._begun and not begun:
            self.text_begun.emit()


class MarkerButton(QPushButton):
    """A number, with its name as far as there is room."""

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number
        self._name = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the keys are the window's
        self.setStyleSheet("padding: 4px 0;")
        self.setMinimumWidth(20)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_name(self, name: str) -> None:
        """Show another name."""
        self._name = name
        said = f"Marker {self.number}: {name}" if name else f"Marker {self.number}"
        self.setAccessibleName(said)
        self.setToolTip(f"{said} (key {self.number})")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the name anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._name:
            self.setText(str(self.number))
            return
        room = max(0, self.width() - _PADDING_PX)
        whole = f"{self.number} {self._name}"
        shown = self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, room)
        self.setText(shown.replace("&", "&&") or str(self.number))
