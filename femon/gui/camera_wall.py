"""Several sources in the window: each speaks to its tile, and the selected one to the panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QAction

from femon.address import distinct, shown_name
from femon.gui.camera_grid import CameraGrid
from femon.gui.camera_tile import CameraTile, Light
from femon.gui.group_alarms import GroupAlarms
from femon.gui.messages import Button, Message
from femon.gui.scene import SceneWatch
from femon.gui.timelines import Timelines
from femon.gui.video_view import Overlay
from femon.pipelines.sources import MOST_SOURCES
from femon.types import Frame, Notice, Readings, SourceInfo

if TYPE_CHECKING:
    from femon.gui.controller import Controller
    from femon.gui.feeds import Feeds
    from femon.gui.window import MainWindow
    from femon.meter import Stats
    from femon.profiles import StoredProfile

FIGURES_MS: Final = 500
_TROUBLE: Final = {"lost": "Camera lost", "frozen": "Picture stands still"}


@dataclass
class _Source:
    """What is known of one source."""

    tile: CameraTile
    info: SourceInfo | None = None
    trouble: str = ""
    scene: SceneWatch = field(default_factory=SceneWatch)
    last_t: float | None = None  # of the newest readings
    profile: StoredProfile | None = None


class CameraWall(QObject):
    """Rests while one source is watched, which the window shows as if there were no wall."""

    def __init__(self, controller: Controller, window: MainWindow) -> None:
        super().__init__(window)
        self._controller, self._window, self._parts = controller, window, window.parts
        self.grid: CameraGrid | None = None
        self._sources: list[_Source] = []
        self._shown = 0  # the source in the panels
        self._alarms = GroupAlarms()
        self._timelines = Timelines(self._parts)
        self._overlay = Overlay()
        self._timer = QTimer(self, interval=FIGURES_MS)
        self._timer.timeout.connect(self._show_figures)
        controller.opening.connect(self._start_over)
        controller.together.connect(self._listen)
        controller.selected_changed.connect(self._show_selected)
        controller.notice.connect(self._take_common)
        controller.stopped.connect(self._timer.stop)
        window.live.notice_changed.connect(self._show_notice)
        window.sessions.marked.connect(self._mark)
        window.sessions.unmarked.connect(self._timelines.unmark)

    def choose_next(self) -> None:
        """Select the next source."""
        if self._sources:
            self._controller.select((self._controller.selected + 1) % len(self._sources))

    def close_selected(self) -> None:
        """Leave the selected source."""
        self._window.sources.close_one(self._controller.selected)

    def allow(self, commands: Mapping[str, QAction], *, recording: bool) -> None:
        """Enable what can be done about the number of sources; a session keeps those it began with."""
        several, count = self.grid is not None, len(self._controller.sources)
        for name in ("add_camera", "add_file"):
            commands[name].setEnabled(0 < count < MOST_SOURCES and not recording)
        commands["next_source"].setVisible(several)
        commands["close_source"].setVisible(several)
        commands["close_source"].setEnabled(several and not recording)
        for source in self._sources:
            source.tile.set_closable(not recording)

    def set_overlay(self, overlay: Overlay) -> None:
        """Choose what is drawn over all pictures; its mirror is that of the selected source."""
        self._overlay = overlay
        for number, source in enumerate(self._sources):
            camera = source.info is not None and source.info.kind == "camera"
            mirror = camera and self._controller.settings.display.mirror
            mirror = overlay.mirror if number == self._controller.selected else mirror
            source.tile.set_overlay(Overlay(overlay.boxes, overlay.bars, mirror))

    def set_frozen(self, frozen: bool) -> None:
        """Hold all pictures as they are."""
        for view in (self._parts.video, *(source.tile.view for source in self._sources)):
            view.set_frozen(frozen)

    # --- from one source to several and back ---

    @Slot(str)
    def _start_over(self, _source: str) -> None:
        self._timelines.start_over()
        self._alarms = GroupAlarms()
        self._sources, self.grid, self._shown = [], None, 0
        names = [shown_name(spec) for spec in self._controller.sources]
        if len(names) > 1:
            self.grid = self._new_grid(distinct(names))
            self._sources = [_Source(tile) for tile in self.grid.tiles]
            self.set_overlay(self._overlay)
            self._timer.start()
        else:
            self._timer.stop()
        self._parts.use_grid(self.grid)

    def _new_grid(self, names: Sequence[str]) -> CameraGrid:
        grid = CameraGrid(names)
        grid.choose(0)
        grid.chosen.connect(self._controller.select)
        grid.retry_wanted.connect(self._retry)
        grid.close_wanted.connect(self._window.sources.close_one)
        return grid

    @Slot(str)
    def _show_notice(self, text: str) -> None:
        if self.grid is not None:
            self.grid.set_notice(text)

    @Slot(object)
    def _listen(self, feeds: Feeds) -> None:
        feeds.frame_ready.connect(self._take_frame)
        feeds.readings_ready.connect(self._take_readings)
        feeds.notice.connect(self._take_notice)

    @Slot(int)
    def _retry(self, number: int) -> None:
        group = self._controller.group
        if group is not None:
            self._sources[number].tile.show_words("Opening...")
            self._controller.background("open source", partial(group.reopen, number))

    # --- what the sources say ---

    @Slot(int, object)
    def _take_frame(self, number: int, frame: Frame) -> None:
        source = self._sources[number]
        if source.last_t is None:  # ahead of the first analysis
            source.tile.view.show_frame(frame)
            source.tile.show_picture()

    @Slot(int, object)
    def _take_readings(self, number: int, readings: Readings) -> None:
        source = self._sources[number]
        source.last_t = readings.frame.t
        source.tile.view.show_readings(readings, no_face=source.scene.update(readings).no_face)
        source.tile.show_picture()
        self._timelines.add(number, readings)
        if readings.alarms is not None:
            self._alarms.take(number, readings.alarms)
            self._show_alarms()

    @Slot(int, object)
    def _take_notice(self, number: int, notice: Notice) -> None:
        source = self._sources[number]
        match notice.kind:
            case "opened":
                self._open(number, source, notice.details.get("info"))
            case "lost" | "frozen":
                source.trouble = _TROUBLE[notice.kind]
                self._show_figures()
            case "back" | "moving":
                source.trouble = ""
                self._show_figures()
            case "error" | "ended":
                self._end(number, source, notice)
            case "recording":
                source.tile.set_recording(True)
            case "recorded" | "recording_error":
                source.tile.set_recording(False)
                if notice.kind == "recording_error":
                    self._tell(Message("disk", f"{source.tile.name}: {notice.text}"))
            case "alarms":
                self._alarms.take(number, notice.details["alarms"])  # type: ignore[arg-type]
                self._show_alarms()

    @Slot(object)
    def _take_common(self, notice: Notice) -> None:
        summaries = notice.details.get("summaries")
        if notice.kind == "recorded" and isinstance(summaries, list) and len(summaries) > 1:
            text = f"{len(summaries)} sessions were saved, one for each source."
            button = Button("Open folder", "open_folder")
            self._tell(Message("information", text, (button,), str(summaries[0].folder.parent)))
        elif notice.kind == "error" and self._controller.group is None:
            for source in self._sources:  # none could even be made
                source.tile.show_words(notice.text)

    def _open(self, number: int, source: _Source, info: object) -> None:
        source.info = info if isinstance(info, SourceInfo) else None
        source.trouble, source.last_t, source.scene = "", None, SceneWatch()
        names = [one.info.name if one.info else one.tile.name for one in self._sources]
        for one, name in zip(self._sources, distinct(names), strict=True):
            one.tile.set_name(name)
        self.set_overlay(self._overlay)
        if number == self._shown:
            self._window.live.show_source(source.info)

    def _end(self, number: int, source: _Source, notice: Notice) -> None:
        source.info, source.trouble = None, ""
        source.tile.view.clear()
        ended = notice.kind == "ended" and notice.details.get("error") is None
        source.tile.show_words(notice.text, "Play again" if ended else "Try again")
        source.tile.set_state("muted" if ended else "danger", "Ended" if ended else "Not open")
        self._alarms.forget(number)
        if number == self._alarms.source:
            self._window.alarms.show_alarms(None)  # it is not over: nobody looks any more
        source.tile.show_alarms(None)
        self._show_alarms()
        if number == self._shown:
            self._window.live.withdraw_hints()
            self._window.live.show_source(None)  # whatever else is on, this camera is not
            self._window.calibrations.show_source(None, source.profile)
            self._select_another()

    def _select_another(self) -> None:
        """The first source could not be opened: the panels show one that may be."""
        there = [number for number, one in enumerate(self._sources) if one.tile.words in ("", "Opening...")]
        if there:
            self._controller.select(there[0])

    def _tell(self, message: Message) -> None:
        self._parts.banner.show_message(message)

    # --- what is shown ---

    @Slot(float, str)
    def _mark(self, t: float, text: str) -> None:
        if self._sources:
            self._timelines.mark(t, text)

    @Slot(int)
    def _show_selected(self, number: int) -> None:
        before, source = self._sources[self._shown], self._sources[number]
        calibrations = self._window.calibrations
        before.profile = calibrations.in_use
        self._shown = number
        self._timelines.show(number)
        if self.grid is not None:
            self.grid.choose(number)
        self._window.live.show_source(source.info)
        calibrations.show_source(source.info, source.profile)

    def _show_alarms(self) -> None:
        shown = self._alarms.shown([source.tile.name for source in self._sources])
        if self._controller.group is not None:
            self._controller.group.alarm_shown_of(self._alarms.source)
        for number, source in enumerate(self._sources):
            source.tile.show_alarms(self._alarms.of(number))
        self._window.alarms.show_alarms(shown)

    @Slot()
    def _show_figures(self) -> None:
        group = self._controller.group
        if group is None:
            return
        for number, source in enumerate(self._sources):
            if source.info is not None:
                source.tile.set_state(*_state(source.trouble, group.stats_of(number)))


def _state(trouble: str, stats: Stats) -> tuple[Light, str]:
    if stats.hanging is not None:
        return "danger", "Does not respond"
    if trouble:
        return "warn", trouble
    return "ok", "" if stats.analysed_fps is None else f"{stats.analysed_fps:.0f} fps"
