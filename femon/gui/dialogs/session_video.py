"""The tick that asks for a session's video, with what that means."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from femon.gui.dialogs.session_kind import UNDER_TEXT_PX
from femon.gui.labels import muted
from femon.recording.session import VIDEO_FILE


class VideoTick(QWidget):
    """Not `offered` for sources that are files themselves: of those no video is made."""

    def __init__(self, *, wanted: bool, live: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offered = live
        self.tick = QCheckBox("Store the video too")
        self.tick.setChecked(wanted and live)
        about = f"{VIDEO_FILE} shows the people in view; about 1 GB an hour."
        self.tick.setAccessibleDescription(about)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tick)
        note = muted(about)
        note.setContentsMargins(UNDER_TEXT_PX, 0, 0, 0)
        column.addWidget(note)

    @property
    def wanted(self) -> bool:
        """Whether it is ticked."""
        return self.tick.isChecked()
