"""The choice of a session's kind, each with what it watches in one line."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QVBoxLayout, QWidget

from femon.gui.labels import muted
from femon.gui.monitor_modes import EXPRESSIONS_TIP, KINDS, READ_EXPRESSIONS, kind_allowed, nearest_kind
from femon.purpose import allows, not_available, permitted
from femon.settings import ModeSettings

UNDER_TEXT_PX = 26  # where the text of a radio button or a tick begins


class KindChoice(QWidget):
    """Starts with the modes in use; another kind brings its own."""

    changed = Signal()

    def __init__(self, modes: ModeSettings, purpose: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given, self._purpose = permitted(purpose, modes), purpose
        self._first = nearest_kind(self._given)
        group = QButtonGroup(self)
        self.kinds: dict[str, QRadioButton] = {}
        self.expressions = QCheckBox(READ_EXPRESSIONS)
        self.expressions.setToolTip(EXPRESSIONS_TIP)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for name in KINDS:
            self._add(name, group, column)
        column.addWidget(self.expressions)
        self.kinds[self._first].setChecked(True)
        self._show_expressions()
        group.buttonToggled.connect(self._show_expressions)
        self.expressions.toggled.connect(self.changed)

    @property
    def kind(self) -> str:
        """The key of the ticked kind."""
        return next(name for name, button in self.kinds.items() if button.isChecked())

    @property
    def modes(self) -> ModeSettings:
        """What the session is to watch."""
        modes = self._modes_of_kind()
        return replace(modes, expression=self.expressions.isChecked()) if modes.monitored else modes

    def _modes_of_kind(self) -> ModeSettings:
        own = permitted(self._purpose, KINDS[self.kind].modes)
        return self._given if self.kind == self._first else own

    def _show_expressions(self) -> None:
        modes = self._modes_of_kind()
        self.expressions.setChecked(modes.expression)
        self.expressions.setEnabled(modes.monitored and allows(self._purpose, "expression"))
        self.changed.emit()

    def _add(self, name: str, group: QButtonGroup, column: QVBoxLayout) -> None:
        kind, allowed = KINDS[name], kind_allowed(name, self._purpose)
        line = kind.tip if allowed else not_available(self._purpose)
        button = self.kinds[name] = QRadioButton(kind.text)
        button.setAccessibleDescription(line)
        button.setEnabled(allowed)
        group.addButton(button)
        watches = muted(line)
        watches.setContentsMargins(UNDER_TEXT_PX, 0, 0, 4)
        column.addWidget(button)
        column.addWidget(watches)
