"""Session folders that somebody damaged or made to do harm: a sentence, an exit code, and nothing outside touched."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hostile
from fakes import make_face
from femon.cli import main
from femon.errors import SessionError
from femon.recording import SessionContext, SessionRecorder, SessionRequest, recover_sessions
from femon.review import summarise, write_report
from femon.settings import Settings
from femon.types import Frame, Reading, Readings, SourceInfo

STARTED = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
SOURCE = SourceInfo("camera", "Desk camera", 64, 48, live=True, fps=10.0, index=0, backend="TEST")
FILES = ("session.json", "frames.csv", "events.csv", "columns.json")
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "＠A1")
Make = Callable[..., Path]


def recorded(root: Path, *, markers: tuple[str, ...] = ("3",), text: str = "x", frames: int = 8) -> Path:
    recorder = SessionRecorder(
        SessionRequest(root, "p01", condition=text, notes=text),
        SessionContext(SOURCE, {"id": "tiny", "members": [text]}, {}, Settings()),
        started_utc=STARTED,
        clock=lambda: 0.0,
        free_bytes=lambda _: 10**10,
    )
    smooth = np.full(7, 1 / 7, np.float32)
    for index in range(frames):
        moment = timedelta(seconds=index / 10)
        frame = Frame("cam", index, index / 10, STARTED + moment, None, np.zeros((48, 64, 3), np.uint8))
        reading = Reading(make_face(1), True, smooth, smooth, "happy", None)
        recorder.write(Readings(frame, (reading,) if index % 3 else (), "tiny", 0.05))
    for marker in markers:
        recorder.event("marker", marker, details={"key": marker})
    recorder.event("note", "note", details={"text": text})
    return recorder.close("user").folder


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return recorded(tmp_path / "sessions")


def run(*arguments: object) -> tuple[int, str]:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as errors:
        code = main([str(argument) for argument in arguments])
    return code, errors.getvalue()


def damage(session: Path, whole: dict[str, bytes], chance: Any, *, state: str | None = None) -> str:
    """One file of the session becomes a mutation; the others are whole."""
    for name, data in whole.items():
        (session / name).write_bytes(data)
    table = json.loads(whole["session.json"])
    if state is not None:
        table["state"] = state
        (session / "session.json").write_text(json.dumps(table))
    name = str(chance.choice(FILES[:3]))
    if name == "session.json":
        (session / name).write_bytes(hostile.table_bytes(table, chance))
    else:
        (session / name).write_bytes(hostile.mutated_csv(whole[name], chance))
    return name


def test_a_damaged_session_gets_a_report_or_a_sentence(session: Path, tmp_path: Path) -> None:
    whole = {name: (session / name).read_bytes() for name in FILES}
    for chance in hostile.cases(100, share=0.3):
        damage(session, whole, chance)
        started = time.process_time()
        code, errors = run("report", session, "--models", tmp_path)
        assert code in (0, 3), errors
        assert "Traceback" not in errors
        assert time.process_time() - started < hostile.CASE_LIMIT_S
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sessions"]


def test_a_damaged_interrupted_session_is_recovered_or_left(session: Path, tmp_path: Path) -> None:
    whole = {name: (session / name).read_bytes() for name in FILES}
    (tmp_path / "other.txt").write_bytes(b"mine")
    for chance in hostile.cases(80, share=0.2):
        damage(session, whole, chance, state="recording")
        for summary in recover_sessions(session.parent):
            assert summary.folder == session
            assert json.loads((session / "session.json").read_text())["state"] == "recovered"
    assert (tmp_path / "other.txt").read_bytes() == b"mine"


def test_a_stray_quote_in_a_long_recording_does_not_stall_the_recovery(session: Path) -> None:
    frames = session / "frames.csv"
    header, first, *_ = frames.read_bytes().splitlines(keepends=True)
    frames.write_bytes(header + first + b'"' + first * 20_000)
    about = json.loads((session / "session.json").read_text()) | {"state": "recording"}
    (session / "session.json").write_text(json.dumps(about))
    started = time.process_time()
    (summary,) = recover_sessions(session.parent)
    assert time.process_time() - started < hostile.CASE_LIMIT_S
    assert summary.rows == 1


def test_a_line_without_an_end_is_not_read_into_memory(session: Path) -> None:
    with (session / "frames.csv").open("r+b") as file:
        file.truncate(20_000_000_000)  # sparse: it takes no room on the disk
    with pytest.raises(SessionError, match=r"frames\.csv .* is damaged"):
        summarise(session)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
class TestLinks:
    """A session may come from elsewhere, with links to files of the user in it."""

    @pytest.fixture
    def own(self, tmp_path: Path) -> Path:
        own = tmp_path / "own.txt"
        own.write_bytes(b"mine\n" * 100)
        return own

    @pytest.mark.parametrize("name", FILES[:3])
    def test_a_link_is_not_followed_by_the_report(self, session: Path, own: Path, name: str) -> None:
        (session / name).replace(own) if name == "session.json" else (session / name).unlink()
        (session / name).symlink_to(own)
        with pytest.raises(SessionError):
            summarise(session)

    @pytest.mark.parametrize("name", [*FILES, ".lock", "session.json.new", ".reserve"])
    def test_the_recovery_writes_nothing_through_a_link(self, session: Path, own: Path, name: str) -> None:
        about = json.loads((session / "session.json").read_text()) | {"state": "recording"}
        (session / "session.json").write_text(json.dumps(about))
        if name == "session.json":
            shutil.copy(session / name, own)
        before = own.read_bytes()
        (session / name).unlink(missing_ok=True)
        (session / name).symlink_to(own)
        recover_sessions(session.parent)
        assert own.read_bytes() == before

    def test_the_recovery_stays_in_its_folder(self, session: Path, tmp_path: Path) -> None:
        about = json.loads((session / "session.json").read_text()) | {"state": "recording"}
        (session / "session.json").write_text(json.dumps(about))
        session.rename(tmp_path / session.name)
        session.symlink_to(tmp_path / session.name)
        assert recover_sessions(session.parent) == []

    def test_the_report_replaces_a_link(self, session: Path, own: Path) -> None:
        for name in ("report.html", "report.html.new"):
            (session / name).symlink_to(own)
        write_report(session)
        assert own.read_bytes().startswith(b"mine")
        assert not (session / "report.html").is_symlink()

    @pytest.mark.parametrize("name", FILES[:3])
    def test_a_pipe_is_refused_at_once(self, session: Path, name: str) -> None:
        (session / name).unlink()
        os.mkfifo(session / name)
        with pytest.raises(SessionError):
            summarise(session)
        recover_sessions(session.parent)


@pytest.mark.parametrize("value", ["0", "30.0", [], {}, -1, 10**400, float("nan")])
@pytest.mark.parametrize("name", ["width", "fps_measured"])
def test_a_figure_of_the_source_that_is_no_number_is_a_sentence(session: Path, name: str, value: Any) -> None:
    about = json.loads((session / "session.json").read_text())
    about["source"][name] = value
    (session / "session.json").write_text(json.dumps(about))
    with pytest.raises(SessionError, match=r"session\.json .* is damaged"):
        write_report(session)


@pytest.mark.parametrize("name", ["../../own.txt", "/dev/zero", "/etc/passwd", "..", ""])
def test_checksums_are_only_taken_of_the_files_of_the_session(session: Path, name: str) -> None:
    about = json.loads((session / "session.json").read_text())
    about["files"][name] = {"bytes": 1, "sha256": "00"}
    (session / "session.json").write_text(json.dumps(about))
    with pytest.raises(SessionError, match=r"session\.json .* is damaged"):
        summarise(session)


def test_the_model_of_a_session_is_looked_for_among_the_models_only(session: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.copy(Path(__file__).parents[1] / "models" / "femon-small" / "bundle.json", outside)
    about = json.loads((session / "session.json").read_text())
    frames = (session / "frames.csv").read_text().replace("tiny", "../outside")
    about["model"]["id"], about["files"] = "../outside", {}
    (session / "session.json").write_text(json.dumps(about))
    (session / "frames.csv").write_text(frames)
    text = write_report(session, models=tmp_path / "models").read_text(encoding="utf-8")
    assert "Three-level compact CNN" not in text


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_the_log_is_a_formula(tmp_path: Path, text: str) -> None:
    session = recorded(tmp_path, markers=(text,), text=text)
    for name in ("frames.csv", "events.csv"):
        with (session / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for column, cell in row.items():
                    number = column not in ("name", "unit", "details", "model_id", "event", "label")
                    assert number or not cell.lstrip().startswith(
                        ("=", "+", "-", "@", "＝", "＋", "－", "＠")
                    )
                    assert not cell.startswith(("\t", "\r"))
    assert summarise(session).event_count >= 2


class Page(HTMLParser):
    """Collects what a browser would build."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg onload=x>"]
)
def test_the_report_builds_nothing_from_text(tmp_path: Path, text: str) -> None:
    plain = Page(write_report(recorded(tmp_path / "plain")).read_text(encoding="utf-8"))
    session = recorded(tmp_path / "hostile", markers=(text,), text=text)
    about = json.loads((session / "session.json").read_text())

    def fill(table: dict[str, Any]) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                fill(value)
            elif (isinstance(value, str) or value is None) and key not in ("schema", "state", "fps_measured"):
                table[key] = text

    fill(about)
    about["faces"], about["files"] = {"1": text}, {}
    (session / "session.json").write_text(json.dumps(about))
    page = Page(write_report(session).read_text(encoding="utf-8"))
    assert page.tags == plain.tags
    assert page.attributes == plain.attributes
    assert not page.tags & {"script", "img", "iframe", "object", "link", "a"}
