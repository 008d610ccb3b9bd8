"""femon without a display: what is recorded, what is told, and with which exit code it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from femon.camera import EndsEarlyError
from femon.cli import headless, main
from femon.cli.batch import Outcome, State
from femon.errors import DeviceError
from femon.recording import SessionRequest, SessionSummary
from femon.settings import Settings
from finished import face_rows, write_session

CUT = EndsEarlyError("'cut.mkv' ended at 1.0 s of 5.0 s. The 26 frames before that are complete.")


class Watched:
    """Stands for the watching itself: remembers what was asked for, and gives outcomes."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.requests: list[SessionRequest | None] = []

    def alone(self, source: str, settings: Settings, **options: Any) -> Outcome:
        self.requests.append(options["request"])
        return self.outcomes[0]

    def together(self, sources: Sequence[str], settings: Settings, **options: Any) -> list[Outcome]:
        self.requests.append(options["request"])
        return self.outcomes


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[int, Watched]]:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, outcomes: Sequence[Outcome] = (Outcome(),)) -> tuple[int, Watched]:
        watched = Watched(*outcomes)
        monkeypatch.setattr(headless, "run_batch", watched.alone)
        monkeypatch.setattr(headless, "run_together", watched.together)
        settings = str(tmp_path / "settings.json")
        return main([*arguments, "--settings", settings, "--out", str(tmp_path / "out")]), watched

    return run


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return write_session(tmp_path, face_rows(10))


@pytest.fixture
def outcome(session: Path) -> Callable[..., Outcome]:
    """What became of a source that was recorded."""

    def made(state: State = "complete", error: BaseException | None = None) -> Outcome:
        summary = SessionSummary(
            session, "complete", 10, 10, 0, 0, 0, 10, 1.0, 0.0, None, None, "ok", {"happy": 1.0}
        )
        return Outcome(state, summary, error)

    return made


@pytest.mark.parametrize("sources", [[], ["--source", "demo"]])
def test_the_demo_leaves_a_session_and_a_report(
    run: Any, outcome: Any, session: Path, capsys: pytest.CaptureFixture[str], sources: list[str]
) -> None:
    code, watched = run(*sources, outcomes=[outcome()])
    assert code == 0
    assert watched.requests[0] is not None
    told = capsys.readouterr().out
    assert f"Session: {session}" in told
    assert f"Report:  {session / 'report.html'}" in told


@pytest.mark.parametrize("source", [["--source", "talk.mp4"], ["--camera", "0"]])
def test_nobody_is_recorded_unasked(run: Any, capsys: pytest.CaptureFixture[str], source: list[str]) -> None:
    code, watched = run(*source)
    assert (code, watched.requests) == (0, [None])
    assert "Nothing is recorded without --record." in capsys.readouterr().err
    assert run(*source, "--record")[1].requests[0] is not None
    assert "Nothing is recorded" not in capsys.readouterr().err


def test_several_sources_are_recorded_when_asked(run: Any) -> None:
    two = ["--source", "demo", "--source", "talk.mp4"]
    outcomes = [Outcome(), Outcome()]
    assert run(*two, outcomes=outcomes)[1].requests == [None]
    assert run(*two, "--record", outcomes=outcomes)[1].requests[0] is not None


def test_consent_is_asked_only_for_what_is_recorded(run: Any) -> None:
    research = ["--source", "talk.mp4", "--purpose", "research_consent"]
    assert run(*research)[0] == 0
    assert run(*research, "--record")[0] == 9
    assert run(*research, "--record", "--consent")[0] == 0


def test_a_file_that_ends_early_tells_where_its_session_lies(
    run: Any, outcome: Any, session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = run("--source", "cut.mkv", "--record", outcomes=[outcome("early", CUT)])
    captured = capsys.readouterr()
    assert code == 3
    assert str(CUT) in captured.err
    assert f"Session: {session}" in captured.out
    assert (session / "report.html").exists()


def test_a_session_that_was_interrupted_is_told_too(
    run: Any, outcome: Any, session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(outcomes=[outcome("interrupted")])[0] == 130
    assert f"Session: {session}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([Outcome(), Outcome("interrupted")], 130),
        ([Outcome("interrupted"), Outcome("failed", None, DeviceError("gone"))], 130),
        ([Outcome(), Outcome("failed", None, DeviceError("gone"))], 7),
        ([Outcome("failed", None, DeviceError("gone")), Outcome("early", None, CUT)], 5),
        ([Outcome("early", None, CUT)] * 2, 3),
        ([Outcome(), Outcome()], 0),
    ],
)
def test_several_sources_end_with_one_code(run: Any, outcomes: list[Outcome], code: int) -> None:
    assert run("--source", "demo", "--camera", "0", outcomes=outcomes)[0] == code


@pytest.mark.parametrize("others", [[], ["--source", "demo"]])
def test_the_password_of_a_stream_is_not_printed(
    run: Any, capsys: pytest.CaptureFixture[str], others: list[str]
) -> None:
    outcomes = [Outcome(), Outcome()]
    run("--source", "rtsp://user:secret@cam/live?token=secret", *others, outcomes=outcomes)
    told = capsys.readouterr().err
    assert "watching 'rtsp://cam/live" in told
    assert "secret" not in told
