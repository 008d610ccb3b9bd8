"""The timeline with what belongs around it: whose lines, which lines, how much time."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollBar, QToolButton, QVBoxLayout, QWidget

from femon.gui.legend_key import LegendKey
from femon.gui.review.scenery import Scenery
from femon.gui.review.timeline import ReviewTimeline
from femon.gui.timeline_curves import EXPRESSIONS

_PER_S: Final = 100  # steps of the scroll bar
_ZOOM_STEPS: Final = 3
_FACE_PX: Final = 240


class TimelinePanel(QWidget):
    """Owns the choice of the face and of the lines."""

    face_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = ReviewTimeline()
        self.faces = QComboBox()
        self.faces.setAccessibleName("Face")
        self.faces.setToolTip("Whose lines are drawn")
        self.faces.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.faces.setMaximumWidth(_FACE_PX)
        self.faces.currentIndexChanged.connect(self._choose_face)
        self.keys = [LegendKey(curve) for curve in EXPRESSIONS]
        self._names = {key: curve.name for key, curve in zip(self.keys, EXPRESSIONS, strict=True)}
        self._scroll = QScrollBar(Qt.Orientation.Horizontal)
        self._scroll.setAccessibleName("Part of the session in view")
        self._scroll.valueChanged.connect(lambda value: self.timeline.scroll_to(value / _PER_S))
        self.timeline.viewed.connect(self._follow_view)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(8, 2, 8, 2)
        self._row.setSpacing(2)
        self._row.addWidget(self.faces)
        self._row.addSpacing(8)
        for key in self.keys:
            key.toggled.connect(self._hide_lines)
            self._row.addWidget(key)
        self._row.addStretch(1)
        for text, tip, do in (
            (
                "\N{MINUS SIGN}",
                "Show more time (minus key, or the wheel)",
                lambda: self.timeline.zoom(-_ZOOM_STEPS),
            ),
            ("+", "Show less time (plus key, or the wheel)", lambda: self.timeline.zoom(_ZOOM_STEPS)),
            ("All", "Show the whole session", self.timeline.show_all),
        ):
            self._row.addWidget(_button(text, tip, do))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._row)
        column.addWidget(self.timeline, 1)
        column.addWidget(self._scroll)

    @property
    def track(self) -> int:
        """The chosen face; 0 without one."""
        return int(self.faces.currentData() or 0)

    def show_session(self, scenery: Scenery) -> None:
        """Show another session, the whole of it."""
        record = scenery.record
        self.faces.blockSignals(True)  # nobody chooses here
        self.faces.clear()
        for track in () if record.stills else record.tracks:
            self.faces.addItem(f"Face {record.name_of(track)}", track)
        self.faces.setCurrentIndex(max(0, self.faces.findData(scenery.track)))
        self.faces.setVisible(self.faces.count() > 0)
        self.faces.blockSignals(False)
        for key in self.keys:
            key.setVisible(any(strip.curves == EXPRESSIONS for strip in scenery.strips))
        self._fit()
        self.timeline.show_session(scenery.strips, scenery.spans, record.duration_s)
        self._follow_view()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the legend when it does not fit."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        needed = sum(key.width_needed(full=True) + 2 for key in self.keys)
        around = self.faces.sizeHint().width() + 3 * 40 + 40
        for key in self.keys:
            key.set_full(needed + around <= self.width())

    def _choose_face(self) -> None:
        self.face_chosen.emit(self.track)

    def _hide_lines(self) -> None:
        hidden = (name for key, name in self._names.items() if not key.isChecked())
        self.timeline.hide_curves(frozenset(hidden))

    def _follow_view(self) -> None:
        axis = self.timeline.axis
        self._scroll.setVisible(axis.zoomed)
        self._scroll.blockSignals(True)  # it only shows
        self._scroll.setPageStep(round(axis.span * _PER_S))
        self._scroll.setMaximum(max(0, round((axis.duration - axis.span) * _PER_S)))
        self._scroll.setValue(round(axis.start * _PER_S))
        self._scroll.blockSignals(False)


def _button(text: str, tip: str, do: object) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip.partition(" (")[0])
    button.clicked.connect(do)
    return button
