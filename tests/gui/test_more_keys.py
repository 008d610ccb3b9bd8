"""Keys of the window beside the common ones: the faces before and after, and the export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from femon.gui.dialogs.help import command_keys
from femon.gui.review.dialogs import ExportDialog
from femon.types import Reading
from finished import face_rows, write_session

KEY = Qt.Key


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The dialogs that came up, each cancelled."""
    names: list[str] = []
    monkeypatch.setattr(QDialog, "exec", lambda dialog: names.append(type(dialog).__name__) or 0)
    return names


def press(studio: Any, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    studio.window.activateWindow()
    studio.deliver()
    QTest.keyClick(studio.window, key, modifier)
    for _ in range(3):
        studio.deliver()


def test_brackets_walk_through_the_faces_and_go_round(studio: Any, face: Callable[..., Reading]) -> None:
    studio.open()
    studio.window.show()
    studio.show(0.0, face(1), face(2, primary=False), face(3, primary=False))
    walked = []
    for key in (KEY.Key_BracketRight, KEY.Key_BracketRight, KEY.Key_BracketRight, KEY.Key_BracketLeft):
        press(studio, key)
        walked.append(studio.window.parts.cards.chosen)
    assert walked == [2, 3, 1, 3]


def test_brackets_do_nothing_without_a_face(studio: Any) -> None:
    studio.window.show()
    press(studio, KEY.Key_BracketLeft)
    assert studio.window.parts.cards.chosen == 0


def test_the_export_key_leads_to_the_export_of_the_newest_session(studio: Any, asked: list[str]) -> None:
    sessions: Path = studio.controller.settings.sessions_folder
    for day in ("14", "15"):
        write_session(sessions, face_rows(20), name=f"2026-03-{day}_09-26-53_p01")
    studio.window.show()
    press(studio, KEY.Key_E, Qt.KeyboardModifier.ControlModifier)
    review = studio.window.review.review
    assert review.view.record.folder.name.startswith("2026-03-15")
    assert asked == [ExportDialog.__name__]
    review.reload()
    studio.deliver()
    assert asked == [ExportDialog.__name__]  # once
    studio.window.review.close()


def test_the_export_key_without_a_session_shows_how_to_make_one(studio: Any, asked: list[str]) -> None:
    studio.window.show()
    press(studio, KEY.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert studio.window.review.review.message.text().startswith("No sessions yet.")
    assert asked == []
    studio.window.review.close()


def test_the_keys_are_listed() -> None:
    assert {"[", "]", "Ctrl+E"} <= {key for key, _ in command_keys()}
