"""`femon report` on the command line: HTML, PDF, table, comparison, and names that steer nothing."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from femon.cli import main
from femon.recording.amending import Moment, exclude

Make = Callable[..., Any]


@pytest.fixture
def femon(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(*arguments: object) -> tuple[int, str]:
        settings = tmp_path / "settings.json"
        settings.write_text("{}")
        options = ("--settings", settings, "--models", tmp_path / "models")
        code = main([str(argument) for argument in ("report", *arguments, *options)])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


@pytest.fixture
def two(monitored: Make, cells: Make) -> tuple[Path, Path]:
    """Two sessions of the same person, awake and tired."""
    awake = monitored(40, lambda frame, t: cells(perclos_60="0.010"), participant="p01", condition="day")
    tired = monitored(
        40,
        lambda frame, t: cells(closed=frame % 30 < 6, perclos_60="0.200"),
        participant="p02",
        condition="night",
    )
    return awake, tired


def test_one_session_gets_a_report_beside_its_files(femon: Make, session: Path) -> None:
    code, text = femon(session)
    assert code == 0
    assert text.splitlines()[-1] == f"Report: {session / 'report.html'}"


def test_html_and_table_go_where_they_are_asked(femon: Make, session: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, text = femon(session, "--html", out / "a.html", "--csv-summary")
    assert code == 0, text
    assert sorted(path.name for path in out.iterdir()) == ["a.html", "summary.csv"]
    assert not (session / "report.html").exists()


def test_a_pdf_needs_no_display_and_is_the_same_in_every_process(session: Path, tmp_path: Path) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    pages = [tmp_path / "1.pdf", tmp_path / "2.pdf"]
    for page in pages:
        command = [sys.executable, "-m", "femon", "report", session, "--pdf", page]
        subprocess.run(command, check=True, env=environment, capture_output=True, timeout=120)
    assert pages[0].read_bytes().startswith(b"%PDF-")
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_several_sessions_are_compared_in_one_page(femon: Make, two: tuple[Path, Path]) -> None:
    code, text = femon(*two)
    assert code == 0, text
    page = two[0].parent / "comparison.html"
    html = page.read_text(encoding="utf-8")
    assert f"Report: {page}" in text
    assert "Comparison of 2 sessions" in html
    assert "<td>1 · p01 · day</td>" in html
    assert "<td>night (1)</td>" in html
    assert 'aria-label="PERCLOS over 60 s"' in html
    assert "By condition" in html
    assert "Data quality" in html
    assert not (two[0] / "report.html").exists()


def test_a_folder_of_sessions_stands_for_the_sessions_in_it(femon: Make, two: tuple[Path, Path]) -> None:
    folder = two[0].parent
    assert femon(*two) == femon(folder) == femon(folder, two[1])  # the second time beside a comparison


def test_a_path_that_cannot_be_looked_at_is_one_session_that_cannot_be_read(
    femon: Make, session: Path
) -> None:
    code, text = femon(session, "x" * 300)
    assert code == 7
    assert "x cannot be read (" in text
    assert "Check its name and rights." in text


def test_an_interrupted_session_is_recovered_before_its_report(femon: Make, session: Path) -> None:
    about = json.loads((session / "session.json").read_text(encoding="utf-8"))
    (session / "session.json").write_text(json.dumps(about | {"state": "recording"}), encoding="utf-8")
    code, text = femon(session)
    assert code == 0, text
    assert "of an interrupted session" in text
    assert (session / "report.html").exists()


def test_a_session_that_cannot_be_read_does_not_stop_the_others(
    femon: Make, two: tuple[Path, Path], tmp_path: Path
) -> None:
    code, text = femon(two[0], tmp_path / "absent", two[1])
    page = two[0].parent / "comparison.html"
    assert code == 7
    assert "absent" in text
    assert f"Report: {page}" in text
    html = page.read_text(encoding="utf-8")
    assert "Comparison of 2 sessions" in html
    assert "2 · p02 · night" in html


def test_the_one_session_that_can_be_read_gets_its_own_report(
    femon: Make, session: Path, tmp_path: Path
) -> None:
    code, text = femon(tmp_path / "absent", session, "--csv-summary")
    assert code == 7
    assert f"Report: {session / 'report.html'}" in text
    assert (session / "summary.csv").exists()


def test_without_any_session_nothing_is_written(femon: Make, tmp_path: Path) -> None:
    code, text = femon(tmp_path / "absent", tmp_path / "lost")
    assert code == 3
    assert len(text.splitlines()) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["settings.json"]


def test_pictures_have_no_length_in_a_comparison(femon: Make, stills: Path, session: Path) -> None:
    code, text = femon(stills, session, "--csv-summary")
    assert code == 0, text
    html = (stills.parent / "comparison.html").read_text(encoding="utf-8")
    lengths = re.findall(r'<tr><td>[^<]*</td><td class="number">([^<]*)</td>', html.split(">By session<")[1])
    assert lengths[0] == "-"
    assert re.search(r'<td class="number">-</td><td>portraits</td>', html)
    with (stills.parent / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["length_s"] == ""
    assert float(rows[1]["length_s"]) > 9


def test_a_comparison_is_the_same_each_time(femon: Make, two: tuple[Path, Path], tmp_path: Path) -> None:
    pages = [tmp_path / "1.html", tmp_path / "2.html"]
    for page in pages:
        femon(*two, "--html", page)
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_a_session_named_twice_is_one(femon: Make, session: Path) -> None:
    femon(session, session)
    assert (session / "report.html").exists()


def test_the_comparison_beside_the_sessions_is_passed_over(femon: Make, two: tuple[Path, Path]) -> None:
    beside = two[0].parent
    assert femon(*two, "--csv-summary")[0] == 0
    first = (beside / "comparison.html").read_bytes()
    code, text = femon(*two, beside / "comparison.html", beside / "summary.csv")
    assert code == 0, text
    assert "is no femon session" not in text
    assert (beside / "comparison.html").read_bytes() == first


def test_a_comparison_alone_and_a_folder_of_its_name_are_no_sessions(
    femon: Make, session: Path, tmp_path: Path
) -> None:
    page, folder = tmp_path / "comparison.html", tmp_path / "summary.csv"
    page.touch()
    folder.mkdir()
    assert femon(page)[0] == 3
    assert femon(session, folder)[0] == 7


def test_sessions_of_different_models_are_told_apart(femon: Make, two: tuple[Path, Path]) -> None:
    frames = two[1] / "frames.csv"
    frames.write_text(frames.read_text(encoding="utf-8").replace(",tiny", ",other"), encoding="utf-8")
    femon(*two)
    html = (two[0].parent / "comparison.html").read_text(encoding="utf-8")
    assert "were judged by different models" in html
    assert "Not every recording is intact" in html


def test_the_table_has_a_row_for_each_stretch(femon: Make, session: Path) -> None:
    femon(session, "--csv-summary")
    with (session / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["stretch"] for row in rows] == ["whole session", "start → 3", "3 → end"]
    assert [int(row["captured"]) for row in rows] == [100, 29, 71]
    assert float(rows[0]["happy_share_labelled"]) == pytest.approx(35 / 45, abs=1e-4)
    assert (rows[0]["perclos"], rows[0]["alarms"]) == ("", "")


def test_a_table_computes_nothing(femon: Make, session: Path) -> None:
    about = json.loads((session / "session.json").read_text(encoding="utf-8"))
    (session / "session.json").write_text(json.dumps(about | {"condition": "=1+1"}), encoding="utf-8")
    femon(session, "--csv-summary")
    assert ",'=1+1," in (session / "summary.csv").read_text(encoding="utf-8")


def test_excluded_stretches_count_only_when_asked(femon: Make, session: Path) -> None:
    exclude(session, Moment(0.0), Moment(3.0), "")
    assert "Left out by a reviewer: 3.0 s." in femon(session)[1]
    assert "Left out" not in femon(session, "--no-exclude")[1]


def test_names_steer_no_terminal(femon: Make, session: Path) -> None:
    about = json.loads((session / "session.json").read_text(encoding="utf-8"))
    about |= {"condition": "\x1b[31mred\x07", "source": about["source"] | {"name": "cam\u202egnp\r\n"}}
    (session / "session.json").write_text(json.dumps(about), encoding="utf-8")
    _, text = femon(session)
    assert "\ufffd[31mred\ufffd" in text
    assert not any(letter in text for letter in "\x1b\x07\u202e\r")


def test_a_folder_that_is_no_session_is_told_in_a_sentence(femon: Make, tmp_path: Path) -> None:
    code, text = femon(tmp_path)
    assert code == 3
    assert "is no femon session" in text
