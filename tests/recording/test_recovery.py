"""Interrupted recordings: whole rows survive, half rows go, the account is right."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from femon.recording import recover_sessions
from femon.recording.folder import lock_folder

CUTS = 200
WRITER = Path(__file__).parent / "endless_writer.py"


@pytest.fixture
def interrupted(rig: Any, made: Any, tmp_path: Path) -> Path:
    """A session folder as a kill leaves it, in a root of its own."""
    recorder = rig.open(participant="p01")
    for index in range(20):
        faces = [made.reading(track) for track in range(1, 1 + index % 3)]
        recorder.write(made.readings(2 * index, *faces))
        recorder.write_dropped(made.dropped(2 * index + 1))
        recorder.event("note", "note", details={"text": 'two "lines",\r\nquoted'})
        recorder.event("marker", 'a "b"\r\nc,d')
    copy = tmp_path / "crashed" / recorder.folder.name
    shutil.copytree(recorder.folder, copy)
    return copy


def cut_at(file: Path, data: bytes, position: int) -> None:
    file.write_bytes(data[:position])


def test_every_cut_of_frames_csv_parses_and_loses_at_most_the_cut_row(interrupted: Path) -> None:
    session = (interrupted / "session.json").read_bytes()
    events = (interrupted / "events.csv").read_bytes()
    frames = (interrupted / "frames.csv").read_bytes()
    chance = random.Random(4)
    for position in [0, len(frames), *(chance.randrange(len(frames)) for _ in range(CUTS))]:
        cut_at(interrupted / "frames.csv", frames, position)
        cut_at(interrupted / "events.csv", events, len(events))
        (interrupted / "session.json").write_bytes(session)
        (summary,) = recover_sessions(interrupted.parent)
        table = pd.read_csv(interrupted / "frames.csv")
        whole = max(frames[:position].count(b"\r\n") - 1, 0)
        assert len(table) == summary.rows == whole, position
        assert len(table.columns) == 80
        assert frames.startswith((interrupted / "frames.csv").read_bytes())


def test_every_cut_of_events_csv_parses_although_fields_hold_line_breaks(interrupted: Path) -> None:
    session = (interrupted / "session.json").read_bytes()
    events = (interrupted / "events.csv").read_bytes()
    whole = pd.read_csv(interrupted / "events.csv")
    chance = random.Random(5)
    for position in [0, *(chance.randrange(len(events)) for _ in range(CUTS // 2))]:
        cut_at(interrupted / "events.csv", events, position)
        (interrupted / "session.json").write_bytes(session)
        recover_sessions(interrupted.parent)
        table = pd.read_csv(interrupted / "events.csv")
        last = table.iloc[-1]
        kept = len(table) - 1
        assert (last.type, last["name"], last.event_id) == ("recovery", "recovered", kept + 1)
        pd.testing.assert_series_equal(table.name[:kept], whole.name[:kept], check_names=False)
        record_ends = [end for end in ends_of_records(events) if end <= position]
        bytes_cut = position - (record_ends[-1] if record_ends else 0)
        assert kept == max(len(record_ends) - 1, 0)
        assert json.loads(last.details) == {"bytes_cut": bytes_cut}


def ends_of_records(data: bytes) -> list[int]:
    """Where records end, found by walking through the quotes byte by byte."""
    ends, quoted = [], False
    for place, byte in enumerate(data):
        quoted ^= byte == ord('"')
        if byte == ord("\n") and not quoted:
            ends.append(place + 1)
    return ends


def with_a_column_more(file: Path) -> None:
    """As a later femon of the same major version writes it."""
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    table["later"] = "7"
    table.to_csv(file, index=False, lineterminator="\r\n")


def test_logs_of_a_later_femon_are_counted_by_their_own_columns(interrupted: Path) -> None:
    frames, events = interrupted / "frames.csv", interrupted / "events.csv"
    rows = len(pd.read_csv(frames))
    with_a_column_more(frames), with_a_column_more(events)
    frames.write_bytes(frames.read_bytes()[:-10])
    (summary,) = recover_sessions(interrupted.parent)
    assert summary.rows == len(pd.read_csv(frames)) == rows - 1
    assert set(pd.read_csv(frames).later) == {7}
    last = pd.read_csv(events).iloc[-1]
    assert (last.type, last["name"]) == ("recovery", "recovered")
    assert pd.isna(last.later)


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("frames.csv", lambda data: data.replace(b"session_id,frame", b"id,frame", 1)),
        ("events.csv", lambda data: b"\r\n" + data),
        ("session.json", lambda data: data.replace(b'"schema": "1.0"', b'"schema": "2.0"')),
    ],
    ids=["other columns", "no columns", "another major version"],
)
def test_logs_that_are_not_understood_are_left_as_they_are(interrupted: Path, file: str, damage: Any) -> None:
    (interrupted / file).write_bytes(damage((interrupted / file).read_bytes()))
    before = {path.name: path.read_bytes() for path in interrupted.glob("*.csv")}
    assert recover_sessions(interrupted.parent) == []
    assert {path.name: path.read_bytes() for path in interrupted.glob("*.csv")} == before
    assert json.loads((interrupted / "session.json").read_text())["state"] == "recording"


def test_rows_behind_a_damaged_one_are_kept_beside_the_log(interrupted: Path) -> None:
    frames = interrupted / "frames.csv"
    lines = frames.read_bytes().splitlines(keepends=True)
    frames.write_bytes(b"".join([*lines[:5], b"not,a,row\r\n", *lines[6:]]))
    (summary,) = recover_sessions(interrupted.parent)
    assert summary.rows == 4
    assert (interrupted / "frames.csv.cut").read_bytes() == b"".join([b"not,a,row\r\n", *lines[6:]])


def test_a_recovered_session_has_its_account_and_hashes(interrupted: Path, read: Any) -> None:
    frames = interrupted / "frames.csv"
    frames.write_bytes(frames.read_bytes()[:-10])
    (summary,) = recover_sessions(interrupted.parent)
    session = read(interrupted).session
    assert (summary.state, session["state"]) == ("recovered", "recovered")
    assert (summary.captured, summary.analysed, summary.dropped) == (38, 19, 19)
    assert summary.latency_p50_ms == 61.3
    assert (summary.integrity, session["integrity"]) == ("ok", "ok")
    assert summary.label_shares == {"happy": 1.0}
    assert session["faces"] == {"1": "p01", "2": "f2"}
    assert session["counts"]["rows"] == summary.rows
    for name, entry in session["files"].items():
        data = (interrupted / name).read_bytes()
        assert entry == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert {f.name for f in interrupted.iterdir()} == {
        "frames.csv",
        "events.csv",
        "session.json",
        "columns.json",
    }
    event = read(interrupted).cells("events.csv")[-1]
    assert (event["frame"], event["t_mono_s"]) == ("37", "3.700000")


def test_the_count_of_a_finished_session_is_the_count_of_its_rows(
    rig: Any, made: Any, read: Any, tmp_path: Path
) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0, made.reading(1, uncertain="warmup"), made.reading(2)))
    recorder.write_dropped(made.dropped(1))
    recorder.write(made.readings(2), paused=True)
    recorder.write_lost(made.lost(0.5))
    recorder.write(made.readings(3, t=2.0))
    finished = recorder.close("user")
    copy = tmp_path / "crashed" / recorder.folder.name
    shutil.copytree(recorder.folder, copy)
    content = read(copy).session | {"state": "recording"}
    (copy / "session.json").write_text(json.dumps(content), encoding="utf-8")
    (recovered,) = recover_sessions(copy.parent)
    for field in dataclasses.fields(finished):
        if field.name not in ("folder", "state"):
            assert getattr(recovered, field.name) == pytest.approx(getattr(finished, field.name)), field.name


def test_a_session_being_recorded_is_left_alone(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    assert recover_sessions(rig.root) == []
    assert read(recorder.folder).session["state"] == "recording"
    recorder.close("user")
    assert recover_sessions(rig.root) == []


def test_a_session_that_was_closed_before_its_lock_was_taken_is_left_alone(
    rig: Any, made: Any, read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))

    def late(folder: Path) -> Any:
        recorder.close("user")
        return lock_folder(folder)

    monkeypatch.setattr("femon.recording.recovery.lock_folder", late)
    assert recover_sessions(rig.root) == []
    assert read(recorder.folder).session["state"] == "complete"


def test_a_damaged_session_json_does_not_stop_the_others(interrupted: Path) -> None:
    other = interrupted.parent / "damaged"
    other.mkdir()
    (other / "session.json").write_text("{", encoding="utf-8")
    assert [s.folder for s in recover_sessions(interrupted.parent)] == [interrupted]


def test_a_missing_root_has_nothing_to_recover(tmp_path: Path) -> None:
    assert recover_sessions(tmp_path / "nowhere") == []


def test_a_killed_recording_keeps_every_row_it_wrote(tmp_path: Path) -> None:
    repository = WRITER.parents[2]
    with subprocess.Popen(
        [sys.executable, str(WRITER), str(tmp_path)], stdout=subprocess.PIPE, cwd=repository, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        assert recover_sessions(tmp_path) == []  # it holds its lock
        writer.kill()
    (summary,) = recover_sessions(tmp_path)
    frames = pd.read_csv(summary.folder / "frames.csv")
    pd.read_csv(summary.folder / "events.csv")
    assert summary.rows == len(frames) >= 2 * 201
    assert summary.integrity == "ok"
    assert summary.unaccounted == 0
