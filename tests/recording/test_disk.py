"""A disk that runs full, a folder that goes away, a clock that jumps: every whole row is safe."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import shutil
from datetime import timedelta
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from femon.errors import SessionError
from femon.recording import recover_sessions


class NarrowFile(FileIO):
    """A file on a disk with `left` bytes: it takes what fits, then refuses."""

    left = 0
    error = errno.ENOSPC

    def write(self, data: Any) -> int:
        if len(data) > NarrowFile.left:
            written = super().write(bytes(data)[: NarrowFile.left])
            NarrowFile.left = 0
            if not written:
                raise OSError(NarrowFile.error, "refused")
            return written
        NarrowFile.left -= len(data)
        return super().write(data)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> type[NarrowFile]:
    monkeypatch.setattr("femon.recording.csv_file.FileIO", NarrowFile)
    monkeypatch.setattr(NarrowFile, "left", 1_000_000)
    monkeypatch.setattr(NarrowFile, "error", errno.ENOSPC)
    return NarrowFile


def test_a_low_disk_is_noted_once(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    for index, free in enumerate([300, 150, 140, 300, 120]):
        rig.disk.free = free * 1_000_000
        rig.clock.now += 10
        recorder.write(made.readings(index))
    recorder.close("user")
    events = read(recorder.folder).events
    low = events[events.type == "disk"]
    assert low.name.tolist() == ["low", "low"]
    assert low.value.tolist() == [150, 120]
    assert low.unit.tolist() == ["MB", "MB"]


def test_the_disk_is_looked_at_every_ten_seconds(rig: Any, made: Any) -> None:
    recorder = rig.open()
    rig.disk.free = 0
    rig.clock.now += 9.9
    recorder.write(made.readings(0))
    rig.clock.now += 0.2
    with pytest.raises(SessionError):
        recorder.write(made.readings(1))


def test_a_full_disk_ends_the_session_with_its_rows_safe(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0, made.reading(1), made.reading(2)))
    rig.disk.free = 49_000_000
    rig.clock.now += 10
    with pytest.raises(SessionError) as refusal:
        recorder.write(made.readings(1))
    time, rest = str(refusal.value).removeprefix("The disk is full. Recording was closed at ").split(";")
    assert len(time.split(":")) == 3
    assert time.endswith(":03")  # 10 s after the start at second 53
    assert rest == f" all 3 rows up to then are safe in {recorder.folder}."
    assert_closed_as_failed(read(recorder.folder), rows=3, reason="disk_full")
    assert recorder.close("user").state == "failed"


@pytest.mark.parametrize("left", [0, 1, 300, 600])
def test_a_write_that_does_not_fit_is_cut_back_to_whole_rows(
    rig: Any, made: Any, read: Any, narrow: type[NarrowFile], left: int
) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0, made.reading(1), made.reading(2)))
    whole = (recorder.folder / "frames.csv").read_bytes()
    roomy_once_the_reserve_is_free(recorder, narrow)
    narrow.left = left
    with pytest.raises(SessionError, match="The disk is full"):
        recorder.write(made.readings(1, made.reading(1), made.reading(2)))
    assert (recorder.folder / "frames.csv").read_bytes() == whole
    assert_closed_as_failed(read(recorder.folder), rows=2, reason="disk_full")


def roomy_once_the_reserve_is_free(recorder: Any, narrow: type[NarrowFile]) -> None:
    """The disk is full, but for what was kept in reserve."""
    narrow.left = 0
    free_reserve = recorder._folder.free_reserve

    def make_room() -> None:
        narrow.left = 1_000_000
        free_reserve()

    recorder._folder.free_reserve = make_room


def test_the_event_that_did_not_fit_is_written_into_the_reserve(
    rig: Any, made: Any, read: Any, narrow: type[NarrowFile]
) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    roomy_once_the_reserve_is_free(recorder, narrow)
    with pytest.raises(SessionError, match="The disk is full"):
        recorder.event("alarm", "sleep", "start", 3.0, unit="s")
    events = read(recorder.folder).events
    alarms = events[events.type == "alarm"]
    assert alarms.phase.tolist() == ["start", "end"]
    assert alarms.ref_id.tolist()[1] == alarms.event_id.tolist()[0]
    assert events.event_id.tolist() == list(range(1, len(events) + 1))
    assert recorder.close().alarms == 1


def test_a_pause_that_the_full_disk_ended_has_its_end(
    rig: Any, made: Any, read: Any, narrow: type[NarrowFile]
) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    recorder.write(made.readings(1), paused=True)
    roomy_once_the_reserve_is_free(recorder, narrow)
    with pytest.raises(SessionError, match="The disk is full"):
        recorder.close()
    events = read(recorder.folder).events
    assert events[events.type == "pause"].phase.tolist() == ["start", "end"]


def test_a_disk_without_any_room_still_leaves_whole_rows(
    rig: Any, made: Any, read: Any, narrow: type[NarrowFile]
) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    narrow.left = 100
    with pytest.raises(SessionError, match="all 1 rows"):
        recorder.write(made.readings(1, made.reading()))
    log = read(recorder.folder)
    assert (len(log.frames), log.session["state"]) == (1, "failed")
    assert log.events.type.tolist() == ["session"]
    assert not (recorder.folder / ".lock").exists()


def test_another_write_error_is_not_called_a_full_disk(
    rig: Any, made: Any, read: Any, narrow: type[NarrowFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    monkeypatch.setattr(narrow, "error", errno.EIO)
    narrow.left = 0
    with pytest.raises(SessionError, match=r"^The recording cannot be written any more \(refused\)"):
        recorder.event("marker", "1")
    assert read(recorder.folder).session["state"] == "failed"


def test_a_folder_moved_while_recording_ends_the_session_with_its_rows_safe(
    rig: Any, made: Any, read: Any
) -> None:
    recorder = rig.open()
    for index in range(3):
        recorder.write(made.readings(index, made.reading()))
    moved = recorder.folder.rename(rig.root / "elsewhere")
    recorder.write(made.readings(3, made.reading()))  # the open files went with it
    rig.clock.now += 5
    with pytest.raises(SessionError) as refusal:
        recorder.write(made.readings(4, made.reading()))
    assert f"The session folder {recorder.folder} was moved." in str(refusal.value)
    assert str(refusal.value).endswith("all 5 rows up to then are safe where it is now.")
    log = read(moved)
    assert log.frames.frame.tolist() == [0, 1, 2, 3, 4]
    assert log.events.type.tolist() == ["session", "session"]
    assert not recorder.folder.exists()


def test_a_moved_session_is_put_right_at_the_next_start(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0, made.reading()))
    moved = recorder.folder.rename(rig.root / "elsewhere")
    rig.clock.now += 5
    with pytest.raises(SessionError):
        recorder.write(made.readings(1, made.reading()))
    (summary,) = recover_sessions(rig.root)
    assert (summary.folder, summary.rows, summary.unaccounted) == (moved, 2, 0)
    assert read(moved).session["state"] == "recovered"


def test_a_folder_deleted_while_recording_is_said_to_be_gone(rig: Any, made: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0, made.reading(1), made.reading(2)))
    shutil.rmtree(recorder.folder)
    rig.clock.now += 5
    with pytest.raises(SessionError) as refusal:
        recorder.write(made.readings(1))
    assert f"The session folder {recorder.folder} was deleted." in str(refusal.value)
    assert str(refusal.value).endswith("its 3 rows are gone with it.")
    assert recorder.close("user").state == "failed"
    assert not recorder.folder.exists()


def test_evidence_for_a_folder_that_was_deleted_says_so_at_once(rig: Any, made: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    shutil.rmtree(recorder.folder)
    with pytest.raises(SessionError, match="was deleted"):
        recorder.keep_evidence("000001", "t")


def test_a_wall_clock_that_jumps_changes_no_time_and_is_noted(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    for index in range(3):
        answer = made.readings(index)
        late = answer.frame.utc + timedelta(hours=index)  # the monotonic times go on as before
        recorder.write(dataclasses.replace(answer, frame=dataclasses.replace(answer.frame, utc=late)))
    recorder.close("user")
    log = read(recorder.folder)
    assert log.frames.t_mono_s.tolist() == [0, 0.1, 0.2]
    assert log.frames.t_utc.diff().dt.total_seconds().tolist()[1:] == pytest.approx([0.1, 0.1])
    assert log.session["clock"]["utc_drift_s"] == pytest.approx(7200)


def assert_closed_as_failed(log: Any, *, rows: int, reason: str) -> None:
    session = log.session
    assert (session["state"], session["integrity"]) == ("failed", "ok")
    assert session["counts"]["rows"] == len(log.frames) == rows
    events = log.cells("events.csv")
    assert [(e["type"], e["name"]) for e in events[1:]] == [("disk", "full"), ("session", "recording")]
    assert events[-1]["details"] == f'{{"reason":"{reason}"}}'
    folder: Path = log.folder
    assert {f.name for f in folder.iterdir()} == {"frames.csv", "events.csv", "session.json", "columns.json"}
    for name, entry in session["files"].items():
        assert entry["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()
