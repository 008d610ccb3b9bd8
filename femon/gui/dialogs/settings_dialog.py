"""The settings dialog: its pages and what was changed on them."""

from __future__ import annotations

from functools import reduce

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
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
        form = QFormLayout(page)
        form.setContentsMargins(4, 4, 12, 4)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow(heading(name))
        for field in fields:
            self._add_row(form, field)
        if name == "Alarms" and self._sounds is not None:
            form.addRow(self._sound_tests(self._sounds))
        return scrolling(page)

    def _sound_tests(self, sounds: SoundBench) -> SoundTests:
        self.finished.connect(sounds.end_test)
        return SoundTests(sounds, lambda: float(self.editors["alarms.volume"].value()))

    def _add_row(self, form: QFormLayout, field: Field) -> None:
        editor = SettingEditor(field, value_of(Settings(), field.path))
        editor.set_value(value_of(self._given, field.path))
        self.editors[field.path] = editor
        self._shown[field.path] = editor.value()
        label = QLabel(field.text)
        label.setBuddy(editor.control)
        place = QVBoxLayout()
        place.setSpacing(1)
        place.addWidget(editor)
        if field.help:
            place.addWidget(muted(field.help))
        place.addSpacing(4)
        form.addRow(label, place)
