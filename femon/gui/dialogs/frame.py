"""What every dialog is framed with: its row of buttons, a body that scrolls, and a size in lines of text."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

_SCREEN_SHARE = 0.9


class ButtonRow(QDialogButtonBox):
    """The buttons below a dialog; Tab goes through them as they stand, which differs between desktops.

    It has no parent before it is laid out: so Tab comes to it after the fields above it.
    """

    def showEvent(self, event: QShowEvent) -> None:
        """The places are known now, and so is the dialog."""
        super().showEvent(event)
        if event.spontaneous():
            return
        buttons = self._as_they_stand()
        for before, after in pairwise(buttons):
            QWidget.setTabOrder(before, after)
        for button in buttons:
            if button.isDefault():  # its dialog does not know yet: the button had none before
                button.setDefault(False)
                button.setDefault(True)

    def _as_they_stand(self) -> list[QPushButton]:
        layout = self.layout()
        items = [layout.itemAt(place) for place in range(layout.count())] if layout else []
        widgets = [item.widget() for item in items if item is not None]
        return [widget for widget in widgets if isinstance(widget, QPushButton)]


def accept_and_cancel(
    dialog: QDialog, accept: str, *, careful: bool = False
) -> tuple[ButtonRow, QPushButton]:
    """The row of a dialog that asks, and its accepting button.

    Return presses it from every field, or Cancel if accepting is to be done with care. A button that has the
    focus is pressed itself.
    """
    row = ButtonRow(QDialogButtonBox.StandardButton.Cancel)
    button = row.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
    (row.button(QDialogButtonBox.StandardButton.Cancel) if careful else button).setDefault(True)
    row.accepted.connect(dialog.accept)
    row.rejected.connect(dialog.reject)
    return row, button


def answered(dialog: QDialog) -> bool:
    """Wait until a dialog is closed; whether it was accepted. Its answers can still be read after that.

    It goes with the event that opened it: its window would keep it, and with every change of the theme
    paint it, for as long as the window lives.
    """
    accepted = bool(dialog.exec())
    dialog.deleteLater()
    return accepted


def close_only(dialog: QDialog) -> ButtonRow:
    """The row of a dialog that only shows something."""
    row = ButtonRow(QDialogButtonBox.StandardButton.Close)
    row.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
    row.rejected.connect(dialog.reject)
    return row


def add_button(row: QDialogButtonBox, text: str, tip: str, do: Callable[[], object]) -> QPushButton:
    """A further button at the far side of the row."""
    button = row.addButton(text, QDialogButtonBox.ButtonRole.ResetRole)
    button.setToolTip(tip)
    button.clicked.connect(do)
    return button


def scrolling(body: QWidget) -> QScrollArea:
    """A frameless area that scrolls its body where the text is too large for the dialog.

    Tab goes to the controls of the body, which come into view with the focus; to the area if there are none.
    """
    area = QScrollArea()
    if any(one.focusPolicy() & Qt.FocusPolicy.TabFocus for one in body.findChildren(QWidget)):
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(body)
    return area


def resize_to_text(dialog: QDialog, columns: int, lines: int) -> None:
    """Give a dialog room for so many letters and lines at its text size, within its screen."""
    metrics = dialog.fontMetrics()
    available = dialog.screen().availableGeometry()
    width = min(columns * metrics.averageCharWidth(), round(available.width() * _SCREEN_SHARE))
    height = min(lines * metrics.height(), round(available.height() * _SCREEN_SHARE))
    dialog.resize(width, height)


def card(*inside: QWidget) -> QFrame:
    """Widgets below one another in a box that stands out from the page."""
    box = QFrame()
    box.setProperty("look", "card")
    column = QVBoxLayout(box)
    column.setContentsMargins(12, 10, 12, 10)
    for widget in inside:
        column.addWidget(widget)
    return box
