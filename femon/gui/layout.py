"""The inside of the window: banner, video or its stand-in, side panel and timeline, and their sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from femon.gui.alarm_banner import AlarmBanner
from femon.gui.banner import Banner
from femon.gui.empty_state import EmptyState
from femon.gui.face_cards import FaceCards
from femon.gui.messages import Message
from femon.gui.monitor_panel import MonitorPanel
from femon.gui.session_panel import SessionPanel
from femon.gui.theme import text_scale
from femon.gui.timeline_curves import strips_of
from femon.gui.video_view import VideoView
from femon.settings import ModeSettings
from femon.types import Readings

if TYPE_CHECKING:
    from femon.gui.timeline import Timeline

SIDE_PX = 320
_WIDEST_SIDE_PX = 510  # half of the smallest window
_TIMELINE_PX = 210


class Parts(QWidget):
    """Holds the parts and passes readings to all of them; the timeline comes later than the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.alarm_banner = AlarmBanner()
        self.banner = Banner()
        self.video = VideoView()
        self.empty = EmptyState()
        self.cards = FaceCards()
        self.cards.face_chosen.connect(self._show_face)
        self.monitor = MonitorPanel()
        self.session_panel = SessionPanel()
        self.timeline: Timeline | None = None
        self._span_s = 60.0
        self._modes = ModeSettings()
        self.picture = QStackedWidget()
        self.picture.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a click takes the keys from a line of text
        self._grid: QWidget | None = None  # the tiles of several sources
        self._in_front: QWidget = self.empty  # of one source
        self.picture.addWidget(self.empty)
        self.picture.addWidget(self.video)
        self._timeline_place = QVBoxLayout()
        self._timeline_place.setContentsMargins(8, 0, 2, 8)
        self.splitters: dict[str, QSplitter] = {}  # by the name their sizes are kept under
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.alarm_banner)
        column.addWidget(self.banner)
        self.side = self._side()
        column.addWidget(self._beside(), 1)

    def changeEvent(self, event: QEvent) -> None:
        """Give larger text a wider side panel."""
        if event.type() == QEvent.Type.FontChange:
            self.side.setMinimumWidth(_side_px())
        super().changeEvent(event)

    def show_readings(self, readings: Readings, *, no_face: bool, dark: bool = False) -> None:
        """Show the newest readings everywhere; `dark`: too little light on the face for some time."""
        self.video.show_readings(readings, no_face=no_face)
        self.show_video()
        self.cards.show_readings(readings)
        self.monitor.show_state(readings.monitor, dark=dark)
        if self.timeline is not None:
            self.timeline.add(readings)

    def show_video(self) -> None:
        """Bring the picture to the front."""
        self._bring(self.video)

    def use_grid(self, grid: QWidget | None) -> None:
        """Show the tiles of several sources in place of the one picture, and of messages instead of it."""
        if self._grid is not None:
            self.picture.removeWidget(self._grid)
            self._grid.deleteLater()
        self._grid = grid
        if grid is not None:
            self.picture.addWidget(grid)
        self._bring(self._in_front)

    def _bring(self, widget: QWidget) -> None:
        self._in_front = widget
        self.picture.setCurrentWidget(self._grid or widget)

    def show_empty(self, message: Message) -> None:
        """Show a message in place of the picture."""
        self.empty.show_message(message)
        self._bring(self.empty)

    def show_opening(self, text: str) -> None:
        """Show that a source is being opened."""
        self.empty.show_opening(text)
        self._bring(self.empty)

    def start_over(self) -> None:
        """Forget everything about the last source."""
        self.video.clear()
        self.video.set_camera("")
        self.banner.clear()
        self.cards.clear()
        self.monitor.clear()
        if self.timeline is not None:
            self.timeline.clear()

    def add_timeline(self) -> None:
        """Build the timeline; its library is slow to load, so this waits until the window is up."""
        self.timeline = self.make_timeline()

    def make_timeline(self) -> Timeline:
        """One more timeline in the same place, as the first is set up."""
        from femon.gui.timeline import Timeline

        timeline = Timeline()
        timeline.set_strips(strips_of(self._modes))
        timeline.set_span(self._span_s)
        timeline.set_face(self.cards.chosen, pinned=self.cards.pinned)
        self._timeline_place.addWidget(timeline)
        return timeline

    @Slot(int)
    def _show_face(self, track: int) -> None:
        if self.timeline is not None:
            self.timeline.set_face(track, pinned=self.cards.pinned)

    def clear_person(self) -> None:
        """Forget who was seen; the messages and the lines stay."""
        self.video.clear()
        self.banner.clear("hint")
        self.cards.clear()
        self.monitor.clear()

    def set_modes(self, modes: ModeSettings) -> None:
        """Show the parts for what is watched."""
        self._modes = modes
        self.monitor.set_modes(modes)
        # Who watches fatigue looks at its gauges first, also where the panel is short.
        self._watched.insertWidget(0, self.monitor if modes.fatigue else self.cards)
        if self.timeline is not None:
            self.timeline.set_strips(strips_of(modes))

    def set_span(self, seconds: float) -> None:
        """How much time the timeline shows."""
        if self.timeline is not None and seconds != self._span_s:  # else it would undo the wheel
            self.timeline.set_span(seconds)
        self._span_s = seconds

    def zoom(self, steps: float) -> None:
        """Show more (below 0) or less time in the timeline."""
        if self.timeline is not None:
            self.timeline.zoom(steps)

    def mark(self, t: float, text: str) -> None:
        """Show a marker in the timeline."""
        if self.timeline is not None:
            self.timeline.mark(t, text)

    def unmark(self, t: float, text: str) -> None:
        """Take a marker out of the timeline."""
        if self.timeline is not None:
            self.timeline.unmark(t, text)

    def _beside(self) -> QSplitter:
        """Picture and timeline at the left, the side panel in full height at the right."""
        splitter = QSplitter(Qt.Orientation.Horizontal)
        for part in (self._above(), self.side):
            splitter.addWidget(part)
        _stretch_first(splitter, _side_px())
        self.splitters["columns"] = splitter
        return splitter

    def _above(self) -> QSplitter:
        below = QWidget()
        below.setLayout(self._timeline_place)
        splitter = QSplitter(Qt.Orientation.Vertical)
        for part in (_padded(self.picture), below):
            splitter.addWidget(part)
        _stretch_first(splitter, _TIMELINE_PX)
        self.splitters["rows"] = splitter
        return splitter

    def _side(self) -> QWidget:
        watched = QWidget()
        inside = self._watched = QVBoxLayout(watched)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addWidget(self.cards)
        inside.addWidget(self.monitor)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(watched)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(2, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(scroll, 1)
        column.addWidget(self.session_panel)
        side.setMinimumWidth(_side_px())
        return side


def _side_px() -> int:
    return min(round(SIDE_PX * text_scale()), _WIDEST_SIDE_PX)


def _padded(widget: QWidget) -> QWidget:
    frame = QWidget()
    box = QVBoxLayout(frame)
    box.setContentsMargins(8, 8, 2, 4)
    box.addWidget(widget)
    return frame


def _stretch_first(splitter: QSplitter, second_px: int) -> None:
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(4)
    splitter.setStretchFactor(0, 1)
    splitter.setStretchFactor(1, 0)
    splitter.setSizes([10_000, second_px])
