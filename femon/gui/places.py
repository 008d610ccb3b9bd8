"""Where the window and its parts stood: kept beside the settings from one start to the next."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter


class Places:
    """Geometry of one window and its splitters, by name."""

    def __init__(self, settings_path: Path, window: QMainWindow, splitters: Mapping[str, QSplitter]) -> None:
        self._kept = QSettings(str(settings_path.with_name("window.ini")), QSettings.Format.IniFormat)
        self._window, self._splitters = window, splitters

    def keep(self) -> None:
        """Remember the present places."""
        self._kept.setValue("geometry", self._window.saveGeometry())
        for name, splitter in self._splitters.items():
            self._kept.setValue(name, splitter.saveState())

    def restore(self) -> None:
        """Go back to the places of the last time, if there was one."""
        restorers = {name: splitter.restoreState for name, splitter in self._splitters.items()}
        for name, restore in {"geometry": self._window.restoreGeometry, **restorers}.items():
            state = self._kept.value(name)
            if state is not None:
                restore(state)
