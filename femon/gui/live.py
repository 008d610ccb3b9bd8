"""What the running source shows in the window: its picture, its state and its messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from femon.address import shown_name
from femon.gui import messages
from femon.gui.messages import Message
from femon.gui.scene import Scene, SceneWatch
from femon.gui.sources import is_camera
from femon.purpose import EXPRESSION_NOTICE, FILMING_NOTICE
from femon.types import Frame, Notice, Readings, SourceInfo

if TYPE_CHECKING:
    from femon.gui.controller import Controller
    from femon.gui.layout import Parts
    from femon.gui.sessions import SessionControls
    from femon.gui.status import StatusBar
    from femon.meter import StageName

STATUS_MS = 500
# A live picture runs ahead of its analysis only when that is slower than this: boxes would lag the faces.
PREVIEW_AFTER_S = 0.3


class Live(QObject):
    """Turns frames, readings and notices of the controller into what the parts show."""

    source_changed = Signal()  # `info` is another one, or None
    notice_changed = Signal(str)  # what people in view must be told, empty for nothing

    def __init__(
        self, controller: Controller, parts: Parts, status: StatusBar, sessions: SessionControls
    ) -> None:
        super().__init__(parts)
        self.info: SourceInfo | None = None
        self._controller, self._parts, self._status, self._sessions = controller, parts, status, sessions
        self._scene = SceneWatch()
        self._last_t: float | None = None  # of the newest readings
        self._hanging: Message | None = None
        self._poll = QTimer(self, interval=STATUS_MS)
        self._poll.timeout.connect(self._show_stats)
        controller.opening.connect(self._start_over)
        controller.frame_ready.connect(self._take_frame)
        controller.readings_ready.connect(self._take_readings)
        controller.notice.connect(self._take_notice)
        sessions.filming_changed.connect(self._light_dot)

    @property
    def is_camera(self) -> bool:
        """Whether a camera is open."""
        return self.info is not None and self.info.kind == "camera"

    def show_message(self, message: Message) -> None:
        """Put a message where it belongs: in place of a missing picture, else into the banner."""
        if not self._parts.video.has_picture and message.level in {"error", "camera"}:
            self._parts.show_empty(message)
            self._status.show_source(None)
        else:
            self._parts.banner.show_message(message)

    def show_source(self, info: SourceInfo | None) -> None:
        """Go on with another one of several sources, which has been open for a while."""
        self._last_t = None
        self._scene = SceneWatch()
        self._parts.clear_person()
        self._set_info(info)
        self._poll.start()

    def withdraw_hints(self) -> None:
        """Say no more how the picture gets better: it is over."""
        self._hint(Scene())

    def end(self) -> None:
        """Ask for no more figures: the window closes."""
        self._poll.stop()

    @Slot(str)
    def _start_over(self, source: str) -> None:
        self._set_info(None)
        self._last_t = self._hanging = None
        self._scene = SceneWatch()
        self._parts.start_over()
        self._parts.show_opening(f"Opening {shown_name(source)}...")
        self._status.show_source(None, "Opening...")
        self._poll.start()

    @Slot(object)
    def _take_frame(self, frame: Frame) -> None:
        live = self.info is not None and self.info.live
        if self._last_t is None or (live and frame.t - self._last_t > PREVIEW_AFTER_S):
            self._parts.video.show_frame(frame)
            self._parts.show_video()

    @Slot(object)
    def _take_readings(self, readings: Readings) -> None:
        self._last_t = readings.frame.t
        scene = self._scene.update(readings)
        self._parts.show_readings(readings, no_face=scene.no_face, dark=scene.dark)
        self._hint(scene if self.info is not None else Scene())  # the last readings may follow the end

    def _hint(self, scene: Scene) -> None:
        """Say how the picture gets better, for as long as that holds."""
        banner = self._parts.banner
        if scene.hint:
            banner.show_message(Message("hint", scene.hint))
        else:
            banner.clear("hint")
        if scene.black and self.is_camera:
            banner.show_message(messages.BLACK_PICTURE)
        else:
            banner.withdraw(messages.BLACK_PICTURE)

    @Slot(object)
    def _take_notice(self, notice: Notice) -> None:
        match notice.kind:
            case "opened":
                info = notice.details.get("info")
                self._set_info(info if isinstance(info, SourceInfo) else None)
            case "lost":
                self._parts.video.set_camera("Camera lost", lit=False)
            case "back" | "moving":
                self._parts.banner.clear("camera")
                self._light_dot()
            case "streaming":
                self._status.show_network("sends on the local network")
            case "stream_error":
                self._status.show_network("lab streams failed", failed=True)
            case "error" | "ended":
                self._poll.stop()
                self._set_info(None)
                self.withdraw_hints()
        of_file = not is_camera(self._controller.source)
        sessions = self._sessions
        message = messages.from_notice(
            notice, folder=sessions.folder, of_file=of_file, rows=sessions.closed_rows
        )
        if message is not None:
            self.show_message(message)
        sessions.take_notice(notice)  # last: it forgets the folder and may show its summary

    def _set_info(self, info: SourceInfo | None) -> None:
        self.info = info
        self._status.show_source(info)
        self._light_dot()
        self.source_changed.emit()

    def _light_dot(self) -> None:
        notice = self._notice()
        self.notice_changed.emit(notice)
        parts = ("Camera on" if self.is_camera else "", notice)
        self._parts.video.set_camera(" \N{MIDDLE DOT} ".join(filter(None, parts)))

    def _notice(self) -> str:
        """What people in view must be told while it happens."""
        reads = self.info is not None and self._controller.settings.modes.expression
        told = (FILMING_NOTICE if self._sessions.filming else "", EXPRESSION_NOTICE if reads else "")
        return " \N{MIDDLE DOT} ".join(filter(None, told))

    @Slot()
    def _show_stats(self) -> None:
        if self._controller.pipeline is not None:
            stats = self._controller.pipeline.stats()
            self._status.show_stats(stats)
            self._show_hanging(stats.hanging)

    def _show_hanging(self, stage: StageName | None) -> None:
        """Say which part does not come back, for as long as that lasts."""
        before, self._hanging = self._hanging, None if stage is None else messages.hanging(stage)
        if self._hanging == before:
            return
        if before is not None:
            self._parts.banner.withdraw(before)
        if self._hanging is not None:
            self.show_message(self._hanging)
