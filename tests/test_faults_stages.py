"""A network or a landmarker that fails, once or for ever: told, closed, and no row lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from femon.monitors import Monitor
from femon.settings import ModeSettings, Settings
from monitors.scripted import without_mediapipe
from staged import WHOLE, Run, file_source, parts_of


@pytest.fixture(autouse=True)
def _no_landmarker() -> Iterator[None]:
    with without_mediapipe():
        yield


class Failure:
    """Raises at its turns, counted over all runs."""

    def __init__(self, *, for_ever: bool) -> None:
        self.for_ever, self.calls = for_ever, 0

    def __call__(self, _: int) -> None:
        self.calls += 1
        if self.calls == WHOLE + 1 or (self.for_ever and self.calls > WHOLE):
            raise RuntimeError("no memory for the tensor")


@pytest.mark.parametrize("stage", ["faces", "classify"])
def test_what_fails_once_ends_with_a_message_and_its_rows_and_works_again_at_retry(
    models: Path, tmp_path: Path, stage: str
) -> None:
    failure = Failure(for_ever=False)
    first = Run(models, tmp_path, parts_of(stage, failure, file_source())).to_the_end()
    end = first.notices.all[-1]
    assert (end.kind, end.details["stage"]) == ("error", stage)
    assert end.text == f"The {stage} stage stopped: no memory for the tensor."
    assert (first.summary.state, first.summary.integrity) == ("failed", "ok")
    assert first.summary.rows == WHOLE
    again = Run(models, tmp_path, parts_of(stage, failure, file_source())).to_the_end()
    assert again.notices.all[-1].kind == "ended"
    assert (again.summary.state, again.summary.rows) == ("complete", 40)


@pytest.mark.parametrize("stage", ["faces", "classify"])
def test_what_fails_for_ever_says_so_at_every_retry_and_leaves_nothing_behind(
    models: Path, tmp_path: Path, stage: str
) -> None:
    failure = Failure(for_ever=True)
    before = threading.active_count()
    for number in range(5):
        run = Run(models, tmp_path, parts_of(stage, failure, file_source())).to_the_end()
        assert run.notices.all[-1].kind == "error"
        if number:
            assert run.readings == 0
    assert threading.active_count() == before
    assert not list(tmp_path.glob("*/.lock"))


class BrokenMonitor(Monitor):
    """Fails after some frames, and ever after."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.calls = 0

    def update(self, *arguments: Any) -> Any:
        self.calls += 1
        if self.calls > WHOLE:
            raise ZeroDivisionError("float division by zero")
        return super().update(*arguments)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_failure_while_the_session_is_closed_still_closes_it_and_tells_the_end(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("what was kept is broken too")

    monkeypatch.setattr("femon.watch.Monitor", BrokenMonitor)
    monkeypatch.setattr("femon.watch.Watch.rest", broken)
    monkeypatch.setattr("femon.lsl.StreamDesk.close", broken)
    settings = Settings(modes=ModeSettings(expression=False, fatigue=True))
    run = Run(models, tmp_path, parts_of("", lambda _: None, file_source()), settings).to_the_end()
    assert run.notices.all[-1].text == "The classify stage stopped: float division by zero."
    assert (run.summary.state, run.summary.rows) == ("failed", WHOLE)
