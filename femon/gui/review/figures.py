"""The figures of the frame that is shown: label, probabilities, quality, eyes, head."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from femon.emotions import EMOTIONS
from femon.gui.share_bars import ShareBars

_PLACES = 14  # names and values; labels are made once, because playing changes them many times a second


class FigurePanel(QWidget):
    """Names and values, with bars for the smoothed probabilities."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Figures of this frame")
        self._bars = ShareBars(dict.fromkeys(EMOTIONS, 0.0), "Probability of each label")
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._lines = [(QLabel(), QLabel()) for _ in range(_PLACES)]
        for place, (name, value) in enumerate(self._lines):
            name.setProperty("look", "muted")
            value.setWordWrap(True)
            self._grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        column.addLayout(self._grid)
        column.addWidget(self._bars)
        column.addStretch(1)

    @property
    def words(self) -> dict[str, str]:
        """What is shown."""
        return {name.text(): value.text() for name, value in self._lines if not name.isHidden()}

    def show_figures(self, words: Mapping[str, str], shares: Mapping[str, float] | None) -> None:
        """Show these figures; without shares, no bars."""
        self._bars.setVisible(shares is not None)
        if shares is not None:
            self._bars.show_shares(shares)
        told = [*words.items()][:_PLACES]
        for place, (name, value) in enumerate(self._lines):
            shown = place < len(told)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                name.setText(told[place][0])
                value.setText(told[place][1])
