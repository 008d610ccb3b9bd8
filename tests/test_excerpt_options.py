"""`femon analyze --every --start --end --start-utc` through main(), read as pandas reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import femon
from femon.cli import main
from femon.cli.baseline import Seconds

PORTRAIT = Path(femon.__file__).parent / "camera" / "assets" / "astronaut.jpg"


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("femon.cli.settings_file", lambda: tmp_path / "settings.json")


@pytest.fixture
def clip(clips: Path) -> Path:
    return clips / "woman_turns_head.gif"  # 23 frames, 12 per second


def analyze(*arguments: object) -> int:
    return main(["analyze", *(str(argument) for argument in arguments), "--quiet"])


def read(out: Path) -> list[tuple[pd.DataFrame, dict[str, Any]]]:
    """The rows and session.json of every session, in the order of their names."""
    return [
        (pd.read_csv(path.with_name("frames.csv"), parse_dates=["t_utc"]), json.loads(path.read_text()))
        for path in sorted(out.glob("*/session.json"))
    ]


def test_each_third_frame_keeps_the_files_number_and_the_others_do_not_count(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert analyze(clip, "--out", tmp_path, "--every", 3) == 0
    assert "8 frames: 8 analysed, 0 dropped, 0 unaccounted" in capsys.readouterr().out
    ((rows, session),) = read(tmp_path)
    assert sorted(set(rows.frame)) == list(range(0, 23, 3))
    assert rows.t_media_s.drop_duplicates().tolist()[:4] == [0.0, 0.25, 0.5, 0.75]
    assert (session["counts"]["captured"], session["integrity"]) == (8, "ok")
    assert session["source"]["excerpt"]["every"] == 3


def test_a_part_of_a_file_has_its_numbers_and_its_time_of_day(clip: Path, tmp_path: Path) -> None:
    part = ("--start", 0.83, "--end", 1.25, "--start-utc", "2026-03-14T10:26:53+01:00")
    assert analyze(clip, "--out", tmp_path, *part) == 0
    ((rows, session),) = read(tmp_path)
    assert sorted(set(rows.frame)) == [10, 11, 12, 13, 14]
    assert rows.t_mono_s.iloc[0] == 0.0
    assert rows.t_utc.iloc[0] == pd.Timestamp("2026-03-14T09:26:53.83Z")
    assert session["clock"]["start_utc"] == "2026-03-14T09:26:53.830000Z"


def test_another_part_is_another_analysis_and_the_same_is_skipped(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    utc = ("--start-utc", "2026-03-14T09:26:53")
    for part in ((), ("--every", 6), ("--every", 6, "--end", 1), ("--every", 6, "--end", 1, *utc)):
        for _ in range(2):
            assert analyze(clip, "--out", tmp_path, *part) == 0
    assert analyze(clip, "--out", tmp_path, "--every", 1, "--start", 0) == 0  # which is the whole
    assert capsys.readouterr().out.count("already done") == 5
    assert [len(set(rows.frame)) for rows, _ in read(tmp_path)] == [23, 4, 2, 2]


def test_several_jobs_take_the_same_parts(clips: Path, tmp_path: Path) -> None:
    inputs = [clips / "woman_turns_head.gif", clips / "two_people_head_turn.gif"]
    assert analyze(*inputs, "--out", tmp_path, "--jobs", 2, "--every", 5, "--start", 0.8) == 0
    taken = [sorted(set(rows.frame)) for rows, _ in read(tmp_path)]
    assert sorted(taken) == [list(range(10, 23, 5)), list(range(10, 56, 5))]


def test_pictures_of_a_folder_are_counted(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.jpg").symlink_to(PORTRAIT)
    assert analyze(folder, "--out", tmp_path / "out", "--every", 2, "--start", 1) == 0
    ((rows, session),) = read(tmp_path / "out")
    assert (list(rows.frame), list(rows.t_mono_s)) == ([2, 4], [2.0, 4.0])
    assert session["integrity"] == "ok"


def test_the_overlay_video_has_the_frames_that_were_taken(clip: Path, tmp_path: Path) -> None:
    import av

    assert analyze(clip, "--out", tmp_path, "--video-overlay", "--every", 4) == 0
    (video,) = tmp_path.glob("*/overlay.mp4")
    with av.open(str(video)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 6


def test_a_baseline_is_measured_in_the_whole_file(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr("femon.cli.job.measured", lambda *about: asked.extend(about[:2]))
    assert analyze(clip, "--out", tmp_path, "--baseline", "0-0.5", "--start", 1.5) == 0
    assert asked == [str(clip), Seconds(0.0, 0.5)]
    ((rows, _),) = read(tmp_path)
    assert rows.frame.min() == 18


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("--every=0", "whole number from 1"),
        ("--every=1.5", "whole number from 1"),
        ("--start=-1", "number of seconds"),
        ("--start=nan", "number of seconds"),
        ("--end=soon", "number of seconds"),
        ("--start-utc=noon", "date and time"),
        ("--start-utc=0001-01-01T00:00+14:00", "date and time"),
    ],
)
def test_an_option_that_cannot_be_is_wrong_usage(
    clip: Path, capsys: pytest.CaptureFixture[str], option: str, sentence: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        analyze(clip, option)
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        (("--start", 2, "--end", 2), (2, "Nothing lies between --start 2 and --end 2.")),
        (("--end", 0), (2, "Nothing lies between --start 0 and --end 0.")),
        (("--start", 60), (3, "has no frame to take from 60 s on: it is 1.9 s long.")),
        (("--start", 0.81, "--end", 0.82), (3, "has no frame to take from 0.81 s to 0.82 s")),
    ],
)
def test_a_part_without_a_frame_gets_one_sentence_and_leaves_nothing(
    clip: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    part: tuple[object, ...],
    answer: tuple[int, str],
) -> None:
    code, sentence = answer
    assert analyze(clip, "--out", tmp_path / "out", *part) == code
    error = capsys.readouterr().err.strip()
    assert sentence in error
    assert len(error.splitlines()) == 1
    assert not list((tmp_path / "out").glob("*"))


def test_a_camera_has_no_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert analyze("0", "--out", tmp_path / "out", "--every", 2) == 2
    assert "'0' is not a file" in capsys.readouterr().err
