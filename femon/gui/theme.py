"""The looks: dark and light colours, the Qt palette and the style sheet made from them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from string import Template
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from femon.emotions import DARK_COLOURS, LIGHT_COLOURS, NOT_WATCHED, UNCERTAIN, UNCERTAIN_COLOUR
from femon.gui.alarm_looks import alarm_sheet
from femon.gui.controls import controls_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QApplication, QWidget

BASE_TEXT_PX = 13
_STILL = "reduce_motion"  # a property of the application


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours as "#RRGGBB"; text and muted reach 4.5:1 on background and surface."""

    name: str  # dark or light
    background: str  # the window
    surface: str  # cards, fields, menus
    raised: str  # buttons, hovered rows
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str  # text on accent
    danger: str
    warn: str
    ok: str
    emotions: Mapping[str, str]  # the seven labels, "uncertain" and none


DARK = Theme(
    name="dark",
    background="#1E1E1E",
    surface="#272829",
    raised="#35373A",
    border="#45484C",
    text="#EDEEF0",
    muted="#A9ADB3",
    accent="#5AA9FF",
    on_accent="#08131F",
    danger="#FF6B5E",
    warn="#F0B429",
    ok="#4CC38A",
    emotions=MappingProxyType({**DARK_COLOURS, UNCERTAIN: UNCERTAIN_COLOUR, NOT_WATCHED: UNCERTAIN_COLOUR}),
)
LIGHT = Theme(
    name="light",
    background="#FFFFFF",
    surface="#F5F6F8",
    raised="#E7EAEE",
    border="#C9CED6",
    text="#1B1F24",
    muted="#59616B",
    accent="#0B63CE",
    on_accent="#FFFFFF",
    danger="#C32B1E",
    warn="#8A5A00",
    ok="#1A7A4C",
    emotions=MappingProxyType({**LIGHT_COLOURS, UNCERTAIN: UNCERTAIN_COLOUR, NOT_WATCHED: UNCERTAIN_COLOUR}),
)


def theme_named(name: str, *, system_is_dark: bool) -> Theme:
    """The colours for "dark", "light" or "system"; any other name counts as "system"."""
    if name == "light":
        return LIGHT
    if name == "dark":
        return DARK
    return DARK if system_is_dark else LIGHT


def current_theme() -> Theme:
    """The theme in use, read from the application's palette: it cannot disagree with what is drawn."""
    window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    return LIGHT if window.lightness() > 127 else DARK


def text_scale() -> float:
    """How large text is beside its usual size, read from the application's font; 1 without a theme."""
    size = QGuiApplication.font().pixelSize()
    return size / BASE_TEXT_PX if size > 0 else 1.0


def motion_reduced() -> bool:
    """Whether nothing may flash or run back and forth."""
    app = QGuiApplication.instance()
    return app is not None and bool(app.property(_STILL))


def reduce_motion(app: QApplication, reduced: bool) -> None:
    """Stop what flashes and runs back and forth, or let it; what moves already ends with its next change."""
    app.setProperty(_STILL, reduced)


def apply_theme(app: QApplication, name: str, *, text_percent: int = 100) -> Theme:
    """Give the application the font, palette and style sheet of a theme; widgets get a PaletteChange.

    `text_percent` is the size of all text beside the usual one; widgets get a FontChange when it differs.
    """
    schemes = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}
    app.styleHints().setColorScheme(schemes.get(name, Qt.ColorScheme.Unknown))  # native title bars follow
    theme = theme_named(name, system_is_dark=_system_is_dark(app))
    app.setStyle("Fusion")
    font = app.font()
    font.setPixelSize(round(BASE_TEXT_PX * text_percent / 100))
    app.setFont(font)
    app.setPalette(_palette(theme))
    app.setStyleSheet(style_sheet(theme, text_percent=text_percent))
    return theme


def _system_is_dark(app: QApplication) -> bool:
    # Unknown (no desktop, offscreen) counts as dark: video is easier to watch on it.
    return app.styleHints().colorScheme() != Qt.ColorScheme.Light


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.background,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.raised,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.Accent: theme.accent,
        role.Mid: theme.border,
    }
    palette = QPalette()
    for colour_role, colour in colours.items():
        palette.setColor(colour_role, QColor(colour))
    for colour_role in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, colour_role, QColor(theme.muted))
    return palette


def set_look(widget: QWidget, look: str) -> None:
    """Give a widget another look of the style sheet; cheaper and safer than a style sheet of its own."""
    if widget.property("look") != look:
        widget.setProperty("look", look)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def style_sheet(theme: Theme, *, text_percent: int = 100) -> str:
    """The style sheet of a theme; widgets opt in by the property `look` (card, primary, muted, title ...)."""
    colours = {entry.name: getattr(theme, entry.name) for entry in fields(theme)}
    sheet = Template(_SHEET).substitute(colours, title_px=round(17 * text_percent / 100))
    return sheet + controls_sheet(theme) + alarm_sheet(theme, text_percent=text_percent)


_SHEET = """
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px 6px; }
QMainWindow, QDialog { background: $background; }
QLabel[look="muted"] { color: $muted; }
QLabel[look="warn"] { color: $warn; }
QLabel[look="strong"] { font-weight: 600; }
QLabel[look="ok"] { color: $ok; }
QLabel[look="danger"] { color: $danger; }
QLabel[look="title"] { font-size: ${title_px}px; font-weight: 600; }
QFrame[look="card"] { background: $surface; border: 1px solid $border; border-radius: 8px; }
CameraTile { background: $surface; border: 3px solid $border; border-radius: 6px; }
CameraTile[look="chosen"] { border-color: $accent; }
Banner { background: $surface; border: none; border-bottom: 1px solid $border; }
Banner[look="danger"] { border-left: 4px solid $danger; }
Banner[look="warn"] { border-left: 4px solid $warn; }
Banner[look="accent"] { border-left: 4px solid $accent; }
QProgressBar[look="thin"] { background: $raised; border: none; border-radius: 2px; }
QProgressBar[look="thin"]::chunk { background: $accent; border-radius: 2px; }

QToolBar { background: $surface; border: none; border-bottom: 1px solid $border; padding: 4px 6px;
    spacing: 2px; }
QToolBar::separator { background: $border; width: 1px; margin: 6px 5px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 5px 8px; }
QToolButton:hover { background: $raised; }
QToolButton:pressed, QToolButton:checked { background: $raised; border-color: $border; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $muted; }
QToolButton[look="recording"] { color: $danger; border-color: $danger; }
QToolButton::menu-indicator { image: none; width: 0; }

QPushButton { background: $raised; border: 1px solid $border; border-radius: 6px; padding: 6px 14px; }
QPushButton:hover { border-color: $accent; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $muted; background: $surface; }
QPushButton:default, QPushButton[look="primary"] {
    background: $accent; border-color: $accent; color: $on_accent; }
QPushButton:default:focus, QPushButton[look="primary"]:focus { border: 2px solid $text; padding: 5px 13px; }
QPushButton, QToolButton, QCheckBox, QRadioButton, QTabBar { outline: none; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton:default:disabled, QPushButton[look="primary"]:disabled {
    background: $raised; color: $muted; border-color: $border; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $surface; border: 1px solid $border; border-radius: 6px; padding: 5px 8px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QComboBox:focus {
    border-color: $accent; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $border; }
QAbstractItemView { background: $surface; border: 1px solid $border; border-radius: 6px; outline: none; }
QAbstractItemView::item { padding: 5px 6px; }
QAbstractItemView::item:selected { background: $accent; color: $on_accent; }
QAbstractItemView:focus { border-color: $accent; }
QHeaderView::section { background: $surface; color: $muted; border: none; padding: 5px 6px;
    border-bottom: 1px solid $border; }

QMenu { background: $surface; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent; color: $on_accent; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $border; margin: 4px 6px; }

QSplitter::handle { background: $background; }
QSplitter::handle:hover { background: $accent; }
QStatusBar { background: $surface; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QScrollArea { border: 1px solid transparent; border-radius: 6px; background: transparent; }
QScrollArea:focus { border-color: $accent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 4px; margin: 1px;
    min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QGroupBox { border: 1px solid $border; border-radius: 8px; margin-top: 10px; padding: 10px 8px 8px 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; color: $muted; }
"""
