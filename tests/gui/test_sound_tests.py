"""The page of the alarm settings has room for all of its lines, also for those that come late."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from femon.gui.dialogs.settings_dialog import SettingsDialog
from femon.gui.dialogs.sound_tests import SoundTests
from femon.gui.labels import Hint
from femon.settings import Settings

FAULT = (
    "Sound is off: no audio device was found. Connect speakers or headphones; femon keeps looking for them."
)


class Bench(QObject):
    """Finds no device, but says so only after a while."""

    fault_changed = Signal(str)

    def begin_test(self) -> str:
        return ""

    def test(self, name: str, volume: float) -> None: ...

    def end_test(self) -> None: ...


@pytest.fixture
def dialog(qtbot: Any, qapp: QApplication) -> SettingsDialog:
    bench = Bench()
    made = SettingsDialog(Settings(), sounds=bench)
    qtbot.addWidget(made)
    made.show()
    qapp.processEvents()
    made.show_page("Alarms")
    qapp.processEvents()
    bench.fault_changed.emit(FAULT)
    for _ in range(3):  # the line asks for room, then the page, then the area that scrolls it
        qapp.processEvents()
    return made


def test_no_button_is_cut_when_the_fault_is_known_after_the_page_is_shown(dialog: SettingsDialog) -> None:
    tests = dialog.findChild(SoundTests)
    buttons = tests.findChildren(QPushButton)
    assert len(buttons) == 10
    assert all(button.height() >= button.sizeHint().height() for button in buttons)


def test_the_reason_for_silence_is_read_whole(dialog: SettingsDialog) -> None:
    hint = dialog.findChild(SoundTests).findChild(Hint)
    assert hint.text() == FAULT
    assert hint.height() >= hint.heightForWidth(hint.width())


def test_every_help_line_is_as_high_as_its_words(dialog: SettingsDialog) -> None:
    page = dialog.findChild(SoundTests).parentWidget()
    lines = [label for label in page.findChildren(QLabel) if label.wordWrap()]
    assert len(lines) > 5
    assert [line.height() - line.heightForWidth(line.width()) for line in lines] == [0] * len(lines)
