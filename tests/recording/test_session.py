"""The session folder: names, session.json, and what a refused start leaves behind."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from femon.errors import SessionError
from femon.recording import participant_from
from femon.recording.recorder import CloseReason
from femon.recording.session import write_session
from femon.types import Excerpt

KEYS = """
schema state ended session_id app_version python platform packages participant condition notes glasses purpose
consent modes source clock model landmarker filters crop quality_gate class_prior_gamma made_with faces calibration
thresholds video counts latency_ms integrity files
"""


def test_the_folder_is_named_by_local_time_and_participant(rig: Any) -> None:
    recorder = rig.open(participant="p01")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d_\d\d-\d\d-53_p01", recorder.folder.name)
    assert rig.open(participant="p01").folder.name == recorder.folder.name + "-2"
    assert rig.open(participant="p01").folder.name == recorder.folder.name + "-3"


@pytest.mark.parametrize("name", ["Ada Lovelace", "ada@home", "ä", "a" * 33, "../p01", "p01\n"])
def test_a_participant_is_a_code(rig: Any, name: str) -> None:
    with pytest.raises(SessionError, match=r"^Use a code, not a name"):
        rig.open(participant=name)
    assert not rig.root.exists()


def test_without_a_code_the_participant_is_anon_or_the_file(
    rig: Any, made: Any, tmp_path: Path, read: Any
) -> None:
    video = tmp_path / "day 2 (ä).final.mp4"
    video.write_bytes(b"not really a video")
    recorder = rig.open(replace(made.file, path=video))
    source = read(recorder.folder).session["source"]
    assert rig.open().folder.name.endswith("_anon")
    assert recorder.folder.name.endswith("_day-2-----final")
    assert (source["path"], source["bytes"]) == (str(video), 18)


@pytest.mark.parametrize(
    ("path", "code"), [("a/talk.mp4", "talk"), ("x" * 40 + ".avi", "x" * 32), ("ü.b", "-")]
)
def test_a_file_name_becomes_a_code(path: str, code: str) -> None:
    assert participant_from(Path(path)) == code


def test_the_keys_of_session_json_keep_their_order(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open(
        participant="p01", condition="A", glasses=False, consent=True, purpose="research_consent"
    )
    recorder.write(made.readings(0, made.reading(3), made.reading(5)))
    assert list(read(recorder.folder).session) == KEYS.split()
    recorder.close("user")
    session = read(recorder.folder).session
    assert list(session) == KEYS.split()
    assert session["faces"] == {"3": "p01", "5": "f5"}
    assert session["consent"] == {"given": True, "at": "2026-03-14T09:26:53.390054Z", "text_version": 2}
    assert session["filters"] == {
        "half_life_s": 0.3,
        "hysteresis": {"lead": 0.08, "hold_s": 0.25},
        "uncertain": {"low_prob": 0.45, "margin": 0.1, "disagreement": None},
    }
    assert list(session["source"]) == [
        "kind", "name", "path", "bytes", "sha256", "index", "backend", "width", "height", "fps_asked", "fps_measured",
        "exposure", "auto_exposure", "excerpt",
    ]  # fmt: skip


def test_session_json_is_there_from_the_start_and_complete_at_close(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    log = read(recorder.folder)
    assert (log.session["state"], log.session["integrity"]) == ("recording", None)
    assert {file.name for file in recorder.folder.iterdir()} == {
        "frames.csv", "events.csv", "session.json", "columns.json", ".lock", ".reserve",
    }  # fmt: skip
    assert (recorder.folder / ".reserve").stat().st_size == 1_000_000
    for index in range(101):
        recorder.write(made.readings(index, made.reading()))
    summary = recorder.close("user")
    session = log.session
    assert {file.name for file in recorder.folder.iterdir()} == {
        "frames.csv", "events.csv", "session.json", "columns.json",
    }  # fmt: skip
    assert (session["state"], session["integrity"]) == ("complete", "ok")
    assert session["counts"] == {
        "captured": 101, "analysed": 101, "dropped": 0, "paused": 0, "rows": 101, "camera_lost_s": 0.0,
    }  # fmt: skip
    assert session["latency_ms"] == {"p50": 61.3, "p95": 61.3}
    assert session["source"]["fps_measured"] == 10.0
    assert session["clock"]["start_utc"] == "2026-03-14T09:26:53.390054Z"
    assert session["clock"]["utc_drift_s"] == 0.0
    for name, entry in session["files"].items():
        data = (recorder.folder / name).read_bytes()
        assert entry == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert summary.label_shares == {"happy": 1.0}
    assert summary.duration_s == pytest.approx(10.0)
    assert (summary.folder, summary.state, summary.rows) == (recorder.folder, "complete", 101)


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("this system has one time zone for all processes")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
@pytest.mark.parametrize(
    ("filmed", "offset_min"),
    [
        (datetime(2025, 7, 14, 8, tzinfo=UTC), 120),
        (datetime(2025, 12, 14, 8, tzinfo=UTC), 60),
        (datetime(2025, 10, 26, 0, 59, 59, tzinfo=UTC), 60),  # summer time ends before frame 12
        (None, 60),  # of unknown date: that of the analysis, which is in March
    ],
)
def test_the_distance_from_utc_is_that_of_the_day_on_which_a_file_was_filmed(
    rig: Any, made: Any, read: Any, filmed: datetime | None, offset_min: int
) -> None:
    source = replace(made.file, excerpt=Excerpt(start_s=1.2, start_utc=filmed))
    recorder = rig.open(source)
    recorder.write(made.readings(12, source=source))
    recorder.close("source_end")
    assert read(recorder.folder).session["clock"]["utc_offset_min"] == offset_min


@pytest.mark.usefixtures("in_berlin")
def test_the_distance_from_utc_of_a_live_session_is_that_of_its_first_frame(
    rig: Any, made: Any, read: Any
) -> None:
    recorder = rig.open()
    assert read(recorder.folder).session["clock"]["utc_offset_min"] == 60
    summer = replace(made.frame(0), utc=datetime(2026, 3, 29, 1, tzinfo=UTC))
    recorder.write(replace(made.readings(0), frame=summer))
    recorder.close("user")
    assert read(recorder.folder).session["clock"]["utc_offset_min"] == 120


def test_session_json_is_saved_every_minute(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    counts = []
    for index in range(4):
        recorder.write(made.readings(index))
        counts.append(read(recorder.folder).session["counts"]["captured"])
        rig.clock.now += 31
    assert counts == [1, 1, 3, 3]


def test_closing_twice_gives_the_same_summary(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    summary = recorder.close("user")
    events = (recorder.folder / "events.csv").read_bytes()
    assert recorder.close("error") is summary
    assert (recorder.folder / "events.csv").read_bytes() == events


def test_a_stage_that_failed_marks_the_session(rig: Any, made: Any, read: Any) -> None:
    recorder = rig.open()
    recorder.write(made.readings(0))
    assert recorder.close("error").state == "failed"
    assert read(recorder.folder).session["state"] == "failed"


@pytest.mark.parametrize("reason", ["user", "source_end", "source_cut", "error"])
def test_session_json_says_why_it_ended(rig: Any, made: Any, read: Any, reason: CloseReason) -> None:
    recorder = rig.open(made_with="ab" * 32)
    recorder.write(made.readings(0))
    assert read(recorder.folder).session["ended"] is None
    recorder.close(reason)
    session = read(recorder.folder).session
    assert (session["ended"], session["made_with"]) == (reason, "ab" * 32)


def test_a_session_that_nobody_asked_to_repeat_is_made_with_nothing(rig: Any, read: Any) -> None:
    assert read(rig.open().folder).session["made_with"] is None


def test_a_number_that_json_does_not_know_is_not_written(tmp_path: Path) -> None:
    write_session(tmp_path, {"half_life_s": 0.3})
    with pytest.raises(ValueError, match="JSON"):
        write_session(tmp_path, {"half_life_s": float("nan")})
    assert [file.name for file in tmp_path.iterdir()] == ["session.json"]
    assert "0.3" in (tmp_path / "session.json").read_text()


def test_a_root_that_cannot_be_written_is_refused_and_nothing_stays(rig: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    rig.root = blocked / "sessions"
    with pytest.raises(SessionError, match=r"^femon cannot write to .*sessions\. Choose another folder\.$"):
        rig.open()
    assert list(tmp_path.iterdir()) == [blocked]


def test_a_start_that_fails_half_way_takes_back_what_it_made(
    rig: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path, content: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("femon.recording.recorder.write_session", refuse)
    with pytest.raises(SessionError, match="Choose another folder"):
        rig.open()
    assert list(tmp_path.iterdir()) == []


def test_too_little_space_is_refused_before_anything_is_made(rig: Any, tmp_path: Path) -> None:
    rig.disk.free = 499_000_000
    with pytest.raises(SessionError, match=r"^Only 499 MB are left for .*; a recording needs 500 MB"):
        rig.open()
    assert list(tmp_path.iterdir()) == []
