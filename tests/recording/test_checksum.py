"""The checksum of a session's source: counted beside the analysis, and never in its way."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from femon.recording import SessionContext, SessionRequest, checksum
from femon.recording.checksum import Checksum
from femon.recording.desk import RecordingDesk
from femon.recording.recorder import CloseReason
from femon.settings import Settings


def test_a_file_has_the_checksum_that_others_count(tmp_path: Path) -> None:
    path = tmp_path / "talk.mp4"
    path.write_bytes(bytes(range(256)) * 10_000)
    assert Checksum(path).close(whole=True) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_session_of_a_folder_has_the_size_and_checksum_of_its_pictures(
    tmp_path: Path, made: Any, read: Any
) -> None:
    shots = tmp_path / "shots"
    shots.mkdir()
    (shots / "one.png").write_bytes(b"picture")
    info = replace(made.file, kind="images", stills=True, path=shots)
    desk = RecordingDesk(SimpleQueue(), lambda notice: None)
    root = tmp_path / "sessions"
    desk.start(SessionRequest(root), SessionContext(info, {}, {}, Settings()), made.frame(0, source=info))
    desk.close("source_end")
    (session,) = root.glob("*/session.json")
    source = read(session.parent).session["source"]
    assert source["bytes"] == 7
    assert source["sha256"] == hashlib.sha256(b"one.png\x007\x00picture").hexdigest()


def test_a_file_that_cannot_be_read_has_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert Checksum(tmp_path / "absent.mp4").close(whole=True) is None
    assert "absent.mp4 has no checksum" in caplog.text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name here")
def test_a_file_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checksum, "BROKEN_OFF_LIMIT_S", 0.01)
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    silent = Checksum(pipe)
    assert silent.close(whole=False) is None
    with pipe.open("wb"):  # so that the thread can end
        pass


@pytest.mark.parametrize("reason", ["source_end", "source_cut", "user", "error"])
def test_the_session_of_a_file_has_its_size_and_checksum(
    tmp_path: Path, made: Any, read: Any, reason: CloseReason
) -> None:
    path = tmp_path / "talk.mp4"
    path.write_bytes(b"not really a video")
    info = replace(made.file, path=path)
    desk = RecordingDesk(SimpleQueue(), lambda notice: None)
    desk.start(SessionRequest(tmp_path), SessionContext(info, {}, {}, Settings()), made.frame(0, source=info))
    desk.close(reason)
    (session,) = tmp_path.glob("*/session.json")
    source = read(session.parent).session["source"]
    assert source["bytes"] == 18
    assert source["sha256"] == hashlib.sha256(b"not really a video").hexdigest()


def test_a_file_without_a_checksum_is_recorded_all_the_same(tmp_path: Path, made: Any, read: Any) -> None:
    """What cannot be read again is no reason to say that the folder cannot be written."""
    path = tmp_path / "talk.mp4"
    path.write_bytes(b"x")
    info = replace(made.file, path=path)
    context = SessionContext(info, {}, {}, Settings())
    path.unlink()
    desk = RecordingDesk(SimpleQueue(), lambda notice: None)
    desk.start(SessionRequest(tmp_path), context, made.frame(0, source=info))
    assert desk.recording
    desk.close("user")
    (session,) = tmp_path.glob("*/session.json")
    source = read(session.parent).session["source"]
    assert (source["bytes"], source["sha256"]) == (None, None)
