"""The settings dialog: its pages and what was changed on them."""

from __future__ import annotations

from functools import reduce

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from femon.gui.dialogs.frame import accept_and_cancel, add_button, resize_to_text, scrolling
from femon.gui.dialogs.setting_editor import SettingEditor
from femon.gui.dialogs.settings_fields import PAGES, Field, value_of, with_value
from femon.gui.dialogs.sound_tests import SoundBench, SoundTests
from femon.gui.labels import heading, muted
from femon.settings import Settings


class SettingsDialog(QDialog):
    """`settings` are those on screen; use them only after exec() was accepted."""

    delete_participant_requested = Signal()

    def __init__(
        self, settings: Settings, parent: QWidget | None = None, *, sounds: SoundBench | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        resize_to_text(self, 108, 38)
        self._given = settings
        self.editors: dict[str, SettingEditor] = {}
        self._shown: dict[str, object] = {}  # what the editors made of the given values: limited and rounded
        self._sounds = sounds
        self._names, self._pages = QListWidget(), QStackedWidget()
        self._names.setAccessibleName("Pages")
        for name, fields in PAGES.items():
            self._names.addItem(name)
            self._pages.addWidget(self._page(name, fields))
        self._names.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._names.setCurrentRow(0)
        self._names.setFixedWidth(self._names.sizeHintForColumn(0) + 60)
        row, _ = accept_and_cancel(self, "Save")
        add_button(row, "Reset all", "Set every page back to its defaults", self.reset_all)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self._names)
        middle.addWidget(self._pages, 1)
        column = QVBoxLayout(self)
        column.addLayout(middle, 1)
        column.addWidget(row)

    @property
    def settings(self) -> Settings:
        """The given ones with every value that was changed on a page."""
        return reduce(
            lambda settings, path: with_value(settings, path, self.editors[path].value()),
            (path for path, editor in self.editors.items() if editor.value() != self._shown[path]),
            self._given,
        )

    def reset_all(self) -> None:
        """Set every editor to its default."""
        for editor in self.editors.values():
            editor.reset()

    def show_page(self, name: str) -> None:
        """Turn to a page by its name."""
        self._names.setCurrentRow(list(PAGES).index(name))

    def _page(self, name: str, fields: tuple[Field, ...]) -> QWidget:
        page = QWidget()
        grid = QGridLayout(page)  # a form layout gives lines that wrap after it is shown the height of others
        grid.setContentsMargins(4, 4, 12, 4)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(heading(name), 0, 0, 1, 2)
        for row, field in enumerate(fields, start=1):
            self._add_row(grid, row, field)
        if name == "Alarms" and self._sounds is not None:
            grid.addWidget(self._sound_tests(self._sounds), grid.rowCount(), 0, 1, 2)
        if name == "Storage":
            self._add_deletion(grid, grid.rowCount())
        grid.setRowStretch(grid.rowCount(), 1)
        return scrolling(page)

    def _add_deletion(self, grid: QGridLayout, row: int) -> None:
        button = QPushButton("Choose whom...")
        button.setObjectName("delete_participant")
        button.setAccessibleName("Delete participant")
        button.clicked.connect(self.delete_participant_requested)
        place = QVBoxLayout()
        place.setSpacing(1)
        place.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        place.addWidget(muted("All sessions and calibrations of one code. You see first what would go."))
        label = QLabel("Delete participant")
        label.setMinimumHeight(button.sizeHint().height())
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(place, row, 1)

    def _sound_tests(self, sounds: SoundBench) -> SoundTests:
        self.finished.connect(sounds.end_test)
        return SoundTests(sounds, lambda: float(self.editors["alarms.volume"].value()))

    def _add_row(self, grid: QGridLayout, row: int, field: Field) -> None:
        editor = SettingEditor(field, value_of(Settings(), field.path))
        editor.set_value(value_of(self._given, field.path))
        self.editors[field.path] = editor
        self._shown[field.path] = editor.value()
        label = QLabel(field.text)
        label.setBuddy(editor.control)
        label.setMinimumHeight(editor.sizeHint().height())
        place = QVBoxLayout()
        place.setSpacing(1)
        place.addWidget(editor)
        if field.help:
            place.addWidget(muted(field.help))
        place.addSpacing(4)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(place, row, 1)
