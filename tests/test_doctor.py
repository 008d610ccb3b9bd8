"""`femon doctor` and `femon models` where things are broken: a line for each, never an end with an error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from femon.cli import doctor, doctor_privacy, main
from femon.cli.doctor_check import Check
from femon.settings import Settings
from old_sessions import old_session

Checks = Callable[..., dict[str, Check]]
NO_PLACE = "x" * 300  # no file system takes such a name, whoever asks


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def checks(models: Path, monkeypatch: pytest.MonkeyPatch) -> Checks:
    monkeypatch.setattr(doctor, "list_cameras", lambda: [])

    def found(settings: Settings, folder: Path = models) -> dict[str, Check]:
        return {check.name: check for check in doctor.all_checks(folder, settings)}

    return found


def test_a_folder_that_cannot_even_be_asked_for_is_told(checks: Checks, tmp_path: Path) -> None:
    found = checks(Settings(sessions=str(tmp_path / NO_PLACE)))
    assert found["sessions"].state == "fail"
    assert "Choose another folder" in found["sessions"].text


def test_a_drive_that_is_not_connected_is_told(checks: Checks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda path: False)  # on Windows not even the drive is there
    assert checks(Settings())["sessions"].state == "fail"


def test_a_broken_tensorflow_is_told_and_the_cpu_named(
    checks: Checks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> list[str]:
        raise AttributeError("_ARRAY_API not found")

    monkeypatch.setattr(doctor, "find_spec", lambda name: object())
    monkeypatch.setattr(doctor, "graphics_cards", broken)
    card = checks(Settings())["graphics card"]
    assert card.state == "warn"
    assert "_ARRAY_API not found" in card.text
    assert "the CPU runs the model" in card.text


def test_a_landmarker_that_cannot_be_read_is_told(checks: Checks, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    monkeypatch.setattr(doctor, "sha256_of", denied)
    landmarker = checks(Settings())["landmarker"]
    assert landmarker.state == "fail"
    assert "Permission denied" in landmarker.text


def test_a_folder_of_sessions_that_cannot_be_asked_for_is_told_of_privacy_too(tmp_path: Path) -> None:
    settings = Settings(sessions=str(tmp_path / NO_PLACE))
    found = list(doctor_privacy.privacy_checks(settings, tmp_path / "settings.json"))
    (sessions,) = [check for check in found if check.name == "sessions"]
    assert sessions.state == "warn"
    assert "cannot be read" in sessions.text
    assert found[-1].name == "network"


def test_a_folder_that_may_not_be_looked_into_hides_no_video(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "sessions"
    (old_session(root, "p01", 1) / "video.mp4").write_bytes(b"people")
    locked = root / "lost+found"
    locked.mkdir()
    exists, iterdir = Path.exists, Path.iterdir

    def guarded_exists(path: Path) -> bool:
        if path.parent == locked:
            raise PermissionError(13, "Permission denied")
        return exists(path)

    def guarded_iterdir(path: Path) -> object:
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return iterdir(path)

    monkeypatch.setattr(Path, "exists", guarded_exists)
    monkeypatch.setattr(Path, "iterdir", guarded_iterdir)
    found = list(doctor_privacy.privacy_checks(Settings(sessions=str(root)), tmp_path / "settings.json"))
    texts = {check.name: check.text for check in found if str(root) in check.text}
    assert "video.mp4" in texts["pictures"]
    (told,) = [check.text for check in found if "lost+found" in check.text]
    assert told == f"{locked} cannot be looked into (Permission denied)."


def test_a_video_that_a_killed_analysis_left_is_named(tmp_path: Path) -> None:
    root = tmp_path / "sessions"
    old_session(root, "p01", 1)
    (root / ".4711.overlay.mp4.new").write_bytes(b"people")
    (root / "holiday.mp4").write_bytes(b"not femon's")
    found = doctor_privacy.privacy_checks(Settings(sessions=str(root)), tmp_path / "settings.json")
    (pictures,) = [check for check in found if check.name == "pictures"]
    assert pictures.state == "warn"
    assert str(root / ".4711.overlay.mp4.new") in pictures.text
    assert "more" not in pictures.text


def test_an_empty_folder_of_models_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "verify", "--models", str(tmp_path)]) == 8
    assert f"No model is installed in {tmp_path}." in capsys.readouterr().err
    assert main(["models", "--models", str(tmp_path)]) == 0
    assert f"No model is installed in {tmp_path}." in capsys.readouterr().err
    assert main(["models", "--json", "--models", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == []
