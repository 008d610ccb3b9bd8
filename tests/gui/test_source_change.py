"""Another source while a session runs, and the same one once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QToolButton

from femon.gui.dialogs.open_source import OpenSourceDialog
from femon.gui.dialogs.question import Question
from femon.gui.dialogs.stop_summary import StopSummary
from femon.meter import Stats
from femon.recording import SessionRequest
from femon.recording.ledger import SessionSummary
from femon.types import SourceInfo

SUMMARY = SessionSummary(
    Path("s"), "complete", 90, 90, 0, 0, 0, 90, 3.0, 0.0, None, None, "ok", {}, None
)  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """Every question that came; `answer` decides what is said to it."""
    return []


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, asked: list[Question]) -> Callable[[str], None]:
    """Presses this button in every question, and closes all other dialogs."""

    def with_button(text: str) -> None:
        def act(dialog: QDialog) -> int:
            if isinstance(dialog, Question):
                asked.append(dialog)
                next(one for one in dialog.findChildren(QPushButton) if one.text() == text).click()
            elif isinstance(dialog, OpenSourceDialog):
                dialog.choice = "other.mp4"
            return int(dialog.result())

        monkeypatch.setattr(QDialog, "exec", act)

    return with_button


def test_return_and_escape_keep_the_recording(qtbot: Any) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        question = Question("Stop?", "It ends.", go_on="Stop", stay="Keep", parent=None)
        qtbot.addWidget(question)
        question.show()
        question.activateWindow()
        qtbot.waitUntil(question.isActiveWindow)
        first = question.focusWidget()
        assert isinstance(first, QPushButton)
        assert first.text() == "Keep"
        qtbot.keyClick(first, key)
        assert question.result() == QDialog.DialogCode.Rejected
        assert not question.isVisible()


def recording(studio: Any, folder: Path) -> Any:
    pipeline = studio.open()
    studio.record(folder)
    return pipeline


@pytest.mark.parametrize("command", ["file", "demo"])
def test_another_source_is_not_opened_unasked_while_a_session_runs(
    studio: Any, answer: Any, asked: list[Question], tmp_path: Path, command: str
) -> None:
    recording(studio, tmp_path)
    answer("Keep recording")
    studio.window.commands[command].trigger()
    studio.deliver()
    assert [type(one).__name__ for one in asked] == ["Question"]
    assert len(studio.made.pipelines) == 1
    assert studio.window.sessions.recording
    assert "stop_recording" not in studio.pipeline.calls


@pytest.mark.parametrize(("command", "goes_with"), [("demo", False), ("file", True)])
def test_a_session_that_waits_for_its_camera_is_not_recorded_from_the_built_in_clip(
    studio: Any, answer: Any, tmp_path: Path, command: str, goes_with: bool
) -> None:
    request = SessionRequest(tmp_path, participant="p01")
    studio.controller.open("0", record=request)
    studio.say("error", "The camera is busy.")
    answer("Open")
    studio.window.commands[command].trigger()
    studio.deliver()
    assert len(studio.made.pipelines) == 2
    assert studio.pipeline.options["record"] is (request if goes_with else None)


def test_the_next_source_waits_until_the_summary_was_closed(
    studio: Any, answer: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = recording(studio, tmp_path)
    answer("Stop and open")
    studio.window.commands["file"].trigger()
    assert first.calls[-1] == "stop_recording"
    assert len(studio.made.pipelines) == 1
    open_behind: list[int] = []
    monkeypatch.setattr(StopSummary, "exec", lambda _: open_behind.append(len(studio.made.pipelines)) or 0)
    studio.say("recorded", summary=replace(SUMMARY, folder=tmp_path))
    assert open_behind == [1]
    assert [one.source for one in studio.made.pipelines] == ["0", "other.mp4"]


def test_a_session_that_breaks_off_lets_the_next_source_open(
    studio: Any, answer: Any, tmp_path: Path
) -> None:
    recording(studio, tmp_path)
    answer("Stop and open")
    studio.window.commands["demo"].trigger()
    studio.say("recording_error", "The folder has gone.")
    assert studio.pipeline.source == "demo"


def test_a_classifier_that_hangs_does_not_hold_the_next_source_back(
    studio: Any, answer: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = recording(studio, tmp_path)
    monkeypatch.setattr(first, "stats", lambda: Stats(hanging="classify"))
    answer("Stop and open")
    studio.window.commands["demo"].trigger()
    studio.deliver()
    assert studio.pipeline.source == "demo"


def test_without_a_session_nothing_is_asked(studio: Any, answer: Any, asked: list[Question]) -> None:
    studio.open()
    answer("Keep recording")
    studio.window.commands["demo"].trigger()
    assert (asked, studio.pipeline.source) == ([], "demo")


def test_trying_again_asks_too(studio: Any, answer: Any, asked: list[Question], tmp_path: Path) -> None:
    recording(studio, tmp_path)
    answer("Keep recording")
    studio.window.sources.open_again()
    assert (len(asked), len(studio.made.pipelines)) == (1, 1)


def test_what_has_ended_can_be_played_again_from_the_menu(studio: Any) -> None:
    again = studio.window.commands["again"]
    assert not again.isEnabled()
    studio.open_clip()
    assert not again.isEnabled()
    studio.say("ended", "talk.mp4 has ended.")
    assert again.isEnabled()
    again.trigger()
    assert [one.source for one in studio.made.pipelines] == ["talk.mp4", "talk.mp4"]


def test_a_camera_is_not_played_again(studio: Any) -> None:
    studio.open("0", SourceInfo("camera", "Cam", 64, 48, live=True, fps=30.0))
    studio.say("error", "gone", error=ValueError("gone"))
    assert not studio.window.commands["again"].isEnabled()


def test_a_session_can_only_be_started_where_something_can_be_recorded(studio: Any) -> None:
    start = studio.window.parts.session_panel._start
    assert not start.isEnabled()
    studio.open_clip()
    assert start.isEnabled()
    studio.say("ended", "talk.mp4 has ended.")
    assert not start.isEnabled()
    assert "Play again" in [button.text for button in studio.window.parts.banner.message.buttons]


def test_tab_reaches_every_button_of_the_toolbar(studio: Any) -> None:
    toolbar = studio.window.toolbar
    buttons = [
        one for action in toolbar.actions() if isinstance(one := toolbar.widgetForAction(action), QToolButton)
    ]
    assert len(buttons) > 12
    assert all(one.focusPolicy() & Qt.FocusPolicy.TabFocus for one in buttons)
