"""Asking what a session needs to know before it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from femon.gui.dialogs.calibration_hint import CalibrationHint
from femon.gui.dialogs.consent import Consent
from femon.gui.dialogs.frame import accept_and_cancel, resize_to_text, scrolling
from femon.gui.dialogs.participant_code import CODE_HINT, code_fault
from femon.gui.dialogs.session_kind import KindChoice
from femon.gui.dialogs.session_room import Room, existing
from femon.gui.dialogs.session_video import VideoTick
from femon.gui.drawing import size_text
from femon.gui.labels import ElidedLabel, Hint, heading, muted, plain
from femon.profiles import StoredProfile
from femon.purpose import PURPOSES, UNTIL_ASKED, needs_consent
from femon.recording.session import SessionRequest
from femon.settings import LONGEST_LIST, LONGEST_WORD, ModeSettings, RecordingSettings, Settings

_GLASSES: Final = (("Not stated", None, ""), ("Yes", True, "yes"), ("No", False, "no"))
_NOTES_LINES: Final = 3


class SessionStartDialog(QDialog):
    """After exec() `request` holds what was asked for and `modes` what to watch; None when cancelled.

    `remembered` is what the next session should start with. Of a `live` source a video is offered too.
    What the folder offers is asked for by `room_wanted`, and told by show_room().
    """

    calibrate_requested = Signal()
    room_wanted = Signal(object, bool)  # Path of the folder, with video

    def __init__(
        self, settings: Settings, parent: QWidget | None = None, *, source_name: str = "", live: bool = True
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Start session")
        self.request: SessionRequest | None = None
        self._folder = settings.sessions_folder
        self._recording = settings.recording
        self._purpose = settings.purpose or UNTIL_ASKED
        self._room: Room | None = None  # of the folder as it is chosen now; None: not known yet
        resize_to_text(self, 84, 50 if needs_consent(self._purpose) else 42)
        self.kind = KindChoice(settings.modes, self._purpose)
        self.video = VideoTick(wanted=settings.video, live=live)
        self._make_fields()
        row, self._start = accept_and_cancel(self, "Start recording")
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(heading("New session"))
        if source_name:
            column.addWidget(ElidedLabel(f"From {source_name}"))
        column.addWidget(scrolling(self._form()), 1)
        column.addWidget(self._verdict)
        column.addWidget(row)
        self._connect()
        self._judge()
        self.participant.setFocus()

    @property
    def folder(self) -> Path:
        """Where the session folder is to be made."""
        return self._folder

    @property
    def modes(self) -> ModeSettings:
        """What the session is to watch."""
        return self.kind.modes

    @property
    def remembered(self) -> RecordingSettings:
        """What the next session should start with, newest answers first."""
        known, worn = self._recording, {value: word for _, value, word in _GLASSES}
        return replace(
            known,
            participants=_newest(self._code(), known.participants),
            conditions=_newest(self._condition(), known.conditions),
            glasses=worn[self.glasses.currentData()],
        )

    def show_profiles(self, profiles: Iterable[StoredProfile]) -> None:
        """The stored calibrations, which are read elsewhere."""
        self.calibration.take(profiles)
        self._judge()

    def set_folder(self, folder: Path) -> None:
        """Write into another folder."""
        self._folder = folder
        self.ask_for_room()

    def ask_for_room(self) -> None:
        """Have the folder looked at, which may take long."""
        self._room = None
        self._judge()
        self.room_wanted.emit(self._folder, self.video.wanted)

    def show_room(self, room: Room) -> None:
        """What was found, unless something else was chosen meanwhile."""
        if (room.folder, room.video) == (self._folder, self.video.wanted):
            self._room = room
            self._judge()

    def accept(self) -> None:
        """Take the answers; does nothing while something is missing."""
        if self._objection():
            return
        self.request = SessionRequest(
            root=self._folder,
            participant=self._code(),
            condition=self._condition(),
            notes=self.notes.toPlainText().strip(),
            glasses=self.glasses.currentData(),
            purpose=self._purpose,
            consent=needs_consent(self._purpose) and self.consent.isChecked(),
            rested=self.modes.eyes and self.rested.isChecked(),
            video=self.video.wanted,
        )
        super().accept()

    def _calibrate(self) -> None:
        self.reject()
        self.calibrate_requested.emit()

    def _code(self) -> str:
        return self.participant.currentText().strip()

    def _condition(self) -> str:
        return self.condition.currentText().strip()

    def _make_fields(self) -> None:
        self.participant = _history(self._recording.participants, "p01", self.accept)
        self.participant.setAccessibleDescription(CODE_HINT)
        example = "for example A, or before the break"
        self.condition = _history(self._recording.conditions, example, self.accept)
        self.notes = QPlainTextEdit(tabChangesFocus=True)
        self.notes.setFixedHeight(self.notes.fontMetrics().height() * _NOTES_LINES + 16)
        self.glasses = QComboBox()
        for text, value, word in _GLASSES:
            self.glasses.addItem(text, value)
            if word == self._recording.glasses:
                self.glasses.setCurrentIndex(self.glasses.count() - 1)
        self._consent = Consent(self.modes)
        self.consent = self._consent.tick
        self.rested = QCheckBox("Rested now: learn how long this person's blinks normally last")
        self.calibration = CalibrationHint()
        self._code_hint, self._verdict = Hint(), Hint()
        self._path, self._space = ElidedLabel(), muted("")

    def _connect(self) -> None:
        self.participant.currentTextChanged.connect(self._judge)
        self.glasses.currentIndexChanged.connect(self._judge)
        self.kind.changed.connect(self._judge)
        self.video.tick.toggled.connect(self.ask_for_room)
        self.consent.toggled.connect(self._judge)
        self.calibration.wanted.connect(self._calibrate)

    def _form(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 8, 0)
        grid = QGridLayout()  # a form layout squeezes text that wraps
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        participant = QWidget()
        below = QVBoxLayout(participant)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(2)
        below.addWidget(self.participant)
        below.addWidget(self._code_hint)
        purpose = plain(PURPOSES[self._purpose].name)
        purpose.setContentsMargins(0, 5, 0, 0)
        _add(grid, "Purpose", purpose)
        if needs_consent(self._purpose):
            _add(grid, "", self._consent)
        _add(grid, "Kind", self.kind)
        _add(grid, "P&articipant", participant, self.participant)
        _add(grid, "&Condition", self.condition, self.condition)
        _add(grid, "&Glasses", self.glasses, self.glasses)
        _add(grid, "", self.calibration)
        _add(grid, "", self.rested)
        if self.video.offered:
            _add(grid, "&Video", self.video, self.video.tick)
        _add(grid, "&Notes", self.notes, self.notes)
        _add(grid, "Folder", self._folder_line())
        column.addLayout(grid)
        column.addStretch(1)
        return body

    def _folder_line(self) -> QWidget:
        change = QPushButton("Change...")
        change.setAccessibleName("Change the folder")
        change.clicked.connect(self._ask_folder)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(self._path)
        text.addWidget(self._space)
        whole = QWidget()
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.addLayout(text, 1)
        line.addWidget(change)
        return whole

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder for sessions", str(existing(self._folder)))
        if folder:
            self.set_folder(Path(folder))

    def _judge(self) -> None:
        wrong = code_fault(self._code())
        self._code_hint.say(wrong or CODE_HINT, "wrong" if wrong else "quiet")
        self._consent.ask_for(self.modes)
        self.calibration.judge(
            "" if wrong else self._code(), self.glasses.currentData(), monitored=self.modes.monitored
        )
        self.rested.setVisible(self.modes.eyes)
        self._path.set_text(str(self._folder))
        self._path.setToolTip(str(self._folder))
        self._space.setText(_space_text(self._room))
        objection = self._objection()
        self._verdict.say(objection, "wrong")
        self._start.setEnabled(not objection)

    def _objection(self) -> str:
        if code_fault(self._code()):
            return "The participant is not a code."
        if self._room is not None and self._room.trouble:
            return self._room.trouble
        if needs_consent(self._purpose) and not self.consent.isChecked():
            return "Recording needs the consent of the person in view."
        return ""


def _history(words: Iterable[str], example: str, go_on: Callable[[], None]) -> QComboBox:
    """A field with what was typed before, the newest shown; Return goes on, as in other fields."""
    line = QLineEdit(placeholderText=example, maxLength=LONGEST_WORD)
    line.returnPressed.connect(go_on)  # the box keeps the key to itself
    box = QComboBox()
    box.setLineEdit(line)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItems(list(words))
    return box


def _newest(word: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with this one first, once each; an empty one is an answer too."""
    return tuple(dict.fromkeys((word, *words)))[:LONGEST_LIST]


def _add(grid: QGridLayout, text: str, field: QWidget, buddy: QWidget | None = None) -> None:
    """One more row; without a text the field takes the whole width."""
    row = grid.rowCount()
    if not text:
        grid.addWidget(field, row, 0, 1, 2)
        return
    label = QLabel(text)
    label.setContentsMargins(0, 5, 0, 0)
    if buddy is not None:
        label.setBuddy(buddy)
    grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
    grid.addWidget(field, row, 1)


def _space_text(room: Room | None) -> str:
    if room is None:
        return " "  # it keeps its line
    return "free space unknown" if room.free_bytes is None else f"{size_text(room.free_bytes)} free"
