"""What every dialog is framed with: its row of buttons, a body that scrolls, and a size in lines of text."""

from __future__ import annotations

from collections.abc import Callable

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


def accept_and_cancel(dialog: QDialog, accept: str) -> tuple[QDialogButtonBox, QPushButton]:
    """The row of a dialog that asks, and its accepting button, which Return presses."""
    row = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, dialog)
    row.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
    button = row.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
    button.setDefault(True)
    row.accepted.connect(dialog.accept)
    row.rejected.connect(dialog.reject)
    return row, button


def close_only(dialog: QDialog) -> QDialogButtonBox:
    """The row of a dialog that only shows something."""
    row = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    row.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
    row.rejected.connect(dialog.reject)
    return row


def add_button(row: QDialogButtonBox, text: str, tip: str, do: Callable[[], object]) -> QPushButton:
    """A further button at the far side of the row; Return does not press it."""
    button = row.addButton(text, QDialogButtonBox.ButtonRole.ResetRole)
    button.setAutoDefault(False)
    button.setToolTip(tip)
    button.clicked.connect(do)
    return button


def scrolling(body: QWidget) -> QScrollArea:
    """A frameless area that scrolls its body where the text is too large for the dialog."""
    area = QScrollArea()
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
