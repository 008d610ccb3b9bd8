"""What stays private: nothing is sent, nothing is filmed unasked, files are the owner's, and old sessions go."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from femon.camera.demo import SCRIPT
from femon.cli import doctor, purge
from femon.recording import SessionContext, SessionRecorder, SessionRequest
from femon.recording.folder import lock_folder
from femon.retention import find_sessions
from femon.review import write_report
from femon.settings import DisplaySettings, RecordingSettings, Settings, load_settings, save_settings
from old_sessions import LIVE, old_session

OFFLINE = Path(__file__).with_name("offline_run.py")
TEXT_FILES = {"frames.csv", "events.csv", "session.json", "columns.json", "report.html"}
posix = pytest.mark.skipif(os.name != "posix", reason="rights differ on Windows")
Recorded = Callable[..., Path]


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The doctor looks at the sessions of the working folder too."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


@pytest.fixture
def recorded(root: Path) -> Recorded:
    """A closed session that began some days ago."""

    def make(days: float, participant: str = "p01") -> Path:
        return old_session(root, participant, days)

    return make


def run(command: Any, *arguments: object, settings: Settings | None = None, path: Path | None = None) -> int:
    """One command as the program runs it."""
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    options = parser.parse_args([*map(str, arguments)])
    options.models, options.settings = Path("models"), path or Path("settings.json")
    return int(options.run(options, settings or Settings()))


# Purge


def test_old_sessions_go_and_young_ones_stay(
    root: Path, recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    old, young = recorded(91), recorded(89)
    (old / "export" / "long").mkdir(parents=True)
    (old / "export" / "long" / "long.csv").write_bytes(bytes(1_200_000))
    assert run(purge, "--older-than", "90d", "--out", root, "--yes") == 0
    assert list(root.iterdir()) == [young]
    told = capsys.readouterr().out
    assert old.name in told
    assert f"{datetime.now() - timedelta(days=91):%Y-%m-%d}" in told
    assert "1.2 MB" in told
    assert "Deleted 1 session." in told


def test_nothing_goes_without_a_yes(
    root: Path, recorded: Recorded, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = recorded(91)
    monkeypatch.setattr(sys, "stdin", open(os.devnull))  # noqa: PTH123, SIM115
    assert run(purge, "--older-than", "90d", "--out", root) == 2
    assert "Add --yes" in capsys.readouterr().err
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert old.exists()


@pytest.mark.parametrize(("answer", "left"), [("", 1), ("n", 1), ("y", 0), (" Yes ", 0)])
def test_the_user_is_asked(
    root: Path, recorded: Recorded, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    recorded(91)

    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    assert run(purge, "--older-than", "90d", "--out", root) == 0
    assert len(list(root.iterdir())) == left


def test_all_sessions_of_one_participant_can_go(root: Path, recorded: Recorded) -> None:
    recorded(1, "p01"), recorded(2, "p01")
    other = recorded(3, "p02")
    assert (
        run(
            purge,
            "--older-than",
            "0d",
            "--participant",
            "p01",
            "--yes",
            settings=Settings(sessions=str(root)),
        )
        == 0
    )
    assert list(root.iterdir()) == [other]


@pytest.fixture
def known(root: Path, tmp_path: Path) -> Path:
    """A settings file that remembers three codes."""
    path = tmp_path / "settings.json"
    recording = RecordingSettings(participants=("p01", "p02", "p03"), conditions=("A",))
    save_settings(Settings(sessions=str(root), retention_days=30, recording=recording), path)
    return path


def codes(path: Path) -> tuple[str, ...]:
    settings, rejected = load_settings(path)
    assert (settings.retention_days, settings.recording.conditions, rejected) == (30, ("A",), ())
    return settings.recording.participants


def test_a_code_is_forgotten_with_its_last_session(
    root: Path, recorded: Recorded, known: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(91, "p01"), recorded(92, "p01"), recorded(91, "p02"), recorded(1, "p02")
    assert run(purge, "--older-than", "90d", "--out", root, "--yes", path=known) == 0
    assert codes(known) == ("p02", "p03")
    assert "Forgotten in the settings: p01." in capsys.readouterr().out


def test_a_code_with_sessions_in_the_usual_folder_is_kept(
    root: Path, recorded: Recorded, known: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.move(recorded(91, "p01"), other)
    recorded(1, "p01")
    assert run(purge, "--older-than", "90d", "--out", other, "--yes", path=known) == 0
    assert (list(other.iterdir()), codes(known)) == ([], ("p01", "p02", "p03"))


def test_a_named_participant_of_whom_nothing_is_left_is_forgotten(
    root: Path, recorded: Recorded, known: Path
) -> None:
    recorded(1, "p01")
    for code in ("p01", "p03"):  # the first has a session that is not old enough
        assert run(purge, "--older-than", "90d", "--out", root, "--participant", code, path=known) == 0
    assert codes(known) == ("p01", "p02")


def test_a_calibration_goes_only_with_its_named_participant(
    root: Path, recorded: Recorded, known: Path
) -> None:
    profile = known.parent / "profiles" / "p01_bare.json"
    profile.parent.mkdir()
    profile.write_text("{}")
    recorded(91, "p01")
    assert run(purge, "--older-than", "90d", "--out", root, "--yes", path=known) == 0
    assert (codes(known), profile.exists()) == (("p02", "p03"), True)
    os.utime(profile, (0, 0))
    assert run(purge, "--older-than", "0d", "--out", root, "--participant", "p01", "--yes", path=known) == 0
    assert not profile.exists()


def test_without_a_code_to_forget_the_settings_are_left_alone(
    root: Path, recorded: Recorded, tmp_path: Path
) -> None:
    recorded(91, "p01")
    assert run(purge, "--older-than", "90d", "--out", root, "--yes", path=tmp_path / "none.json") == 0
    assert not (tmp_path / "none.json").exists()


def test_a_running_session_stays(root: Path, recorded: Recorded, capsys: pytest.CaptureFixture[str]) -> None:
    running, left_behind = recorded(91, "p01"), recorded(91, "p02")
    lock = lock_folder(running)
    (left_behind / ".lock").touch()
    assert lock is not None
    with lock:
        assert run(purge, "--older-than", "90d", "--out", root, "--yes") == 0
    assert list(root.iterdir()) == [running]
    assert "is being recorded" in capsys.readouterr().err


def test_only_folders_that_femon_wrote_go(
    root: Path, recorded: Recorded, capsys: pytest.CaptureFixture[str]
) -> None:
    renamed = recorded(91).rename(root / "my best session")
    foreign = root / "2020-01-01_00-00-00_p01"
    foreign.mkdir()
    (foreign / "session.json").write_text('{"schema": "1.0", "session_id": "another"}')
    damaged = root / "2020-01-01_00-00-01_p01"
    damaged.mkdir()
    (damaged / "session.json").write_text("{")
    (root / "photos").mkdir()
    (root / "notes.txt").touch()
    before = sorted(root.iterdir())
    assert run(purge, "--older-than", "0d", "--out", root, "--yes") == 0
    assert sorted(root.iterdir()) == before
    told = capsys.readouterr().err
    assert all(folder.name in told for folder in (renamed, foreign, damaged))
    assert "photos" not in told


@posix
def test_no_link_is_followed_out_of_the_folder(root: Path, recorded: Recorded, tmp_path: Path) -> None:
    session, away = recorded(91), recorded(92)
    own = tmp_path / "own"
    own.mkdir()
    (own / "letter.txt").write_text("mine")
    (session / "export").symlink_to(own)
    (session / "letter.txt").symlink_to(own / "letter.txt")
    moved = Path(shutil.move(away, tmp_path / away.name))
    away.symlink_to(moved)
    assert run(purge, "--older-than", "90d", "--out", root, "--yes") == 0
    assert not session.exists()
    assert (own / "letter.txt").read_text() == "mine"
    assert (moved / "session.json").exists()


def test_the_video_of_an_analysis_that_was_killed_is_deleted_too(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = root / ".999999999.overlay.mp4.new"
    root.mkdir(exist_ok=True)
    left.touch()
    assert run(purge, "--older-than", "90d", "--out", root, "--participant", "p01", "--yes") == 0
    assert left.exists()
    assert run(purge, "--older-than", "90d", "--out", root, "--yes") == 0
    told = capsys.readouterr().out
    assert f"Unfinished video {left}" in told
    assert "Deleted 0 sessions and 1 unfinished video." in told
    assert not left.exists()


def test_a_session_that_cannot_be_deleted_is_told_and_still_known(
    root: Path, recorded: Recorded, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    held, free = recorded(91, "p01"), recorded(92, "p02")
    unlink = Path.unlink

    def guarded(path: Path, missing_ok: bool = False) -> None:
        if path == held / "frames.csv":
            raise PermissionError(13, "Permission denied")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", guarded)
    assert run(purge, "--older-than", "90d", "--out", root, "--yes") == 7
    assert "could not be deleted (Permission denied)" in capsys.readouterr().err
    assert not free.exists()
    assert [one.folder for one in find_sessions(root).sessions] == [held]
    assert run(purge, "--older-than", "90d", "--out", root, "--yes") == 6


def test_a_missing_folder_is_told_and_an_empty_one_is_fine(tmp_path: Path, root: Path) -> None:
    assert run(purge, "--older-than", "90d", "--out", tmp_path / "absent") == 3
    assert run(purge, "--older-than", "90d", settings=Settings(sessions=str(root))) == 0


@pytest.mark.parametrize("text", ["90", "d", "-1d", "90days", "1e3d", "999999d", ""])
def test_an_age_is_a_number_of_days(text: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        run(purge, "--older-than", text)


# Rights


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def generous() -> Iterator[None]:
    """A system whose new files are for everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@posix
@pytest.mark.usefixtures("generous")
def test_a_session_is_readable_by_its_user_alone(root: Path, recorded: Recorded) -> None:
    session = recorded(0)
    write_report(session)
    assert rights(root) == rights(session) == 0o700
    assert {path.name for path in session.iterdir()} == TEXT_FILES
    assert {rights(path) for path in session.iterdir()} == {0o600}


@posix
@pytest.mark.usefixtures("generous")
def test_a_running_session_is_readable_by_its_user_alone(root: Path) -> None:
    recorder = SessionRecorder(
        SessionRequest(root),
        SessionContext(LIVE, {}, {}, Settings()),
        started_utc=datetime.now().astimezone(),
        free_bytes=lambda _: 10**10,
    )
    try:
        assert {rights(path) for path in recorder.folder.iterdir()} == {0o600}
    finally:
        recorder.close("user")


@posix
@pytest.mark.usefixtures("generous")
def test_settings_are_readable_by_their_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "femon" / "settings.json"
    for theme in ("dark", "light"):
        save_settings(Settings(display=DisplaySettings(theme=theme)), path)
        assert (rights(path.parent), rights(path)) == (0o700, 0o600)


# Doctor


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in json.loads(capsys.readouterr().out)}


def test_the_doctor_tells_what_is_stored_where(
    root: Path, recorded: Recorded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(0, "p01"), recorded(3, "p02")
    settings, path = Settings(sessions=str(root)), tmp_path / "femon" / "settings.json"
    save_settings(settings, path)
    assert run(doctor, "--privacy", "--json", settings=settings, path=path) == 0
    checks = told(capsys)
    assert set(checks) == {"settings", "sessions", "pictures", "other folders", "logs", "network"}
    assert {check["state"] for check in checks.values()} == {"ok"}
    assert str(path) in checks["settings"]["text"]
    assert f"{root}: 2 with" in checks["sessions"]["text"]
    assert f"{datetime.now():%Y-%m-%d}" in checks["sessions"]["text"]
    assert "nothing is sent" in checks["network"]["text"]
    if os.name == "posix":
        assert "Readable by you alone" in checks["sessions"]["text"]


@posix
def test_the_doctor_warns_of_what_others_may_read(
    root: Path, recorded: Recorded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = recorded(0)
    root.chmod(0o755)
    session.chmod(0o755)
    (session / "overlay.mp4").touch()
    run(doctor, "--privacy", "--json", settings=Settings(sessions=str(root)), path=tmp_path / "absent.json")
    checks = told(capsys)
    assert (checks["sessions"]["state"], checks["pictures"]["state"]) == ("warn", "warn")
    assert f"chmod -R go= '{session}'" in checks["sessions"]["text"]
    assert "overlay.mp4" in checks["pictures"]["text"]


def test_the_doctor_tells_videos_from_numbers(
    root: Path, recorded: Recorded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for days in (0, 1):
        (recorded(days) / "video.mp4").write_bytes(bytes(3_000_000))
    settings = Settings(sessions=str(root), video=True)
    run(doctor, "--privacy", "--json", settings=settings, path=tmp_path / "absent.json")
    checks = told(capsys)
    assert "MB of numbers" not in checks["sessions"]["text"]
    assert "kB of numbers and times" in checks["sessions"]["text"]
    assert checks["pictures"]["state"] == "warn"
    assert "and 1 more, 6.0 MB, show people" in checks["pictures"]["text"]
    assert checks["video"]["state"] == "warn"
    assert "Switch it off in the settings, under Storage" in checks["video"]["text"]


def test_the_doctor_names_a_comparison_of_sessions(
    root: Path, recorded: Recorded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(0)
    (root / "comparison.html").write_text("figures of p01")
    run(doctor, "--privacy", "--json", settings=Settings(sessions=str(root)), path=tmp_path / "absent.json")
    text = told(capsys)["comparison"]["text"]
    assert str(root / "comparison.html") in text
    assert "it goes when one of them is deleted" in text


def test_the_doctor_also_looks_where_commands_without_a_window_write(
    root: Path, recorded: Recorded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = recorded(0)
    (session / "overlay.mp4").touch()
    (root / "comparison.html").touch()
    elsewhere = tmp_path / "documents"
    settings = Settings(sessions=str(elsewhere))
    assert run(doctor, "--privacy", "--json", settings=settings, path=tmp_path / "absent.json") == 0
    checks = [(check["name"], check["text"]) for check in json.loads(capsys.readouterr().out)]
    assert [text.partition(": 1 with")[0] for name, text in checks if name == "sessions"] == [
        f"none are stored; they would go to {elsewhere}",
        str(root),
    ]
    assert str(session / "overlay.mp4") in dict(checks)["pictures"]
    assert str(root / "comparison.html") in dict(checks)["comparison"]
    assert "femon purge --out" in dict(checks)["other folders"]


def test_the_help_of_purge_says_that_other_folders_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        run(purge, "--help")
    assert "what was written with --out" in " ".join(capsys.readouterr().out.split())


def test_a_video_goes_with_its_session(root: Path, recorded: Recorded) -> None:
    (recorded(91) / "video.mp4").write_bytes(bytes(3_000_000))
    assert run(purge, "--older-than", "90d", "--out", root, "--yes") == 0
    assert list(root.iterdir()) == []


def test_the_doctor_is_content_with_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(sessions=str(tmp_path / "none"))
    assert run(doctor, "--privacy", settings=settings, path=tmp_path / "none.json") == 0
    assert "none are stored" in capsys.readouterr().out


# The whole app, offline


@dataclass(frozen=True)
class OfflineRun:
    """The app in a process of its own, where Python's sockets raise and the system kills whoever asks for one."""

    home: Path
    done: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], OfflineRun]:
    """Each kind runs once."""

    @cache
    def run_offline(kind: str) -> OfflineRun:
        home = tmp_path_factory.mktemp("home")
        environment = {
            name: text for name, text in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")
        }
        environment |= {"HOME": str(home), "TMPDIR": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
        environment |= {"XDG_CACHE_HOME": str(home / ".cache"), "XDG_DATA_HOME": str(home / ".local")}
        done = subprocess.run(
            [sys.executable, str(OFFLINE), kind, str(home / "out")],
            env=environment, cwd=home, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        return OfflineRun(home, done)

    return run_offline


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a machine without a display")
@pytest.mark.parametrize("kind", ["terminal", "window", "recording window"])
def test_the_whole_app_tries_no_connection_and_films_nothing(
    offline: Callable[[str], OfflineRun], kind: str
) -> None:
    home, done = offline(kind).home, offline(kind).done
    assert (done.returncode, "offline: done" in done.stdout) == (0, True), done.stderr[-3000:]
    written = {path for path in home.rglob("*") if path.is_file()}
    sessions = {path for path in written if path.is_relative_to(home / "out")}
    assert bool(sessions) == (kind != "window")
    assert {path.name for path in sessions} <= TEXT_FILES
    assert {path.name for path in written - sessions} <= {"settings.json", "window.ini"}
    assert not any(b"data:image" in path.read_bytes() for path in written)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a machine without a display")
def test_without_a_display_the_demo_runs_and_leaves_a_session_and_a_report(
    offline: Callable[[str], OfflineRun],
) -> None:
    home, done = offline("terminal").home, offline("terminal").done
    assert "600 frames: 600 analysed, 0 dropped, 0 unaccounted" in done.stdout
    (session,) = (home / "out").iterdir()
    assert (session / "report.html").exists()
    rows = pd.read_csv(session / "frames.csv")
    per_frame = rows.groupby("frame").face_id.count()
    expected = {index: SCRIPT.faces_at(index / 30) for index in range(600)}
    known = {index: count for index, count in expected.items() if count is not None}
    right = [per_frame[index] == count for index, count in known.items()]
    assert len(per_frame) == 600
    assert sum(right) / len(right) > 0.98
    smiling = rows[(rows.t_mono_s > SCRIPT.smile.start + 0.8) & (rows.t_mono_s < SCRIPT.smile.end - 0.4)]
    assert (smiling.label == "happy").mean() > 0.9


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")
@pytest.mark.parametrize("kind", ["python socket", "native socket"])
def test_the_guard_of_the_test_above_does_guard(tmp_path: Path, kind: str) -> None:
    done = subprocess.run(
        [sys.executable, str(OFFLINE), kind, str(tmp_path)], capture_output=True, text=True, check=False
    )
    if "offline: not here" in done.stdout:
        pytest.skip("this system lets no process forbid itself a system call")
    assert done.returncode == (1 if kind == "python socket" else -signal.SIGSYS)
    assert "offline: done" not in done.stdout
