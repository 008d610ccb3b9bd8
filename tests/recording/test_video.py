"""The video of a session: every frame at its own time, beside the rows and never in their way."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest

from femon.errors import SessionError
from femon.recording import SessionContext, SessionRequest
from femon.recording.desk import RecordingDesk
from femon.recording.session_video import LONGEST_WAIT, SessionVideo
from femon.recording.video_file import VideoFile
from femon.settings import Settings
from femon.types import Dropped, Frame, Notice

LIMIT_S = 10.0
GB = 1_000_000_000


def picture_frame(index: int, *, t: float | None = None, size: tuple[int, int] = (64, 48)) -> Frame:
    """A live frame at 10 fps whose grey level is 20 more than that of the one before."""
    image = np.full((size[1], size[0], 3), 20 * index % 256, np.uint8)
    return Frame("Test camera", index, 100 + index / 10 if t is None else t, None, None, image)


def decoded(path: Path) -> list[tuple[float, int]]:
    """Time and grey level of every picture."""
    with av.open(str(path)) as container:
        return [
            (float(frame.time or 0.0), int(frame.to_ndarray(format="gray")[20, 20]))
            for frame in container.decode(video=0)
        ]


@pytest.fixture
def notices() -> list[Notice]:
    return []


Start = Callable[..., SessionVideo]


@pytest.fixture
def start(tmp_path: Path, made: Any, notices: list[Notice]) -> Iterator[Start]:
    videos: list[SessionVideo] = []

    def started(**options: Any) -> SessionVideo:
        videos.append(SessionVideo(tmp_path / "video.mp4", made.live, notices.append, **options))
        return videos[-1]

    yield started
    for video in videos:
        video.close()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """An encoder that waits at its first picture: (it is waiting, let it go on)."""
    waiting, go_on = threading.Event(), threading.Event()
    write = VideoFile.write

    def slow_write(self: VideoFile, image: Any, ticks: int) -> None:
        waiting.set()
        assert go_on.wait(LIMIT_S)
        write(self, image, ticks)

    monkeypatch.setattr(VideoFile, "write", slow_write)
    yield waiting, go_on
    go_on.set()


def test_every_filmed_frame_has_its_time_in_the_video(start: Start, tmp_path: Path) -> None:
    video = start()
    filmed = [video.film(picture_frame(index, t=t)) for index, t in enumerate((5.0, 5.04, 5.1, 7.0))]
    account = video.close()
    assert [frame.media_t for frame in filmed] == pytest.approx([0.0, 0.04, 0.1, 2.0], abs=1e-4)
    seen = decoded(tmp_path / "video.mp4")
    assert [t for t, _ in seen] == pytest.approx([frame.media_t for frame in filmed], abs=1e-6)
    assert [grey for _, grey in seen] == pytest.approx([0, 20, 40, 60], abs=8)
    assert (account.frames, account.left_out, account.ended_early) == (4, 0, "")


def test_a_slow_encoder_leaves_frames_out_and_makes_nobody_wait(
    start: Start, tmp_path: Path, slow: tuple[threading.Event, threading.Event]
) -> None:
    waiting, go_on = slow
    video = start()
    first = video.film(picture_frame(0))
    assert waiting.wait(LIMIT_S)
    filmed = [video.film(picture_frame(index)) for index in range(1, LONGEST_WAIT + 6)]
    go_on.set()
    account = video.close()
    assert first.media_t == 0.0
    assert [frame.media_t is None for frame in filmed] == [False] * LONGEST_WAIT + [True] * 5
    assert (account.frames, account.left_out) == (LONGEST_WAIT + 1, 5)
    assert len(decoded(tmp_path / "video.mp4")) == LONGEST_WAIT + 1


def test_a_paused_session_is_not_filmed(start: Start, tmp_path: Path) -> None:
    video = start()
    video.film(picture_frame(0))
    video.pause(True)
    assert video.film(picture_frame(1)).media_t is None
    video.pause(False)
    assert video.film(picture_frame(5)).media_t == pytest.approx(0.5)
    account = video.close()
    assert [t for t, _ in decoded(tmp_path / "video.mp4")] == pytest.approx([0.0, 0.5])
    assert account.left_out == 0  # nobody wanted it


def test_an_encoder_that_fails_ends_the_video_with_a_message(
    start: Start, tmp_path: Path, notices: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = VideoFile.write

    def fail(self: VideoFile, image: Any, ticks: int) -> None:
        if ticks:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(self, image, ticks)

    monkeypatch.setattr(VideoFile, "write", fail)
    video = start()
    video.film(picture_frame(0))
    video.film(picture_frame(1))
    account = video.close()
    assert video.film(picture_frame(2)).media_t is None
    assert [(one.kind, one.text) for one in notices] == [("video_error", account.ended_early)]
    assert account.ended_early == (
        "The video ended at 0:00:00 (No space left on device). The recording goes on without it."
    )
    assert len(decoded(tmp_path / "video.mp4")) == 1  # what was written stays


def test_the_video_leaves_the_last_room_on_the_disk_to_the_rows(
    start: Start, tmp_path: Path, notices: list[Notice]
) -> None:
    video = start(free_bytes=lambda _: 199_000_000)
    for index in (0, 99, 101, 102):
        video.film(picture_frame(index))
    account = video.close()
    assert "less than 200 MB are left" in account.ended_early
    assert notices[0].kind == "video_error"
    assert [t for t, _ in decoded(tmp_path / "video.mp4")] == pytest.approx([0.0, 9.9])


def test_a_camera_that_changes_its_size_is_filmed_in_the_first_one(start: Start, tmp_path: Path) -> None:
    video = start()
    video.film(picture_frame(5))
    video.film(picture_frame(6, size=(100, 300)))
    assert video.close().frames == 2
    with av.open(str(tmp_path / "video.mp4")) as container:
        sizes = [(frame.width, frame.height) for frame in container.decode(video=0)]
    assert sizes == [(64, 48)] * 2


def test_a_video_that_nobody_closed_plays_up_to_its_last_second(tmp_path: Path) -> None:
    path = tmp_path / "video.mp4"
    file = VideoFile(path, 10.0, lasting=True)
    for index in range(50):
        file.write(picture_frame(index).image_bgr, index * 6000)
    shutil.copy(path, tmp_path / "after_kill.mp4")
    file.close()
    assert 4.0 <= len(decoded(tmp_path / "after_kill.mp4")) / 10 <= 5.0
    assert len(decoded(path)) == 50


@pytest.mark.skipif(os.name != "posix", reason="rights differ on Windows")
def test_the_video_can_be_read_by_its_owner_alone(start: Start, tmp_path: Path) -> None:
    video = start()
    video.film(picture_frame(0))
    video.close()
    assert (tmp_path / "video.mp4").stat().st_mode & 0o777 == 0o600


# --- in a session ---


class Desk:
    """A recording desk whose capture thread is the test."""

    def __init__(self, root: Path, source: Any, notices: list[Notice], **request: Any) -> None:
        self.lines: SimpleQueue[Any] = SimpleQueue()
        self.notices = notices
        self.desk = RecordingDesk(self.lines, notices.append)
        request = {"video": True} | request
        context = SessionContext(source, {}, {}, Settings())
        self.first = self.desk.start(SessionRequest(root, **request), context, picture_frame(0))

    def show(self, made: Any, frame: Frame) -> None:
        answer = made.readings(frame.index)
        self.desk.write(type(answer)(frame, answer.readings, answer.model_id, answer.latency_s))

    def close(self) -> Any:
        self.desk.close("user")
        return self.notices[-1].details["summary"]


@pytest.fixture
def plenty(monkeypatch: pytest.MonkeyPatch) -> None:
    """As much disk as a session with video needs, whatever this machine has."""
    monkeypatch.setattr("femon.recording.disk.shutil.disk_usage", lambda _: SimpleNamespace(free=9 * GB))


@pytest.mark.usefixtures("plenty")
def test_the_rows_of_a_live_session_name_their_time_in_its_video(
    tmp_path: Path, made: Any, notices: list[Notice], read: Any
) -> None:
    desk = Desk(tmp_path, made.live, notices)
    desk.show(made, desk.first)
    in_flight, filmed, dropped = picture_frame(1), *map(desk.desk.filmed, map(picture_frame, (2, 3)))
    desk.show(made, in_flight)  # was captured before the session began
    desk.show(made, filmed)
    desk.lines.put(Dropped(3, dropped.t, None, "busy_faces", dropped.media_t))
    desk.desk.mark("marker", "now")
    desk.show(made, desk.desk.filmed(picture_frame(4)))
    summary = desk.close()
    log = read(summary.folder)
    assert [row["t_media_s"] for row in log.cells()] == [
        "0.000000", "", "0.200000", "0.300000", "0.400000",
    ]  # fmt: skip
    assert [row["t_mono_s"] for row in log.cells()][2:] == ["0.200000", "0.300000", "0.400000"]
    assert log.cells("events.csv")[1]["t_media_s"] == "0.200000"
    assert [t for t, _ in decoded(summary.folder / "video.mp4")] == pytest.approx([0.0, 0.2, 0.3, 0.4])
    assert log.session["video"] == {
        "recorded": True, "faces_blurred": False, "frames": 4, "left_out": 0, "ended_early": None,
    }  # fmt: skip
    assert (summary.video.frames, summary.video.left_out) == (4, 0)


@pytest.mark.usefixtures("plenty")
def test_paused_frames_are_in_the_log_and_not_in_the_video(
    tmp_path: Path, made: Any, notices: list[Notice], read: Any
) -> None:
    desk = Desk(tmp_path, made.live, notices)
    desk.show(made, desk.first)
    desk.desk.pause(True)
    desk.show(made, desk.desk.filmed(picture_frame(1)))
    desk.desk.pause(False)
    desk.show(made, desk.desk.filmed(picture_frame(2)))
    summary = desk.close()
    rows = read(summary.folder).cells()
    assert [(row["status"], row["t_media_s"]) for row in rows] == [
        ("no_face", "0.000000"), ("paused", ""), ("no_face", "0.200000"),
    ]  # fmt: skip


def test_no_video_is_made_unasked_or_of_a_file(
    tmp_path: Path, made: Any, notices: list[Notice], read: Any
) -> None:
    for source, video in ((made.live, False), (made.file, True)):
        desk = Desk(tmp_path, source, notices, video=video)
        assert desk.desk.filmed(desk.first) is desk.first
        summary = desk.close()
        assert not (summary.folder / "video.mp4").exists()
        assert read(summary.folder).session["video"] == {"recorded": False, "faces_blurred": False}
        assert summary.video is None


@pytest.mark.usefixtures("plenty")
def test_a_video_that_fails_leaves_the_rows_alone(
    tmp_path: Path, made: Any, notices: list[Notice], read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(VideoFile, "__init__", refuse)
    desk = Desk(tmp_path, made.live, notices)
    for index in range(20):
        desk.show(made, picture_frame(index))
    summary = desk.close()
    assert (summary.state, summary.rows, summary.integrity) == ("complete", 20, "ok")
    assert [one.kind for one in notices] == ["recording", "video_error", "recorded"]
    video = read(summary.folder).session["video"]
    assert (video["recorded"], video["frames"]) == (False, 0)
    assert video["ended_early"] == summary.video.ended_early


@pytest.mark.usefixtures("plenty")
def test_the_video_ends_with_a_session_that_breaks_off(
    tmp_path: Path, made: Any, notices: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path, made.live, notices)
    folder = notices[0].details["folder"]

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("femon.recording.csv_file.CsvFile.append", full)
    desk.show(made, desk.first)
    assert notices[-1].kind == "recording_error"
    assert desk.desk.filmed(desk.first) is desk.first
    assert len(decoded(folder / "video.mp4")) == 1


def test_a_session_with_video_needs_more_room(rig: Any, made: Any) -> None:
    rig.disk.free = 4 * GB
    rig.open()
    with pytest.raises(SessionError, match="a recording with video needs 5000 MB"):
        rig.open(video=True)
    rig.open(made.file, video=True)  # of which none is made
