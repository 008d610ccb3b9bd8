"""Reduced motion, and quitting without a question: settings of the window as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from PySide6.QtWidgets import QDialog, QProgressBar

from femon.alarms import Alarms
from femon.gui.alarm_banner import AlarmBanner
from femon.gui.app import Looks
from femon.gui.empty_state import EmptyState
from femon.gui.review.dialogs import ExportDialog
from femon.gui.theme import motion_reduced, reduce_motion

NO_REACTION = Alarms(5.0, alarm="unresponsive", text="No reaction. Stop safely.", colour="red", style="flash")


@pytest.fixture(autouse=True)
def _motion_again(qapp: Any) -> Iterator[None]:
    yield
    reduce_motion(qapp, False)


def test_the_setting_is_used_at_once(studio: Any, qapp: Any) -> None:
    Looks(qapp, studio.controller, studio.window)
    for wanted in (True, False):
        studio.window.preferences.change_display(reduce_motion=wanted)
        assert motion_reduced() == wanted


@pytest.mark.parametrize("reduced", [True, False])
def test_no_alarm_flashes_with_reduced_motion(qapp: Any, qtbot: Any, reduced: bool) -> None:
    reduce_motion(qapp, reduced)
    banner = AlarmBanner()
    qtbot.addWidget(banner)
    banner.show_alarms(NO_REACTION)
    assert banner._flash.isActive() != reduced
    assert banner.strip.text == "No reaction. Stop safely."
    banner.show_alarms(None)


@pytest.mark.parametrize("reduced", [True, False])
def test_no_bar_runs_while_a_source_opens_with_reduced_motion(qapp: Any, qtbot: Any, reduced: bool) -> None:
    reduce_motion(qapp, reduced)
    empty = EmptyState()
    qtbot.addWidget(empty)
    empty.show_opening("Opening demo...")
    (bar,) = empty.findChildren(QProgressBar)
    assert bar.isHidden() == reduced
    assert empty.text == "Opening demo..."


def test_an_export_of_unknown_length_does_not_run_with_reduced_motion(qapp: Any, qtbot: Any) -> None:
    dialog = ExportDialog()
    qtbot.addWidget(dialog)
    for reduced, most in ((False, 0), (True, 1)):
        reduce_motion(qapp, reduced)
        dialog.show_progress(0, 1, "")
        assert dialog.bar.maximum() == most


def test_quitting_does_not_ask_when_that_is_switched_off(
    studio: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("asked")

    monkeypatch.setattr(QDialog, "exec", refuse)
    studio.controller.change_settings(replace(studio.controller.settings, confirm_quit=False))
    studio.open()
    studio.record(tmp_path)
    studio.window.show()
    studio.window.close()
    studio.deliver()
    assert not studio.window.isVisible()
    assert studio.pipeline.calls[-1] == "stop"
