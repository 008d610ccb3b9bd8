"""The monitor panel: gauges of fatigue, attention and engagement, and how far they can be trusted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from femon.gui.engagement_help import EngagementHelp
from femon.gui.labels import muted
from femon.gui.monitor_figures import (
    Section,
    attention_section,
    engagement_section,
    fatigue_section,
)
from femon.gui.monitor_gauges import GaugeView, HeadlineView
from femon.gui.monitor_trust import TrustView, trust
from femon.monitors import Limits, Monitor
from femon.settings import ModeSettings

if TYPE_CHECKING:
    from femon.monitors import MonitorState

_SPOKEN_EVERY_S: Final = 1.0
_NOT_CERTIFIED: Final = "Not a certified safety system"


class MonitorPanel(QFrame):
    """Shows what the modes ask for, and nothing while only expressions are watched."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setAccessibleName("Monitor")
        self._modes, self._limits = ModeSettings(), Limits()
        self._spoken_t = -math.inf
        nobody = Monitor().update(0.0, None)  # names every figure
        self.trust = TrustView()
        self.fatigue = SectionView(fatigue_section, nobody, _NOT_CERTIFIED)
        self.attention = SectionView(attention_section, nobody)
        self.engagement = SectionView(engagement_section, nobody)
        self.formula = EngagementHelp()
        self.engagement.headline.put_beside_name(self.formula)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(10)
        for part in (self.trust, self.fatigue, self.attention, self.engagement):
            column.addWidget(part)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_modes(self._modes)

    def set_modes(self, modes: ModeSettings) -> None:
        """Show the parts that these modes fill."""
        self._modes = modes
        self.fatigue.setVisible(modes.fatigue)
        self.attention.setVisible(modes.attention)
        self.engagement.setVisible(modes.engagement)
        self.setVisible(modes.monitored)

    def set_limits(self, limits: Limits) -> None:
        """Mark and name the limits in use."""
        self._limits = limits
        self.formula.set_limits(limits)

    def show_state(self, state: MonitorState | None, *, dark: bool = False) -> None:
        """Show what a monitor says of the newest frame, of a face in the dark; None keeps what is shown."""
        if state is None:
            return
        speak = abs(state.t - self._spoken_t) >= _SPOKEN_EVERY_S
        if speak:
            self._spoken_t = state.t
        self.trust.show_trust(trust(state, self._modes, dark=dark))
        for section in (self.fatigue, self.attention, self.engagement):
            if section.isVisibleTo(self):
                section.show_state(state, self._limits, speak=speak)

    def clear(self) -> None:
        """Forget all figures."""
        self._spoken_t = -math.inf
        self.trust.show_trust(None)
        for section in (self.fatigue, self.attention, self.engagement):
            section.clear()


class SectionView(QWidget):
    """One headline and its rows."""

    def __init__(
        self, make: Callable[[MonitorState, Limits], Section], first: MonitorState, small_print: str = ""
    ) -> None:
        super().__init__()
        self._make = make
        section = make(first, Limits())
        self.headline = HeadlineView(section.headline)
        self.rows = tuple(GaugeView(row) for row in section.rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.headline)
        for row in self.rows:
            column.addWidget(row)
        if small_print:
            column.addWidget(muted(small_print))

    def show_state(self, state: MonitorState, limits: Limits, *, speak: bool) -> None:
        """Show the figures of one state."""
        section = self._make(state, limits)
        self.headline.show_gauge(section.headline, speak=speak)
        for view, row in zip(self.rows, section.rows, strict=True):
            view.show_gauge(row, speak=speak)

    def clear(self) -> None:
        """Show no figures."""
        for view in (self.headline, *self.rows):
            view.clear()
