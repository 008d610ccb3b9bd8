"""ReviewWindow: the list of sessions, the chosen one, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from femon.gui.controller import Controller
from femon.gui.labels import ElidedLabel, Hint, heading
from femon.gui.review.acts import SessionActs
from femon.gui.review.exclusions import Exclusions
from femon.gui.review.projector import Projector
from femon.gui.review.scenery import Scenery, open_scenery, scenery_of
from femon.gui.review.session_view import SessionView
from femon.gui.review.shelf import ShelfEntry, list_sessions
from femon.gui.review.shelf_view import ShelfList
from femon.gui.review.work import ReviewWork
from femon.gui.theme import set_look
from femon.recording.session import SESSION_FILE

EMPTY: Final = "No sessions yet. Start one with Ctrl+R or open a video."
CHOOSE: Final = "Choose a session in the list."
READING: Final = "Reading..."
_LIST_PX: Final = 280


class ReviewWindow(QMainWindow):
    """A window of its own beside the live one. Nothing in it waits: files are touched on other threads."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._folder = controller.settings.sessions_folder
        self._wanted = ""  # the name of the session folder to be chosen once it is listed
        self._exports = False  # the export is asked for with the next session that is shown
        self._opened: Path | None = None  # the session that is shown or being read
        self.work = ReviewWork(controller.background)
        self.list = ShelfList()
        self.view = SessionView()
        self.message = QLabel()
        self.hint = Hint()
        self.acts = SessionActs(self.work, controller.models, self)
        self.exclusions = Exclusions(self.work, self.view)
        self.buttons: dict[str, QPushButton] = {}
        self._pages = QStackedWidget()
        self._place = ElidedLabel()
        self._lay_out()
        self._connect()
        self.setWindowTitle("Review - femon")
        self.setMinimumSize(960, 600)
        self.resize(1280, 800)
        self._show_message(READING)

    def choose(self, folder: Path) -> None:
        """Show a session; the list shows the folder that it lies in."""
        self._folder, self._wanted = folder.parent, folder.name
        self.reload()

    def reload(self) -> None:
        """Read the list again."""
        self._place.set_text(str(self._folder))
        self._place.setToolTip(str(self._folder))
        self.work.run("Reading the list", partial(list_sessions, self._folder), self._show_list)

    def export_when_shown(self) -> None:
        """Ask how to export the session as soon as the list, read again, has led to one."""
        self._exports = True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let go of everything."""
        self.view.release()
        self.work.close()
        super().closeEvent(event)

    # --- the list and what is chosen in it ---

    def _show_list(self, entries: tuple[ShelfEntry, ...]) -> None:
        wanted, self._wanted = self._wanted, ""
        self.list.show_entries(entries)
        QTimer.singleShot(0, self, self._export_if_asked)
        if self.list.choose(wanted or (self._opened.name if self._opened else "")):
            return
        self._forget(CHOOSE if entries else EMPTY)
        self.list.setCurrentRow(0)

    @Slot(object)
    def _open(self, entry: ShelfEntry) -> None:
        if self.view.record is not None and entry.folder == self._opened:
            return
        self._forget(READING)
        self._opened = entry.folder
        self._enable()
        if entry.readable:
            self.work.run("Reading the session", partial(open_scenery, entry.folder), self._show_session)
        else:
            self._show_message(entry.problem)

    def _show_session(self, scenery: Scenery) -> None:
        if scenery.record.folder != self._opened:
            return  # another one was chosen meanwhile
        self.view.show_session(scenery, Projector(scenery.record))
        self._pages.setCurrentWidget(self.view)
        if not self.list.hasFocus():  # who walks through the list with the keys stays there
            self.view.panel.timeline.setFocus()
        self._enable()
        entry, changed = self.list.entry, " and ".join(scenery.record.changed)
        problem = f"{changed} changed after the recording was closed." if changed else ""
        self.hint.say(problem or (entry.problem if entry else ""), "wrong")
        QTimer.singleShot(0, self, self._export_if_asked)

    def _export_if_asked(self) -> None:
        if self._exports and self.view.record is not None:
            self._exports = False
            self.buttons["export"].click()

    @Slot(int)
    def _show_face(self, track: int) -> None:
        record = self.view.record
        if record is not None:
            self.work.run("Drawing", partial(scenery_of, record, track), self._take_face)

    def _take_face(self, scenery: Scenery) -> None:
        if scenery.record is self.view.record:
            self.view.renew(scenery)
        elif self.view.record is not None:  # its events have changed meanwhile
            self._show_face(self.view.panel.track)

    def _forget(self, message: str) -> None:
        self.view.release()
        self._opened = None
        self._show_message(message)
        self._enable()

    def _show_message(self, text: str) -> None:
        self.message.setText(text)
        self._pages.setCurrentWidget(self.message)

    def _enable(self) -> None:
        shown = self.view.record is not None
        for name, button in self.buttons.items():
            button.setEnabled(self._opened is not None if name in {"folder", "delete"} else shown)

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder with sessions", str(self._folder))
        if folder and (Path(folder) / SESSION_FILE).exists():  # one session itself
            self.choose(Path(folder))
        elif folder:
            self._folder = Path(folder)
            self._forget(READING)
            self.reload()

    # --- what is done with the session ---

    def _do(self, act: Callable[[Path], object]) -> None:
        if self._opened is not None:
            act(self._opened)

    @Slot(object, str)
    def _show_change(self, scenery: Scenery, said: str) -> None:
        if scenery.record.folder != self._opened or self.view.record is None:
            return
        self.hint.say(said)
        self.view.renew(scenery)
        if scenery.track != self.view.panel.track:
            self._show_face(self.view.panel.track)

    @Slot(str)
    def _after_delete(self, name: str) -> None:
        self._forget(CHOOSE)
        self.hint.say(f"{name} is deleted.")
        self.reload()

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self.hint.say(sentence, "wrong")
        if self.view.record is None:
            self._show_message(sentence)

    @Slot(str)
    def _show_busy(self, what: str) -> None:
        if what:
            self.hint.say(f"{what}...")
        elif self.hint.text().endswith("..."):
            self.hint.say("")

    # --- putting together ---

    def _connect(self) -> None:
        self.list.entry_chosen.connect(self._open)
        self.list.clicked.connect(lambda _: self.view.panel.timeline.setFocus())
        self.exclusions.changed.connect(self._show_change)
        self.exclusions.refused.connect(self.hint.say)
        self.view.face_requested.connect(self._show_face)
        self.acts.said.connect(self.hint.say)
        self.acts.deleting.connect(self.view.release)
        self.acts.deleted.connect(self._after_delete)
        self.work.failed.connect(self._fail)
        self.work.busy_changed.connect(self._show_busy)
        keys = {"Ctrl+E": self.buttons["export"].click, "Ctrl+W": self.close, "F5": self.reload}
        for key, do in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(do)

    def _lay_out(self) -> None:
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setWordWrap(True)
        self.message.setMargin(40)
        set_look(self.message, "muted")
        for page in (self.message, self.view):
            self._pages.addWidget(page)
        session = QWidget()
        column = QVBoxLayout(session)
        column.setContentsMargins(2, 8, 8, 8)
        column.addWidget(self._pages, 1)
        column.addLayout(self._button_row())
        columns = QSplitter(Qt.Orientation.Horizontal)
        for part in (self._shelf(), session):
            columns.addWidget(part)
        columns.setCollapsible(1, False)
        columns.setStretchFactor(1, 1)
        columns.setSizes([_LIST_PX, 1000])
        self.setCentralWidget(columns)

    def _shelf(self) -> QWidget:
        shelf = QWidget()
        column = QVBoxLayout(shelf)
        column.setContentsMargins(8, 8, 2, 8)
        head = QHBoxLayout()
        head.addWidget(heading("Sessions"), 1)
        other = QPushButton("Open folder...")
        other.setObjectName("other_folder")
        other.setToolTip("Show the sessions of another folder, or one session")
        other.clicked.connect(self._choose_folder)
        head.addWidget(other)
        column.addLayout(head)
        column.addWidget(self._place)
        column.addWidget(self.list, 1)
        shelf.setMinimumWidth(max(240, shelf.minimumSizeHint().width()))  # larger text needs more
        return shelf

    def _button_row(self) -> QHBoxLayout:
        acts, row = self.acts, QHBoxLayout()
        row.addWidget(self.hint, 1)
        exclude = lambda _folder: self.view.ask_to_exclude()  # noqa: E731 - an act like the others
        compare = lambda folder: acts.compare(folder, self.list.entries)  # noqa: E731
        for name, text, tip, act in (
            ("exclude", "Exclude...", "Leave a stretch out (E, or drag over the timeline)", exclude),
            ("report", "Report", "Write the report as a web page and open it", acts.report),
            ("pdf", "PDF", "Write the report as PDF and open it", acts.pdf),
            ("compare", "Compare...", "Write one report of this session and others", compare),
            ("export", "Export...", "Write the session in formats of other programs (Ctrl+E)", acts.export),
            ("folder", "Open folder", "Show the session's files", acts.open_folder),
            ("delete", "Delete...", "Delete the session with all its files", acts.ask_to_delete),
        ):
            button = self.buttons[name] = QPushButton(text)
            button.setToolTip(tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the keys are the timeline's
            button.clicked.connect(partial(self._do, act))
            row.addWidget(button)
        return row
