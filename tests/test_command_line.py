"""What stands on the command line: values, common options, and a reader of the output that leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from femon.cli import doctor, main, watch
from femon.cli.batch import Outcome
from femon.cli.exit_codes import SOME_FAILED
from femon.settings import Settings
from femon.shipped import models_folder


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("femon.cli.settings_file", lambda: tmp_path / "settings.json")


@pytest.mark.parametrize("command", [["analyze", "absent.mp4"], ["run"]])
def test_a_name_is_no_participant_code(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command, "--participant", "Ada Lovelace"])
    assert left.value.code == 2
    assert "Use a code, not a name" in capsys.readouterr().err


@pytest.mark.parametrize("half_life", ["nan", "-1", "2.1", "inf", "soon"])
def test_a_half_life_is_a_number_in_its_range(capsys: pytest.CaptureFixture[str], half_life: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(["analyze", "absent.mp4", f"--half-life={half_life}"])
    assert left.value.code == 2
    assert "a number from 0 to 2" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["63", "Foo Cam", "/dev/video63"])
def test_a_camera_that_is_not_there_is_no_missing_file(tmp_path: Path, name: str) -> None:
    if Path("/dev/video63").exists() or not sys.platform.startswith("linux"):
        pytest.skip("this machine may have a camera 63")
    assert main(["analyze", name, "--mode", "fatigue", "--out", str(tmp_path)]) == 5


@pytest.mark.parametrize(
    "given", [["--settings", "{}", "models"], ["--settings={}", "models"], ["models", "--settings", "{}"]]
)
def test_common_options_may_stand_before_the_command(tmp_path: Path, given: list[str]) -> None:
    path = tmp_path / "mine.json"
    path.write_text('{"model": "absent"}')
    assert main([word.format(path) for word in [*given, "show"]]) == 4


@pytest.mark.parametrize("given", [["--log-level", "error", "--version"], ["--models", "m", "--help"]])
def test_the_version_and_help_are_told_behind_common_options(given: list[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(given)


def test_options_without_a_command_open_the_window(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[tuple[str | None, Path]] = []

    def run(source: str | None, settings: Settings, *, settings_path: Path, **_: object) -> int:
        opened.append((source, settings_path))
        return 0

    monkeypatch.setattr("femon.gui.app.run", run)
    new = tmp_path / "new.json"  # the window makes it
    assert main(["--settings", str(new), "--source", "demo"]) == 0
    assert opened == [("demo", new)]


def test_only_the_window_makes_a_settings_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "typo.json"
    assert main(["models", "--settings", str(missing)]) == 2
    assert capsys.readouterr().err == f"The settings file '{missing}' was not found. Check its name.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes differ on Windows")
def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    program = "import sys; from femon.cli import main; sys.exit(main(['models']))"
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=writing, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there always is a display")
@pytest.mark.parametrize("name", ["", "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_the_doctor_sees_a_display_where_the_window_does(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for each in watch.DISPLAYS:
        monkeypatch.delenv(each, raising=False)
    if name:
        monkeypatch.setenv(name, "offscreen")
    check = next(check for check in doctor.all_checks(models_folder(), Settings()) if check.name == "display")
    assert (check.state, watch.has_display()) == (("ok", True) if name else ("warn", False))
    assert check.text.startswith(f"{name}=offscreen" if name else "none")


@pytest.mark.parametrize("command", ["run", "analyze"])
def test_the_help_says_where_sessions_go(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert "sessions/ in the working folder" in " ".join(capsys.readouterr().out.split())


def test_an_error_that_nobody_foresaw_ends_only_its_own_input(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_batch(source: str, *about: object, **options: object) -> Outcome:
        if source == "one.mp4":
            raise RuntimeError("a part broke")
        return Outcome()

    monkeypatch.setattr("femon.cli.job.run_batch", run_batch)
    out = ["--out", str(tmp_path), "--mode", "fatigue", "--quiet"]
    assert main(["analyze", "one.mp4", "two.mp4", *out]) == SOME_FAILED
    told = capsys.readouterr().err
    assert "RuntimeError: a part broke" in told
    assert "one.mp4: femon met an unexpected error" in told
    assert "two.mp4" not in told
