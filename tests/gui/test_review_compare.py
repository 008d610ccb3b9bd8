"""Comparing the session on screen with others: the dialog that chooses them, and the report of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QPushButton

from femon.gui.controller import Controller
from femon.gui.review.compare_dialog import CompareDialog
from femon.gui.review.window import ReviewWindow
from finished import face_rows, write_session

NAMES = ("2026-03-14_09-00-00_p01", "2026-03-14_10-00-00_p02", "2026-03-14_11-00-00_p03")
pytestmark = pytest.mark.usefixtures("shown_files")


@pytest.fixture
def sessions(controller: Controller) -> Path:
    root = controller.settings.sessions_folder
    for number, name in enumerate(NAMES, 1):
        write_session(root, face_rows(20), name=name, participant=f"p0{number}", condition="AB"[number % 2])
    return root


@pytest.fixture
def window(qtbot: Any, controller: Controller, sessions: Path) -> Iterator[ReviewWindow]:
    window = ReviewWindow(controller)
    qtbot.addWidget(window)
    window.choose(sessions / NAMES[1])
    window.show()
    yield window
    window.close()


Answer = Callable[[Callable[[CompareDialog], object]], None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    def answered(by: Callable[[CompareDialog], object]) -> None:
        monkeypatch.setattr(QDialog, "exec", lambda self: (by(self), self.result())[1])

    return answered


def told(dialog: CompareDialog) -> str:
    return " | ".join(label.text() for label in dialog.findChildren(QLabel))


def compare(dialog: CompareDialog) -> QPushButton:
    return next(one for one in dialog.findChildren(QPushButton) if one.text() == "Compare")


def listed(dialog: CompareDialog) -> list[str]:
    return [entry.folder.name for entry in dialog.list.entries]


def tick(dialog: CompareDialog, *rows: int) -> None:
    for row in rows:
        dialog.list.item(row).setSelected(True)


def test_the_report_of_all_is_written_beside_them_and_opened(
    window: ReviewWindow, answer: Answer, sessions: Path, shown_files: list[str]
) -> None:
    answer(lambda dialog: (tick(dialog, 0, 1), dialog.accept()))
    window.buttons["compare"].click()
    page = sessions / "comparison.html"
    assert shown_files == [str(page)]
    text = page.read_text(encoding="utf-8")
    places = [text.index(f"<td>{name}") for name in (NAMES[1], NAMES[0], NAMES[2])]
    assert places == sorted(places)  # the one on screen first, the others in their order
    assert window.hint.text() == "Saved as comparison.html beside the session folder."


def test_the_others_are_offered_and_one_must_be_chosen(window: ReviewWindow, answer: Answer) -> None:
    def look(dialog: CompareDialog) -> None:
        assert listed(dialog) == [NAMES[2], NAMES[0]]
        assert NAMES[1] in told(dialog)
        assert not compare(dialog).isEnabled()
        dialog.accept()
        assert dialog.chosen == ()
        tick(dialog, 1)
        assert compare(dialog).isEnabled()
        assert "2 sessions are compared" in told(dialog)

    answer(look)
    window.buttons["compare"].click()


def test_cancelling_writes_nothing(window: ReviewWindow, answer: Answer, sessions: Path) -> None:
    answer(lambda dialog: (tick(dialog, 0), dialog.reject()))
    window.buttons["compare"].click()
    assert not (sessions / "comparison.html").exists()


def test_a_session_of_another_folder_can_be_added(
    window: ReviewWindow, answer: Answer, tmp_path: Path, sessions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write_session(tmp_path / "elsewhere", face_rows(20), participant="p09")
    folders = [str(other), str(other), str(tmp_path / "elsewhere")]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: folders.pop(0))

    def add(dialog: CompareDialog) -> None:
        for _ in range(2):  # the second time it is there already
            dialog.other.click()
        assert listed(dialog)[0] == other.name
        assert len(listed(dialog)) == 3
        assert dialog.chosen == (other,)
        dialog.other.click()
        assert "is no femon session" in told(dialog)
        dialog.accept()

    answer(add)
    window.buttons["compare"].click()
    assert "p09" in (sessions / "comparison.html").read_text(encoding="utf-8")


def test_damaged_sessions_are_not_offered(window: ReviewWindow, answer: Answer, sessions: Path) -> None:
    (sessions / NAMES[0] / "session.json").write_text("{")
    window.reload()
    offered: list[list[str]] = []
    answer(lambda dialog: offered.append(listed(dialog)))
    window.buttons["compare"].click()
    assert offered == [[NAMES[2]]]
