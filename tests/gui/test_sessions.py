"""The session commands of the window: kinds, named markers, undo, notes, and what is kept for next time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QInputDialog, QLabel, QPushButton, QTableWidget

from femon.errors import SessionError
from femon.gui.app import _size_of
from femon.gui.dialogs import question
from femon.gui.dialogs.marker_names import MarkerNames
from femon.gui.dialogs.old_sessions import OldSessions
from femon.gui.dialogs.session_start import SessionStartDialog
from femon.gui.monitor_modes import KINDS
from femon.recording import SessionContext, SessionRecorder, SessionRequest
from femon.recording.folder import RESERVE_BYTES, RESERVE_FILE
from femon.settings import RecordingSettings, Settings
from femon.types import Reading, SourceInfo

Answer = Callable[[Callable[[Any], object]], None]
CAMERA = SourceInfo("camera", "Test camera", 64, 48, live=True, fps=30.0)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Answers the next dialog by a function of it instead of showing it."""

    def answered(by: Callable[[Any], object]) -> None:
        monkeypatch.setattr(QDialog, "exec", lambda self: (by(self), self.result())[1])

    return answered


def told(studio: Any) -> str:
    labels = studio.window.parts.session_panel.findChildren(QLabel)
    return " | ".join(label.text() for label in labels if not label.isHidden())


# --- the start ---


def start_driver(dialog: SessionStartDialog) -> None:
    dialog.kind.kinds["driver"].setChecked(True)
    dialog.participant.setCurrentText("p01")
    dialog.condition.setCurrentText("A")
    dialog.accept()


def test_another_kind_opens_the_source_again_and_records_from_its_first_frame(
    studio: Any, answer: Answer
) -> None:
    studio.open()
    answer(start_driver)
    studio.window.commands["record"].trigger()
    studio.deliver()
    assert len(studio.made.pipelines) == 2
    assert studio.pipeline.settings.modes == KINDS["driver"].modes
    request = studio.pipeline.options["record"]
    assert (request.participant, request.condition, request.purpose) == ("p01", "A", "self")


def test_the_kind_in_use_is_recorded_at_once(studio: Any, answer: Answer) -> None:
    studio.open()
    answer(SessionStartDialog.accept)
    studio.window.commands["record"].trigger()
    assert len(studio.made.pipelines) == 1
    kind, request = studio.pipeline.calls[-1]
    assert (kind, request.participant) == ("record", "")


def test_answers_and_folder_are_kept_for_the_next_session(
    studio: Any, answer: Answer, tmp_path: Path
) -> None:
    studio.open()
    answer(lambda dialog: (dialog.set_folder(tmp_path / "other"), start_driver(dialog)))
    studio.window.commands["record"].trigger()
    settings = studio.controller.settings
    assert settings.recording == RecordingSettings(("p01",), ("A",))
    assert settings.sessions_folder == tmp_path / "other"
    assert "Participant p01 \N{MIDDLE DOT} A" in told(studio)


def test_the_panel_names_who_is_recorded(studio: Any, answer: Answer, tmp_path: Path) -> None:
    studio.open()
    answer(start_driver)
    studio.window.commands["record"].trigger()
    studio.record(tmp_path)
    assert "p01 \N{MIDDLE DOT} A \N{MIDDLE DOT} Driver fatigue" in told(studio)


def test_calibrating_first_leads_to_the_calibration_with_the_code_that_was_typed(
    studio: Any, answer: Answer
) -> None:
    studio.open()
    asked: list[bool] = []
    studio.window.sessions.calibrate_requested.disconnect()
    studio.window.sessions.calibrate_requested.connect(lambda: asked.append(True))
    answer(lambda dialog: (dialog.participant.setCurrentText("p07"), dialog.calibration.button.click()))
    studio.window.commands["record"].trigger()
    assert asked == [True]
    assert studio.controller.settings.recording.participants == ("p07",)
    assert studio.pipeline.calls == ["start"]


def test_after_the_calibration_the_question_comes_back_as_it_was_left(
    studio: Any, answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.open()
    studio.window.calibrations.given = studio.window.sessions.asking.offered = "p01"
    calibrated: list[str] = []
    calibrations = studio.window.calibrations
    monkeypatch.setattr(calibrations, "start", lambda: calibrated.append(calibrations.participant))
    shown: list[Any] = []

    def first(dialog: Any) -> None:
        assert dialog.participant.currentText() == "p01"
        dialog.kind.kinds["driver"].setChecked(True)
        dialog.participant.setCurrentText("p02")
        dialog.notes.setPlainText("tired")
        dialog.video.tick.setChecked(True)
        dialog.set_folder(tmp_path)
        answer(lambda again: shown.append((
            again.participant.currentText(), again.notes.toPlainText(), again.folder,
            again.video.wanted, again.modes.fatigue, again.consent.isChecked(),
        )))  # fmt: skip
        dialog.calibration.button.click()

    answer(first)
    studio.window.commands["record"].trigger()
    studio.deliver()
    assert calibrated == ["p02"]
    assert shown == [("p02", "tired", tmp_path, True, True, False)]
    assert calibrations.participant == "p02"
    answer(lambda again: shown.append((again.notes.toPlainText(), again.modes.fatigue)))
    studio.window.commands["record"].trigger()
    assert shown[-1] == ("", False)


# --- markers and notes ---


def test_a_key_sets_its_named_marker(
    studio: Any, qtbot: Any, face: Callable[..., Reading], tmp_path: Path
) -> None:
    recording = RecordingSettings(markers=("", "door", "3"))
    studio.controller.change_settings(replace(studio.controller.settings, recording=recording))
    studio.open()
    studio.record(tmp_path)
    for key in (Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_9):
        qtbot.keyClick(studio.window, key)
    assert studio.pipeline.calls[-3:] == [
        ("mark", "marker", "door", "2"),
        ("mark", "marker", "3"),
        ("mark", "marker", "9"),
    ]


def test_marker_and_note_with_text_are_asked_for(studio: Any, monkeypatch: Any, tmp_path: Path) -> None:
    studio.open()
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (" door bell ", True))
    studio.window.commands["marker"].trigger()  # nothing is recorded yet
    studio.record(tmp_path)
    studio.window.commands["marker"].trigger()
    studio.window.commands["note"].trigger()
    assert studio.pipeline.calls[-2:] == [("mark", "marker", "door bell"), ("mark", "note", "door bell")]
    assert len([call for call in studio.pipeline.calls if call[0] == "mark"]) == 2


def test_a_marker_with_text_belongs_to_the_frame_at_which_it_was_called_for(
    studio: Any, face: Callable[..., Reading], monkeypatch: Any, tmp_path: Path
) -> None:
    studio.open()
    studio.record(tmp_path)
    studio.show(100.0, face())
    drawn: list[tuple[float, str]] = []
    studio.window.sessions.marked.connect(lambda t, text: drawn.append((t, text)))

    def type_for_nine_seconds(*_: object) -> tuple[str, bool]:
        studio.pipeline.now = 112.0
        studio.show(112.0, face())
        return "door", True

    monkeypatch.setattr(QInputDialog, "getText", type_for_nine_seconds)
    studio.show(103.0, face())
    studio.pipeline.now = 103.0
    studio.window.commands["note"].trigger()
    assert studio.pipeline.moments == [(103.0,)]
    assert drawn == [(103.0, "door")]
    studio.say("noted", "door", event_id=7)
    assert studio.window.parts.session_panel.events.lines[0].text.toolTip() == "00:00:03  door"


def test_a_marker_typed_into_the_panel_belongs_to_its_first_letter(
    studio: Any, face: Callable[..., Reading], qtbot: Any, tmp_path: Path
) -> None:
    line = studio.window.parts.session_panel.markers.text
    studio.open()
    studio.record(tmp_path)
    for begun, ended in ((3.0, 9.0), (20.0, 24.0)):
        studio.pipeline.now = begun
        qtbot.keyClick(line, "d")
        studio.pipeline.now = ended
        qtbot.keyClicks(line, "oor")
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert studio.pipeline.moments == [(3.0,), (20.0,)]


@pytest.mark.parametrize("leave", ["Return", "Escape", "Mark", "click"])
def test_the_line_for_a_marker_gives_the_keys_back(
    studio: Any, qtbot: Any, tmp_path: Path, leave: str
) -> None:
    window, line = studio.window, studio.window.parts.session_panel.markers.text
    studio.open()
    studio.show(0.0)
    studio.record(tmp_path)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    line.setFocus()
    qtbot.keyClicks(line, "12")
    if leave == "Mark":
        next(one for one in window.findChildren(QPushButton) if one.text() == "Mark").click()
    elif leave == "click":
        qtbot.mouseClick(
            window.windowHandle(),
            Qt.MouseButton.LeftButton,
            pos=window.parts.video.mapTo(window, QPoint(9, 9)),
        )
    else:
        qtbot.keyClick(window.windowHandle(), getattr(Qt.Key, f"Key_{leave}"))
    assert not line.hasFocus()
    before = len(studio.pipeline.calls)
    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_3)
    assert studio.pipeline.calls[before:] == [("mark", "marker", "3")]


def test_the_rows_shown_are_those_that_were_written(
    studio: Any, face: Callable[..., Reading], tmp_path: Path
) -> None:
    studio.open()
    studio.record(tmp_path)
    studio.show(100.0, face())
    studio.pipeline.rows = 1234  # most of them never came to the window
    studio.show(101.5, face())
    assert "1 234 rows" in told(studio).replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_in_the_log_can_be_taken_back(
    studio: Any, face: Callable[..., Reading], tmp_path: Path
) -> None:
    studio.open()
    studio.record(tmp_path)
    for t in (100.0, 112.0):
        studio.show(t, face())
    studio.say("noted", "door", event_id=7)
    line = studio.window.parts.session_panel.events.lines[0]
    assert line.text.toolTip() == "00:00:12  door"
    line.undo.click()
    assert studio.pipeline.calls[-1] == ("undo", 7)


def test_what_is_taken_back_leaves_the_timeline(
    studio: Any, face: Callable[..., Reading], tmp_path: Path
) -> None:
    studio.window.parts.add_timeline()
    timeline = studio.window.parts.timeline

    def drawn() -> list[float]:
        return [102.0 + one.start for one in timeline._happenings.last(60.0, 102.0)]

    studio.open()
    studio.record(tmp_path)
    for number, t in enumerate((100.0, 101.0, 102.0), 1):
        studio.show(t, face())
        studio.window.sessions.mark("door")
        studio.say("noted", "door", event_id=6 + number)
    studio.window.sessions.mark("not yet in the log")
    assert drawn() == [100.0, 101.0, 102.0, 102.0]
    studio.window.parts.session_panel.events.lines[1].undo.click()
    assert drawn() == [100.0, 102.0, 102.0]
    studio.window.sessions.undo(99)  # of which nothing is drawn
    assert len(drawn()) == 3


def test_pause_and_resume_lead_from_the_panel_to_the_session(studio: Any, tmp_path: Path) -> None:
    studio.open()
    studio.record(tmp_path)
    for _ in range(2):
        studio.window.parts.session_panel._pause.click()
    assert studio.pipeline.calls[-2:] == [("pause", True), ("pause", False)]


def test_the_names_of_the_markers_are_kept(studio: Any, answer: Answer) -> None:
    def name(dialog: MarkerNames) -> None:
        dialog.fields[1].setText(" door ")
        dialog.accept()

    answer(name)
    studio.window.parts.session_panel.names_requested.emit()
    assert studio.controller.settings.recording.markers == ("", "door", *[""] * 7)
    assert studio.window.parts.session_panel.markers.buttons[1].toolTip() == "Marker 2: door (key 2)"
    answer(lambda dialog: (dialog.fields[1].clear(), dialog.accept()))
    studio.window.parts.session_panel.names_requested.emit()
    assert studio.controller.settings.recording.markers == ()


def test_the_size_of_a_session_leaves_its_reserve_out_and_one_that_has_gone_has_none(tmp_path: Path) -> None:
    (tmp_path / "frames.csv").write_bytes(bytes(1200))
    (tmp_path / RESERVE_FILE).write_bytes(bytes(RESERVE_BYTES))
    assert [_size_of(tmp_path), _size_of(tmp_path / "gone"), _size_of(None)] == [1200, None, None]


def test_a_session_that_was_moved_says_so_and_ends(
    studio: Any, face: Callable[..., Reading], tmp_path: Path
) -> None:
    studio.open()
    studio.show(0.0, face())
    studio.record(tmp_path / "moved")
    text = "The session folder x was moved. Recording was closed at 09:26:53; all 5 rows ..."
    studio.say("recording_error", text, error=SessionError(text))
    assert studio.message() == text
    assert not studio.window.sessions.recording


# --- retention ---


def record_session(root: Path, participant: str, year: int) -> Path:
    started = datetime(year, 3, 14, 9, 26, 53, tzinfo=UTC)
    context = SessionContext(CAMERA, {}, {}, Settings())
    recorder = SessionRecorder(SessionRequest(root, participant), context, started_utc=started)
    return recorder.close("user").folder


@pytest.fixture
def old(studio: Any) -> Path:
    """An old session in the folder of the window, beside one of the future."""
    root = studio.controller.settings.sessions_folder
    record_session(root, "new", 2999)
    return record_session(root, "p01", 2001)


def test_old_sessions_are_offered_and_deleted_only_when_that_is_confirmed(
    studio: Any, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.window.retention.look()
    studio.deliver()
    assert studio.message() == "1 session is older than 90 days. Delete it?"
    shown = studio.window.parts.banner.message
    assert [button.text for button in shown.buttons] == ["Show", "Delete", "Later"]
    answers = [False, True]
    monkeypatch.setattr(question, "agreed", lambda *_, **__: answers.pop(0))
    studio.press("delete_old")
    assert old.exists()
    studio.window.retention.look()
    studio.deliver()
    studio.press("delete_old")
    assert not old.exists()
    assert len(list(old.parent.iterdir())) == 1
    assert studio.message() == "1 session deleted."


def test_the_codes_of_deleted_sessions_are_forgotten(studio: Any, old: Path, answer: Answer) -> None:
    recording = RecordingSettings(participants=("p01", "new", "p09"))
    studio.controller.change_settings(replace(studio.controller.settings, recording=recording))
    answer(OldSessions.accept)
    studio.window.retention.look()
    studio.deliver()
    studio.press("show_old")
    studio.deliver()
    assert studio.controller.settings.recording.participants == ("new", "p09")


def test_later_is_later(studio: Any, old: Path) -> None:
    studio.window.retention.look()
    studio.deliver()
    studio.press("later")
    studio.open()
    assert (studio.message(), old.exists()) == ("", True)


def test_the_offer_outlives_the_opening_of_a_source(studio: Any, old: Path) -> None:
    studio.window.retention.look()
    studio.open()
    assert "older than 90 days" in studio.message()


def test_the_old_sessions_are_listed_and_can_be_deleted_there(studio: Any, old: Path, answer: Answer) -> None:
    seen: list[str] = []

    def look(dialog: OldSessions) -> None:
        (table,) = dialog.findChildren(QTableWidget)
        seen.extend(table.item(row, 3).text() for row in range(table.rowCount()))
        dialog.accept()

    answer(look)
    studio.window.retention.look()
    studio.deliver()
    studio.press("show_old")
    assert seen == [old.name]
    assert not old.exists()


@pytest.mark.parametrize("days", [0, 365])
def test_nothing_is_offered_when_nothing_is_old_or_retention_is_off(studio: Any, days: int) -> None:
    root = studio.controller.settings.sessions_folder
    record_session(root, "p01", 2001 if days == 0 else 2999)
    studio.controller.change_settings(replace(studio.controller.settings, retention_days=days))
    studio.window.retention.look()
    studio.deliver()
    assert studio.message() == ""


def test_a_session_that_cannot_be_deleted_is_told(
    studio: Any, old: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    def refuse(_session: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("femon.retention.delete_session", refuse)
    answer(OldSessions.accept)
    studio.window.retention.look()
    studio.deliver()
    studio.press("show_old")
    assert studio.message() == "0 sessions deleted. 1 could not be."
    assert "Permission denied" in studio.window.parts.banner.message.details
