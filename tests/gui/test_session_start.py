"""The dialog that starts a session: kinds, codes, consent, calibration hint and what is remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton

from femon.gui.dialogs.session_room import Room, room_in
from femon.gui.dialogs.session_start import SessionStartDialog
from femon.gui.monitor_modes import KINDS
from femon.purpose import not_available
from femon.settings import ModeSettings, RecordingSettings, Settings

Open = Callable[..., SessionStartDialog]
DRIVER = KINDS["driver"].modes


@pytest.fixture
def open_dialog(qtbot: Any, tmp_path: Path) -> Open:
    def opened(**settings: Any) -> SessionStartDialog:
        folder = str(tmp_path / "new" / "sessions")
        dialog = SessionStartDialog(Settings(sessions=folder, **settings), source_name="Integrated Camera")
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return opened


def told(dialog: SessionStartDialog) -> str:
    return " | ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def start(dialog: SessionStartDialog) -> QPushButton:
    return next(one for one in dialog.findChildren(QPushButton) if one.text() == "Start recording")


def stored(participant: str, *, days: int = 0, glasses: bool = False) -> Any:
    return SimpleNamespace(
        participant=participant,
        profile=SimpleNamespace(glasses=glasses),
        made_at=datetime.now(UTC) - timedelta(days=days),
    )


def test_a_session_on_oneself_needs_nothing(open_dialog: Open, tmp_path: Path) -> None:
    dialog = open_dialog()
    start(dialog).click()
    assert dialog.request is not None
    assert dialog.request.root == tmp_path / "new" / "sessions"
    assert (dialog.request.purpose, dialog.request.consent, dialog.request.participant) == ("self", False, "")
    assert dialog.modes == ModeSettings()


def test_all_answers_reach_the_request(open_dialog: Open) -> None:
    dialog = open_dialog(purpose="research_consent")
    dialog.participant.setCurrentText("p01")
    dialog.condition.setCurrentText("A")
    dialog.notes.setPlainText("second try")
    dialog.glasses.setCurrentIndex(dialog.glasses.findData(True))
    dialog.consent.setChecked(True)
    dialog.accept()
    request = dialog.request
    assert request is not None
    assert (request.participant, request.condition, request.notes) == ("p01", "A", "second try")
    assert (request.glasses, request.purpose, request.consent) == (True, "research_consent", True)


@pytest.mark.parametrize("name", ["Ann Smith", "ann@home", "x" * 33 + "!", "Zoë"])
def test_a_name_instead_of_a_code_is_refused(open_dialog: Open, name: str) -> None:
    dialog = open_dialog()
    dialog.participant.setCurrentText(name)
    assert "Use a code, not a name" in told(dialog)
    assert not start(dialog).isEnabled()
    dialog.accept()
    assert dialog.request is None


def test_a_code_that_is_too_long_is_told_so(open_dialog: Open) -> None:
    dialog = open_dialog()
    dialog.participant.setCurrentText("x" * 33)
    assert "The code has 33 characters; at most 32 are possible." in told(dialog)
    assert not start(dialog).isEnabled()
    dialog.participant.setCurrentText("x" * 32)
    assert start(dialog).isEnabled()


@pytest.mark.parametrize("purpose", ["research_consent", "driver_safety", "workplace_education"])
def test_others_than_oneself_must_have_agreed(open_dialog: Open, purpose: str) -> None:
    dialog = open_dialog(purpose=purpose)
    assert "I may stop at any time" in told(dialog)
    assert "Consent text, version 2" in told(dialog)
    assert not start(dialog).isEnabled()
    dialog.consent.setChecked(True)
    assert start(dialog).isEnabled()
    dialog.accept()
    assert dialog.request is not None
    assert (dialog.request.purpose, dialog.request.consent) == (purpose, True)


def test_the_consent_names_what_is_estimated_and_nothing_else(open_dialog: Open) -> None:
    at_work = told(open_dialog(purpose="workplace_education"))
    assert "estimates eye closure, head direction, tiredness and attention from the camera" in at_work
    assert "facial expression" not in at_work
    research = open_dialog(purpose="research_consent")
    assert "estimates facial expression, eye closure and head direction from the camera" in told(research)


def test_another_kind_asks_for_consent_anew(open_dialog: Open) -> None:
    dialog = open_dialog(purpose="research_consent")
    dialog.consent.setChecked(True)
    dialog.kind.kinds["engagement"].setChecked(True)
    assert "attention and engagement from the camera" in told(dialog)
    assert not dialog.consent.isChecked()
    dialog.consent.setChecked(True)
    dialog.condition.setCurrentText("A")
    assert dialog.consent.isChecked()


def test_on_oneself_no_consent_is_asked(open_dialog: Open) -> None:
    assert not open_dialog(purpose="self").consent.isVisible()


def test_return_in_a_field_with_a_history_starts_the_session(open_dialog: Open, qtbot: Any) -> None:
    dialog = open_dialog()
    dialog.participant.setCurrentText("a name")
    qtbot.keyClick(dialog.participant, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.participant.setCurrentText("p01")
    qtbot.keyClick(dialog.participant, Qt.Key.Key_Return)
    assert dialog.request is not None
    assert dialog.request.participant == "p01"


def test_the_folder_and_its_free_space_are_shown(open_dialog: Open, tmp_path: Path) -> None:
    dialog = open_dialog()
    dialog.room_wanted.connect(lambda folder, video: dialog.show_room(Room(folder, video, 38_000_000_000)))
    dialog.set_folder(tmp_path)
    assert dialog._path.toolTip() == str(tmp_path)
    assert dialog._space.text() == "38\N{NO-BREAK SPACE}GB free"
    assert start(dialog).isEnabled()


def test_where_nothing_can_be_written_nothing_can_be_started(open_dialog: Open, tmp_path: Path) -> None:
    dialog = open_dialog()
    trouble = (
        "Only 12 MB are left for /s; a recording needs 500 MB. Free some space or choose another folder."
    )
    dialog.set_folder(tmp_path)
    dialog.show_room(Room(tmp_path, False, 12_000_000, trouble))
    assert trouble in told(dialog)
    assert not start(dialog).isEnabled()
    dialog.accept()
    assert dialog.request is None
    dialog.set_folder(tmp_path / "other")  # not looked at yet
    assert start(dialog).isEnabled()
    dialog.show_room(Room(tmp_path, False, 12_000_000, trouble))  # of the folder before
    assert start(dialog).isEnabled()


def test_a_video_asks_for_its_own_room(open_dialog: Open) -> None:
    dialog = open_dialog()
    asked: list[bool] = []
    dialog.room_wanted.connect(lambda _folder, video: asked.append(video))
    dialog.video.tick.click()
    assert asked == [True]


def test_a_folder_is_tried_before_anything_is_promised(tmp_path: Path) -> None:
    root = tmp_path / "new" / "sessions"
    found = room_in(root, video=False)
    assert (found.folder, found.trouble) == (root, "")
    assert found.free_bytes
    assert list(tmp_path.iterdir()) == []  # nothing was left there


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no folder that refuses everybody")
def test_a_folder_that_takes_no_file_is_refused_whoever_asks() -> None:
    trouble = "femon cannot write to /proc/nowhere. Choose another folder."
    assert room_in(Path("/proc/nowhere"), video=False).trouble == trouble


def test_the_window_looks_at_the_folder_behind_the_dialog(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    jobs: list[str] = []
    studio.controller.background = lambda name, work: (jobs.append(name), work())
    monkeypatch.setattr(QDialog, "exec", lambda self: (seen.append(self._space.text()), 0)[1])
    studio.open()
    studio.window.commands["record"].trigger()
    assert "look at folder" in jobs
    assert seen[0].endswith("free")


# --- kinds ---


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_what_it_watches_and_brings_its_modes(open_dialog: Open, kind: str) -> None:
    dialog = open_dialog()
    dialog.kind.kinds[kind].setChecked(True)
    assert KINDS[kind].tip in told(dialog)
    assert dialog.modes == KINDS[kind].modes


def test_the_kind_in_use_keeps_the_modes_as_they_are(open_dialog: Open) -> None:
    modes = replace(DRIVER, expression=True)
    dialog = open_dialog(modes=modes)
    assert dialog.kind.kinds["driver"].isChecked()
    assert dialog.modes == modes
    dialog.kind.kinds["free"].setChecked(True)
    dialog.kind.kinds["driver"].setChecked(True)
    assert dialog.modes == modes


def test_expressions_can_be_added_to_driver_fatigue(open_dialog: Open) -> None:
    dialog = open_dialog()
    assert not dialog.kind.expressions.isEnabled()  # nothing else is watched
    dialog.kind.kinds["driver"].setChecked(True)
    assert (dialog.kind.expressions.isEnabled(), dialog.kind.expressions.isChecked()) == (True, False)
    dialog.kind.expressions.setChecked(True)
    assert dialog.modes == replace(DRIVER, expression=True)


def test_at_work_only_fatigue_can_be_recorded(open_dialog: Open) -> None:
    dialog = open_dialog(purpose="workplace_education")
    enabled = {name: button.isEnabled() for name, button in dialog.kind.kinds.items()}
    assert enabled == {"free": False, "driver": True, "engagement": False}
    assert dialog.kind.kinds["driver"].isChecked()
    assert not dialog.kind.expressions.isEnabled()
    assert dialog.modes == DRIVER
    assert told(dialog).count(not_available("workplace_education")) == 2


# --- calibration ---


def test_a_missing_calibration_is_hinted_at_where_it_matters(open_dialog: Open) -> None:
    dialog = open_dialog(modes=DRIVER)
    assert not dialog.calibration.isVisible()  # nothing is known yet
    dialog.show_profiles((stored("p01"),))
    dialog.participant.setCurrentText("p02")
    assert "p02 is not calibrated" in told(dialog)
    dialog.participant.setCurrentText("p01")
    assert not dialog.calibration.isVisible()
    dialog.glasses.setCurrentIndex(dialog.glasses.findData(True))
    assert "p01 is not calibrated with glasses" in told(dialog)
    dialog.kind.kinds["free"].setChecked(True)
    assert not dialog.calibration.isVisible()


def test_an_old_calibration_is_hinted_at(open_dialog: Open) -> None:
    dialog = open_dialog(modes=DRIVER, recording=RecordingSettings(participants=("p01",)))
    dialog.show_profiles((stored("p01", days=45),))
    assert "The calibration of p01 is 45 days old." in told(dialog)


def test_calibrating_first_records_nothing_and_keeps_what_was_typed(open_dialog: Open) -> None:
    dialog = open_dialog(modes=DRIVER)
    asked: list[bool] = []
    dialog.calibrate_requested.connect(lambda: asked.append(True))
    dialog.show_profiles(())
    dialog.participant.setCurrentText("p01")
    dialog.calibration.button.click()
    assert (asked, dialog.request, dialog.isVisible()) == ([True], None, False)
    assert dialog.remembered.participants[0] == "p01"


# --- memory ---


def test_the_next_session_starts_with_the_last_answers(open_dialog: Open) -> None:
    known = RecordingSettings(
        participants=("p01", "p02"), conditions=("A",), glasses="yes", markers=("door",)
    )
    dialog = open_dialog(recording=known)
    assert (dialog.participant.currentText(), dialog.condition.currentText()) == ("p01", "A")
    assert dialog.glasses.currentData() is True
    dialog.participant.setCurrentText("p02")
    dialog.condition.setCurrentText("")
    dialog.glasses.setCurrentIndex(0)
    assert dialog.remembered == RecordingSettings(("p02", "p01"), ("", "A"), "", ("door",))


def test_the_history_of_codes_ends_somewhere(open_dialog: Open) -> None:
    dialog = open_dialog(recording=RecordingSettings(participants=tuple(f"p{n}" for n in range(20))))
    dialog.participant.setCurrentText("new")
    assert dialog.remembered.participants == ("new", *(f"p{n}" for n in range(19)))


def test_only_where_eyes_are_watched_can_somebody_be_rested(open_dialog: Open) -> None:
    dialog = open_dialog()
    assert not dialog.rested.isVisible()
    dialog.kind.kinds["driver"].click()
    assert dialog.rested.isVisible()
    dialog.rested.click()
    start(dialog).click()
    assert dialog.request is not None
    assert dialog.request.rested


def test_a_tick_for_another_kind_counts_for_nothing(open_dialog: Open) -> None:
    dialog = open_dialog()
    dialog.kind.kinds["driver"].click()
    dialog.rested.click()
    dialog.kind.kinds["free"].click()
    start(dialog).click()
    assert dialog.request is not None
    assert not dialog.request.rested


# --- a source that ends meanwhile ---


@pytest.mark.parametrize("kind", ["ended", "error"])
def test_a_source_that_is_over_is_opened_again_to_be_recorded(
    studio: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def answer(dialog: SessionStartDialog) -> int:
        studio.say(kind, "It is over.")
        dialog.accept()
        return dialog.result()

    over = studio.open_clip()
    monkeypatch.setattr(QDialog, "exec", answer)
    studio.window.commands["record"].trigger()
    assert (studio.pipeline.source, len(studio.made.pipelines)) == ("talk.mp4", 2)
    assert studio.pipeline.options["record"] is not None
    assert over.calls == ["start", "stop"]


def test_a_source_that_was_opened_again_is_recorded_as_it_runs(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.open_clip()
    studio.say("ended", "It is over.")
    again = studio.open_clip()
    monkeypatch.setattr(QDialog, "exec", lambda dialog: dialog.accept() or dialog.result())
    studio.window.commands["record"].trigger()
    assert again.calls[-1][0] == "record"
    assert len(studio.made.pipelines) == 2
