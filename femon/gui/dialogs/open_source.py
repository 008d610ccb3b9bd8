"""Opening a video, a picture, a folder of pictures or a stream address."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from femon.gui.dialogs.frame import accept_and_cancel, resize_to_text
from femon.gui.drawing import size_text
from femon.gui.labels import Hint, Tone, muted
from femon.source_content import PICTURE_SUFFIXES, VIDEO_SUFFIXES

_SCHEMES: Final = ("rtsp", "http", "https")
_VIDEOS: Final = " ".join(f"*{suffix}" for suffix in sorted(VIDEO_SUFFIXES))
_PICTURES: Final = " ".join(f"*{suffix}" for suffix in sorted(PICTURE_SUFFIXES))
_FILTERS: Final = (
    f"Videos and pictures ({_VIDEOS} {_PICTURES});;Videos ({_VIDEOS});;Pictures ({_PICTURES});;All files (*)"
)


class OpenSourceDialog(QDialog):
    """One line for a path or an address; after exec() `choice` is the spec for open_source() or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open file or URL")
        resize_to_text(self, 80, 10)
        self.choice: str | None = None
        self._line = QLineEdit(placeholderText="File, folder or stream address", clearButtonEnabled=True)
        self._line.setAccessibleName("File, folder or stream address")
        self._hint = Hint()
        row, self._open = accept_and_cancel(self, "Open")
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addWidget(
            muted("A video, a picture, a folder of pictures, or an address (rtsp, http, https).")
        )
        column.addLayout(self._line_and_buttons())
        column.addWidget(self._hint)
        column.addStretch(1)
        column.addWidget(row)
        self._line.textChanged.connect(self._judge)
        self._judge("")
        self._line.setFocus()

    def set_text(self, text: str) -> None:
        """Fill in the line."""
        self._line.setText(text)

    def accept(self) -> None:
        """Take the line if it names something."""
        text = self._line.text().strip()
        if _verdict(text)[0]:
            self.choice = text
            super().accept()

    def _line_and_buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.addWidget(self._line, 1)
        for text, ask in (("File...", self._ask_file), ("Folder...", self._ask_folder)):
            button = QPushButton(text)
            button.clicked.connect(ask)
            line.addWidget(button)
        return line

    def _ask_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Open file", self._start_folder(), _FILTERS)
        if path:
            self.set_text(path)

    def _ask_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "Open folder of pictures", self._start_folder())
        if path:
            self.set_text(path)

    def _start_folder(self) -> str:
        text = self._line.text().strip()
        return text if text and "://" not in text else str(Path.home())

    def _judge(self, text: str) -> None:
        usable, sentence, tone = _verdict(text.strip())
        self._open.setEnabled(usable)
        self._hint.say(sentence, tone)


def _verdict(text: str) -> tuple[bool, str, Tone]:
    if not text:
        return False, "", "quiet"
    if "://" in text:
        return _address_verdict(text)
    path = Path(text).expanduser()
    try:
        if path.is_dir():
            return True, "A folder: its pictures are read one after the other.", "quiet"
        if path.is_file():
            return True, f"A file of {size_text(path.stat().st_size)}.", "quiet"
    except OSError:
        pass  # a name the system cannot even look up does not exist
    return False, "There is no such file or folder.", "wrong"


def _address_verdict(text: str) -> tuple[bool, str, Tone]:
    try:
        parts = urlsplit(text)
        usable = parts.scheme.lower() in _SCHEMES and bool(parts.hostname)
    except ValueError:
        usable = False
    if usable:
        return True, "femon will connect to this address.", "quiet"
    return False, "An address starts with rtsp://, http:// or https:// and names a computer.", "wrong"
