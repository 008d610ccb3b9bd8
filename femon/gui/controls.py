"""The style sheet of form controls: drop-downs, spin boxes, ticks, choices, tabs and tables."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from femon.gui.theme import Theme

_ASSETS: Final = Path(__file__).parent / "assets"


def controls_sheet(theme: Theme) -> str:
    """The rules for one theme, to be put after those of the window."""
    colours = {entry.name: getattr(theme, entry.name) for entry in fields(theme)}
    return Template(_SHEET).substitute(colours, assets=_ASSETS.as_posix())


_SHEET: Final = """
QComboBox { padding-right: 26px; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {
    image: url("$assets/down.svg"); width: 11px; height: 11px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$assets/up.svg"); width: 11px; height: 11px; }
QSpinBox, QDoubleSpinBox { padding-right: 26px; }
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-origin: border; subcontrol-position: top right;
    border: none; background: transparent; width: 24px; border-top-right-radius: 5px; margin: 1px 1px 0 0; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-origin: border;
    subcontrol-position: bottom right; border: none; background: transparent; width: 24px;
    border-bottom-right-radius: 5px; margin: 0 1px 1px 0; }
QSpinBox::up-button:hover, QDoubleSpinBox::up-button:hover, QSpinBox::down-button:hover,
QDoubleSpinBox::down-button:hover { background: $raised; }

QCheckBox { spacing: 8px; padding: 3px 0; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid $muted; border-radius: 4px;
    background: $background; }
QCheckBox::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent;
    image: url("$assets/check-$name.svg"); }
QCheckBox::indicator:focus { border: 2px solid $text; width: 14px; height: 14px; }

QRadioButton { spacing: 8px; padding: 3px 0; }
QRadioButton:disabled { color: $muted; }
QRadioButton::indicator { width: 16px; height: 16px; border: 1px solid $muted; border-radius: 9px;
    background: $background; }
QRadioButton::indicator:hover { border-color: $accent; }
QRadioButton::indicator:focus { border: 2px solid $text; width: 14px; height: 14px; }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 8px; height: 8px;
    background: $background; }
QRadioButton::indicator:disabled { border-color: $border; }
QRadioButton:focus { background: $raised; border-radius: 4px; }
QRadioButton::indicator:checked:focus { border-color: $text; }

QTabWidget::pane { border: 1px solid $border; border-radius: 8px; background: $surface; top: -1px; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $muted; padding: 7px 14px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { background: $raised; border-radius: 4px; }

QTableView { gridline-color: transparent; }
QTableCornerButton::section { background: $surface; border: none; }
"""
