"""What the keys do in every dialog: Return, Tab, Escape, and which widget has them first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QWidget,
)

from femon.camera import CameraInfo
from femon.gui.dialogs.camera_picker import CameraPicker
from femon.gui.dialogs.frame import scrolling
from femon.gui.dialogs.marker_names import MarkerNames
from femon.gui.dialogs.old_sessions import OldSessions
from femon.gui.dialogs.open_source import OpenSourceDialog
from femon.gui.dialogs.purpose import PurposeDialog
from femon.gui.dialogs.session_start import SessionStartDialog
from femon.gui.labels import plain
from femon.gui.theme import DARK, LIGHT, apply_theme, style_sheet
from femon.settings import Settings

CAMERAS = [CameraInfo(0, "Integrated Camera", "V4L2")]
Make = Callable[[Path], QDialog]
DIALOGS: dict[str, Make] = {
    "camera": lambda folder: CameraPicker(CAMERAS, "0", refresh=lambda: CAMERAS),
    "file": lambda folder: opened(OpenSourceDialog(), folder),
    "session": lambda folder: SessionStartDialog(Settings(sessions=str(folder))),
    "purpose": lambda folder: PurposeDialog("self", first=True),
    "markers": lambda folder: MarkerNames(()),
    "old": lambda folder: OldSessions((), 90),
}


def opened(dialog: OpenSourceDialog, folder: Path) -> OpenSourceDialog:
    dialog.set_text(str(folder))
    return dialog


@pytest.fixture(params=DIALOGS)
def dialog(request: Any, qtbot: Any, tmp_path: Path) -> QDialog:
    made = DIALOGS[request.param](tmp_path)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    return made


def refusing(dialog: QDialog) -> QPushButton:
    (row,) = dialog.findChildren(QDialogButtonBox)
    return row.button(QDialogButtonBox.StandardButton.Cancel)


def stops(dialog: QDialog) -> list[QWidget]:
    """Where Tab leads from widget to widget, the first one first."""
    found, widget = [], dialog.nextInFocusChain()
    while widget is not dialog:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def test_return_presses_the_button_that_has_the_focus(dialog: QDialog, qtbot: Any) -> None:
    refusing(dialog).setFocus()
    qtbot.keyClick(refusing(dialog), Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_every_button_of_a_dialog_takes_return(dialog: QDialog) -> None:
    assert [one.text() for one in dialog.findChildren(QPushButton) if not one.autoDefault()] == []


def test_tab_goes_through_the_buttons_as_they_stand_after_the_fields(dialog: QDialog) -> None:
    (row,) = dialog.findChildren(QDialogButtonBox)
    at = [one for one in stops(dialog) if one.parentWidget() is row]
    assert at == stops(dialog)[-len(at) :]
    assert at == sorted(at, key=lambda button: button.x())


def test_a_dialog_begins_at_what_it_asks_for(dialog: QDialog) -> None:
    first = dialog.focusWidget()
    assert first is not None
    assert not isinstance(first, QPushButton)


def test_the_line_for_a_file_has_the_focus(qtbot: Any) -> None:
    dialog = OpenSourceDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert isinstance(dialog.focusWidget(), QLineEdit)


def test_every_stop_of_tab_shows_that_it_has_the_focus(dialog: QDialog) -> None:
    assert not [one for one in stops(dialog) if isinstance(one, QScrollArea)]


def test_text_alone_can_still_be_scrolled_by_keys(qtbot: Any) -> None:
    area = scrolling(plain("Only text"))
    qtbot.addWidget(area)
    assert area.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=lambda colours: colours.name)
def test_the_focus_is_drawn_once_and_on_the_default_button_too(colours: Any) -> None:
    sheet = style_sheet(colours)
    assert (
        f'QPushButton:default:focus, QPushButton[look="primary"]:focus {{ border: 2px solid {colours.text}'
        in sheet
    )
    assert "QPushButton, QToolButton, QCheckBox, QRadioButton, QTabBar { outline: none; }" in sheet
    assert f"QScrollArea:focus {{ border-color: {colours.accent}; }}" in sheet


def test_no_button_of_a_dialog_carries_a_picture_of_the_style(qapp: Any, qtbot: Any) -> None:
    before = qapp.styleSheet()
    try:
        apply_theme(qapp, "dark")
        both = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Title", "Text", both)
        for dialog in (box, OpenSourceDialog(), OldSessions((), 90)):
            qtbot.addWidget(dialog)
            dialog.show()
            row = dialog.findChildren(QDialogButtonBox)[0]
            assert all(button.icon().isNull() for button in row.buttons())
            hint = row.style().StyleHint.SH_DialogButtonBox_ButtonsHaveIcons
            assert row.style().styleHint(hint, None, row) == 0
    finally:
        qapp.setStyleSheet(before)
