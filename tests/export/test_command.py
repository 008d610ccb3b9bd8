"""`femon export` through main(): exit codes, sentences and folders."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from femon.cli import main

Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("femon.cli.settings_file", lambda: tmp_path / "settings.json")


def export(*arguments: object) -> int:
    return main(["export", *(str(argument) for argument in arguments), "--quiet"])


def set_state(session: Path, state: str) -> None:
    about = json.loads((session / "session.json").read_text())
    (session / "session.json").write_text(json.dumps(about | {"state": state}))


def test_several_formats_go_into_the_session_folder(
    make_session: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    session = make_session()
    assert export(session, "--to", "openface,long", "--to", "pyfeat") == 0
    assert {path.name for path in (session / "export").iterdir()} == {"openface", "long", "pyfeat"}
    assert f"{session.name}: openface -> {session / 'export' / 'openface'}" in capsys.readouterr().out


def test_several_sessions_go_into_one_folder(make_session: Make, tmp_path: Path) -> None:
    sessions = make_session(name="a"), make_session(name="b")
    assert export(*sessions, sessions[0], "--to", "long", "--out", tmp_path / "out") == 0
    files = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").glob("*/*/*.csv")}
    assert files == {str(Path("a/long/long.csv")), str(Path("b/long/long.csv"))}
    assert not (sessions[0] / "export").exists()


def test_sessions_of_one_name_are_not_mixed_in_one_folder(
    make_session: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = make_session()
    other = tmp_path / "other" / first.name
    other.parent.mkdir()
    first.rename(other)
    assert export(make_session(), other, "--to", "long", "--out", tmp_path / "out") == 2
    assert "would share one folder" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_options_reach_the_formats(make_session: Make) -> None:
    session = make_session()
    options = ("--full-header", "--spaces", "--vocabulary", "v2", "--blank", "--values", "raw")
    assert export(session, "--to", "openface,pyfeat,facereader", *options) == 0
    folder = session / "export"
    header, first = (folder / "openface" / "openface.csv").read_text().split("\n")[:2]
    assert len(header.split(", ")) == len(first.split(",")) == 721
    assert "valence" in (folder / "pyfeat" / "fex.csv").read_text()
    assert "FAILED" not in (folder / "facereader" / "p01_detailed.txt").read_text()
    assert "Values: raw" in (folder / "openface" / "README.txt").read_text()


def test_one_bad_session_does_not_stop_the_others(
    make_session: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = make_session()
    assert export(tmp_path / "absent", session, "--to", "long") == 7
    assert "is no femon session" in capsys.readouterr().err
    assert (session / "export" / "long" / "long.csv").exists()
    assert export(tmp_path / "absent", "--to", "long") == 3


def test_the_comparison_beside_the_sessions_is_passed_over(
    make_session: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    session = make_session()
    beside = [session.with_name(name) for name in ("comparison.html", "summary.csv")]
    for file in beside:
        file.touch()
    assert export(session, *beside, "--to", "long") == 0
    assert capsys.readouterr().err == ""
    assert export(*beside, "--to", "long") == 3


def test_a_folder_of_sessions_stands_for_the_sessions_in_it(make_session: Make) -> None:
    session = make_session()
    assert export(session.parent, "--to", "long") == 0
    assert (session / "export" / "long" / "long.csv").exists()


def test_a_newer_log_format_is_refused(make_session: Make, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(make_session(schema="2.0"), "--to", "long") == 3
    assert "Update femon" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"schema": "1.0"', "\ufeffx"])
def test_a_damaged_session_file_is_one_sentence(
    make_session: Make, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    session = make_session()
    (session / "session.json").write_text(content, encoding="utf-8")
    assert export(session, "--to", "long") == 3
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_an_interrupted_session_is_recovered_first(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = tmp_path / demo.name
    session.mkdir()
    for name in ("session.json", "events.csv"):
        (session / name).write_bytes((demo / name).read_bytes())
    (session / "frames.csv").write_bytes((demo / "frames.csv").read_bytes()[:-20])
    set_state(session, "recording")
    assert export(session, "--to", "openface") == 0
    assert "Recovered 14 rows" in capsys.readouterr().err
    assert json.loads((session / "session.json").read_text())["state"] == "recovered"
    folder = session / "export" / "openface"
    assert "Recording: recovered" in (folder / "README.txt").read_text()
    assert len((folder / "openface.csv").read_text().splitlines()) == 15


def test_a_running_session_is_refused(make_session: Make, capsys: pytest.CaptureFixture[str]) -> None:
    from femon.recording.folder import lock_folder, unlock_folder

    session = make_session(state="recording")
    lock = lock_folder(session)
    assert lock is not None
    try:
        assert export(session, "--to", "long") == 3
    finally:
        unlock_folder(session, lock)
    assert "is still open" in capsys.readouterr().err
    assert not (session / "export").exists()


def test_a_folder_that_cannot_be_written_is_told(
    make_session: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"")
    assert export(make_session(), "--to", "long", "--out", blocked) == 6
    assert "femon cannot write the export" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [(), ("--to", "excel"), ("--to", "long,"), ("--to", "long", "--values", "x")]
)
def test_wrong_usage_has_its_own_code(make_session: Make, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit, match="2"):
        export(make_session(), *arguments)


def test_parquet_without_its_package_stops_before_anything_is_written(
    make_session: Make, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("femon.export.formats.find_spec", lambda name: None)
    session = make_session()
    assert export(session, "--to", "long,parquet") == 2
    assert "pip install femon[parquet]" in capsys.readouterr().err
    assert not (session / "export").exists()
