"""The legend of the live timeline: whose lines, a key for each, and how much time is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from femon.gui.legend_key import LegendKey
from femon.gui.timeline_curves import Curve

_MARGIN_PX, _SPACING_PX, _AFTER_TITLE_PX = 8, 2, 8
_BEFORE_KEYS: Final = 2  # items of the first row: the title and the space after it
_WHEEL: Final = "Turn the wheel over the lines to see more or less"


class TimelineLegend(QWidget):
    """One row, or two where there is no room; words give way before the line samples do."""

    changed = Signal()  # a line was hidden or shown

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys: dict[str, LegendKey] = {}  # by the name of the curve
        self._strips: tuple[tuple[LegendKey, ...], ...] = ()
        self._title, self._reach = QLabel(), QLabel()
        self._reach.setProperty("look", "muted")
        self._reach.setToolTip(_WHEEL)
        self._rows = QHBoxLayout(), QHBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN_PX, 4, _MARGIN_PX, 0)
        column.setSpacing(0)
        for row in self._rows:
            row.setSpacing(_SPACING_PX)
            column.addLayout(row)
        self._rows[0].addWidget(self._title)
        self._rows[0].addSpacing(_AFTER_TITLE_PX)
        self._rows[0].addStretch(1)
        self._rows[0].addWidget(self._reach)
        self._rows[1].addStretch(1)

    @property
    def visible(self) -> tuple[str, ...]:
        """The names of the curves that are not hidden."""
        return tuple(name for name, key in self.keys.items() if key.isChecked())

    def set_strips(self, strips: Iterable[tuple[Curve, ...]]) -> None:
        """Show keys for other curves, all of them visible."""
        for key in self.keys.values():
            key.hide()
            key.deleteLater()
        self._strips = tuple(tuple(LegendKey(curve) for curve in strip) for strip in strips)
        self.keys = {key.curve.name: key for strip in self._strips for key in strip}
        for key in self.keys.values():
            key.toggled.connect(self.changed)
        self._fit()

    def show_title(self, text: str) -> None:
        """Say whose lines are drawn."""
        if text != self._title.text():
            self._title.setText(text)
            self._fit()

    def show_reach(self, text: str) -> None:
        """Say how much time is shown."""
        self._reach.setText(text)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Room for half the codes in a row; sizes above it choose the rows and the words."""
        keys = tuple(self.keys.values())
        first = keys[: _half(keys)]
        return QSize(_width(first, full=False) + 2 * _MARGIN_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the words anew."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        if event.type() == QEvent.Type.FontChange:
            self._fit()
        super().changeEvent(event)

    def _fit(self) -> None:
        keys = tuple(self.keys.values())
        title = self._title.sizeHint().width() + _AFTER_TITLE_PX + _SPACING_PX
        reach = self._reach.sizeHint().width() + _SPACING_PX
        room = self.width() - 2 * _MARGIN_PX
        in_one = _width(keys, full=True) + title <= room
        first = len(keys) if in_one else self._first_row(keys, room, title)
        rows = keys[:first], keys[first:]
        full = [_width(row, full=True) + beside <= room for row, beside in zip(rows, (title, 0), strict=True)]
        for row, words in zip(rows, full, strict=True):
            for key in row:
                key.set_full(words)
        left = room - _width(rows[0], full=full[0])
        self._title.setVisible(left >= title)
        self._reach.setVisible(left >= title + reach)
        self._place(keys, first)

    def _first_row(self, keys: tuple[LegendKey, ...], room: int, title: int) -> int:
        """How many keys with their codes alone stand in the first row."""
        strip = len(self._strips[0]) if self._strips else 0
        half, all_keys = _half(keys), len(keys)
        ways = ((all_keys, title), (strip, title), (all_keys, 0), (strip, 0), (half, title))
        fitting = (
            first
            for first, beside in ways
            if max(_width(keys[:first], full=False) + beside, _width(keys[first:], full=False)) <= room
        )
        return next(fitting, half)

    def _place(self, keys: tuple[LegendKey, ...], first: int) -> None:
        for place, key in enumerate(keys):
            row, number = (0, place + _BEFORE_KEYS) if place < first else (1, place - first)
            if self._rows[row].indexOf(key) != number:
                self._rows[row].insertWidget(number, key)
                key.show()


def _half(keys: tuple[LegendKey, ...]) -> int:
    return (len(keys) + 1) // 2


def _width(keys: Iterable[LegendKey], *, full: bool) -> int:
    return sum(key.width_needed(full=full) + _SPACING_PX for key in keys)
