"""The colours of alarms, the same in both themes, and the style sheet of their banner."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from femon.gui.theme import Theme


@dataclass(frozen=True, slots=True)
class AlarmLook:
    """The colours of one kind of alarm as "#RRGGBB"; `text` reaches 4.5:1 on both fills."""

    fill: str
    dim: str  # the other half of a flash
    text: str


# By the colour that an alarm has.
LOOKS: Final = MappingProxyType(
    {
        "red": AlarmLook("#B3261E", "#6E0F0A", "#FFFFFF"),
        "amber": AlarmLook("#F0B429", "#D99A0B", "#1B1F24"),
        "blue": AlarmLook("#0B57A4", "#08407A", "#FFFFFF"),
    }
)
_TEXTS: Final = """
AlarmBanner QLabel[look="large"] {{ font-size: {large}px; font-weight: 600; }}
AlarmBanner QLabel[look="note"] {{ font-size: {small}px; }}
AlarmBanner QLabel[look="silence"] {{ font-size: {small}px; font-weight: 600; }}
"""
_FILLED: Final = """
AlarmBanner[look="{name}"] {{ background: {fill}; }}
AlarmBanner[look="{name}-dim"] {{ background: {dim}; }}
AlarmBanner[look="{name}"] QLabel, AlarmBanner[look="{name}-dim"] QLabel {{ color: {text}; }}
AlarmBanner[look="{name}"] QPushButton, AlarmBanner[look="{name}-dim"] QPushButton {{
    background: transparent; color: {text}; border: 1px solid {text}; }}
AlarmBanner[look="{name}"] QPushButton[look="answer"],
AlarmBanner[look="{name}-dim"] QPushButton[look="answer"] {{ background: {text}; color: {fill}; }}
AlarmBanner[look="{name}"] QPushButton:disabled, AlarmBanner[look="{name}-dim"] QPushButton:disabled {{
    background: transparent; color: {text}; border: 1px dashed {text}; }}
CameraTile[alarm="{name}"] {{ border-color: {fill}; }}
AlarmBanner[look="{name}-edge"] {{ background: {surface}; border-left: 6px solid {fill}; }}
"""


def alarm_sheet(theme: Theme, *, text_percent: int = 100) -> str:
    """The rules for one theme, to be put after those of the window."""
    texts = _TEXTS.format(large=round(26 * text_percent / 100), small=round(12 * text_percent / 100))
    plain = f"AlarmBanner {{ background: {theme.surface}; border-bottom: 1px solid {theme.border}; }}" + texts
    filled = (
        _FILLED.format(name=name, fill=look.fill, dim=look.dim, text=look.text, surface=theme.surface)
        for name, look in LOOKS.items()
    )
    return plain + "".join(filled)
