"""The tables of the review screen: shares and dwell of labels, and the excluded stretches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from femon.gui.drawing import percent
from femon.gui.labels import muted
from femon.gui.review.axis import time_text
from femon.gui.review.shares import Dwell, ShareRow
from femon.gui.review.spans import Span

_NOTHING: Final = "\N{EN DASH}"
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ShareTable(QWidget):
    """Share and dwell of each label, for everything and, where stretches are excluded, without them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = _table("Shares and dwell")
        self._note = muted("")
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(6)
        column.addWidget(self.table, 1)
        column.addWidget(self._note)

    def show_rows(self, rows: Sequence[ShareRow], *, excluded: int) -> None:
        """Show these rows; `excluded` counts the stretches that are left out at the right."""
        heads = ("", "Everything", "Kept") if excluded else ("", "Share", "Time")
        lines = []
        for row in rows:
            cells = [", ".join(_cells(dwell)) for dwell in (row.whole, row.kept)]
            lines.append([row.name, *(cells if excluded else _cells(row.whole))])
        _fill(self.table, heads, lines)
        stretches = "1 stretch" if excluded == 1 else f"{excluded} stretches"
        kept = f"\N{LEFT DOUBLE QUOTATION MARK}Kept\N{RIGHT DOUBLE QUOTATION MARK} leaves {stretches} out. "
        self._note.setText(f"{kept if excluded else ''}Labels: share of the rows with this face.")


class ExcludedTable(QWidget):
    """The excluded stretches, each of which can be counted again."""

    chosen = Signal(float)  # s, where a stretch begins
    undo_requested = Signal(object)  # Span

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = _table("Excluded stretches")
        self._spans: tuple[Span, ...] = ()
        self._note = muted("")
        self.undo = QPushButton("Undo")
        self.undo.setToolTip("Count the chosen stretch again; the log keeps both events")
        self.undo.clicked.connect(self._undo)
        self.table.itemSelectionChanged.connect(self._follow)
        below = QHBoxLayout()
        below.addWidget(self._note, 1)
        below.addWidget(self.undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(6)
        column.addWidget(self.table, 1)
        column.addLayout(below)

    def show_spans(self, spans: Sequence[Span]) -> None:
        """Show these stretches."""
        self._spans = tuple(spans)
        cells = [
            [time_text(span.start, 0.0), f"{span.end - span.start:.1f} s", span.text or _NOTHING]
            for span in self._spans
        ]
        self.table.blockSignals(True)  # filling it chooses nothing
        _fill(self.table, ("From", "Length", "Reason"), cells, text_columns=(2,))
        self.table.clearSelection()
        self.table.blockSignals(False)
        self.table.setVisible(bool(cells))
        self.undo.setVisible(bool(cells))
        self.undo.setEnabled(False)
        self._note.setText("" if cells else "Drag over the timeline, or press E, to leave a stretch out.")

    def _follow(self) -> None:
        span = self._chosen()
        self.undo.setEnabled(span is not None)
        if span is not None:
            self.chosen.emit(span.start)

    def _chosen(self) -> Span | None:
        rows = self.table.selectionModel().selectedRows()
        return self._spans[rows[0].row()] if rows else None

    def _undo(self) -> None:
        span = self._chosen()
        if span is not None:
            self.undo_requested.emit(span)


def _cells(dwell: Dwell) -> list[str]:
    share = _NOTHING if dwell.share is None else percent(dwell.share, 1)
    return [share, f"{dwell.seconds:.1f} s" if dwell.seconds < 100 else time_text(dwell.seconds, 60.0)]


def _table(name: str) -> QTableWidget:
    table = QTableWidget()
    table.setAccessibleName(name)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 7)
    table.horizontalHeader().setHighlightSections(False)
    return table


def _fill(
    table: QTableWidget, heads: Sequence[str], lines: list[list[str]], *, text_columns: tuple[int, ...] = (0,)
) -> None:
    table.setColumnCount(len(heads))
    table.setRowCount(len(lines))
    for column, text in enumerate(heads):
        words = column in text_columns
        head = QTableWidgetItem(text)
        head.setTextAlignment(_LEFT if words else _RIGHT)
        table.setHorizontalHeaderItem(column, head)
        mode = QHeaderView.ResizeMode.Stretch if words else QHeaderView.ResizeMode.ResizeToContents
        table.horizontalHeader().setSectionResizeMode(column, mode)
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if column not in text_columns:
                item.setTextAlignment(_RIGHT)
            table.setItem(row, column, item)
