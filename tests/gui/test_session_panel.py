from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from femon.gui.drawing import clock_text, counted, percent, size_text
from femon.gui.session_panel import SessionPanel

FOLDER = Path("sessions/2026-03-14_09-26-53_p01")


@pytest.fixture
def panel(qtbot: Any) -> SessionPanel:
    widget = SessionPanel()
    qtbot.addWidget(widget)
    widget.resize(300, 260)
    widget.show()
    return widget


def button(panel: SessionPanel, text: str) -> QPushButton:
    return next(one for one in panel.findChildren(QPushButton) if one.text() == text)


def texts(panel: SessionPanel) -> str:
    return " | ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_without_a_session_only_start_is_offered(panel: SessionPanel) -> None:
    assert button(panel, "Start session...").isVisible()
    assert not button(panel, "Stop").isVisible()


def test_start_and_stop_are_asked_for(panel: SessionPanel) -> None:
    asked: list[str] = []
    panel.start_requested.connect(lambda: asked.append("start"))
    panel.stop_requested.connect(lambda: asked.append("stop"))
    button(panel, "Start session...").click()
    panel.show_recording(FOLDER)
    button(panel, "Stop").click()
    assert asked == ["start", "stop"]


def test_a_running_session_shows_time_rows_and_sizes(panel: SessionPanel) -> None:
    panel.show_recording(FOLDER)
    panel.show_progress(761.4, 56512)
    panel.show_room(24_311_882, 41_000_000_000)
    shown = texts(panel).replace("\N{NO-BREAK SPACE}", " ")
    assert "00:12:41" in shown
    assert "56 512 rows" in shown
    assert "24 MB, 41 GB free" in shown


def test_a_running_session_names_participant_condition_and_kind(panel: SessionPanel) -> None:
    panel.show_recording(FOLDER, ("p01", "", "Driver fatigue"))
    assert "p01 \N{MIDDLE DOT} Driver fatigue" in texts(panel)
    panel.show_recording(None)
    panel.show_next("p01", "A")
    assert "Participant p01 \N{MIDDLE DOT} A" in texts(panel)


def test_pause_and_resume_are_asked_for(panel: SessionPanel) -> None:
    asked: list[bool] = []
    panel.pause_requested.connect(lambda: asked.append(True))
    panel.show_recording(FOLDER)
    button(panel, "Pause").click()
    panel.show_progress(3.0, 90, paused=True)
    assert "paused" in texts(panel)
    button(panel, "Resume").click()
    assert len(asked) == 2


def test_unknown_sizes_are_left_out(panel: SessionPanel) -> None:
    panel.show_recording(FOLDER)
    panel.show_progress(1.0, 30)
    panel.show_room(None, 41_000_000_000)
    shown = texts(panel).replace("\N{NO-BREAK SPACE}", " ")
    assert "30 rows | 41 GB free" in shown


def test_the_nine_buttons_ask_for_their_marker(panel: SessionPanel) -> None:
    asked: list[int] = []
    panel.marker_key_pressed.connect(asked.append)
    panel.show_recording(FOLDER)
    for number in range(1, 10):
        button(panel, str(number)).click()
    assert asked == list(range(1, 10))


def test_a_click_leaves_the_keys_to_the_window(panel: SessionPanel) -> None:
    """Space would press a button that has the focus: a second marker instead of a pause."""
    panel.show_recording(FOLDER)
    for one in panel.findChildren(QPushButton):
        assert one.focusPolicy() == Qt.FocusPolicy.TabFocus, one.text()


def test_named_buttons_show_their_name_as_far_as_there_is_room(panel: SessionPanel, qapp: Any) -> None:
    panel.show_recording(FOLDER)
    panel.markers.set_names(("door", "", "A & B, said twice by the operator"))
    for _ in range(3):
        qapp.processEvents()  # lays out
    first, second, third = panel.markers.buttons[:3]
    assert (first.text(), second.text()) == ("1 door", "2")
    assert third.text().startswith("3 A ")
    assert third.text().endswith("\N{HORIZONTAL ELLIPSIS}")
    assert third.accessibleName() == "Marker 3: A & B, said twice by the operator"
    panel.markers.set_names(())
    assert third.text() == "3"


def test_a_marker_with_text_is_asked_for_once(panel: SessionPanel, qtbot: Any) -> None:
    asked: list[str] = []
    panel.marker_requested.connect(asked.append)
    panel.show_recording(FOLDER)
    qtbot.keyClicks(panel.markers.text, "  lights off ")
    qtbot.keyClick(panel.markers.text, Qt.Key.Key_Return)
    qtbot.keyClick(panel.markers.text, Qt.Key.Key_Return)
    assert asked == ["lights off"]
    assert panel.markers.text.text() == ""


def test_the_last_three_events_can_be_taken_back_once(panel: SessionPanel) -> None:
    asked: list[int] = []
    panel.undo_requested.connect(asked.append)
    panel.show_recording(FOLDER)
    for number in range(2, 6):
        panel.events.add(number, f"00:00:0{number}  door")
    shown = [line for line in panel.events.lines if line.isVisible()]
    assert [line.event_id for line in shown] == [5, 4, 3]
    shown[1].undo.click()
    assert asked == [4]
    assert not shown[1].undo.isVisible()
    assert shown[1].text.font().strikeOut()
    panel.events.add(6, "00:00:06  bell")
    assert [(line.event_id, line.undo.isVisible()) for line in shown] == [(6, True), (5, True), (4, False)]


def test_another_session_begins_without_events(panel: SessionPanel) -> None:
    panel.show_recording(FOLDER)
    panel.events.add(2, "00:00:02  door")
    panel.show_recording(FOLDER.with_name("2026-03-14_10-00-00_p02"))
    assert not any(line.isVisible() for line in panel.events.lines)


def test_the_same_session_again_keeps_what_was_typed(panel: SessionPanel) -> None:
    panel.show_recording(FOLDER)
    panel.markers.text.setText("half a sen")
    panel.show_recording(FOLDER)
    assert panel.markers.text.text() == "half a sen"


def test_a_stopped_session_leads_back_to_start(panel: SessionPanel) -> None:
    panel.show_recording(FOLDER)
    panel.show_recording(None)
    assert button(panel, "Start session...").isVisible()


def test_every_control_of_the_panel_has_a_name(panel: SessionPanel) -> None:
    panel.show_recording(FOLDER)
    assert all(one.accessibleName() or one.text() for one in panel.findChildren(QPushButton))
    assert panel.markers.text.accessibleName()


def test_figures_are_written_for_people() -> None:
    space = "\N{NO-BREAK SPACE}"
    assert clock_text(3661.9) == "01:01:01"
    assert counted(28410) == f"28{space}410"
    assert percent(0.714) == f"71{space}%"
    assert [size_text(size) for size in (812, 4_100, 4_100_000, 38_000_000_000)] == [
        f"812{space}B",
        f"4.1{space}kB",
        f"4.1{space}MB",
        f"38{space}GB",
    ]
