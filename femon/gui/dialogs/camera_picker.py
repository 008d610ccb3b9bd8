"""The camera picker: which camera, or the built-in clip."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from femon.camera import CameraInfo
from femon.gui.dialogs.frame import accept_and_cancel, add_button, resize_to_text
from femon.gui.labels import Hint

DEMO = "demo"
_SPEC = Qt.ItemDataRole.UserRole


class CameraPicker(QDialog):
    """Lists cameras by name; after exec() `choice` is the spec for open_source(), None when cancelled.

    `another`: they are to be watched beside the cameras that are open.
    """

    def __init__(
        self,
        cameras: Sequence[CameraInfo],
        current: str,
        parent: QWidget | None = None,
        *,
        refresh: Callable[[], Sequence[CameraInfo]] | None = None,
        another: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add camera" if another else "Choose camera")
        self._none = _none_found("No other camera" if another else "No camera", refresh is not None)
        resize_to_text(self, 62, 22)
        self.choice: str | None = None
        self._refresh = refresh
        self._hint = Hint()
        self._list = QListWidget()
        self._list.setAccessibleName("Cameras")
        self._list.itemDoubleClicked.connect(self.accept)
        row, self._use = accept_and_cancel(self, "Use this camera")
        if refresh is not None:
            add_button(row, "Refresh", "Look for cameras again", self.refresh)
        column = QVBoxLayout(self)
        column.addWidget(self._list, 1)
        column.addWidget(self._hint)
        column.addWidget(row)
        self._list.currentItemChanged.connect(self._name_button)
        self._fill(cameras, current)

    def refresh(self) -> None:
        """Ask for the cameras anew and keep the selected one."""
        if self._refresh is not None:
            self._fill(self._refresh(), self._selected() or "")

    def accept(self) -> None:
        """Take the selected camera."""
        self.choice = self._selected()
        super().accept()

    def _fill(self, cameras: Sequence[CameraInfo], current: str) -> None:
        self._list.clear()
        for camera in cameras:
            self._add(camera.name, f"Camera {camera.index}, {camera.backend}", str(camera.index))
        self._add("Built-in clip", "20 s, needs no camera", DEMO)
        self._hint.say("" if cameras else self._none)
        wanted = {str(camera.index) for camera in cameras if current in (str(camera.index), camera.name)}
        if current == DEMO:
            wanted = {DEMO}
        rows = [row for row in range(self._list.count()) if self._list.item(row).data(_SPEC) in wanted]
        self._list.setCurrentRow(rows[0] if rows else 0)

    def _add(self, name: str, details: str, spec: str) -> None:
        item = QListWidgetItem(f"{name}\n{details}")
        item.setData(_SPEC, spec)
        self._list.addItem(item)

    def _selected(self) -> str | None:
        item = self._list.currentItem()
        return None if item is None else str(item.data(_SPEC))

    def _name_button(self) -> None:
        self._use.setEnabled(self._selected() is not None)
        self._use.setText("Use the clip" if self._selected() == DEMO else "Use this camera")


def _none_found(what: str, can_refresh: bool) -> str:
    again = "press Refresh" if can_refresh else "open this list again"
    return f"{what} found. Connect one and {again}, or try femon with the built-in clip."
