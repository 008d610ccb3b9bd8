"""The icon in the system's tray: alarms reach people while the window is minimised."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from femon.gui.icons import app_icon

if TYPE_CHECKING:
    from femon.alarms import Alarms

_ICONS: Final = QSystemTrayIcon.MessageIcon
_SHOWN_MS: Final = 10_000


def system_tray_icon(parent: QObject) -> QSystemTrayIcon | None:
    """The icon, or None on a system without a tray."""
    return QSystemTrayIcon(parent) if QSystemTrayIcon.isSystemTrayAvailable() else None


class Tray(QObject):
    """Its icon is there while one person is watched; without a tray every call does nothing."""

    show_wanted = Signal()
    acknowledge_wanted = Signal()
    quit_wanted = Signal()

    def __init__(
        self,
        window: QWidget,
        make_icon: Callable[[QObject], QSystemTrayIcon | None] = system_tray_icon,
    ) -> None:
        super().__init__(window)
        self._window, self._make_icon = window, make_icon
        self._icon: QSystemTrayIcon | None = None
        self._told: str | None = None  # the alarm of the last message
        self._menu = QMenu(window)
        self._acknowledge = QAction("Acknowledge alarm", self._menu)
        self._acknowledge.triggered.connect(self.acknowledge_wanted)
        self._menu.addAction("Show window").triggered.connect(self.show_wanted)
        self._menu.addAction(self._acknowledge)
        self._menu.addSeparator()
        self._menu.addAction("Quit").triggered.connect(self.quit_wanted)

    @property
    def menu(self) -> QMenu:
        """What a click on the icon offers."""
        return self._menu

    def begin(self) -> None:
        """Show the icon."""
        if self._icon is None:
            self._icon = self._make_icon(self)
            if self._icon is None:
                return
            self._icon.setIcon(app_icon())
            self._icon.setContextMenu(self._menu)
            self._icon.activated.connect(self._take_click)
            self._icon.messageClicked.connect(self.show_wanted)
        self.show_alarms(None)
        self._icon.show()

    def end(self) -> None:
        """Take the icon away."""
        self.show_alarms(None)
        if self._icon is not None:
            self._icon.hide()

    def show_alarms(self, alarms: Alarms | None) -> None:
        """Raise one message for each alarm that begins or gets worse."""
        alarm = alarms.alarm if alarms is not None and alarms.style != "text" else None
        self._acknowledge.setEnabled(alarm is not None)
        if alarm == self._told:
            return
        self._told = alarm
        if self._icon is None:
            return
        self._icon.setToolTip("femon" if alarms is None or alarm is None else f"femon: {alarms.text}")
        if alarms is not None and alarm is not None and not alarms.acknowledged:
            icon = _ICONS.Critical if alarms.colour == "red" else _ICONS.Warning
            self._icon.showMessage("femon", alarms.text, icon, _SHOWN_MS)

    @Slot(QSystemTrayIcon.ActivationReason)
    def _take_click(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self.show_wanted.emit()
