"""The editors of single settings: a value, its default and the way back to it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from femon.gui.dialogs.settings_fields import Field

_OWN = "the model's own"
_MARGIN_PX = 6  # style sheets cannot pad the text of a spin box


class SettingEditor(QWidget):
    """One editor with a Reset button that is active while the value differs from the default."""

    changed = Signal()

    def __init__(self, field: Field, default: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._default = default
        self._control = _control(field)
        self._control.setAccessibleName(field.text)
        self._control.setAccessibleDescription(field.help)
        self._reset = QToolButton()
        self._reset.setText("Reset")
        self._reset.setToolTip(f"Back to the default: {_in_words(field, default)}")
        self._reset.setAccessibleName(f"Reset {field.text}")
        self._reset.clicked.connect(self.reset)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._control, 1)
        if isinstance(self._control, QLineEdit):
            row.addWidget(self._browse_button())
        row.addWidget(self._reset)
        self._connect()
        self.set_value(default)

    @property
    def control(self) -> QWidget:
        """The widget that takes the focus."""
        return self._control

    def value(self) -> Any:
        """The value as Settings holds it."""
        match self._control:
            case QCheckBox() as tick:
                return tick.isChecked()
            case QComboBox() as choice:
                return choice.currentData()
            case QLineEdit() as line:
                return line.text().strip()
            case QDoubleSpinBox() as number:
                own = self.field.kind == "own_number" and number.value() == number.minimum()
                return None if own else round(number.value() / self.field.scale, 6)
            case QSpinBox() as whole:
                return whole.value()
        raise TypeError(f"{self.field.path} has no editor")

    def set_value(self, value: Any) -> None:
        """Show a value; numbers beyond the range move to its edge."""
        match self._control:
            case QCheckBox() as tick:
                tick.setChecked(bool(value))
            case QComboBox() as choice:
                choice.setCurrentIndex(max(0, choice.findData(value)))
            case QLineEdit() as line:
                line.setText(str(value))
            case QDoubleSpinBox() as number:
                number.setValue(number.minimum() if value is None else float(value) * self.field.scale)
            case QSpinBox() as whole:
                whole.setValue(int(value))
        self._tell()

    def reset(self) -> None:
        """Show the default."""
        self.set_value(self._default)

    def _connect(self) -> None:
        match self._control:
            case QCheckBox() as tick:
                tick.toggled.connect(self._tell)
            case QComboBox() as choice:
                choice.currentIndexChanged.connect(self._tell)
            case QLineEdit() as line:
                line.textChanged.connect(self._tell)
            case QDoubleSpinBox() | QSpinBox() as number:
                number.valueChanged.connect(self._tell)

    def _tell(self) -> None:
        self._reset.setEnabled(self.value() != self._default)
        self.changed.emit()

    def _browse_button(self) -> QPushButton:
        button = QPushButton("Choose...")
        button.clicked.connect(self._browse)
        return button

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.field.text, str(self.value()))
        if folder:
            self.set_value(folder)


def _control(field: Field) -> QWidget:
    match field.kind:
        case "tick":
            return QCheckBox()
        case "choice":
            box = QComboBox()
            for value, words in field.choices:
                box.addItem(words, value)
            return box
        case "folder":
            return QLineEdit(placeholderText="femon in your documents folder")
        case "whole":
            whole = QSpinBox(minimum=int(field.low), maximum=int(field.high), singleStep=int(field.step))
            whole.setSuffix(field.unit)
            whole.lineEdit().setTextMargins(_MARGIN_PX, 0, 0, 0)
            return whole
    step, high = field.step * field.scale, field.high * field.scale
    low = field.low * field.scale - (step if field.kind == "own_number" else 0)  # "the model's own"
    number = QDoubleSpinBox(minimum=low, maximum=high, singleStep=step)
    number.setDecimals(2 if step < 1 else 1)
    number.setSuffix(field.unit)
    number.lineEdit().setTextMargins(_MARGIN_PX, 0, 0, 0)
    if field.kind == "own_number":
        number.setSpecialValueText(_OWN)
    return number


def _in_words(field: Field, value: Any) -> str:
    if field.kind == "tick":
        return "on" if value else "off"
    if field.kind == "choice":
        return dict(field.choices)[value]
    if field.kind == "own_number":
        return _OWN
    if isinstance(value, int | float):
        return f"{value * field.scale:g}{field.unit}"
    return "femon in your documents folder"
