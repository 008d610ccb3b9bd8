"""Deleting a participant from the settings: asked, done, told and forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton

from femon.gui.dialogs.delete_participant import DeleteParticipant
from femon.gui.dialogs.settings_dialog import SettingsDialog
from femon.recording import SessionContext, SessionRecorder, SessionRequest
from femon.retention import Belongings
from femon.settings import RecordingSettings, Settings
from femon.types import SourceInfo

LIVE = SourceInfo("camera", "Desk camera", 64, 48, live=True, fps=10.0, index=0, backend="TEST")
Act = Callable[[DeleteParticipant], object]


@pytest.fixture
def stored(studio: Any) -> tuple[Path, Path]:
    """A session and a calibration of p01, beside a session of p02; p01 is what the next session offers."""
    settings = studio.controller.settings
    known = RecordingSettings(participants=("p01", "p02"))
    studio.controller.change_settings(replace(settings, recording=known))
    folders = []
    for code in ("p01", "p02"):
        recorder = SessionRecorder(
            SessionRequest(settings.sessions_folder, code),
            SessionContext(LIVE, {}, {}, Settings()),
            started_utc=datetime(2026, 3, 14).astimezone(),
            clock=lambda: 0.0,
            free_bytes=lambda _: 10**10,
        )
        folders.append(recorder.close("user").folder)
    profiles = studio.controller.settings_path.parent / "profiles"
    profiles.mkdir()
    (profiles / "p01_bare.json").write_text("{")
    return folders[0], profiles / "p01_bare.json"


@pytest.fixture
def in_settings(studio: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Opens the settings, asks for the deletion there, acts in its dialog and saves."""

    def go(*acts: Act, save: bool = True) -> None:
        def run(dialog: QDialog) -> int:
            if isinstance(dialog, SettingsDialog):
                dialog.findChild(QPushButton, "delete_participant").click()
                return int(save)
            assert isinstance(dialog, DeleteParticipant)
            for act in acts:
                act(dialog)
            return 0

        monkeypatch.setattr(QDialog, "exec", run)
        studio.window.commands["settings"].trigger()

    return go


def lines(dialog: DeleteParticipant) -> list[str]:
    return [
        dialog.list.item(row).text().replace("\N{NO-BREAK SPACE}", " ") for row in range(dialog.list.count())
    ]


def test_what_would_go_is_listed_and_cancelling_keeps_it(
    stored: tuple[Path, Path], in_settings: Callable[..., None]
) -> None:
    def look(dialog: DeleteParticipant) -> None:
        assert [dialog.codes.itemText(row) for row in range(dialog.codes.count())] == ["p01", "p02"]
        assert dialog.delete.text() == "Delete p01"
        session, calibration = lines(dialog)
        assert session.startswith("Session of 2026-03-14 00:00, ")
        assert calibration == "Calibration p01_bare.json"
        dialog.codes.setCurrentText("p02")
        assert dialog.delete.text() == "Delete p02"
        assert len(lines(dialog)) == 1

    in_settings(look)
    assert all(path.exists() for path in stored)


def test_a_deleted_participant_is_told_and_forgotten_also_when_the_settings_are_saved_afterwards(
    studio: Any, stored: tuple[Path, Path], in_settings: Callable[..., None]
) -> None:
    said: list[str] = []

    def delete(dialog: DeleteParticipant) -> None:
        dialog.delete.click()
        said.append(dialog.hint.text())
        assert [dialog.codes.itemText(row) for row in range(dialog.codes.count())] == ["p02"]

    in_settings(delete)
    assert not any(path.exists() for path in stored)
    assert said[0].startswith("Deleted: 1 session (")
    assert said[0].endswith("and 1 calibration of p01.")
    assert studio.controller.settings.recording.participants == ("p02",)


def test_a_code_that_only_the_settings_know_can_be_forgotten(
    studio: Any, in_settings: Callable[..., None]
) -> None:
    known = RecordingSettings(participants=("p07",))
    studio.controller.change_settings(replace(studio.controller.settings, recording=known))
    shown: list[list[str]] = []
    in_settings(lambda dialog: shown.append(lines(dialog)), lambda dialog: dialog.delete.click())
    assert shown == [["Only the code itself"]]
    assert studio.controller.settings.recording.participants == ()


def test_where_nothing_is_stored_nothing_can_be_deleted(in_settings: Callable[..., None]) -> None:
    def look(dialog: DeleteParticipant) -> None:
        assert not dialog.delete.isEnabled()
        assert dialog.hint.text() == "Nothing is stored of anybody."

    in_settings(look)


def test_what_stays_is_told_and_the_code_is_kept(
    studio: Any,
    stored: tuple[Path, Path],
    in_settings: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rmdir", refuse)
    said: list[str] = []
    in_settings(lambda dialog: dialog.delete.click(), lambda dialog: said.append(dialog.hint.text()))
    assert said[0].startswith("Not all of p01 is deleted. ")
    assert "Permission denied" in said[0]
    assert "p01" in studio.controller.settings.recording.participants


def test_return_deletes_nothing(qtbot: Any) -> None:
    dialog = DeleteParticipant()
    qtbot.addWidget(dialog)
    asked: list[object] = []
    dialog.wanted.connect(asked.append)
    dialog.show_stored([Belongings("p01", (), ())])
    dialog.show()
    assert not dialog.delete.isDefault()
    qtbot.keyClick(dialog.codes, Qt.Key.Key_Return)
    assert asked == []
    assert dialog.isHidden()
