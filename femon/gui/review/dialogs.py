"""The questions of the review screen: which stretch to exclude and why, which formats to export."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from femon.errors import SettingsError
from femon.export import FORMATS, require_installed
from femon.gui.dialogs.frame import ButtonRow, accept_and_cancel, add_button
from femon.gui.labels import Hint, muted
from femon.gui.review.axis import time_text
from femon.gui.review.time_box import TimeBox
from femon.gui.theme import motion_reduced, set_look
from femon.recording.amending import LONGEST_REASON

VALUES: Final = {
    "smooth": "smoothed over time",
    "adj": "corrected by the baseline",
    "raw": "as the model gives them",
}
_KEPT: Final = "Tables and reports leave it out. The recording stays as it is, and Undo brings it back."
_BAR_PX: Final = 6


class ExcludeDialog(QDialog):
    """Asks for the ends of a stretch and the reason to leave it out."""

    def __init__(self, stretch: tuple[float, float], duration: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Exclude a stretch")
        self.start, self.end = (TimeBox(t, duration) for t in stretch)
        self.reason = QLineEdit()
        self.reason.setMaxLength(LONGEST_REASON)
        self.reason.setPlaceholderText("for example: talking to the operator")
        self._length = Hint()
        row, self._exclude = accept_and_cancel(self, "Exclude")
        form = QFormLayout()
        form.addRow("From", self.start)
        form.addRow("To", self.end)
        form.addRow("", self._length)
        form.addRow("Reason", self.reason)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(form)
        column.addWidget(muted(_KEPT))
        column.addWidget(row)
        for box in (self.start, self.end):
            box.valueChanged.connect(self._follow)
        self._follow()
        self.reason.setFocus()
        self.setMinimumWidth(26 * self.fontMetrics().averageCharWidth() * 2)

    @property
    def stretch(self) -> tuple[float, float]:
        """From and to, s."""
        return self.start.value(), self.end.value()

    def _follow(self) -> None:
        start, end = self.stretch
        right = end > start
        self._exclude.setEnabled(right)
        if right:
            self._length.say(f"{time_text(start, 0.0)} to {time_text(end, 0.0)}, {end - start:.1f} s")
        else:
            self._length.say("The end must lie after the beginning.", "wrong")


class ExportDialog(QDialog):
    """Asks for formats, shows how far the export is and where it went."""

    asked = Signal(object, str)  # names of formats, kind of values

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self._folder: Path | None = None
        self._writing = False
        self.formats = {name: _format_box(name) for name in FORMATS}
        self.values = QComboBox()
        for name, words in VALUES.items():
            self.values.addItem(words, name)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(_BAR_PX)
        set_look(self.bar, "thin")
        self.hint = Hint()
        self.hint.setMinimumHeight(2 * self.fontMetrics().height())
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        row = ButtonRow(QDialogButtonBox.StandardButton.Close)
        row.rejected.connect(self.reject)
        self.open_folder = add_button(row, "Open folder", "Show the exported files", self._open)
        self.export: QPushButton = row.addButton("Export", QDialogButtonBox.ButtonRole.ActionRole)
        self.export.setDefault(True)
        self.export.clicked.connect(self._ask)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(muted("Formats"))
        for box in self.formats.values():
            box.toggled.connect(self._follow)
            column.addWidget(box)
        form = QFormLayout()
        form.addRow("Probabilities", self.values)
        column.addLayout(form)
        column.addWidget(self.bar)
        column.addWidget(self.hint)
        column.addWidget(row)
        self.open_folder.hide()
        _keep_room(self.bar)
        self.bar.hide()
        self._follow()
        self.setMinimumWidth(30 * self.fontMetrics().averageCharWidth() * 2)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ticked formats."""
        return tuple(name for name, box in self.formats.items() if box.isChecked())

    def show_progress(self, done: int, total: int, name: str) -> None:
        """How many formats are done, and which comes now."""
        known = total > 1 or motion_reduced()  # one format alone: busy, since its length is unknown
        self.bar.setRange(0, total if known else 0)
        self.bar.setValue(done)
        self.bar.show()
        if name:
            self.hint.say(f"Writing {FORMATS[name].title}...")

    def show_done(self, folder: Path) -> None:
        """The files are there."""
        self._folder = folder
        self._rest(100)
        self.hint.say(f"Saved in the folder {folder.name} of the session.")
        self.hint.setToolTip(str(folder))
        self.open_folder.show()

    def show_failure(self, sentence: str) -> None:
        """The export ended early."""
        self._rest(0)
        self.bar.hide()
        self.hint.say(sentence, "wrong")

    def _rest(self, percent: int) -> None:
        self.bar.setRange(0, 100)
        self.bar.setValue(percent)
        self._writing = False
        self._follow()

    def _follow(self) -> None:
        self.export.setEnabled(bool(self.chosen) and not self._writing)

    def _ask(self) -> None:
        self._writing = True
        self._follow()
        self.open_folder.hide()
        self.asked.emit(self.chosen, str(self.values.currentData()))

    def _open(self) -> None:
        if self._folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))


def _keep_room(widget: QWidget) -> None:
    """Nothing moves when it comes and goes."""
    policy = widget.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    widget.setSizePolicy(policy)


def _format_box(name: str) -> QCheckBox:
    box = QCheckBox(FORMATS[name].title)
    try:
        require_installed(name)
    except SettingsError as error:
        box.setEnabled(False)
        box.setToolTip(str(error))
        box.setText(f"{FORMATS[name].title} (needs {FORMATS[name].package})")
    return box
