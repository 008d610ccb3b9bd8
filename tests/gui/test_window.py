"""The main window, driven by a pipeline that speaks on command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QInputDialog, QPushButton
from shiboken6 import isValid

from femon.errors import CameraError, ModelError, SessionError
from femon.gui import messages
from femon.types import Reading


def press(dialog: QDialog, text: str) -> None:
    next(one for one in dialog.findChildren(QPushButton) if one.text() == text).click()


def picture_shown(studio: Any) -> bool:
    parts = studio.window.parts
    return parts.video.isVisibleTo(parts)


def test_without_a_camera_the_clip_is_offered_and_starts_at_a_press(studio: Any) -> None:
    studio.window.sources.no_camera.emit()
    assert studio.window.parts.empty.text == messages.NO_CAMERA.text
    studio.press("demo")
    assert studio.pipeline.source == "demo"
    assert studio.pipeline.options["loop"]


def test_opening_is_said_until_the_first_picture_comes(studio: Any) -> None:
    studio.open()
    assert studio.window.parts.empty.text == "Opening Camera 0..."
    studio.open("rtsp://user:secret@cam/live?token=secret")
    assert studio.window.parts.empty.text == "Opening rtsp://cam/live..."
    assert not picture_shown(studio)
    studio.preview(0.0)
    assert picture_shown(studio)


def test_readings_reach_the_picture_and_the_cards(studio: Any, face: Callable[..., Reading]) -> None:
    studio.open()
    studio.show(0.0, face(3))
    assert studio.window.parts.video.accessibleDescription() == "Face 3: happy"
    assert studio.window.parts.cards.chosen == 3


def test_a_slow_classifier_does_not_hold_the_live_picture(studio: Any, face: Callable[..., Reading]) -> None:
    studio.open()
    studio.show(0.0, face())
    shown = []
    studio.window.parts.video.show_frame = lambda frame: shown.append(frame.t)
    for t in (0.1, 0.2, 0.5, 0.9):
        studio.preview(t)
    assert shown == [0.5, 0.9]


def test_a_file_is_shown_with_its_analysis_only(studio: Any, face: Callable[..., Reading]) -> None:
    studio.open_clip()
    studio.show(0.0, face())
    shown = []
    studio.window.parts.video.show_frame = lambda frame: shown.append(frame.t)
    studio.preview(0.9)
    assert shown == []


def test_cameras_are_mirrored_and_files_are_not(studio: Any) -> None:
    studio.open()
    assert studio.window.commands["mirror"].isChecked()
    studio.open_clip()
    assert not studio.window.commands["mirror"].isChecked()


def test_mirroring_a_file_does_not_change_the_setting(studio: Any) -> None:
    studio.open_clip()
    studio.window.commands["mirror"].trigger()
    assert studio.window.commands["mirror"].isChecked()
    assert studio.controller.settings.display.mirror
    studio.open()
    studio.window.commands["mirror"].trigger()
    assert not studio.controller.settings.display.mirror


def test_the_status_bar_shows_rates_latency_and_drops(studio: Any) -> None:
    studio.open()
    studio.window.live._show_stats()
    status = studio.window.status
    assert status.text("source") == "Camera on: Integrated Camera"
    assert status.text("capture") == "64x48 30.0 fps"
    assert status.text("analysed") == "analysed 28.6"
    assert status.text("latency") == "58/96 ms"
    assert status.text("dropped") == "dropped 10.0\N{NO-BREAK SPACE}%"
    assert status.text("device") == "CPU LiteRT"
    assert status.text("model") == "femon-small"


def test_a_camera_error_takes_the_place_of_the_picture_and_can_be_retried(studio: Any) -> None:
    studio.controller.open("0")
    error = CameraError("The camera 'A' is in use by another program. Close it and try again.", why="busy")
    studio.say("error", "x", error=error, stage="capture")
    assert studio.window.parts.empty.text == str(error)
    studio.press("retry")
    assert len(studio.made.pipelines) == 2
    assert studio.made.pipelines[0].calls == ["start", "stop"]
    assert studio.pipeline.source == "0"


def test_an_error_in_the_middle_keeps_the_last_picture_and_shows_a_banner(
    studio: Any, face: Callable[..., Reading]
) -> None:
    studio.open()
    studio.show(0.0, face())
    studio.say("error", "The classify stage stopped: x.", error=ValueError("x"), stage="classify")
    assert picture_shown(studio)
    assert studio.message() == "The classify stage stopped: x."
    assert studio.window.status.text("source") == ""


def test_a_pipeline_that_cannot_be_made_is_an_error_with_a_way_on(studio: Any) -> None:
    studio.made.refuse = CameraError("'x.mp4' does not exist. Choose another.", why="missing")
    studio.controller.open("x.mp4")
    studio.deliver()
    assert "does not exist" in studio.window.parts.empty.text
    studio.made.refuse = None
    studio.window.sources.open_demo()
    assert studio.pipeline.source == "demo"


def test_a_lost_camera_is_said_until_it_is_back(studio: Any, face: Callable[..., Reading]) -> None:
    studio.open()
    studio.show(0.0, face())
    studio.say("lost")
    assert "femon reconnects by itself" in studio.message()
    studio.say("back")
    assert studio.message() == ""


def test_the_most_urgent_message_is_shown_first(studio: Any, face: Callable[..., Reading]) -> None:
    studio.open()
    for t in (0.0, 3.1):
        studio.show(t, face(reasons=("dark",), uncertain="low_quality"))
    assert studio.message() == "Turn on a light in front of you"
    studio.say("lost")
    assert studio.message().startswith("Camera disconnected")
    studio.say("back")
    assert studio.message() == "Turn on a light in front of you"
    studio.show(3.2, face())
    assert studio.message() == ""


def test_a_black_picture_asks_about_the_lens_cover(studio: Any) -> None:
    studio.open()
    for t in (0.0, 2.1):
        studio.show(t, grey=0)
    assert studio.message() == messages.BLACK_PICTURE.text
    studio.show(2.2)
    assert studio.message() == ""


def test_recording_shows_its_time_by_the_clock_of_the_frames(
    studio: Any, face: Callable[..., Reading], tmp_path: Path
) -> None:
    studio.open()
    record = studio.window.commands["record"]
    studio.record(tmp_path)
    for t in (100.0, 165.0):
        studio.show(t, face())
    assert record.text() == "00:01:05"
    assert studio.window.commands["marker"].isEnabled()
    record.trigger()
    assert studio.pipeline.calls[-1] == "stop_recording"
    studio.say("recorded")
    assert record.text() == "Record"
    assert not studio.window.commands["marker"].isEnabled()


def test_recording_needs_a_source(studio: Any) -> None:
    assert not studio.window.commands["record"].isEnabled()
    studio.window.parts.session_panel.start_requested.emit()
    assert studio.window.parts.empty.text == messages.NO_CHOICE.text


def test_keys_set_markers_and_pause_while_recording(studio: Any, qtbot: Any, tmp_path: Path) -> None:
    studio.open()
    qtbot.keyClick(studio.window, Qt.Key.Key_3)
    assert not [call for call in studio.pipeline.calls if call[0] == "mark"]
    studio.record(tmp_path)
    qtbot.keyClick(studio.window, Qt.Key.Key_3)
    qtbot.keyClick(studio.window, Qt.Key.Key_Space)
    assert studio.pipeline.calls[-2:] == [("mark", "marker", "3"), ("pause", True)]
    assert studio.window.commands["pause"].isChecked()


def hold(studio: Any, key: Qt.Key) -> None:
    """The first press of a key and one that its auto-repeat makes of it."""
    for repeats in (False, True):
        pressed = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", repeats)
        studio.application.sendEvent(studio.window, pressed)


def test_a_held_key_counts_once(studio: Any, tmp_path: Path) -> None:
    studio.open()
    studio.record(tmp_path)
    for key in (Qt.Key.Key_3, Qt.Key.Key_Space):
        hold(studio, key)
    assert studio.pipeline.calls[1:] == [("mark", "marker", "3"), ("pause", True)]
    commands = studio.window.commands.values()
    assert not [one.text() for one in commands if one.isCheckable() and one.autoRepeat()]


def test_the_number_pad_works_as_the_row_of_digits(studio: Any, qtbot: Any, tmp_path: Path) -> None:
    studio.open()
    studio.record(tmp_path)
    pad, control = Qt.KeyboardModifier.KeypadModifier, Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(studio.window, Qt.Key.Key_3, pad)
    assert studio.pipeline.calls[-1] == ("mark", "marker", "3")
    chosen: list[int] = []
    studio.controller.select = chosen.append
    qtbot.keyClick(studio.window, Qt.Key.Key_2, pad | control)
    assert chosen == [1]


def test_a_note_is_asked_for_and_written(studio: Any, monkeypatch: Any, tmp_path: Path) -> None:
    studio.open()
    studio.record(tmp_path)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (" door bell ", True))
    studio.window.commands["note"].trigger()
    assert studio.pipeline.calls[-1] == ("mark", "note", "door bell")


def test_a_session_folder_that_cannot_be_written_can_be_changed(studio: Any, face: Any) -> None:
    studio.open()
    studio.show(0.0, face())
    error = SessionError("femon cannot write to /s. Choose another folder.")
    studio.say("recording_error", str(error), error=error)
    assert studio.message() == str(error)
    shown = studio.window.parts.banner.message
    assert [button.action for button in shown.buttons] == ["choose_folder"]


def test_a_refused_model_keeps_the_picture_and_says_so(studio: Any, face: Callable[..., Reading]) -> None:
    studio.open()
    studio.show(0.0, face())
    text = "The files of 'x' do not match their checksum and were not loaded."
    studio.say("model_error", text, error=ModelError(text))
    assert studio.message() == text
    assert picture_shown(studio)


def test_another_model_is_used_at_once_and_remembered(studio: Any) -> None:
    studio.open()
    studio.controller.use_model("femon-large")
    assert studio.pipeline.calls[-1] == ("use_bundle", "femon-large")
    assert studio.controller.settings.model == "femon-large"
    assert "femon-large" in studio.controller.settings_path.read_text(encoding="utf-8")


def test_the_name_of_the_camera_is_remembered(studio: Any) -> None:
    studio.open()
    assert studio.controller.settings.last_camera == "Integrated Camera"


def test_the_overlay_key_hides_and_shows_everything(studio: Any) -> None:
    for shown in (False, True):
        studio.window.commands["overlay"].trigger()
        display = studio.controller.settings.display
        assert (display.boxes, display.bars) == (shown, shown)


def test_another_source_stops_the_first_and_forgets_its_faces(
    studio: Any, face: Callable[..., Reading]
) -> None:
    first = studio.open()
    studio.show(0.0, face(7))
    studio.open_clip()
    assert first.calls == ["start", "stop"]
    first.show(studio.made_up(0.5, face(9)))
    studio.deliver()
    assert studio.window.parts.cards.chosen == 0


@pytest.mark.parametrize("answer", ["Stop and quit", "Keep recording"])
def test_quitting_asks_while_a_session_runs(
    studio: Any, monkeypatch: Any, tmp_path: Path, answer: str
) -> None:
    studio.open()
    studio.record(tmp_path)
    monkeypatch.setattr(QDialog, "exec", lambda self: (press(self, answer), self.result())[1])
    studio.window.show()
    studio.window.close()
    studio.deliver()
    assert studio.window.isVisible() == (answer == "Keep recording")
    assert ("stop" in studio.pipeline.calls) == (answer == "Stop and quit")


def test_closing_hides_at_once_and_stops_the_pipeline(studio: Any) -> None:
    studio.open()
    studio.window.show()
    studio.window.close()
    studio.deliver()
    assert studio.pipeline.calls[-1] == "stop"
    assert studio.controller.idle
    assert not studio.window.isVisible()


def test_sizes_are_remembered(studio: Any, qtbot: Any) -> None:
    from femon.gui.window import MainWindow

    studio.open()
    studio.window.show()
    studio.window.resize(1030, 700)
    studio.deliver()
    studio.window.close()
    studio.deliver()
    again = MainWindow(studio.controller)
    qtbot.addWidget(again)
    assert again.height() == 700  # the width is cut to the small screen of the tests


def test_every_command_has_its_key_in_the_tooltip(studio: Any) -> None:
    for action in studio.window.commands.values():
        key = action.shortcut().toString()
        assert key in action.toolTip()


def test_the_text_of_the_toolbar_hides_when_the_window_is_narrow(studio: Any) -> None:
    toolbar = studio.window.toolbar
    for width, style in ((1280, "ToolButtonTextBesideIcon"), (1024, "ToolButtonIconOnly")):
        studio.window.resize(width, 700)
        studio.window.show()
        studio.deliver()
        assert toolbar.toolButtonStyle() == Qt.ToolButtonStyle[style]


def test_the_timeline_can_come_later(studio: Any, face: Callable[..., Reading]) -> None:
    studio.open()
    studio.show(0.0, face(2))
    studio.window.parts.add_timeline()
    studio.show(0.1, face(2))
    assert studio.window.parts.timeline is not None


@pytest.mark.parametrize(
    ("command", "dialog"),
    [
        ("model", "ModelPicker"),
        ("settings", "SettingsDialog"),
        ("help", "AboutDialog"),
        ("file", "OpenSourceDialog"),
        ("record", "SessionStartDialog"),
    ],
)
def test_each_command_opens_its_dialog_and_cancelling_changes_nothing(
    studio: Any, monkeypatch: Any, command: str, dialog: str
) -> None:
    studio.open()
    before = studio.controller.settings
    opened: list[str] = []
    monkeypatch.setattr(QDialog, "exec", lambda self: opened.append(type(self).__name__) or 0)
    studio.window.commands[command].trigger()
    assert opened == [dialog]
    assert studio.controller.settings == before
    assert len(studio.made.pipelines) == 1


@pytest.mark.parametrize("command", ["model", "settings", "record", "help", "file"])
def test_a_dialog_is_gone_once_it_was_answered(studio: Any, monkeypatch: Any, command: str) -> None:
    studio.open()
    shown: list[QDialog] = []
    monkeypatch.setattr(QDialog, "exec", lambda self: shown.append(self) or 0)
    studio.window.commands[command].trigger()
    studio.application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [isValid(dialog) for dialog in shown] == [False]


def test_settings_that_are_read_at_opening_open_the_source_again(studio: Any) -> None:
    studio.open()
    settings = studio.controller.settings
    studio.window.preferences.take(replace(settings, display=replace(settings.display, timeline_s=30.0)))
    assert len(studio.made.pipelines) == 1
    studio.window.preferences.take(replace(settings, analysis=replace(settings.analysis, max_faces=1)))
    assert studio.pipeline.settings.analysis.max_faces == 1
    assert len(studio.made.pipelines) == 2


def test_settings_changed_while_recording_wait_for_the_next_source(
    studio: Any, face: Any, tmp_path: Path
) -> None:
    studio.open()
    studio.show(0.0, face())
    studio.record(tmp_path)
    settings = studio.controller.settings
    studio.window.preferences.take(replace(settings, analysis=replace(settings.analysis, max_faces=1)))
    assert len(studio.made.pipelines) == 1
    assert studio.message() == messages.SETTINGS_LATER.text


def test_an_interrupt_closes_without_asking(studio: Any, tmp_path: Path) -> None:
    studio.open()
    studio.record(tmp_path)
    studio.window.show()
    studio.window.close_unasked()
    studio.deliver()
    assert studio.pipeline.calls[-1] == "stop"


@pytest.mark.parametrize("names", [[], ["A"], ["A", "B"]])
def test_the_start_takes_the_only_or_remembered_camera_else_asks(
    studio: Any, monkeypatch: Any, names: list[str]
) -> None:
    cameras = [SimpleNamespace(index=number, name=name, backend="V4L2") for number, name in enumerate(names)]
    studio.window.sources._list_cameras = lambda: cameras
    asked: list[str] = []
    monkeypatch.setattr(QDialog, "exec", lambda self: asked.append(type(self).__name__) or 0)
    studio.window.sources.start(None)
    assert [one.source for one in studio.made.pipelines] == (["0"] if len(names) == 1 else [])
    assert asked == (["CameraPicker"] if len(names) == 2 else [])
    if len(names) == 2:
        studio.controller.change_settings(replace(studio.controller.settings, last_camera="B"))
        studio.window.sources.start(None)
        assert studio.pipeline.source == "1"
