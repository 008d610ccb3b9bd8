"""Choosing what to look at: the remembered or only camera, the picker, a file or URL, the built-in clip."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from femon.gui.controller import Controller
from femon.gui.dialogs.frame import answered
from femon.types import Notice, SourceInfo

if TYPE_CHECKING:
    from femon.camera import CameraInfo
    from femon.gui.sessions import SessionControls
    from femon.recording.session import SessionRequest

log = logging.getLogger(__name__)

DEMO = "demo"


class SourceChooser(QObject):
    """Lists cameras away from the GUI thread and opens what the user wants.

    A session that runs is not ended unasked: the next source waits until its summary was read.
    """

    no_camera = Signal()
    nothing_chosen = Signal()
    _listed = Signal(object, str)

    def __init__(
        self,
        controller: Controller,
        window: QWidget,
        sessions: SessionControls,
        list_cameras: Callable[[], Sequence[CameraInfo]] | None = None,
    ) -> None:
        super().__init__(window)
        self._controller = controller
        self._window = window
        self._sessions = sessions
        self._list_cameras = list_cameras
        self._record: SessionRequest | None = None  # goes with the first source that is opened
        self._listed.connect(self._take_cameras)
        controller.notice.connect(self._remember)

    def start(
        self, source: str | None, *, record: SessionRequest | None = None, beside: Sequence[str] = ()
    ) -> None:
        """Open a source, with others beside it; without one the camera used last, the only one, or ask."""
        self._record = record
        if source:
            self._open(source, beside)
        else:
            self._list("start")

    def choose_camera(self) -> None:
        """Ask which camera."""
        self._list("pick")

    def open_demo(self) -> None:
        """Play the built-in clip; a session that still waits for its source is not recorded from it."""
        self._record = self._controller.wanted_session = None
        self._open(DEMO)

    @property
    def plays(self) -> bool:
        """Whether what is or was open is no camera."""
        source = self._controller.source
        return bool(source) and not is_camera(source)

    def look_again(self) -> None:
        """Look for cameras once more, for the session that still waits for one."""
        self._list("start")

    def open_again(self) -> None:
        """Open once more what is or was open."""
        first, *others = self._controller.sources
        self._open(first, others)

    def open_file(self) -> None:
        """Ask for a file, a folder or a URL."""
        from femon.gui.dialogs.open_source import OpenSourceDialog

        dialog = OpenSourceDialog(self._window)
        answered(dialog)
        if dialog.choice:
            self._open(dialog.choice)

    def add_camera(self) -> None:
        """Ask for a camera to watch beside what is open."""
        self._list("add")

    def add_file(self) -> None:
        """Ask for a file or URL to watch beside what is open."""
        from femon.gui.dialogs.open_source import OpenSourceDialog

        dialog = OpenSourceDialog(self._window)
        answered(dialog)
        if dialog.choice:
            self._add(dialog.choice)

    def close_one(self, number: int) -> None:
        """Leave one of several sources."""
        sources = self._controller.sources
        first, *others = (one for place, one in enumerate(sources) if place != number)
        self._open(first, others)

    def _add(self, source: str) -> None:
        first, *others = (*self._controller.sources, source)
        self._open(first, others)

    def _open(self, source: str, beside: Sequence[str] = ()) -> None:
        record, self._record = self._record or self._controller.wanted_session, None
        if not self._sessions.recording:
            self._controller.open(source, record=record, beside=beside)
            return
        from femon.gui.dialogs.question import may_open

        if may_open(self._window):
            self._sessions.stop_then(lambda: self._controller.open(source, beside=beside))

    def _list(self, then: Literal["start", "pick", "add"]) -> None:
        def work() -> None:
            cameras: Sequence[CameraInfo] = ()
            try:
                cameras = self._cameras()
            finally:
                self._listed.emit(cameras, then)

        self._controller.background("list cameras", work)

    def _cameras(self) -> Sequence[CameraInfo]:
        if self._list_cameras is not None:
            return self._list_cameras()
        from femon.camera import list_cameras  # may load cv2

        return list_cameras()

    @Slot(object, str)
    def _take_cameras(self, cameras: Sequence[CameraInfo], then: str) -> None:
        if then == "add":
            self._pick_another(cameras)
            return
        if not cameras:
            self.no_camera.emit()
            return
        known = [one for one in cameras if one.name == self._controller.settings.last_camera]
        if then == "start" and (known or len(cameras) == 1):
            self._open(str((known or cameras)[0].index))
            return
        self._pick(cameras)

    def _pick(self, cameras: Sequence[CameraInfo]) -> None:
        from femon.gui.dialogs.camera_picker import CameraPicker

        # Elsewhere looking for cameras means opening them, which may take seconds.
        refresh = self._cameras if sys.platform.startswith("linux") else None
        picker = CameraPicker(list(cameras), self._controller.source, self._window, refresh=refresh)
        answered(picker)
        if picker.choice:
            self._open(picker.choice)
        elif not self._controller.source:
            self.nothing_chosen.emit()

    def _pick_another(self, cameras: Sequence[CameraInfo]) -> None:
        from femon.gui.dialogs.camera_picker import CameraPicker

        used = self._controller.sources
        free = [one for one in cameras if not {str(one.index), f"/dev/video{one.index}", one.name} & {*used}]
        picker = CameraPicker(free, "", self._window, another=True)
        answered(picker)
        if picker.choice:
            self._add(picker.choice)

    @Slot(object)
    def _remember(self, notice: Notice) -> None:
        info = notice.details.get("info")
        if notice.kind == "opened" and isinstance(info, SourceInfo) and info.kind == "camera":
            self._controller.change_settings(replace(self._controller.settings, last_camera=info.name))


def is_camera(source: str) -> bool:
    """Whether the spec of a source names a camera rather than a file, folder, stream or clip."""
    if source.isdigit() or source.startswith("/dev/"):
        return True
    return source != DEMO and not any(mark in source for mark in ("/", "\\", "."))
