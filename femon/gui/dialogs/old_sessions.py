"""The sessions that are older than they should be kept."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from femon.gui.dialogs.frame import accept_and_cancel, resize_to_text
from femon.gui.drawing import size_text
from femon.gui.labels import heading, muted
from femon.retention import StoredSession

_COLUMNS = ("Started", "Participant", "Size", "Folder")


class OldSessions(QDialog):
    """Accepted when all of them are to be deleted."""

    def __init__(self, sessions: Sequence[StoredSession], days: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Old sessions")
        resize_to_text(self, 90, 26)
        row, _ = accept_and_cancel(self, "Delete all of them", careful=True)
        size = size_text(sum(session.size_bytes for session in sessions))
        column = QVBoxLayout(self)
        column.addWidget(heading(f"Sessions older than {days} days"))
        column.addWidget(muted(f"Together {size}. Deleted sessions cannot be brought back."))
        column.addWidget(_table(sessions), 1)
        column.addWidget(row)


def _table(sessions: Sequence[StoredSession]) -> QTableWidget:
    table = QTableWidget(len(sessions), len(_COLUMNS))
    table.setHorizontalHeaderLabels(list(_COLUMNS))
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.verticalHeader().hide()
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setAccessibleName("Old sessions")
    for row, session in enumerate(sessions):
        cells = (
            f"{session.started:%Y-%m-%d %H:%M}",
            session.participant,
            size_text(session.size_bytes),
            session.folder.name,
        )
        for column, text in enumerate(cells):
            table.setItem(row, column, QTableWidgetItem(text))
    table.resizeColumnsToContents()
    table.horizontalHeader().setSectionResizeMode(len(_COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)
    return table
