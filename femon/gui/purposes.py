"""The purpose in the window: asked once before anybody is watched, changed under Help > Purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from femon.gui.sources import DEMO
from femon.purpose import first_modes

if TYPE_CHECKING:
    from femon.gui.controller import Controller
    from femon.gui.dialogs.purpose import PurposeDialog
    from femon.gui.preferences import Preferences
    from femon.gui.window import MainWindow


class PurposeControls(QObject):
    """Shows the dialog without stopping the window's event loop, and uses what was chosen."""

    def __init__(self, controller: Controller, preferences: Preferences, window: MainWindow) -> None:
        super().__init__(window)
        self._controller, self._preferences, self._window = controller, preferences, window
        self._dialog: PurposeDialog | None = None

    def ask_first(self, source: str | None, then: Callable[[], object]) -> None:
        """Call `then` when the purpose is known: at once, or after the answer.

        The built-in clip does not wait for it, because it shows nobody who is there.
        """
        known = bool(self._controller.settings.purpose)
        if not known:
            dialog = self._show(first=True)
            dialog.rejected.connect(self._window.close_unasked)
            if source != DEMO:
                dialog.accepted.connect(then)
        if known or source == DEMO:
            then()

    def choose(self) -> None:
        """Show the choice again."""
        if self._dialog is None:
            self._show(first=False)

    def close(self) -> None:
        """Take the dialog away unanswered: the window closes."""
        if self._dialog is not None:
            self._dialog.blockSignals(True)
            self._dialog.close()
            self._forget()

    def _show(self, *, first: bool) -> PurposeDialog:
        from femon.gui.dialogs.purpose import PurposeDialog

        dialog = self._dialog = PurposeDialog(self._controller.settings.purpose, self._window, first=first)
        dialog.accepted.connect(lambda: self._use(dialog.purpose))
        dialog.finished.connect(self._forget)
        dialog.open()
        return dialog

    def _use(self, purpose: str) -> None:
        settings = self._controller.settings
        if purpose != settings.purpose:
            modes = first_modes(purpose, settings.modes)
            self._preferences.take(replace(settings, purpose=purpose, modes=modes))

    def _forget(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
