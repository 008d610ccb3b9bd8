"""The comparison of all installed models on one still picture: from a file, the clipboard or the video."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMimeData, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from femon.gui.dialogs.compare_columns import CompareColumns
from femon.gui.dialogs.compare_picture import WIDTH_PX, CropView, StillView
from femon.gui.dialogs.compare_still import PICTURES, still_from_frame, still_from_mime, still_from_path
from femon.gui.dialogs.compare_work import CompareWork, Still
from femon.gui.dialogs.frame import add_button, close_only, resize_to_text
from femon.gui.labels import ElidedLabel, Hint, muted
from femon.gui.theme import motion_reduced
from femon.types import Frame
from femon.wording import quality_word

if TYPE_CHECKING:
    from femon.comparison import Comparison

_INVITATION: Final = "Open a picture, paste one, drop one here, or take the current frame of the video."
_NOTHING_USABLE: Final = "There is no picture to paste. Copy one, or a picture file, and try again."
_ONE_MODEL: Final = "Only one model is installed. python -m training makes more."
_SEEN: Final = "What the models see, 48 x 48 px"


class CompareDialog(QDialog):
    """Shows the comparison of one picture; `take_frame` gives the video's picture of this moment, if any."""

    def __init__(
        self, work: CompareWork, take_frame: Callable[[], Frame | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Compare models")
        self.setAcceptDrops(True)
        resize_to_text(self, 172, 46)
        self.comparison: Comparison | None = None
        self._work, self._take_frame = work, take_frame
        self._name, self._chosen = "", 0
        self._picture = ElidedLabel()
        self._progress = _progress_bar()
        self._hint = Hint()
        self._still = StillView()
        self._faces = QButtonGroup(self)
        self._face_row = QHBoxLayout()
        self._crop = CropView()
        self._quality = muted("")
        self._columns = CompareColumns()
        self._message = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._right = QStackedWidget()
        self._build()
        self._connect()
        self._say(_INVITATION)

    def compare_frame(self) -> None:
        """Compare the picture that the video shows now."""
        frame = self._take_frame()
        if frame is None:
            self._hint.say("No video is open.", "wrong")
        else:
            self._work.ask(still_from_frame(frame))

    def compare_file(self, path: Path) -> None:
        """Compare a picture file."""
        self._work.ask(still_from_path(path))

    def choose_face(self, position: int) -> None:
        """Show another face of the picture, counted from 0."""
        if self.comparison is None or not 0 <= position < len(self.comparison.faces):
            return
        self._chosen = position
        face = self.comparison.faces[position]
        self._still.choose(position)
        self._crop.show_crop(face.crop)
        judged = "" if self.comparison.taken_as_crop else f"\n{quality_word(face.quality)} quality"
        self._quality.setText(_SEEN + judged)
        if len(self.comparison.faces) > 1:
            self._faces.button(position).setChecked(True)
        self._columns.show_face(self.comparison, position)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what may be a picture."""
        if event.mimeData().hasImage() or event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Compare what was dropped."""
        event.acceptProposedAction()
        self._take(event.mimeData())

    def done(self, result: int) -> None:
        """Give up what still runs."""
        self._work.close()
        super().done(result)

    # --- parts ---

    def _build(self) -> None:
        self._message.setWordWrap(True)
        self._right.addWidget(self._message)
        self._right.addWidget(self._columns)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addLayout(self._left())
        middle.addWidget(self._right, 1)
        row = close_only(self)
        self._save = add_button(row, "Save CSV...", "Save the table of all faces and models", self._ask_path)
        self._copy = add_button(row, "Copy table", "Copy the table of all faces and models", self._copy_table)
        column = QVBoxLayout(self)
        column.addLayout(self._top())
        column.addWidget(self._progress)
        column.addLayout(middle, 1)
        column.addWidget(self._hint)
        column.addWidget(row)

    def _top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        buttons = (
            ("Open picture...", "Ctrl+O", "Open a picture file", self._ask_picture),
            ("Paste", "Ctrl+V", "Take the picture in the clipboard", self._paste),
            ("Current frame", "F", "Take the picture that the video shows now", self.compare_frame),
        )
        for text, key, tip, do in buttons:
            button = QPushButton(text)
            button.setToolTip(f"{tip} ({key})")
            button.clicked.connect(do)
            QShortcut(QKeySequence(key), self, do)
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self._picture, 1)
        return row

    def _left(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._still)
        column.addLayout(self._face_row)
        column.addWidget(self._crop)
        self._quality.setFixedWidth(WIDTH_PX)
        self._face_row.addStretch(1)
        column.addWidget(self._quality)
        column.addStretch(1)
        return column

    def _connect(self) -> None:
        work = self._work
        work.started.connect(self._show_start)
        work.progressed.connect(self._show_progress)
        work.done.connect(self._show)
        work.failed.connect(self._show_failure)
        work.written.connect(self._show_written)
        self._still.face_chosen.connect(self.choose_face)
        self._faces.idClicked.connect(self.choose_face)
        for key, step in (("[", -1), ("]", 1)):
            QShortcut(QKeySequence(key), self, lambda step=step: self.choose_face(self._chosen + step))

    # --- what is shown ---

    @Slot(str)
    def _show_start(self, name: str) -> None:
        self._progress.setRange(0, 1 if motion_reduced() else 0)
        self._progress.show()
        self._hint.say(f"Looking for faces in {name}...")

    @Slot(int, int)
    def _show_progress(self, done: int, models: int) -> None:
        self._progress.setRange(0, models)
        self._progress.setValue(done)
        self._hint.say(f"Model {done + 1} of {models}...")

    @Slot(str, object)
    def _show(self, name: str, comparison: Comparison) -> None:
        from femon.comparison import NO_FACE, TAKEN_AS_CROP

        self._progress.hide()
        self._name = name
        self._picture.set_text(name)
        self._still.show_faces(comparison.frame, comparison.faces)
        if not comparison.faces:
            self._say(NO_FACE)
            return
        self._set_comparison(comparison)
        self._right.setCurrentWidget(self._columns)
        notes = [TAKEN_AS_CROP] if comparison.taken_as_crop else []
        notes += [_ONE_MODEL] if len(comparison.models) + len(comparison.broken) == 1 else []
        self._hint.say(" ".join(notes))
        self.choose_face(0)

    @Slot(str, str)
    def _show_failure(self, name: str, sentence: str) -> None:
        self._progress.hide()
        self._picture.set_text(name)
        self._still.clear()
        self._say(sentence)

    @Slot(str, str)
    def _show_written(self, path: str, sentence: str) -> None:
        self._hint.say(sentence or f"Saved as {path}.", "wrong" if sentence else "quiet")

    def _say(self, sentence: str) -> None:
        """Show a sentence in place of the columns."""
        self._set_comparison(None)
        self._message.setText(sentence)
        self._right.setCurrentWidget(self._message)
        self._hint.say("")

    def _set_comparison(self, comparison: Comparison | None) -> None:
        self.comparison = comparison
        self._fill_faces(len(comparison.faces) if comparison else 0)
        for part in (self._crop, self._quality):
            part.setVisible(comparison is not None)
        for button in (self._copy, self._save):
            button.setEnabled(comparison is not None)

    def _fill_faces(self, count: int) -> None:
        for old in self._faces.buttons():
            self._faces.removeButton(old)
            old.hide()
            old.deleteLater()
        for position in range(count if count > 1 else 0):
            button = QToolButton()
            button.setText(f"Face {position + 1}")
            button.setCheckable(True)
            button.setToolTip("Previous and next face: [ and ]")
            self._faces.addButton(button, position)
            self._face_row.insertWidget(position, button)

    # --- commands ---

    def _ask_picture(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Open picture", str(Path.home()), PICTURES)
        if path:
            self.compare_file(Path(path))

    def _paste(self) -> None:
        self._take(QGuiApplication.clipboard().mimeData())

    def _take(self, data: QMimeData) -> None:
        still: Still | None = still_from_mime(data)
        if still is None:
            self._hint.say(_NOTHING_USABLE, "wrong")
        else:
            self._work.ask(still)

    def _copy_table(self) -> None:
        QGuiApplication.clipboard().setText("\n".join("\t".join(row) for row in self._table()) + "\n")
        self._hint.say("The table is in the clipboard.")

    def _ask_path(self) -> None:
        start = str(Path.home() / "comparison.csv")
        path, _ = QFileDialog.getSaveFileName(self, "Save table", start, "CSV (*.csv)")
        if path:
            self._work.write(self._table(), Path(path))

    def _table(self) -> list[list[str]]:
        from femon.comparison import table

        return table(self.comparison, self._name) if self.comparison else []


def _progress_bar() -> QProgressBar:
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setFixedHeight(4)
    bar.setProperty("look", "thin")
    bar.setAccessibleName("Progress")
    keep = bar.sizePolicy()
    keep.setRetainSizeWhenHidden(True)  # so that nothing moves when it comes
    bar.setSizePolicy(keep)
    bar.hide()
    return bar
