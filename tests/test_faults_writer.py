"""A log that cannot be written any more in the middle of a session: told once, rows kept, the watching goes on."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fakes import LIMIT_S, FakeSource, make_frame
from femon.recording import SessionSummary, csv_file, folder, recorder, recover_sessions, session
from femon.review import summarise
from monitors.scripted import without_mediapipe
from staged import Run, parts_of

BEFORE, AFTER = 12, 8  # frames


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The upkeep of minutes happens at every frame."""
    monkeypatch.setattr(recorder, "SYNC_S", 0.0)
    monkeypatch.setattr(recorder, "SAVE_S", 0.0)
    with without_mediapipe():
        yield


class Fails:
    """Stands before a call into the system, which fails from now on once it is `broken`."""

    def __init__(self, call: Callable[..., Any], number: int) -> None:
        self.call, self.number, self.broken = call, number, False

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        if self.broken:
            raise OSError(self.number, os.strerror(self.number))
        return self.call(*arguments, **options)


class Writes(FileIO):
    """A file whose system call for writing can fail."""

    fault: Fails

    def write(self, data: Any) -> int:
        return int(self.fault(partial(super().write, data)))


Breaking = Callable[[Path], None]


def writing(patch: pytest.MonkeyPatch, number: int) -> Breaking:
    fault = Fails(lambda work: work(), number)
    patch.setattr(Writes, "fault", fault, raising=False)
    patch.setattr(csv_file, "FileIO", Writes)
    return lambda folder: setattr(fault, "broken", True)


def syncing(patch: pytest.MonkeyPatch, number: int) -> Breaking:
    fault = Fails(os.fsync, number)
    patch.setattr(csv_file.os, "fsync", fault)
    return lambda folder: setattr(fault, "broken", True)


def saving(patch: pytest.MonkeyPatch, number: int) -> Breaking:
    fault = Fails(session.create_owner_only, number)
    patch.setattr(session, "create_owner_only", fault)
    return lambda folder: setattr(fault, "broken", True)


def removing(patch: pytest.MonkeyPatch, number: int) -> Breaking:
    return shutil.rmtree


def moving(patch: pytest.MonkeyPatch, number: int) -> Breaking:
    return lambda folder: shutil.move(folder, folder.parent.parent / "moved")


def looking(patch: pytest.MonkeyPatch, number: int) -> Breaking:
    fault = Fails(Path.exists, number)
    patch.setattr(folder.SessionFolder, "_holds_lock", lambda held: fault(held.path / folder.LOCK_FILE))
    return lambda place: setattr(fault, "broken", True)


FAULTS: dict[str, tuple[Callable[[pytest.MonkeyPatch, int], Breaking], int, str]] = {
    "disk full": (writing, errno.ENOSPC, "The disk is full."),
    "quota used up": (writing, errno.EDQUOT, "The disk is full."),
    "permission lost": (writing, errno.EACCES, "cannot be written any more (Permission denied)"),
    "read-only": (writing, errno.EROFS, "cannot be written any more (Read-only file system)"),
    "stick pulled out": (syncing, errno.EIO, "cannot be written any more (Input/output error)"),
    "permission of the folder lost": (saving, errno.EACCES, "cannot be written any more (Permission denied)"),
    "folder out of reach": (looking, errno.EACCES, "cannot be written any more (Permission denied)"),
    "disk full for session.json": (saving, errno.ENOSPC, "The disk is full."),
    "folder removed": (removing, 0, "was deleted"),
    "folder moved": (moving, 0, "was moved"),
}


class FaultyRun(Run):
    """A recording in which a fault happens before one frame; the frames come one after the other."""

    def __init__(self, models: Path, root: Path, before_fault: Callable[[], None]) -> None:
        self.before_fault = before_fault
        frames = [make_frame(index, live=True) for index in range(BEFORE + AFTER)]
        source = FakeSource(frames, live=True, gate=self.gate)
        super().__init__(models, root, parts_of("", lambda number: None, source))
        self.shown.release()  # the first frame waits for none

    def gate(self, number: int) -> None:
        assert self.shown.acquire(timeout=LIMIT_S)
        if number == BEFORE:
            self.before_fault()


@pytest.mark.parametrize("name", FAULTS)
def test_a_log_that_cannot_be_written_is_told_once_and_the_watching_goes_on(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    make, number, text = FAULTS[name]
    root = tmp_path / "sessions"
    with monkeypatch.context() as patch:
        break_it = make(patch, number)
        run = FaultyRun(models, root, lambda: break_it(next(root.iterdir()))).to_the_end()
    assert run.notices.all[-1].kind == "ended"
    assert run.readings == BEFORE + AFTER
    (told,) = [notice.text for notice in run.notices.all if notice.kind == "recording_error"]
    assert text in told
    assert not [notice for notice in run.notices.all if notice.kind == "recorded"]
    for frames in tmp_path.rglob("frames.csv"):
        data = frames.read_bytes()
        assert data.endswith(b"\r\n")
        assert len(pd.read_csv(frames)) in (BEFORE, BEFORE + 1)  # syncing comes after the row
        assert f"{len(pd.read_csv(frames))} rows" in told
    assert bool(list(tmp_path.rglob("frames.csv"))) == (name != "folder removed")
    assert_recorded_again(models, tmp_path / "again")


def assert_recorded_again(models: Path, root: Path) -> None:
    """The next session is none the worse for it."""
    run = FaultyRun(models, root, lambda: None).to_the_end()
    (summary,) = [notice.details["summary"] for notice in run.notices.all if notice.kind == "recorded"]
    assert isinstance(summary, SessionSummary)
    assert (summary.rows, summary.integrity) == (BEFORE + AFTER, "ok")


@pytest.mark.parametrize("name", ["disk full", "permission of the folder lost", "folder moved"])
def test_what_was_written_until_then_opens_after_the_next_start(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    make, number, _ = FAULTS[name]
    root = tmp_path / "sessions"
    with monkeypatch.context() as patch:
        break_it = make(patch, number)
        FaultyRun(models, root, lambda: break_it(next(root.iterdir()))).to_the_end()
    for base in (root, tmp_path):
        recover_sessions(base)
    (folder,) = {path.parent for path in tmp_path.rglob("session.json")}
    assert json.loads((folder / "session.json").read_text(encoding="utf-8"))["state"] in (
        "failed",
        "recovered",
    )
    assert summarise(folder) is not None
