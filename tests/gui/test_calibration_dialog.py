"""The calibration dialog, step by step: what it shows, offers and asks of the pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton

from femon.gui.dialogs.calibration import CalibrationDialog
from femon.gui.dialogs.calibration_targets import CalibrationTargets
from femon.gui.dialogs.calibration_wishes import CalibrationStart, CalibrationWishes
from femon.gui.dialogs.open_source import OpenSourceDialog
from femon.gui.share_bars import ShareBars
from femon.monitors.calibration_run import CalibrationNews
from femon.monitors.calibration_state import Check
from gui.made_calibrations import news, result


@pytest.fixture
def ask(studio: Any, qtbot: Any) -> Callable[..., CalibrationDialog]:
    """Opens the dialog on a running camera."""

    def make(*, glasses: bool = False, calibrated: bool = False, screen: bool = False) -> CalibrationDialog:
        studio.open()
        page = CalibrationStart(CalibrationWishes("p01", glasses), fixed=False, screen=screen)
        studio.played = []

        def play(tone: str) -> str:
            studio.played.append(tone)
            return "No sound."

        dialog = CalibrationDialog(studio.controller, page, play, calibrated=calibrated)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def say(studio: Any, told: CalibrationNews) -> None:
    studio.say("calibration", news=told)


def press(dialog: QDialog, text: str) -> None:
    next(one for one in dialog.findChildren(QPushButton) if one.text() == text and one.isVisible()).click()


def offered(dialog: QDialog) -> set[str]:
    return {one.text() for one in dialog.findChildren(QPushButton) if one.isVisible()}


def words(dialog: QDialog) -> str:
    return " | ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def test_start_asks_the_pipeline_with_what_was_wished(ask: Any, studio: Any) -> None:
    dialog = ask(glasses=True)
    assert "close your eyes" not in words(dialog)
    press(dialog, "Start")
    assert ("calibrate", True, False) in studio.pipeline.calls
    dialog.reject()


def test_a_name_is_no_participant(ask: Any) -> None:
    dialog = ask()
    dialog.findChild(QLineEdit).setText("Ada Lovelace")
    assert "Use a code" in words(dialog)
    assert not next(one for one in dialog.findChildren(QPushButton) if one.text() == "Start").isEnabled()
    dialog.reject()


def test_checks_say_what_is_in_the_way(ask: Any, studio: Any) -> None:
    dialog = ask()
    press(dialog, "Start")
    checks = (Check("one_face", False, "several_faces"), Check("light", True))
    say(studio, news("position", checks=checks, note="face_changed"))
    assert "More than one person in view" in words(dialog)
    assert "Another face came into view, so the calibration began again." in words(dialog)
    dialog.reject()


def test_tones_are_sounded_once_and_shown(ask: Any, studio: Any) -> None:
    dialog = ask()
    press(dialog, "Start")
    say(studio, news("closed", tone="close"))
    say(studio, news("closed"))
    assert studio.played == ["close"]
    assert "Eyes shut, until two tones" in words(dialog)
    assert "No sound." in words(dialog)
    say(studio, news("closed", tone="open"))
    assert "Open your eyes" in words(dialog)
    press(dialog, "Leave out this step")
    assert "skip_calibration_step" in studio.pipeline.calls
    dialog.reject()


def test_a_result_shows_eyes_and_expressions_before_and_after(ask: Any, studio: Any) -> None:
    dialog = ask()
    press(dialog, "Start")
    say(studio, news("result", result=result(amber=("eyes_differ",))))
    shown = words(dialog)
    assert "The two eyes differ by more than 30 %" in shown
    assert all(
        figure in shown for figure in ("0.300", "17\N{NO-BREAK SPACE}%", "2\N{DEGREE SIGN} to the left")
    )
    before, after = dialog.findChildren(ShareBars)
    assert "neutral 40" in before.accessibleDescription()
    assert "neutral 70" in after.accessibleDescription()
    assert offered(dialog) == {"Use", "Repeat", "Discard"}
    press(dialog, "Use")
    assert dialog.news is not None
    assert "stop_calibration" not in studio.pipeline.calls


def test_discarding_uses_nothing(ask: Any, studio: Any) -> None:
    dialog = ask()
    press(dialog, "Start")
    say(studio, news("result", result=result()))
    press(dialog, "Discard")
    assert dialog.news is None


@pytest.mark.parametrize(
    ("calibrated", "way"), [(False, "Continue uncalibrated"), (True, "Keep the earlier one")]
)
def test_a_refusal_says_why_and_can_be_repeated(ask: Any, studio: Any, calibrated: bool, way: str) -> None:
    dialog = ask(calibrated=calibrated)
    press(dialog, "Start")
    say(studio, news("refused", refused=("turned", "dark")))
    assert "Not usable: head turned; too dark. Please repeat." in words(dialog)
    assert offered(dialog) == {"Repeat", way}
    press(dialog, "Repeat")
    assert studio.pipeline.calls.count(("calibrate", False, False)) == 2
    dialog.reject()


def test_closing_the_dialog_breaks_off_what_runs(ask: Any, studio: Any) -> None:
    dialog = ask()
    press(dialog, "Start")
    dialog.reject()
    assert studio.pipeline.calls[-1] == "stop_calibration"


@pytest.mark.parametrize("kind", ["ended", "error"])
def test_a_source_that_ends_is_told_with_a_way_out(ask: Any, studio: Any, kind: str) -> None:
    dialog = ask()
    press(dialog, "Start")
    studio.say(kind, "talk.mp4 has ended.")
    assert "talk.mp4 has ended. The calibration was broken off, and nothing was changed." in words(dialog)
    assert offered(dialog) == {"Close"}
    dialog.reject()


def test_a_lost_camera_is_waited_for(ask: Any, studio: Any) -> None:
    dialog = ask()
    press(dialog, "Start")
    studio.say("lost", "Camera disconnected.")
    assert "The calibration goes on when it is back." in words(dialog)
    say(studio, news("open"))
    assert "when it is back" not in words(dialog)
    dialog.reject()


def test_the_corners_are_shown_on_the_whole_screen_and_can_be_left_out(
    ask: Any, studio: Any, qtbot: Any
) -> None:
    dialog = ask(screen=True)
    press(dialog, "Start")
    say(studio, news("corners", target=(1.0, 0.0)))
    targets = dialog.findChild(CalibrationTargets)
    assert targets.isVisible()
    qtbot.keyClick(targets, "\x1b")
    assert "skip_calibration_step" in studio.pipeline.calls
    say(studio, news("result", result=result()))
    assert not targets.isVisible()
    dialog.reject()


def test_a_code_that_is_too_long_is_told_so(qtbot: Any) -> None:
    page = CalibrationStart(CalibrationWishes("x" * 33), fixed=False, screen=False)
    qtbot.addWidget(page)
    page.show()
    assert not page.usable
    told = " | ".join(label.text() for label in page.findChildren(QLabel))
    assert "The code has 33 characters; at most 32 are possible." in told


def test_the_buttons_stand_as_in_every_other_dialog(ask: Any, qtbot: Any) -> None:
    dialog, other = ask(), OpenSourceDialog()
    qtbot.addWidget(other)
    other.show()

    def side(one: QDialog, accept: str) -> bool:
        places = {button.text(): button.x() for button in one.findChildren(QPushButton) if button.isVisible()}
        return places["Cancel"] > places[accept]

    assert side(dialog, "Start") == side(other, "Open")
