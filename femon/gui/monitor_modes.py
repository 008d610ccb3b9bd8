"""The kinds of session as modes, and the menu that chooses one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from femon.settings import ModeSettings


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of session."""

    text: str
    tip: str
    modes: ModeSettings


KINDS: Final = MappingProxyType(
    {
        "free": Kind("Expressions", "Expressions of up to four faces", ModeSettings()),
        "driver": Kind(
            "Driver fatigue",
            "Eyes, yawns and where the head is turned, of one person",
            ModeSettings(expression=False, fatigue=True, attention=True),
        ),
        "engagement": Kind(
            "Engagement",
            "Attention, fatigue, engagement and expressions of one person",
            ModeSettings(expression=True, fatigue=True, attention=True, engagement=True),
        ),
    }
)
_EXPRESSIONS: Final = "Read expressions too"
_EXPRESSIONS_TIP: Final = "Without it no expression model is loaded and no expression is written"


def kind_of(modes: ModeSettings) -> str:
    """The kind that modes belong to, whether expressions are read or not; empty for another mixture."""
    own = replace(modes, expression=True)
    return next((name for name, kind in KINDS.items() if replace(kind.modes, expression=True) == own), "")


class ModeMenu(QMenu):
    """One of the kinds is ticked; expressions can be added to those that watch one person, or left out."""

    chosen = Signal(object)  # ModeSettings

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._modes = ModeSettings()
        self.setToolTipsVisible(True)
        group = QActionGroup(self)
        self._kinds = {name: self._add_kind(kind, group) for name, kind in KINDS.items()}
        self.addSeparator()
        self._expressions = QAction(_EXPRESSIONS, self)
        self._expressions.setCheckable(True)
        self._expressions.setToolTip(_EXPRESSIONS_TIP)
        self._expressions.triggered.connect(lambda on: self._choose(replace(self._modes, expression=on)))
        self.addAction(self._expressions)
        self.show_modes(self._modes)

    def show_modes(self, modes: ModeSettings) -> None:
        """Tick what is set."""
        self._modes = modes
        kind = kind_of(modes)
        group = self._kinds["free"].actionGroup()
        group.setExclusive(bool(kind))  # a mixture from the command line is none of them
        for name, action in self._kinds.items():
            action.setChecked(name == kind)
        self._expressions.setChecked(modes.expression)
        self._expressions.setEnabled(modes.monitored)

    def _add_kind(self, kind: Kind, group: QActionGroup) -> QAction:
        action = QAction(kind.text, group)
        action.setCheckable(True)
        action.setToolTip(kind.tip)
        action.triggered.connect(lambda: self._choose(kind.modes))
        self.addAction(action)
        return action

    def _choose(self, modes: ModeSettings) -> None:
        self.show_modes(self._modes)  # only the settings tick
        self.chosen.emit(modes)
