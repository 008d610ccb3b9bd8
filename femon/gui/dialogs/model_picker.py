"""The model picker: every installed bundle with its own measured figures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from femon.bundle import BrokenBundle, Contract, list_bundles
from femon.gui.dialogs.frame import accept_and_cancel, add_button, resize_to_text, scrolling
from femon.gui.dialogs.model_details import details_of
from femon.gui.dialogs.model_figures import COLUMNS, table_row
from femon.gui.dialogs.model_speed import ModelSpeed
from femon.gui.labels import Hint

_FIRST_FIGURE = 2  # columns from here on hold figures
_ROWS_SHOWN = 6
_SCROLL_BAR_PX = 16


class ModelPicker(QDialog):
    """After exec() `choice` is the id of a bundle, None when cancelled; broken ones cannot be chosen."""

    def __init__(
        self, models: Path, current: str, parent: QWidget | None = None, *, speed: ModelSpeed | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Choose model")
        resize_to_text(self, 172, 52)
        self.choice: str | None = None
        self._models = models
        self._current = current
        self._bundles: list[Contract | BrokenBundle] = []
        self._speed, self._ms_per_face = speed, dict[str, float]()
        self._table = _table()
        self._details = scrolling(QWidget())
        self._hint = Hint()
        row, self._use = accept_and_cancel(self, "Use this model")
        add_button(row, "Refresh", "Look for models again", self.refresh)
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(self._table)
        self._parts.addWidget(self._details)
        self._parts.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.addWidget(self._parts, 1)
        column.addWidget(self._hint)
        column.addWidget(row)
        self._table.currentCellChanged.connect(self._show_details)
        self._table.cellDoubleClicked.connect(self.accept)
        if speed is not None:
            speed.measured.connect(self._show_speed)
            self.finished.connect(speed.close)
        self.refresh()

    def refresh(self) -> None:
        """Read the models folder anew."""
        self._bundles = list_bundles(self._models)
        self._table.setRowCount(len(self._bundles))
        for row, bundle in enumerate(self._bundles):
            self._fill(row, bundle)
        if self._speed is not None:
            known = self._ms_per_face
            usable = [bundle.id for bundle in self._bundles if isinstance(bundle, Contract)]
            self._speed.ask([model_id for model_id in usable if model_id not in known])
        self._table.resizeColumnsToContents()
        self._fit_table()
        ids = [bundle.id for bundle in self._bundles]
        self.select(self._current if self._current in ids else ids[0] if ids else "")
        if not ids:
            self._hint.say(f"No model is installed in {self._models}. Run: python -m training", "wrong")

    def select(self, model_id: str) -> None:
        """Show a bundle's details."""
        rows = [row for row, bundle in enumerate(self._bundles) if bundle.id == model_id]
        self._table.setCurrentCell(rows[0] if rows else -1, 0)
        self._show_details()

    def accept(self) -> None:
        """Take the selected bundle; does nothing for a broken one."""
        bundle = self._selected()
        if isinstance(bundle, Contract):
            self.choice = bundle.id
            super().accept()

    def _fit_table(self) -> None:
        """Room for the header, a scroll bar and the first rows."""
        rows = min(max(2, self._table.rowCount()), _ROWS_SHOWN)
        line = self._table.verticalHeader().defaultSectionSize()
        header = self._table.horizontalHeader().sizeHint().height()
        self._parts.setSizes([header + rows * line + _SCROLL_BAR_PX, 2000])

    def _fill(self, row: int, bundle: Contract | BrokenBundle) -> None:
        if isinstance(bundle, Contract):
            cells = table_row(bundle, self._ms_per_face.get(bundle.id))
        else:
            cells = (bundle.id, "cannot be used")
        for column in range(len(COLUMNS)):
            item = QTableWidgetItem(cells[column] if column < len(cells) else "")
            if column >= _FIRST_FIGURE:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if isinstance(bundle, BrokenBundle):
                item.setToolTip(bundle.reason)
                item.setForeground(self.palette().placeholderText())
            self._table.setItem(row, column, item)

    @Slot(str, float)
    def _show_speed(self, model_id: str, ms_per_face: float) -> None:
        self._ms_per_face[model_id] = ms_per_face
        for row, bundle in enumerate(self._bundles):
            if bundle.id == model_id:
                self._fill(row, bundle)

    def _selected(self) -> Contract | BrokenBundle | None:
        row = self._table.currentRow()
        return self._bundles[row] if 0 <= row < len(self._bundles) else None

    def _show_details(self) -> None:
        bundle = self._selected()
        self._details.setWidget(details_of(bundle) if bundle is not None else QWidget())
        self._use.setEnabled(isinstance(bundle, Contract))
        in_use = bundle is not None and bundle.id == self._current
        self._hint.say("This model is in use." if in_use else "")


def _table() -> QTableWidget:
    table = QTableWidget(0, len(COLUMNS))
    table.setAccessibleName("Models")
    for column, (name, tip) in enumerate(COLUMNS.items()):
        title = QTableWidgetItem(name)
        title.setToolTip(tip)
        table.setHorizontalHeaderItem(column, title)
    table.verticalHeader().hide()
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)  # Tab leaves the table
    table.setShowGrid(False)
    table.setMinimumHeight(100)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    header.setStretchLastSection(True)
    return table
