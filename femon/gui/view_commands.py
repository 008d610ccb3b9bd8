"""The commands about how the picture is shown: overlay, mirror, freeze and full screen, with their ticks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction

from femon.gui.video_view import Overlay, VideoView

if TYPE_CHECKING:
    from femon.gui.controller import Controller
    from femon.gui.window import MainWindow


class ViewCommands(QObject):
    """A tick at one of them says what is so, which may be another thing than what was asked for."""

    def __init__(self, controller: Controller, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._mirrored = False
        self._commands: Mapping[str, QAction] = {}
        controller.opening.connect(lambda _source: self._freeze(False))
        controller.selected_changed.connect(lambda _number: self._freeze(False))

    def slots(self) -> dict[str, Callable[..., object]]:
        """What the commands do, by their names."""
        preferences = self._window.preferences
        return {
            "boxes": lambda on: preferences.change_display(boxes=on),
            "bars": lambda on: preferences.change_display(bars=on),
            "overlay": preferences.flip_overlay,
            "mirror": self._mirror,
            "freeze": self._freeze,
            "full_screen": self._fill_screen,
        }

    def use_commands(self, commands: Mapping[str, QAction]) -> None:
        """Tick these from now on; the window may have come back in full screen."""
        self._commands = commands
        self.tick_full_screen()

    def tick_full_screen(self) -> None:
        """Tick that command if the window fills the screen now, and only then."""
        if self._commands:  # not while the window is being made
            self._commands["full_screen"].setChecked(self._window.isFullScreen())

    def show_source(self) -> None:
        """Mirror a camera as the settings say, and nothing else."""
        self._mirrored = self._window.live.is_camera and self._window.preferences.display.mirror
        self.show_overlay()

    def show_overlay(self) -> None:
        """Draw over the picture what the settings say."""
        display = self._window.preferences.display
        overlay = Overlay(display.boxes, display.bars, self._mirrored)
        self._window.parts.video.set_overlay(overlay)
        self._window.wall.set_overlay(overlay)
        for name, on in (("boxes", display.boxes), ("bars", display.bars), ("mirror", self._mirrored)):
            self._commands[name].setChecked(on)

    def _mirror(self, on: bool) -> None:
        self._mirrored = on
        if self._window.live.is_camera:  # a mirrored file is an exception, not a wish for the next one
            self._window.preferences.change_display(mirror=on)
        self.show_overlay()

    def _freeze(self, on: bool) -> None:
        self._window.wall.set_frozen(on)
        views = self._window.parts.findChildren(VideoView)
        self._commands["freeze"].setChecked(any(view.frozen for view in views))  # none without a picture

    def _fill_screen(self) -> None:
        """Go there or back, and change nothing else: a window that was maximised is so again afterwards."""
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.tick_full_screen()  # the desktop may have changed it before
