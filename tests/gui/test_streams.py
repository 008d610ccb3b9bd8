"""Lab streams in the window: they are seen while they run, chosen for one start or for good, and never silent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from femon.gui.controller import Controller
from femon.gui.dialogs.settings_dialog import SettingsDialog
from femon.settings import Settings


def test_the_window_says_all_the_time_that_something_is_sent(studio: Any) -> None:
    studio.open()
    assert studio.window.status.text("network") == ""
    studio.say("streaming", "Readings and markers are sent on the local network.")
    assert studio.message() == "Readings and markers are sent on the local network."
    studio.window.parts.banner.clear()
    assert studio.window.status.text("network") == "sends on the local network"
    studio.say("ended", "The camera has ended.")
    assert studio.window.status.text("network") == ""


def test_streams_that_fail_are_told_with_a_way_on(studio: Any) -> None:
    studio.open()
    studio.say("stream_error", "This needs one more package. Run: pip install femon[lsl]")
    assert "pip install femon[lsl]" in studio.message()
    assert studio.window.status.text("network") == "lab streams failed !"


def test_streams_asked_for_at_the_start_are_not_asked_for_at_the_next(
    qapp: Any, tmp_path: Path, made: Any
) -> None:
    def at_once(_name: str, work: Callable[[], None]) -> None:
        work()

    path = tmp_path / "settings.json"
    controller = Controller(
        Settings(), settings_path=path, models=tmp_path, make_pipeline=made, background=at_once, lsl=True
    )
    controller.open("0")
    assert made.last.settings.lsl
    controller.change_settings(replace(controller.settings, device="cpu"))
    assert json.loads(path.read_text(encoding="utf-8")) == {"device": "cpu"}
    controller.close()


def test_the_setting_opens_the_source_again_with_streams(studio: Any) -> None:
    pipeline = studio.open()
    studio.window.preferences.take(replace(studio.controller.settings, lsl=True))
    assert not pipeline.settings.lsl
    assert studio.pipeline is not pipeline
    assert studio.pipeline.settings.lsl


def test_the_setting_stands_on_its_page(qtbot: Any) -> None:
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    dialog.show_page("Advanced")
    dialog.editors["lsl"].set_value(True)
    assert dialog.settings.lsl
