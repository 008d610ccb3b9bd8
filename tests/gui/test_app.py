"""The start of the program with a window."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from femon.gui import app
from femon.gui.controller import forget_cv2_plugins
from femon.gui.messages import Message
from femon.gui.window import MainWindow
from femon.settings import DisplaySettings, Settings


def test_starting_loads_no_heavy_library_before_the_window() -> None:
    heavy = "{'cv2', 'mediapipe', 'av', 'ai_edge_litert', 'tensorflow'}"
    code = f"import sys, femon.gui.app; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_qt_plugins_of_cv2_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", "/site-packages/cv2/qt/plugins")
    forget_cv2_plugins()
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", "/opt/own/plugins")
    forget_cv2_plugins()
    assert os.environ["QT_QPA_PLATFORM_PLUGIN_PATH"] == "/opt/own/plugins"


def visible_window() -> MainWindow:
    windows = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)]
    return next(one for one in windows if one.isVisible())


def test_run_shows_the_window_opens_the_source_and_ends_when_it_is_closed(
    qapp: Any, made: Any, tmp_path: Path
) -> None:
    settings = Settings(sessions=str(tmp_path), display=DisplaySettings(theme="light"))
    paths = {"settings_path": tmp_path / "settings.json", "models": tmp_path}

    def close_when_open() -> None:
        if made.pipelines and visible_window().parts.timeline is not None:
            visible_window().close()

    timer = QTimer(interval=10)
    timer.timeout.connect(close_when_open)
    timer.start()
    code = app.run("demo", settings, make_pipeline=made, participant="p01", record=True, **paths)
    timer.stop()
    assert code == 0
    assert made.last.source == "demo"
    assert made.last.options["record"].participant == "p01"
    assert made.last.calls[-1] == "stop"


def test_what_is_loaded_by_the_first_readings_is_spared_once(
    monkeypatch: pytest.MonkeyPatch, studio: Any
) -> None:
    froze: list[int] = []
    monkeypatch.setattr("gc.freeze", lambda: froze.append(1))
    studio.chores = app.Chores(studio.controller, studio.window)
    studio.open()
    assert froze == []
    for t in (0.0, 0.1):
        studio.show(t)
        assert froze == [1]


def test_what_nobody_caught_is_logged_and_shown_on_any_thread(caplog: pytest.LogCaptureFixture) -> None:
    shown: list[BaseException] = []
    error = ValueError("boom")
    before = sys.excepthook, threading.excepthook
    with app._exceptions_to(shown.append):
        sys.excepthook(ValueError, error, None)
        threading.excepthook(threading.ExceptHookArgs((ValueError, error, None, None)))
    assert shown == [error, error]
    assert "not caught" in caplog.text
    assert (sys.excepthook, threading.excepthook) == before


def interrupted(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Sessions of 40 rows that the next look finds and repairs."""

    def recover(folder: Path) -> list[Any]:
        return [SimpleNamespace(folder=folder / name, rows=40) for name in names]

    monkeypatch.setattr("femon.recording.recover_sessions", recover)


def test_what_the_start_has_to_say_stays_when_the_source_opens(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(monkeypatch, "2026-03-14_09-26-53_p01")
    studio.controller.settings_path.write_text('{"display": {"theme": "pink"}}', encoding="utf-8")
    app.Chores(studio.controller, studio.window).begin("demo", None)
    studio.window.live.show_message(Message("information", "about the first source"))
    studio.open()
    assert studio.message() == "A recording was interrupted on 2026-03-14. 40 rows were recovered."
    studio.press("open_folder")
    assert studio.message() == "Some settings were not valid and were reset: display.theme."


def test_several_recovered_sessions_are_told_in_one_sentence(
    studio: Any, monkeypatch: pytest.MonkeyPatch, shown_files: list[str], tmp_path: Path
) -> None:
    interrupted(monkeypatch, "2026-03-14_09-26-53_p01", "2026-03-16_10-00-00_p02", "2026-03-15_10-00-00")
    app.Chores(studio.controller, studio.window)._recover()
    assert studio.message() == (
        "3 recordings were interrupted, the last on 2026-03-16. 120 rows were recovered."
    )
    studio.press("open_folder")
    assert shown_files == [str(tmp_path)]  # the nearest that exists


def test_without_an_interrupted_session_nothing_is_said(studio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted(monkeypatch)
    app.Chores(studio.controller, studio.window)._recover()
    assert studio.message() == ""


def test_a_full_disk_is_named_by_where_it_is_mounted(
    studio: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mounted = tmp_path / "data"
    folder = mounted / "femon" / "sessions"
    folder.mkdir(parents=True)
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) in (mounted, Path("/")))
    monkeypatch.setattr(app.shutil, "disk_usage", lambda _path: SimpleNamespace(free=12_000_000))
    studio.controller.change_settings(replace(studio.controller.settings, sessions=str(folder / "new")))
    studio.open()
    studio.show(0.0)
    app.Chores(studio.controller, studio.window)._measure_disk()
    assert studio.message() == f"Less than 200 MB left on {mounted}."
