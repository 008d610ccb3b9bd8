"""The purpose in the window: asked before anybody is watched, and kept to in every place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from femon.gui import messages
from femon.gui.app import Chores
from femon.gui.dialogs.purpose import PurposeDialog
from femon.gui.monitor_modes import KINDS, ModeMenu
from femon.purpose import EXPRESSION_NOTICE, LAW, PURPOSES, not_available
from femon.recording.session import SessionRequest
from femon.settings import ModeSettings, load_settings

WORK = "workplace_education"
SAFETY = KINDS["driver"].modes


def gate(studio: Any) -> PurposeDialog:
    dialog = studio.window.purposes._dialog
    assert dialog is not None
    return dialog


def begin(studio: Any, source: str, record: SessionRequest | None = None) -> None:
    """Start as the program does, with the window on screen."""
    studio.window.show()
    chores = Chores(studio.controller, studio.window)
    chores.begin(source, record)
    chores._timer.stop()
    studio.deliver()


def set_purpose(studio: Any, purpose: str, **changes: Any) -> None:
    studio.controller.change_settings(replace(studio.controller.settings, purpose=purpose, **changes))


@pytest.fixture
def dialog(qtbot: Any) -> PurposeDialog:
    made = PurposeDialog("")
    qtbot.addWidget(made)
    made.show()
    return made


# --- the question ---


def test_four_answers_and_the_law_are_shown_and_none_is_ticked(dialog: PurposeDialog) -> None:
    texts = [answer.text() for answer in dialog.answers.values()]
    assert texts == [f"({n}) {one.answer}" for n, one in enumerate(PURPOSES.values(), 1)]
    assert LAW.endswith("This is not legal advice.")
    assert dialog.purpose == ""
    dialog.accept()
    assert dialog.isVisible()


def test_a_number_key_ticks_and_return_goes_on(dialog: PurposeDialog, qtbot: Any) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_3)
    assert dialog.purpose == "driver_safety"
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.result() == PurposeDialog.DialogCode.Accepted


# --- the first start ---


def test_no_camera_opens_before_the_answer_and_the_window_never_waits(studio: Any) -> None:
    begin(studio, "0")
    assert gate(studio).isVisible()
    assert studio.made.pipelines == []
    gate(studio).answers["research_consent"].setChecked(True)
    gate(studio).accept()
    studio.deliver()
    assert studio.pipeline.source == "0"
    assert studio.pipeline.settings.purpose == "research_consent"
    assert load_settings(studio.controller.settings_path)[0].purpose == "research_consent"


def test_the_built_in_clip_plays_behind_the_question(studio: Any) -> None:
    begin(studio, "demo")
    assert gate(studio).isVisible()
    assert [pipeline.source for pipeline in studio.made.pipelines] == ["demo"]
    gate(studio).answers[WORK].setChecked(True)
    gate(studio).accept()
    studio.deliver()
    assert studio.pipeline.settings.modes == SAFETY


def test_a_known_purpose_is_not_asked_for_again(studio: Any) -> None:
    set_purpose(studio, "self")
    begin(studio, "0")
    assert studio.window.purposes._dialog is None
    assert studio.pipeline.source == "0"


def test_refusing_to_answer_closes_femon(studio: Any) -> None:
    begin(studio, "0")
    gate(studio).reject()
    studio.deliver()
    assert not studio.window.isVisible()
    assert studio.made.pipelines == []


def test_closing_the_window_takes_the_question_along(studio: Any) -> None:
    begin(studio, "demo")
    closed: list[bool] = []
    gate(studio).destroyed.connect(lambda: closed.append(True))
    studio.window.close_unasked()
    studio.deliver()
    assert closed == [True]
    assert studio.pipeline.calls[-1] == "stop"


def test_a_session_of_the_command_line_is_recorded_with_the_purpose(studio: Any, tmp_path: Path) -> None:
    set_purpose(studio, "driver_safety")
    begin(studio, "0", SessionRequest(tmp_path, "p01", "A"))
    assert studio.pipeline.options["record"] == SessionRequest(tmp_path, "p01", "A", purpose="driver_safety")


def test_research_of_the_command_line_waits_for_consent(studio: Any, tmp_path: Path) -> None:
    begin(studio, "0", SessionRequest(tmp_path, "p01"))
    gate(studio).answers["research_consent"].setChecked(True)
    gate(studio).accept()
    studio.deliver()
    assert studio.pipeline.options["record"] is None
    assert studio.message() == ""
    studio.say("opened", info=None)
    assert studio.message() == messages.CONSENT_MISSING.text


# --- later ---


def test_another_purpose_opens_the_source_again_with_its_modes(studio: Any) -> None:
    set_purpose(studio, "self")
    studio.open()
    studio.window.commands["purpose"].trigger()
    dialog = gate(studio)
    assert dialog.purpose == "self"
    assert not [one for one in dialog.findChildren(QPushButton) if one.text() == "Quit femon"]
    dialog.answers["driver_safety"].setChecked(True)
    dialog.accept()
    studio.deliver()
    assert len(studio.made.pipelines) == 2
    assert studio.pipeline.settings.modes == SAFETY


def test_cancelling_or_keeping_the_purpose_changes_nothing(studio: Any) -> None:
    set_purpose(studio, "self")
    studio.open()
    before = studio.controller.settings
    for finish in (PurposeDialog.accept, PurposeDialog.reject):
        studio.window.commands["purpose"].trigger()
        finish(gate(studio))
        studio.deliver()
        assert studio.controller.settings == before
    assert len(studio.made.pipelines) == 1


def test_the_purpose_is_fixed_while_a_session_runs(studio: Any, tmp_path: Path) -> None:
    studio.open()
    studio.record(tmp_path)
    assert not studio.window.commands["purpose"].isEnabled()


# --- what it allows ---


def offered(menu: ModeMenu) -> dict[str, bool]:
    return {action.text(): action.isEnabled() for action in menu.actions() if action.isCheckable()}


@pytest.mark.parametrize(
    ("purpose", "kinds"),
    [
        ("", {"Free", "Driver fatigue", "Engagement", "Read expressions too"}),
        ("research_consent", {"Free", "Driver fatigue", "Engagement", "Read expressions too"}),
        ("driver_safety", {"Free", "Driver fatigue", "Read expressions too"}),
        (WORK, {"Driver fatigue"}),
    ],
)
def test_the_mode_menu_offers_what_the_purpose_allows(qtbot: Any, purpose: str, kinds: set[str]) -> None:
    menu = ModeMenu()
    qtbot.addWidget(menu)
    menu.show_modes(SAFETY, purpose)
    assert {text for text, enabled in offered(menu).items() if enabled} == kinds
    visible = [action for action in menu.actions() if action.isVisible()]
    refusals = [action.text() for action in visible if "Not available" in action.text()]
    assert refusals == ([not_available(purpose)] if len(kinds) < 4 else [])


def test_the_menu_and_the_comparison_follow_the_purpose(studio: Any) -> None:
    studio.open()
    assert studio.window.commands["compare"].isEnabled()
    set_purpose(studio, WORK, modes=SAFETY)
    assert not studio.window.commands["compare"].isEnabled()
    assert not offered(studio.window.modes)["Free"]


def test_expression_recognition_is_said_while_it_runs(studio: Any) -> None:
    video = studio.window.parts.video
    studio.open()
    assert video._camera == f"Camera on \N{MIDDLE DOT} {EXPRESSION_NOTICE}"
    studio.open_clip()
    assert video._camera == EXPRESSION_NOTICE
    studio.controller.change_settings(replace(studio.controller.settings, modes=SAFETY))
    studio.open()
    assert video._camera == "Camera on"
    studio.controller.change_settings(replace(studio.controller.settings, modes=ModeSettings()))
    studio.say("ended", "x")
    assert video._camera == ""
