"""The question with which other sessions the one on screen is to be compared."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QDialog, QFileDialog, QVBoxLayout, QWidget

from femon.gui.dialogs.frame import accept_and_cancel, add_button, resize_to_text
from femon.gui.labels import ElidedLabel, Hint, heading, muted
from femon.gui.review.shelf import ShelfEntry
from femon.gui.review.shelf_view import ShelfList

_NONE: Final = "There are no other sessions in this folder. Add one with Other folder..."


class CompareDialog(QDialog):
    """Offers the sessions beside one; `chosen` are the others, in the order of their names."""

    other_wanted = Signal(object)  # Path of a folder elsewhere: add() is to follow

    def __init__(self, folder: Path, entries: Iterable[ShelfEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Compare sessions")
        resize_to_text(self, 78, 32)
        self._folder = folder
        self.list = ShelfList()
        self.list.setAccessibleName("Other sessions")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        self._hint = Hint()
        row, self._compare = accept_and_cancel(self, "Compare")
        self.other = add_button(row, "Other folder...", "Add a session that lies elsewhere", self._ask)
        column = QVBoxLayout(self)
        column.addWidget(heading("Compare with"))
        column.addWidget(ElidedLabel(f"The session on screen: {folder.name}"))
        column.addWidget(muted("Click on each session that the report is to show beside it."))
        column.addWidget(self.list, 1)
        column.addWidget(self._hint)
        column.addWidget(row)
        self._show([entry for entry in entries if entry.readable and entry.folder != folder], ())
        self.list.itemSelectionChanged.connect(self._follow)
        self._follow()
        self.list.setFocus()

    @property
    def chosen(self) -> tuple[Path, ...]:
        """The folders of the chosen sessions."""
        folders = (self.list.entry_of(item).folder for item in self.list.selectedItems())
        return tuple(sorted(folders, key=lambda folder: folder.name))

    def add(self, entry: ShelfEntry) -> None:
        """Offer one more session, and choose it; says why when it cannot be read."""
        if not entry.readable:
            self._hint.say(entry.problem, "wrong")
            return
        if entry.folder == self._folder:
            return
        others = [one for one in self.list.entries if one.folder != entry.folder]
        self._show([entry, *others], (*self.chosen, entry.folder))
        self._follow()

    def accept(self) -> None:
        """Close with what is chosen; does nothing before something is."""
        if self.chosen:
            super().accept()

    def _show(self, entries: list[ShelfEntry], chosen: tuple[Path, ...]) -> None:
        self.list.show_entries(tuple(entries))
        for row, entry in enumerate(entries):
            self.list.item(row).setSelected(entry.folder in chosen)

    def _follow(self) -> None:
        count = len(self.chosen)
        self._compare.setEnabled(bool(count))
        if not self.list.count():
            self._hint.say(_NONE)
        elif not count:
            self._hint.say("No other session is chosen yet.")
        else:
            self._hint.say(f"{count + 1} sessions are compared.")

    def _ask(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Session folder", str(self._folder.parent))
        if folder:
            self.other_wanted.emit(Path(folder))
