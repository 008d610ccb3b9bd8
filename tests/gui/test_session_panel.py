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
    panel.show_progress(761.4, 56512, 24_311_882, 41_000_000_000)
    shown = texts(panel).replace("\N{NO-BREAK SPACE}", " ")
    assert "00:12:41" in shown
    assert "56 512 rows, 24 MB, 41 GB free" in shown


def test_unknown_sizes_are_left_out(panel: SessionPanel) -> None:
    panel.show_recording(FOLDER)
    panel.show_progress(1.0, 30)
    assert "30 rows |" in texts(panel)


def test_the_nine_buttons_ask_for_their_marker(panel: SessionPanel) -> None:
    asked: list[str] = []
    panel.marker_requested.connect(asked.append)
    panel.show_recording(FOLDER)
    for number in range(1, 10):
        button(panel, str(number)).click()
    assert asked == [str(number) for number in range(1, 10)]


def test_a_marker_with_text_is_asked_for_once(panel: SessionPanel, qtbot: Any) -> None:
    asked: list[str] = []
    panel.marker_requested.connect(asked.append)
    panel.show_recording(FOLDER)
    panel.show_progress(12.0, 1)
    qtbot.keyClicks(panel._text, "  lights off ")
    qtbot.keyClick(panel._text, Qt.Key.Key_Return)
    qtbot.keyClick(panel._text, Qt.Key.Key_Return)
    assert asked == ["lights off"]
    assert panel._text.text() == ""
    assert "00:00:12 \N{EN DASH} lights off" in texts(panel)


def test_the_same_session_again_keeps_what_was_typed(panel: SessionPanel) -> None:
    panel.show_recording(FOLDER)
    panel._text.setText("half a sen")
    panel.show_recording(FOLDER)
    assert panel._text.text() == "half a sen"


def test_a_stopped_session_leads_back_to_start(panel: SessionPanel) -> None:
    panel.show_recording(FOLDER)
    panel.show_recording(None)
    assert button(panel, "Start session...").isVisible()


def test_every_control_of_the_panel_has_a_name(panel: SessionPanel) -> None:
    panel.show_recording(FOLDER)
    assert all(one.accessibleName() or one.text() for one in panel.findChildren(QPushButton))
    assert panel._text.accessibleName()


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
