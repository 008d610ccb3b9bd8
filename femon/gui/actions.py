"""The commands of the window with their keys, and the toolbar made from them: one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from femon.gui.icons import icon
from femon.gui.theme import current_theme, set_look, text_scale

NARROW_PX: Final = 1100  # below this width, at the usual text size, the toolbar shows icons only


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what it is called, does, and which key calls it."""

    text: str
    tip: str
    key: str = ""
    icon: str = ""
    checkable: bool = False


COMMANDS: Final = {
    "camera": Command("Choose camera...", "Choose a camera", "Ctrl+K", "camera"),
    "file": Command("Open file or URL...", "Open a video, pictures or a stream", "Ctrl+O", "folder"),
    "demo": Command("Built-in clip", "Try femon with its built-in clip", "", "play"),
    "again": Command("Play again", "Play what has ended from its beginning"),
    "add_camera": Command("Add camera...", "Watch one more camera beside this source", "Ctrl+Shift+K"),
    "add_file": Command("Add file or URL...", "Watch a file or stream beside this source", "Ctrl+Shift+O"),
    "next_source": Command("Next source", "Show the figures of the next source", "Ctrl+Tab"),
    "close_source": Command("Close this source", "Leave the selected source", "Ctrl+W"),
    "record": Command("Record", "Start or stop a session", "Ctrl+R", "record"),
    "pause": Command("Pause", "Pause or resume the session (Space)", "", "pause", checkable=True),
    "marker": Command("Marker", "Set a marker with text; 1 to 9 set one at once", "M", "marker"),
    "note": Command("Note...", "Write a note into the session", "N"),
    "calibrate": Command("Calibrate", "Measure the person in view: eyes, head, face", "C", "calibrate"),
    "baseline": Command(
        "Neutral baseline", "Correct expressions by the calibration, or not", "B", checkable=True
    ),
    "model": Command("Model", "Choose the model that reads the faces", "Ctrl+M", "model"),
    "boxes": Command("Boxes and labels", "Draw a box and label for each face", "", "", checkable=True),
    "bars": Command("Bars", "Draw probability bars under each box", "", "", checkable=True),
    "overlay": Command("Overlay on or off", "Show or hide everything drawn on the picture", "O"),
    "mirror": Command("Mirror", "Mirror the picture on screen only", "H", "mirror", checkable=True),
    "freeze": Command(
        "Freeze picture", "Hold the picture; analysis and recording go on", "F", checkable=True
    ),
    "full_screen": Command("Full screen", "Fill the screen", "F11", checkable=True),
    "previous_face": Command("Previous face", "Choose the face above in the list", "["),
    "next_face": Command("Next face", "Choose the next face in the list", "]"),
    "compare": Command("Compare", "See what every model says about one picture", "Ctrl+Shift+M", "compare"),
    "review": Command("Review", "Look at finished sessions", "Ctrl+L", "review"),
    "export": Command("Export...", "Write a session in formats of other programs", "Ctrl+E"),
    "settings": Command("Settings", "Change settings", "Ctrl+,", "settings"),
    "purpose": Command("Purpose...", "What femon is used for, and what that allows"),
    "help": Command("Help", "What labels mean, what the keys do, licences", "F1"),
    "quit": Command("Quit", "Close femon", "Ctrl+Q"),
    "acknowledge": Command("Acknowledge alarm", "Silence the alarm until it gets worse", "A"),
    "false_alarm": Command("Last alarm was false", "Mark the last alarm as false in the log", "X"),
    "snooze": Command("Snooze alarms 60 s", "No alarm sounds for 60 s, except sleep and no reaction", "Z"),
}
_OPENING: Final = ("camera", "file", "demo", "again")
SOURCE_MENU: Final = (*_OPENING, "add_camera", "add_file", "next_source", "close_source")
_MODE_TIP: Final = "Choose what is watched"
_MODE_FIXED: Final = "Stop the session to choose another mode"
THEMES: Final = {"system": "As the system", "dark": "Dark", "light": "Light"}


def make_actions(window: QWidget, slots: Mapping[str, Callable[..., object]]) -> dict[str, QAction]:
    """One action per command, connected to the slot of the same name and active in the whole window."""
    actions = {}
    for name, command in COMMANDS.items():
        action = QAction(command.text, window)
        action.setIconText(_beside_icon(command.text))
        action.setCheckable(command.checkable)
        action.setAutoRepeat(not command.checkable)  # a held key would flip it again and again
        action.setShortcut(QKeySequence(command.key))
        action.setToolTip(tip_of(name))
        action.triggered.connect(slots[name])
        window.addAction(action)
        actions[name] = action
    return actions


def tip_of(name: str) -> str:
    """What a command does, with its key."""
    command = COMMANDS[name]
    return f"{command.tip} ({command.key})" if command.key else command.tip


class Toolbar(QToolBar):
    """The commands used most; their text hides when the window is narrow."""

    def __init__(
        self, actions: Mapping[str, QAction], choose_theme: Callable[[str], object], modes: QMenu
    ) -> None:
        super().__init__("Commands")
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setIconSize(QSize(20, 20))
        self._actions = actions
        self._menus: dict[str, QToolButton] = {}
        self._recording = False
        self._themes = QActionGroup(self)
        self._add_menu("camera", "Source", self._menu([actions[name] for name in SOURCE_MENU]))
        self.addSeparator()
        for name in ("record", "pause", "marker", "calibrate"):
            self.addAction(actions[name])
        self.addSeparator()
        self._add_menu("mode", "Mode", modes)
        self.allow_modes(True)
        self.addAction(actions["model"])
        shown = [actions[name] for name in ("boxes", "bars", "overlay", "freeze", "full_screen")]
        self._add_menu("overlay", "Overlay", self._menu(shown))
        self.addAction(actions["mirror"])
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)
        answers = [actions[name] for name in ("acknowledge", "false_alarm", "snooze")]
        self._add_menu("alarms", "Alarms", self._menu(answers))
        self._add_menu("theme", "Theme", self._menu(self._theme_actions(choose_theme)))
        for name in ("review", "compare", "settings"):
            self.addAction(actions[name])
        self._add_menu("help", "Help", self._menu([actions[name] for name in ("help", "purpose")]))
        self._take_keys()
        self._draw_icons()

    def show_recording(self, time: str) -> None:
        """Show the running time on the record button; empty when nothing is recorded."""
        action = self._actions["record"]
        action.setText(time or COMMANDS["record"].text)
        action.setIconText(_beside_icon(action.text()))
        if bool(time) == self._recording:
            return
        self._recording = bool(time)
        set_look(self.widgetForAction(action), "recording" if time else "")
        self._draw_icons()

    def allow_modes(self, allowed: bool) -> None:
        """Open or close the menu of modes; a session keeps the mode it was started in."""
        button = self._menus["mode"]
        button.setEnabled(allowed)
        button.setToolTip(_MODE_TIP if allowed else _MODE_FIXED)

    def show_theme(self, name: str) -> None:
        """Tick the theme that is set."""
        for action in self._themes.actions():
            action.setChecked(action.data() == name)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the text size."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()
        elif event.type() == QEvent.Type.FontChange:
            self._show_text_in(self.width())
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the text when there is no room for it."""
        self._show_text_in(event.size().width())
        super().resizeEvent(event)

    def _show_text_in(self, width: int) -> None:
        wide = width >= NARROW_PX * text_scale()
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonTextBesideIcon if wide else style.ToolButtonIconOnly)
        for button in self._menus.values():
            button.setToolButtonStyle(self.toolButtonStyle())
        for button in self._at_the_end():  # there is no room for the text of all
            button.setToolButtonStyle(style.ToolButtonIconOnly)

    def _at_the_end(self) -> list[QToolButton]:
        made = [self.widgetForAction(self._actions[name]) for name in ("review", "compare", "settings")]
        buttons = [button for button in made if isinstance(button, QToolButton)]
        return [self._menus["alarms"], self._menus["theme"], *buttons, self._menus["help"]]

    def _take_keys(self) -> None:
        """Tab reaches every button: those made for actions leave themselves out."""
        for action in self.actions():
            button = self.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _add_menu(self, icon_name: str, text: str, menu: QMenu) -> None:
        button = QToolButton(self)
        button.setText(_beside_icon(text))
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setMenu(menu)
        self.addWidget(button)
        self._menus[icon_name] = button

    def _menu(self, actions: list[QAction]) -> QMenu:
        menu = QMenu(self)
        menu.addActions(actions)
        return menu

    def _theme_actions(self, choose: Callable[[str], object]) -> list[QAction]:
        actions = []
        for name, text in THEMES.items():
            action = QAction(text, self._themes)
            action.setCheckable(True)
            action.setData(name)
            action.triggered.connect(lambda _=False, name=name: choose(name))
            actions.append(action)
        return actions

    def _draw_icons(self) -> None:
        theme = current_theme()
        for name, action in self._actions.items():
            if COMMANDS[name].icon:
                colour = theme.danger if name == "record" else theme.text
                shape = "stop" if name == "record" and self._recording else COMMANDS[name].icon
                action.setIcon(icon(shape, colour, muted=theme.border))
        for name, button in self._menus.items():
            button.setIcon(icon(name, theme.text, muted=theme.border))


def _beside_icon(text: str) -> str:
    return f" {text}"  # style sheets know no distance between icon and text
