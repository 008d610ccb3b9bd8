"""Naming the markers 1 to 9."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from femon.gui.dialogs.frame import accept_and_cancel, resize_to_text, scrolling
from femon.gui.labels import heading, muted
from femon.gui.marker_pad import MARKERS

_LONGEST = 40


class MarkerNames(QDialog):
    """`names` are those on screen, nine of them; use them only after exec() was accepted."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Names of the markers")
        resize_to_text(self, 56, 26)
        self.fields = [QLineEdit(maxLength=_LONGEST) for _ in range(MARKERS)]
        form = QFormLayout()
        for number, field in enumerate(self.fields, 1):
            field.setText(names[number - 1] if number <= len(names) else "")
            field.setPlaceholderText(str(number))
            form.addRow(f"&{number}", field)
        body = QWidget()
        body.setLayout(form)
        row, _ = accept_and_cancel(self, "Save")
        column = QVBoxLayout(self)
        column.addWidget(heading("Names of the markers"))
        column.addWidget(muted("A marker is written with its name; without one, with its number."))
        column.addWidget(scrolling(body), 1)
        column.addWidget(row)
        self.fields[0].setFocus()

    @property
    def names(self) -> tuple[str, ...]:
        """What was typed; nothing at all when no key has a name."""
        names = tuple(field.text().strip() for field in self.fields)
        return names if any(names) else ()
