"""Stretches that a reviewer leaves out: rows in events.csv with its checksum, both files or neither."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from femon.errors import SessionError
from femon.recording import SessionRecorder, amending
from femon.recording.amending import Moment, exclude, undo_exclusion
from femon.recording.folder import lock_folder
from femon.review.session_log import read_session


def start_recording(rig: Any, made: Any) -> SessionRecorder:
    recorder: SessionRecorder = rig.open(participant="p01")
    for index in range(5):
        recorder.write(made.readings(index, made.reading()))
    return recorder


@pytest.fixture
def session(rig: Any, made: Any) -> Path:
    return start_recording(rig, made).close().folder


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def entry(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "session.json").read_text())["files"]["events.csv"]
    return found


def test_an_excluded_stretch_is_a_start_and_an_end_with_its_reason(session: Path) -> None:
    frames = (session / "frames.csv").read_bytes()

    first = exclude(session, Moment(0.1, 1), Moment(0.3, 3), "talking to operator")

    start, end = read_session(session).events[-2:]
    assert (start.id, start.kind, start.phase, start.t) == (first, "exclude", "start", 0.1)
    assert start.details == {"reason": "talking to operator"}
    assert (end.ref_id, end.phase, end.t, end.duration_s) == (first, "end", 0.3, 0.2)
    assert (session / "frames.csv").read_bytes() == frames


def test_the_rows_say_which_frame_and_wall_clock_time_they_mean(session: Path) -> None:
    exclude(session, Moment(0.1, 1), Moment(0.3, 3), "")

    cells = (session / "events.csv").read_text().splitlines()[-1].split(",")
    assert cells[4] == "2026-03-14T09:26:53.690054Z"
    assert cells[6] == "3"


def test_the_new_checksum_matches_so_the_session_counts_as_unchanged(session: Path) -> None:
    exclude(session, Moment(0.1), Moment(0.3), 'a, b "c"\nd')

    data = (session / "events.csv").read_bytes()
    assert entry(session) == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert read_session(session).changed == ()
    assert sorted(files(session)) == ["columns.json", "events.csv", "frames.csv", "session.json"]


def test_the_changed_files_can_be_read_by_their_owner_alone(session: Path) -> None:
    exclude(session, Moment(0.1), Moment(0.3), "")

    modes = {stat.S_IMODE((session / name).stat().st_mode) for name in ("events.csv", "session.json")}
    assert modes == {0o600}


def test_an_exclusion_is_undone_by_a_further_event(session: Path) -> None:
    first = exclude(session, Moment(0.1), Moment(0.3), "")

    undo = undo_exclusion(session, first, Moment(0.1))

    event = read_session(session).events[-1]
    assert (event.id, event.kind, event.name, event.phase, event.ref_id) == (
        undo, "exclude", "undo", "point", first,
    )  # fmt: skip


def test_what_is_not_excluded_cannot_be_undone(session: Path) -> None:
    first = exclude(session, Moment(0.1), Moment(0.3), "")
    undo_exclusion(session, first, Moment(0.1))
    before = files(session)

    for number in (first, first + 1, 1, 99):
        with pytest.raises(SessionError, match="not excluded"):
            undo_exclusion(session, number, Moment(0.1))
    assert files(session) == before


@pytest.mark.parametrize(("start", "end"), [(0.3, 0.3), (0.3, 0.1), (-1.0, 0.3), (0.1, float("inf"))])
def test_a_stretch_ends_after_it_begins(session: Path, start: float, end: float) -> None:
    with pytest.raises(SessionError, match="must end after it begins"):
        exclude(session, Moment(start), Moment(end), "")


def test_a_session_that_is_still_recorded_is_left_alone(rig: Any, made: Any) -> None:
    recorder = start_recording(rig, made)
    before = files(recorder.folder)

    with pytest.raises(SessionError, match="still being recorded"):
        exclude(recorder.folder, Moment(0.1), Moment(0.3), "")
    assert files(recorder.folder) == before


def test_a_session_that_somebody_else_holds_is_left_alone(session: Path) -> None:
    lock = lock_folder(session)
    assert lock is not None
    with lock, pytest.raises(SessionError, match="still being recorded"):
        exclude(session, Moment(0.1), Moment(0.3), "")


def test_events_that_others_changed_get_no_new_checksum(session: Path) -> None:
    path = session / "events.csv"
    path.write_bytes(path.read_bytes().replace(b"recording", b"REcording"))
    before = files(session)

    with pytest.raises(SessionError, match="changed after the recording was closed"):
        exclude(session, Moment(0.1), Moment(0.3), "")
    assert files(session) == before


def test_rows_that_others_added_get_no_new_checksum(session: Path) -> None:
    path = session / "events.csv"
    path.write_bytes(path.read_bytes() + b"x,9,,0.1,,,,,alarm,point,sleep,,,,\r\n")

    with pytest.raises(SessionError, match="changed after the recording was closed"):
        exclude(session, Moment(0.1), Moment(0.3), "")


def test_a_review_that_was_cut_off_between_the_files_is_completed_by_the_next(session: Path) -> None:
    about = (session / "session.json").read_bytes()
    exclude(session, Moment(0.1), Moment(0.2), "first")
    (session / "session.json").write_bytes(about)

    exclude(session, Moment(0.3), Moment(0.4), "second")

    log = read_session(session)
    assert log.changed == ()
    begun = [event for event in log.events if (event.kind, event.phase) == ("exclude", "start")]
    assert [event.details["reason"] for event in begun] == ["first", "second"]


def test_when_the_second_file_cannot_be_written_the_first_is_put_back(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(session)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(amending, "write_session", full)
    with pytest.raises(SessionError, match=r"cannot be changed \(No space left on device\)"):
        exclude(session, Moment(0.1), Moment(0.3), "")
    assert files(session) == before


def test_a_number_that_json_does_not_know_is_damage_and_nothing_is_changed(session: Path) -> None:
    about = json.loads((session / "session.json").read_text())
    about["filters"]["half_life_s"] = float("nan")
    (session / "session.json").write_text(json.dumps(about))
    before = files(session)

    with pytest.raises(SessionError, match=r"^session\.json of the session .* is damaged"):
        exclude(session, Moment(0.1, 1), Moment(0.3, 3), "")

    assert files(session) == before


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="cannot be changed"):
        exclude(tmp_path / "gone", Moment(0.1), Moment(0.3), "")


def test_a_link_in_place_of_the_events_is_not_followed(session: Path, tmp_path: Path) -> None:
    (session / "events.csv").rename(tmp_path / "elsewhere.csv")
    (session / "events.csv").symlink_to(tmp_path / "elsewhere.csv")

    with pytest.raises(SessionError, match="not a file of the folder itself"):
        exclude(session, Moment(0.1), Moment(0.3), "")
