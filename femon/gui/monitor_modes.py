"""The kinds of session as modes, what a purpose leaves of them, and the menu that chooses one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from femon.purpose import allows, not_available, permitted, refused
from femon.settings import ModeSettings


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of session; `tip` says what it watches."""

    text: str
    tip: str
    modes: ModeSettings


KINDS: Final = MappingProxyType(
    {
        "free": Kind("Free", "Watches the expressions of up to four faces.", ModeSettings()),
        "driver": Kind(
            "Driver fatigue",
            "Watches eyes, yawns and head turns of one person, and warns.",
            ModeSettings(expression=False, fatigue=True, attention=True),
        ),
        "engagement": Kind(
            "Engagement",
            "Watches attention, engagement and expressions of one person.",
            ModeSettings(expression=True, attention=True, engagement=True),
        ),
    }
)
READ_EXPRESSIONS: Final = "Read expressions too"
EXPRESSIONS_TIP: Final = "Without it no expression model is loaded and no expression is written."


def kind_of(modes: ModeSettings) -> str:
    """The kind that modes belong to, whether expressions are read or not; empty for another mixture."""
    own = replace(modes, expression=True)
    return next((name for name, kind in KINDS.items() if replace(kind.modes, expression=True) == own), "")


def nearest_kind(modes: ModeSettings) -> str:
    """The kind that modes belong to, or the one that watches most of what they do."""
    if modes.engagement:
        return "engagement"
    return "driver" if modes.monitored else "free"


def kind_allowed(name: str, purpose: str) -> bool:
    """Whether a purpose leaves what a kind is about; expressions are an addition to all but one."""
    modes = KINDS[name].modes
    return not refused(purpose, replace(modes, expression=not modes.monitored))


class ModeMenu(QMenu):
    """One of the kinds is ticked; expressions can be added to those that watch one person, or left out."""

    chosen = Signal(object)  # ModeSettings

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._modes, self._purpose = ModeSettings(), ""
        self.setToolTipsVisible(True)
        group = QActionGroup(self)
        self._kinds = {name: self._add_kind(name, kind, group) for name, kind in KINDS.items()}
        self.addSeparator()
        self._expressions = QAction(READ_EXPRESSIONS, self)
        self._expressions.setCheckable(True)
        self._expressions.triggered.connect(lambda on: self._choose(replace(self._modes, expression=on)))
        self.addAction(self._expressions)
        self._limit = self.addAction("")
        self._limit.setEnabled(False)
        self.show_modes(self._modes)

    def show_modes(self, modes: ModeSettings, purpose: str = "") -> None:
        """Tick what is set, and leave out what the purpose forbids."""
        self._modes, self._purpose = modes, purpose
        kind = kind_of(modes)
        group = self._kinds["free"].actionGroup()
        group.setExclusive(bool(kind))  # a mixture from the command line is none of them
        for name, action in self._kinds.items():
            action.setChecked(name == kind)
            self._allow(action, kind_allowed(name, purpose), KINDS[name].tip)
        self._expressions.setChecked(modes.expression)
        self._allow(self._expressions, allows(purpose, "expression"), EXPRESSIONS_TIP)
        if not modes.monitored:  # then there is nothing else to watch
            self._expressions.setEnabled(False)
        limited = not all(kind_allowed(name, purpose) for name in KINDS)
        self._limit.setVisible(limited)
        self._limit.setText(not_available(purpose) if limited else "")

    def _allow(self, action: QAction, allowed: bool, tip: str) -> None:
        action.setEnabled(allowed)
        action.setToolTip(tip if allowed else not_available(self._purpose))

    def _add_kind(self, name: str, kind: Kind, group: QActionGroup) -> QAction:
        action = QAction(kind.text, group)
        action.setCheckable(True)
        action.triggered.connect(lambda: self._choose(permitted(self._purpose, KINDS[name].modes)))
        self.addAction(action)
        return action

    def _choose(self, modes: ModeSettings) -> None:
        self.show_modes(self._modes, self._purpose)  # only the settings tick
        self.chosen.emit(modes)
