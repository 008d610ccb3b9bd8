"""How the live window reaches the review screen: one window at most, loaded when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from femon.gui.controller import Controller, forget_cv2_plugins

if TYPE_CHECKING:
    from femon.gui.review.window import ReviewWindow


class ReviewOpener(QObject):
    """Holds the review window while it is open."""

    _loaded = Signal(object)  # the session's folder, or None

    def __init__(self, controller: Controller, window: QWidget) -> None:
        super().__init__(window)
        self.review: ReviewWindow | None = None
        self._controller, self._window = controller, window
        self._closed = self._exports = False
        self._loaded.connect(self._show)

    def slots(self) -> dict[str, Callable[[], None]]:
        """What each command of the review screen calls."""
        return {"review": self.open, "export": self.export}

    @Slot()
    def open(self) -> None:
        """Show the review screen."""
        self._load(None)

    @Slot()
    def export(self) -> None:
        """Show the review screen and ask how to export its session: the newest, or the one that is open."""
        self._exports = True
        self._load(None)

    @Slot(object)
    def open_session(self, folder: Path) -> None:
        """Show the review screen with a session."""
        self._load(folder)

    @Slot()
    def close(self) -> None:
        """Close the review screen for good."""
        self._closed = True
        self._let_go()

    @Slot(object)
    def _show(self, folder: Path | None) -> None:
        if self._closed:
            return
        from femon.gui.review.window import ReviewWindow

        if self.review is None or not self.review.isVisible():
            self._let_go()
            self.review = ReviewWindow(self._controller, self._window)
        if self._exports:
            self._exports = False
            self.review.export_when_shown()
        if folder is None:
            self.review.reload()
        else:
            self.review.choose(folder)
        self.review.show()
        self.review.raise_()
        self.review.activateWindow()

    def _load(self, folder: Path | None) -> None:
        def work() -> None:
            importlib.import_module("femon.gui.review.window")  # video and report parts: too slow to wait for
            forget_cv2_plugins()
            self._loaded.emit(folder)

        self._controller.background("load review", work)

    def _let_go(self) -> None:
        review, self.review = self.review, None
        if review is not None:
            review.close()
            review.deleteLater()
