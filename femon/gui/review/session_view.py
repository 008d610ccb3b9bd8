"""SessionView: one session with picture, figures, tables and timeline, all at the same moment."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from femon.emotions import EMOTIONS
from femon.gui.dialogs.frame import scrolling
from femon.gui.labels import ElidedLabel
from femon.gui.review.figures import FigurePanel
from femon.gui.review.moment import readings_at, sketches_at
from femon.gui.review.playhead import Playhead
from femon.gui.review.projector import Projector
from femon.gui.review.record import SessionRecord
from femon.gui.review.scenery import Scenery
from femon.gui.review.sketch import sketch_picture
from femon.gui.review.tables import ExcludedTable, ShareTable
from femon.gui.review.timeline_panel import TimelinePanel
from femon.gui.review.transport import Transport
from femon.gui.review.wording import frame_words
from femon.gui.video_view import Overlay, VideoView

_SIDE_PX: Final = 330
_STEP_S: Final = 1.0  # with Shift
_OFFERED_S: Final = 5.0  # for a stretch that begins at the playhead
_HELD_S: Final = 0.5  # so long a frame that is not in the video shows the picture before it


class SessionView(QWidget):
    """Shows a record; changes of it are only asked for."""

    exclude_requested = Signal(float, float)  # s, from and to
    undo_requested = Signal(object)  # Span
    face_requested = Signal(int)  # track, whose lines and shares are wanted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scenery: Scenery | None = None
        self._projector: Projector | None = None
        self._filmed = False
        self._place = 0
        self.playhead = Playhead(self)
        self.picture = _Picture()
        self.figures, self.shares, self.excluded = FigurePanel(), ShareTable(), ExcludedTable()
        self.tabs = QTabWidget()
        frame = scrolling(self.figures)
        for part in (frame.viewport(), self.figures):
            part.setAutoFillBackground(False)  # the tab's own colour shows
        for name, part in (
            ("Frame", frame),
            ("Shares", self.shares),
            ("Excluded", self.excluded),
        ):
            self.tabs.addTab(part, name)
        self.picture_note = ElidedLabel()
        self.transport = Transport(self.playhead)
        self.panel = TimelinePanel()
        self._lay_out()
        self._connect()

    @property
    def record(self) -> SessionRecord | None:
        """The session that is shown."""
        return None if self.scenery is None else self.scenery.record

    def show_session(self, scenery: Scenery, projector: Projector) -> None:
        """Show another session from its start; `projector` fetches its video, if there is one."""
        self.release()
        self.scenery, self._projector, self._filmed = scenery, projector, False
        projector.opened.connect(self._take_opened)
        projector.shown.connect(self._take_picture)
        projector.start()
        self._tell("")
        self.panel.show_session(scenery)
        self.transport.set_duration(scenery.record.duration_s)
        self._show_tables(scenery)
        self.playhead.set_duration(scenery.record.duration_s)

    def renew(self, scenery: Scenery) -> None:
        """Show another face or other events of the same session, at the same moment."""
        self.scenery = scenery
        self.panel.timeline.show_strips(scenery.strips)
        self.panel.timeline.show_spans(scenery.spans)
        self._show_tables(scenery)
        self._follow(self.playhead.t)

    def release(self) -> None:
        """Let go of the session's files."""
        self.playhead.pause()
        if self._projector is not None:
            self._projector.close()
            for signal in (self._projector.opened, self._projector.shown):
                signal.disconnect()
        self._projector = self.scenery = None

    def ask_to_exclude(self) -> None:
        """Ask about the stretch that begins at the playhead."""
        if self.record is not None:
            duration = self.record.duration_s
            start = self.playhead.t if self.playhead.t < duration else max(0.0, duration - _OFFERED_S)
            self.exclude_requested.emit(start, min(start + _OFFERED_S, duration))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no focused part has taken."""
        step = -1 if event.key() == Qt.Key.Key_Left else 1
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right if shift:
                self.playhead.go(self.playhead.t + step * _STEP_S)
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._step(step)
            case Qt.Key.Key_Home:
                self.playhead.go(0.0)
            case Qt.Key.Key_End:
                self.playhead.go(float("inf"))
            case Qt.Key.Key_Space:
                self.playhead.toggle()
            case Qt.Key.Key_Plus | Qt.Key.Key_Minus:
                self.panel.timeline.zoom(3 if event.key() == Qt.Key.Key_Plus else -3)
            case _:
                super().keyPressEvent(event)

    # --- the moment ---

    def _step(self, frames: int) -> None:
        if self.record is not None and len(self.record.times):
            self.playhead.pause()
            place = min(max(self._place + frames, 0), len(self.record.times) - 1)
            self.playhead.go(float(self.record.times[place]))

    @Slot(float)
    def _follow(self, t: float) -> None:
        record = self.record
        if record is None:
            return
        self.panel.timeline.move_to(t)
        self._place = record.place(t)
        row = record.row_of(self._place, self.panel.track)
        shares = None
        if row is not None and record.number("smooth_neutral", row) is not None:
            shares = {name: record.number(f"smooth_{name}", row) or 0.0 for name in EMOTIONS}
        self.figures.show_figures(frame_words(record, self._place, row), shares)
        self._show_picture(record)

    def _show_picture(self, record: SessionRecord) -> None:
        media_t = record.media_t(self._place, _HELD_S) if self._filmed else None
        if media_t is not None and self._projector is not None:
            self._projector.ask(media_t)
        else:
            self._paint(sketch_picture(sketches_at(record, self._place), record.size))

    @Slot(str)
    def _take_opened(self, why_not: str) -> None:
        self._filmed = not why_not
        self._tell(why_not)
        if self.record is not None:
            self._show_picture(self.record)

    @Slot(float, object)
    def _take_picture(self, _media_t: float, image: NDArray[np.uint8]) -> None:
        self._paint(image)

    def _tell(self, note: str) -> None:
        self.picture_note.set_text(note)
        self.picture_note.setVisible(bool(note))

    def _paint(self, image: NDArray[np.uint8]) -> None:
        if self.record is not None:
            readings = readings_at(self.record, self._place, image)
            status = [self.record.word("status", row) for row in self.record.rows_at(self._place)]
            self.picture.clear()  # live, a picture that runs ahead of its analysis would stay
            self.picture.show_readings(readings, no_face=status == ["no_face"])

    def _show_tables(self, scenery: Scenery) -> None:
        excluded = scenery.excluded
        self.shares.show_rows(scenery.shares, excluded=len(excluded))
        self.excluded.show_spans(excluded)
        self.tabs.setTabText(2, f"Excluded ({len(excluded)})" if excluded else "Excluded")

    # --- putting together ---

    def _connect(self) -> None:
        self.playhead.moved.connect(self._follow)
        self.panel.timeline.moved.connect(self.playhead.go)
        self.panel.timeline.chosen.connect(self.exclude_requested)
        self.panel.face_chosen.connect(self.face_requested)
        self.excluded.chosen.connect(self.playhead.go)
        self.excluded.undo_requested.connect(self.undo_requested)
        exclude = QShortcut(QKeySequence("E"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        exclude.activated.connect(self.ask_to_exclude)

    def _lay_out(self) -> None:
        picture = QWidget()
        inside = QVBoxLayout(picture)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(2)
        inside.addWidget(self.picture, 1)
        inside.addWidget(self.picture_note)
        above = QSplitter(Qt.Orientation.Horizontal)
        above.addWidget(picture)
        above.addWidget(self.tabs)
        above.setStretchFactor(0, 1)
        above.setSizes([600, _SIDE_PX])
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(self.panel, 1)
        rows = QSplitter(Qt.Orientation.Vertical)
        for part in (above, below):
            rows.addWidget(part)
            rows.setCollapsible(rows.indexOf(part), False)
            rows.setStretchFactor(rows.indexOf(part), 1)
        rows.setSizes([300, 300])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(rows)


class _Picture(VideoView):
    """The picture of the live window, without its mirror, and smaller where there is little room."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Picture of this frame")
        self.setMinimumSize(200, 140)
        self.set_overlay(Overlay(boxes=True, bars=False, mirror=False))

    def sizeHint(self) -> QSize:
        """As much as the side panel leaves."""
        return QSize(480, 270)
