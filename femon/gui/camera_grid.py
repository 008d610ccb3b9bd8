"""The place of the picture while several sources are watched: a tile for each, side by side or two by two."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from femon.gui.camera_tile import CameraTile
from femon.gui.labels import muted

_COLUMNS = 2


class CameraGrid(QWidget):
    """Owns the tiles, in the order of the sources."""

    chosen = Signal(int)
    retry_wanted = Signal(int)
    close_wanted = Signal(int)

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = tuple(CameraTile(name) for name in names)
        self.setAccessibleName("Sources")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for number, tile in enumerate(self.tiles):
            row, column = divmod(number, _COLUMNS)
            grid.addWidget(tile, row, column)
            grid.setRowStretch(row, 1)
            grid.setColumnStretch(column, 1)
            tile.chosen.connect(lambda number=number: self.chosen.emit(number))
            tile.retry_wanted.connect(lambda number=number: self.retry_wanted.emit(number))
            tile.close_wanted.connect(lambda number=number: self.close_wanted.emit(number))
        self._notice = muted("")
        self._notice.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._notice.hide()
        grid.addWidget(self._notice, grid.rowCount(), 0, 1, _COLUMNS)

    def set_notice(self, text: str) -> None:
        """Say once, below all pictures, what the people in view must be told."""
        self._notice.setText(text)
        self._notice.setVisible(bool(text))

    def choose(self, number: int) -> None:
        """Frame one tile."""
        for place, tile in enumerate(self.tiles):
            tile.set_chosen(place == number)
