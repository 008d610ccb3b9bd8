"""What the buttons of the review screen do with a session: report, export, its folder, deletion."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget
from shiboken6 import isValid

from femon.gui.dialogs.frame import answered
from femon.gui.drawing import size_text
from femon.gui.review.compare_dialog import CompareDialog
from femon.gui.review.deeds import (
    Belongings,
    belongings,
    delete,
    write_comparison,
    write_exports,
    write_paper,
    write_web_page,
)
from femon.gui.review.dialogs import ExportDialog
from femon.gui.review.shelf import ShelfEntry, shelf_entry
from femon.gui.review.work import ReviewWork


class SessionActs(QObject):
    """Each takes the session's folder and works in the background; failures are told by the work."""

    said = Signal(str)  # a sentence about what was done
    deleting = Signal()  # now: nothing may keep the session's files open
    deleted = Signal(str)  # the name of the folder

    def __init__(self, work: ReviewWork, models: Path, window: QWidget) -> None:
        super().__init__(window)
        self._work, self._models, self._window = work, models, window

    def report(self, folder: Path) -> None:
        """Write the report as a web page, and open it."""
        self._work.run("Writing the report", partial(write_web_page, folder, self._models), self._show_file)

    def pdf(self, folder: Path) -> None:
        """Write the report for paper, and open it."""
        self._work.run("Writing the PDF", partial(write_paper, folder, self._models), self._show_file)

    def compare(self, folder: Path, entries: Iterable[ShelfEntry]) -> None:
        """Ask for other sessions, write the report that compares all, and open it."""
        dialog = CompareDialog(folder, entries, self._window)

        def add(entry: ShelfEntry) -> None:
            if isValid(dialog):  # it may be closed before the session is read
                dialog.add(entry)

        dialog.other_wanted.connect(
            lambda other: self._work.run("Reading the session", partial(shelf_entry, other), add)
        )
        if answered(dialog):
            job = partial(write_comparison, (folder, *dialog.chosen), self._models)
            self._work.run("Comparing the sessions", job, self._show_beside)

    def export(self, folder: Path) -> None:
        """Ask for formats and write them."""
        dialog, work = ExportDialog(self._window), self._work

        def export(formats: tuple[str, ...], values: str) -> None:
            job = partial(write_exports, folder, formats, values, work.progressed.emit)
            work.run("Exporting", job, tell)

        def tell(exported: Path) -> None:
            if isValid(dialog):
                dialog.show_done(exported)
            else:  # it was closed meanwhile
                self.said.emit(f"Saved in the folder {exported.name} of the session.")

        dialog.asked.connect(export)
        work.progressed.connect(dialog.show_progress)
        work.failed.connect(dialog.show_failure)
        answered(dialog)
        work.progressed.disconnect(dialog.show_progress)
        work.failed.disconnect(dialog.show_failure)

    def open_folder(self, folder: Path) -> None:
        """Show the session's files."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def ask_to_delete(self, folder: Path) -> None:
        """Name what would be deleted, and delete it if that is wanted."""
        self._work.run("Looking what would be deleted", partial(belongings, folder), self._ask)

    def _ask(self, what: Belongings) -> None:
        session = what.session
        box = QMessageBox(QMessageBox.Icon.Warning, "Delete session", "", parent=self._window)
        box.setText(f"Delete the session {session.folder.name}?")
        box.setInformativeText(
            f"Participant {session.participant or 'anon'}, {size_text(session.size_bytes)}: "
            f"{', '.join(what.names)}. They cannot be brought back."
        )
        wanted = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        answered(box)
        if box.clickedButton() is wanted:
            self.deleting.emit()
            job, name = partial(delete, session), session.folder.name
            self._work.run("Deleting the session", job, lambda _: self.deleted.emit(name))

    def _show_beside(self, path: Path) -> None:
        self.said.emit(f"Saved as {path.name} beside the session folder.")
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _show_file(self, path: Path) -> None:
        self.said.emit(f"Saved as {path.name} in the session folder.")
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
