"""The quality badge of the monitor panel: how far its figures can be trusted, and what works less well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from femon.gui.drawing import scaled_font
from femon.gui.monitor_figures import LIMITS, Tone
from femon.gui.monitor_gauges import paint_state
from femon.gui.painted_lines import PaintedLines
from femon.gui.theme import current_theme
from femon.monitors.clock import fast_enough
from femon.wording import BADGE_WORDS, DEGRADED_WORDS

if TYPE_CHECKING:
    from femon.monitors import MonitorState
    from femon.settings import ModeSettings

_BADGES: Final[dict[str, tuple[str, Tone]]] = {
    "green": ("reliable", "good"),
    "amber": ("limited", "warn"),
    "red": ("unreliable", "danger"),
}


@dataclass(frozen=True, slots=True)
class Trust:
    """How far the figures can be trusted."""

    word: str
    tone: Tone  # the sign beside it
    reasons: str
    degraded: str  # one sentence; empty when all works


def trust(state: MonitorState, modes: ModeSettings, *, dark: bool = False) -> Trust:
    """The badge, its reasons in words and what works less well than it should, as with a face in the dark."""
    badge = state.badge
    reasons = ", ".join(BADGE_WORDS[reason] for reason in badge.reasons)
    troubles = _troubles(state, modes) | ({"dark"} if dark and modes.eyes else set())
    degraded = next((words for name, words in DEGRADED_WORDS.items() if name in troubles), "")
    return Trust(*_BADGES[badge.colour], reasons or "calibrated, all is readable", degraded)


def _troubles(state: MonitorState, modes: ModeSettings) -> set[str]:
    troubles: set[str] = set(state.badge.reasons)
    if not modes.eyes:  # attention follows the head alone
        troubles -= {"very_low_fps", "low_fps", "eyes_hidden"}
    if state.validity.shown == "no_face" or (state.validity.shown == "eyes_unreadable" and modes.fatigue):
        troubles.add(state.validity.shown)
    if not fast_enough(state.fps, LIMITS.fps_alarms, LIMITS):
        troubles.add("no_alarms")
    if state.head.camera_moved:
        troubles.add("camera_moved")
    return troubles


class TrustView(PaintedLines):
    """The badge with its reasons, and one line for what works less well than it should."""

    lines, extra_px = 2, 2

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trust: Trust | None = None
        self.setAccessibleName("How far the figures can be trusted")

    def show_trust(self, shown: Trust | None) -> None:
        """Paint another badge; None is not known yet."""
        if shown == self._trust:
            return
        self._trust = shown
        words = f"{_headed(shown)}. {shown.degraded}" if shown else "not known yet"
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The badge above, the announcement below."""
        theme, shown = current_theme(), self._trust
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = QFontMetrics(self.font()).height()
        line = QRect(0, 0, self.width(), height)
        if shown is None:
            paint_state(painter, line, "not known yet", "unknown", theme)
            return
        lines = 1 if shown.degraded else 2
        paint_state(painter, line, _headed(shown), shown.tone, theme, lines=lines)
        bold = scaled_font(self.font(), 1.0, bold=True)
        painter.setFont(bold)
        painter.setPen(QColor(theme.text))
        text = QFontMetrics(bold).elidedText(shown.degraded, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(line.translated(0, height + 2), Qt.AlignmentFlag.AlignVCenter, text)


def _headed(shown: Trust) -> str:
    return f"{shown.word.capitalize()}: {shown.reasons}"
