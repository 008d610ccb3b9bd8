"""Whose calibration is in use: made, stored, loaded again, asked for anew and done without."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog

from femon.gui import calibrating
from femon.gui.calibration_words import in_use_text
from femon.gui.dialogs.calibration import CalibrationDialog
from femon.gui.dialogs.calibration_wishes import CalibrationWishes
from femon.gui.face_card import FaceCard
from femon.monitors import BlinkBaseline
from femon.profiles import list_profiles, save_profile
from femon.recording.session import SessionRequest
from femon.settings import ModeSettings
from femon.types import Notice
from gui.made_calibrations import NEUTRAL, PROFILE, news, result, stored

WATCHED = ModeSettings(expression=False, fatigue=True, attention=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "profiles"


def test_a_used_calibration_is_stored_for_its_participant(studio: Any, folder: Path) -> None:
    studio.open()
    studio.window.calibrations.take(news("result", result=result()), CalibrationWishes("p01"))
    (saved,), refused = list_profiles(folder)
    assert refused == ()
    assert (saved.participant, saved.camera, saved.model_id) == ("p01", "Integrated Camera", "femon-small")
    assert saved.neutral_probabilities == NEUTRAL
    used = [call for call in studio.pipeline.calls if call[0] == "use_profile"]
    assert used == [("use_profile", saved)]
    assert studio.pipeline.calls[-1] == ("set_baseline", True)


def test_without_a_code_nothing_is_stored(studio: Any, folder: Path) -> None:
    studio.open()
    studio.window.calibrations.take(news("result", result=result()), CalibrationWishes())
    assert not folder.exists()
    assert studio.window.calibrations.in_use is not None


def test_a_calibration_that_cannot_be_stored_is_used_and_the_trouble_told(studio: Any, folder: Path) -> None:
    folder.write_text("in the way")
    studio.open()
    studio.window.calibrations.take(news("result", result=result()), CalibrationWishes("p01"))
    studio.deliver()
    assert "could not be saved" in studio.message()
    assert studio.window.calibrations.in_use is not None


def test_the_blinks_of_someone_else_are_not_taken_over(studio: Any, folder: Path) -> None:
    rested = result(profile=replace(PROFILE, blinks=BlinkBaseline(0.2, 0.1, 0.02, 30)))
    studio.open()
    calibrations = studio.window.calibrations
    calibrations.take(news("result", result=rested), CalibrationWishes("p01"))
    assert calibrations.in_use.profile.blinks is None
    calibrations.take(news("result", result=rested), CalibrationWishes("p01"))
    assert calibrations.in_use.profile.blinks is not None


def test_a_monitored_source_loads_the_calibration_of_its_participant(studio: Any, folder: Path) -> None:
    save_profile(folder, stored())
    studio.window.calibrations.given = "p01"
    studio.controller.change_settings(replace(studio.controller.settings, modes=WATCHED))
    studio.open()
    studio.deliver()
    assert any(call[0] == "use_profile" and call[1] is not None for call in studio.pipeline.calls)
    assert studio.message() == "The calibration of p01 without glasses, made today, is in use."
    studio.press("no_calibration")
    assert ("use_profile", None) in studio.pipeline.calls


def test_an_expired_calibration_asks_to_calibrate_and_corrects_nothing(studio: Any, folder: Path) -> None:
    save_profile(folder, stored(days=40))
    studio.window.calibrations.given = "p01"
    studio.open()
    studio.deliver()
    assert "made 40 days ago, is in use. The calibration is older than 30 days." in studio.message()
    assert ("set_baseline", False) in studio.pipeline.calls


def test_a_session_gets_the_calibration_of_its_participant_and_glasses(
    studio: Any, folder: Path, tmp_path: Path
) -> None:
    save_profile(folder, stored("p01"))
    save_profile(folder, stored("p02"))
    save_profile(folder, stored("p02", glasses=True))
    studio.window.calibrations.given = "p01"
    studio.open()
    studio.deliver()
    request = SessionRequest(tmp_path, "p02", glasses=True)
    studio.say("recording", folder=tmp_path, request=request)
    studio.deliver()
    used = studio.window.calibrations.in_use
    assert (used.participant, used.profile.glasses) == ("p02", True)


def test_a_session_of_someone_uncalibrated_uses_no_calibration(
    studio: Any, folder: Path, tmp_path: Path
) -> None:
    save_profile(folder, stored("p01"))
    studio.window.calibrations.given = "p01"
    studio.open()
    studio.deliver()
    studio.say("recording", folder=tmp_path, request=SessionRequest(tmp_path, "p03"))
    studio.deliver()
    assert studio.window.calibrations.in_use is None
    assert ("use_profile", None) in studio.pipeline.calls


def test_a_damaged_calibration_is_told(studio: Any, folder: Path) -> None:
    folder.mkdir()
    (folder / "p01_bare.json").write_text("{")
    studio.window.calibrations.given = "p01"
    studio.open()
    studio.deliver()
    assert "The calibration p01_bare.json cannot be used" in studio.message()


def test_another_source_keeps_the_calibration_and_names_the_other_camera(studio: Any, folder: Path) -> None:
    studio.open()
    studio.window.calibrations.take(news("result", result=result()), CalibrationWishes())
    studio.open_clip()
    studio.deliver()
    assert any(call[0] == "use_profile" and call[1] is not None for call in studio.pipeline.calls)
    assert "made with another camera" in studio.message()


def test_glasses_that_may_have_changed_are_asked_about(studio: Any) -> None:
    studio.open()
    studio.say(
        "recalibrate", "The eyes close differently: have the glasses changed?", reason="glasses_changed"
    )
    assert "have the glasses changed?" in studio.message()


def test_the_key_is_off_without_a_source_and_opens_the_dialog_with_one(studio: Any, monkeypatch: Any) -> None:
    shown: list[CalibrationDialog] = []
    monkeypatch.setattr(CalibrationDialog, "exec", lambda self: shown.append(self))
    command = studio.window.commands["calibrate"]
    assert command.shortcut().toString() == "C"
    assert not command.isEnabled()
    studio.window.calibrations.start()
    assert studio.message() == calibrating.NO_SOURCE.text
    studio.open()
    command.trigger()
    assert len(shown) == 1
    shown[0].done(QDialog.DialogCode.Rejected)


def test_the_baseline_is_switched_by_key_and_card(studio: Any, face: Callable[..., Any]) -> None:
    studio.open()
    command = studio.window.commands["baseline"]
    assert command.shortcut().toString() == "B"
    assert not command.isEnabled()
    studio.show(0.0, face())
    switch = studio.window.parts.cards.findChild(FaceCard).switch
    assert switch.isHidden()
    studio.say("baseline", available=True, on=True)
    assert command.isEnabled()
    assert command.isChecked()
    assert not switch.isHidden()
    assert switch.text() == "Corrected by the calibration"
    command.trigger()
    assert studio.pipeline.calls[-1] == ("set_baseline", False)
    studio.say("baseline", available=True, on=False)
    switch.click()
    assert studio.pipeline.calls[-1] == ("set_baseline", True)


@pytest.mark.parametrize(("days", "made"), [(0, "today"), (1, "yesterday"), (12, "12 days ago")])
def test_the_calibration_in_use_is_named_in_one_sentence(days: int, made: str) -> None:
    assert (
        in_use_text(stored("", glasses=True), days)
        == f"The calibration with glasses, made {made}, is in use."
    )


def test_the_blinks_of_a_rested_session_are_kept_with_the_calibration(studio: Any, folder: Path) -> None:
    studio.open()
    studio.window.calibrations.take(news("result", result=result()), CalibrationWishes("p01"))
    blinks = BlinkBaseline(0.2, 0.1, 0.02, 30)
    studio.window.calibrations.take_notice(Notice("rested", "They are kept.", {"blinks": blinks}))
    (saved,), _ = list_profiles(folder)
    assert saved.profile.blinks == blinks
    assert studio.message() == "They are kept."


def test_rested_blinks_without_a_calibration_have_nowhere_to_go(studio: Any, folder: Path) -> None:
    studio.open()
    blinks = BlinkBaseline(0.2, 0.1, 0.02, 30)
    studio.window.calibrations.take_notice(Notice("rested", "They are kept.", {"blinks": blinks}))
    assert not folder.exists()


def test_two_people_calibrated_in_one_sitting_each_get_their_own(
    studio: Any, folder: Path, tmp_path: Path
) -> None:
    eyes = {"p01": 0.28, "p02": 0.35}
    calibrations = studio.window.calibrations
    studio.controller.change_settings(replace(studio.controller.settings, modes=WATCHED))
    studio.open()
    for code, open_ear in eyes.items():
        own = replace(PROFILE, right=replace(PROFILE.right, open_ear=open_ear))
        calibrations.take(news("result", result=result(profile=own)), CalibrationWishes(code))
    saved, refused = list_profiles(folder)
    assert refused == ()
    assert {one.participant: one.profile.right.open_ear for one in saved} == eyes
    for code in ("p01", "p02", "p01"):
        studio.say("recording", folder=tmp_path, request=SessionRequest(tmp_path, code))
        studio.deliver()
        used = calibrations.in_use
        assert (used.participant, used.profile.right.open_ear) == (code, eyes[code])
        assert studio.pipeline.calls[-2] == ("use_profile", used)
        studio.say("recorded")
