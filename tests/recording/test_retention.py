"""What counts as old, and whose it is, when clocks and names of files play tricks."""

from __future__ import annotations

import argparse
import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from femon.cli import purge
from femon.errors import SettingsError
from femon.profiles import delete_profiles
from femon.retention import find_sessions, old_profiles, participants_in
from femon.settings import RecordingSettings, Settings, save_settings
from old_sessions import old_session

NOW = datetime(2026, 3, 14, 12, 0, 0)
NO_AGE = timedelta(0)


def purged(settings: Settings, path: Path, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    purge.add_options(parser)
    options = parser.parse_args(["--yes", "--older-than", *arguments])
    options.settings = path
    return purge.run(options, settings)


def dated(folder: Path, participant: str, name: str) -> Path:
    """A calibration's file, written a day after NOW as the clock says."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(json.dumps({"participant": participant}))
    later = (NOW + timedelta(days=1)).timestamp()
    os.utime(path, (later, later))
    return path


def test_no_age_at_all_means_every_session_whatever_the_clock_said(tmp_path: Path) -> None:
    """The clock was set back, or its owner flew west, after a session."""
    session = old_session(tmp_path, "p01", days=-0.5)
    stored = find_sessions(tmp_path)
    assert [one.folder for one in stored.older_than(NO_AGE, datetime.now())] == [session]
    assert stored.older_than(timedelta(days=1), datetime.now()) == ()


def test_no_age_at_all_means_every_calibration_of_a_code(tmp_path: Path) -> None:
    path = dated(tmp_path / "profiles", "p01", "p01_bare.json")
    assert old_profiles(path.parent, "p01", NO_AGE, NOW) == (path,)
    assert old_profiles(path.parent, "p01", timedelta(days=1), NOW) == ()


def test_a_code_that_differs_by_upper_and_lower_case_belongs_to_someone_else(tmp_path: Path) -> None:
    """Where names of files ignore case, p01_bare.json is found under the name of P01's file too."""
    profiles = tmp_path / "profiles"
    theirs = dated(profiles, "P01", "p01_bare.json")
    assert old_profiles(profiles, "p01", NO_AGE, NOW) == ()
    assert delete_profiles(profiles, "p01") == ()
    assert theirs.exists()


@pytest.mark.parametrize("content", ["{", '{"participant": 1}', '{"participant": "p02"}'])
def test_a_damaged_or_misnamed_calibration_goes_by_its_name(tmp_path: Path, content: str) -> None:
    path = dated(tmp_path / "profiles", "p01", "p01_bare.json")
    path.write_text(content)
    (found,) = participants_in(tmp_path / "none", path.parent)
    assert found.calibrations == (path,)
    assert delete_profiles(path.parent, "p01") == (path,)


def test_a_folder_that_cannot_even_be_asked_for_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(sessions=str(tmp_path / ("x" * 300)))
    assert purged(settings, tmp_path / "settings.json", "90d") == 3
    assert "cannot be read" in capsys.readouterr().err


def test_settings_that_cannot_be_saved_are_told_after_the_sessions_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root, path = tmp_path / "sessions", tmp_path / "settings.json"
    settings = Settings(sessions=str(root), recording=RecordingSettings(participants=("p01",)))
    save_settings(settings, path)
    session = old_session(root, "p01", 91)

    def full(*_: object) -> None:
        raise SettingsError("The settings could not be saved.")

    monkeypatch.setattr(purge, "save_settings", full)
    assert purged(settings, path, "90d") == 6
    assert not session.exists()
    assert "The settings could not be saved." in capsys.readouterr().err


# What was compared


def test_a_comparison_goes_with_the_first_of_its_sessions_that_is_deleted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, kept = old_session(tmp_path, "p01", days=100), old_session(tmp_path, "p02", days=1)
    (tmp_path / "comparison.html").write_text(f"<td>{gone.name}</td><td>{kept.name}</td>")
    (tmp_path / "summary.csv").write_text(f"session_id\n{kept.name}\n")
    settings = Settings(sessions=str(tmp_path))
    assert purged(settings, tmp_path / "settings.json", "90d") == 0
    assert str(tmp_path / "comparison.html") in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([kept.name, "summary.csv"])


def test_a_link_named_like_a_comparison_is_left_alone(tmp_path: Path) -> None:
    gone = old_session(tmp_path, "p01", days=100)
    (tmp_path / "elsewhere.html").write_text(gone.name)
    (tmp_path / "comparison.html").symlink_to(tmp_path / "elsewhere.html")
    assert purged(Settings(sessions=str(tmp_path)), tmp_path / "settings.json", "90d") == 0
    assert {path.name for path in tmp_path.iterdir()} == {"elsewhere.html", "comparison.html"}
