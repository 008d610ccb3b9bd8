"""Sessions of a part of a file: the file's numbers, the account beyond the stride, and the time of day."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from femon.recording import SessionSummary, recover_sessions
from femon.recording.excerpt_entry import excerpt_of, excerpt_table
from femon.review.session_log import read_session
from femon.types import Excerpt

FILMED = datetime(2026, 3, 14, 10, 26, 53, 500000, tzinfo=timezone(timedelta(hours=1)))


def recorded(rig: Any, made: Any, numbers: list[int], excerpt: Excerpt | None) -> SessionSummary:
    """A session of these frames of a file of ten frames per second."""
    source = replace(made.file, excerpt=excerpt)
    recorder = rig.open(source)
    for number in numbers:
        recorder.write(made.readings(number, made.reading(), source=source))
    return recorder.close("source_end")  # type: ignore[no-any-return]


def test_each_nth_frame_keeps_its_number_and_the_others_do_not_count_as_captured(
    rig: Any, made: Any, read: Any
) -> None:
    summary = recorded(rig, made, [0, 5, 10, 15], Excerpt(every=5))
    assert read(summary.folder).frames.frame.tolist() == [0, 5, 10, 15]
    assert (summary.captured, summary.analysed, summary.integrity) == (4, 4, "ok")
    assert read(summary.folder).session["source"]["fps_measured"] == 2.0


def test_a_frame_that_is_missing_beyond_the_stride_is_told(rig: Any, made: Any) -> None:
    assert recorded(rig, made, [0, 5, 15, 20], Excerpt(every=5)).integrity == (
        "1 of 5 captured frames have no row."
    )


def test_a_stride_that_nobody_asked_for_is_no_stride(rig: Any, made: Any) -> None:
    assert recorded(rig, made, [0, 2, 4, 6], None).integrity == "3 of 7 captured frames have no row."


def test_a_frame_that_was_not_to_be_taken_is_told(rig: Any, made: Any) -> None:
    assert recorded(rig, made, [0, 3, 4], Excerpt(every=2)).integrity == "1 rows are out of order."


def test_a_late_start_begins_with_its_own_number_at_session_time_zero(rig: Any, made: Any, read: Any) -> None:
    summary = recorded(rig, made, [12, 14, 16], Excerpt(every=2, start_s=1.1, end_s=1.7))
    frames = read(summary.folder).frames
    assert frames.frame.tolist() == [12, 14, 16]
    assert frames.t_mono_s.tolist() == pytest.approx([0.0, 0.2, 0.4])
    assert frames.t_media_s.tolist() == pytest.approx([1.7, 1.9, 2.1])  # this file's own clock begins at 0.5
    assert (summary.captured, summary.integrity) == (3, "ok")
    assert summary.duration_s == pytest.approx(0.4)
    source = read(summary.folder).session["source"]
    assert source["excerpt"] == {"every": 2, "start_s": 1.1, "end_s": 1.7, "start_utc": None}


def test_the_time_of_day_is_that_of_the_files_first_frame_plus_the_place_in_it(
    rig: Any, made: Any, read: Any
) -> None:
    whole = recorded(rig, made, [*range(14)], Excerpt(start_utc=FILMED))
    part = recorded(rig, made, [12, 13], Excerpt(start_s=1.2, start_utc=FILMED))
    assert read(whole.folder).cells()[0]["t_utc"] == "2026-03-14T09:26:53.500000Z"
    late = [[row["t_utc"] for row in read(one.folder).cells()[-2:]] for one in (whole, part)]
    assert late[0] == late[1] == ["2026-03-14T09:26:54.700000Z", "2026-03-14T09:26:54.800000Z"]
    clock = read(part.folder).session["clock"]
    assert (clock["start_utc"], clock["utc_drift_s"]) == ("2026-03-14T09:26:54.700000Z", None)


def test_the_folder_is_named_by_the_day_of_the_analysis_so_that_old_films_are_not_old_sessions(
    rig: Any, made: Any
) -> None:
    asked = Excerpt(start_utc=FILMED - timedelta(days=3000))
    assert recorded(rig, made, [0], asked).folder.name.startswith("2026-03-14")


def test_the_time_of_a_picture_is_its_number(rig: Any, made: Any, read: Any) -> None:
    stills = replace(made.file, kind="images", stills=True, excerpt=Excerpt(every=2, start_s=3.0))
    recorder = rig.open(stills)
    for number in (4, 6):
        recorder.write(made.readings(number, source=stills, t=float(number)))
    summary = recorder.close("source_end")
    assert read(summary.folder).frames.t_mono_s.tolist() == [4.0, 6.0]
    assert (summary.captured, summary.integrity) == (2, "ok")


@pytest.mark.parametrize(("lost", "integrity"), [(None, "ok"), (3, "1 of 5 captured frames have no row.")])
def test_the_account_of_a_reader_and_of_the_recovery_knows_the_stride(
    rig: Any, made: Any, tmp_path: Path, lost: int | None, integrity: str
) -> None:
    folder = recorded(rig, made, [10, 12, 14, 16, 18], Excerpt(every=2, start_s=1.0)).folder
    lines = (folder / "frames.csv").read_bytes().splitlines(keepends=True)
    kept = [line for number, line in enumerate(lines) if number != lost]
    (folder / "frames.csv").write_bytes(b"".join(kept))
    assert read_session(folder).account.integrity == integrity
    interrupted = Path(shutil.copytree(folder, tmp_path / "killed" / folder.name))
    about = json.loads((interrupted / "session.json").read_text()) | {"state": "recording"}
    (interrupted / "session.json").write_text(json.dumps(about))
    (summary,) = recover_sessions(tmp_path / "killed")
    assert (summary.captured, summary.integrity) == (5, integrity)


def test_what_the_account_needs_of_an_excerpt_is_read_again() -> None:
    stored = {"excerpt": excerpt_table(Excerpt(3, 0.1, 2.0, FILMED))}
    assert excerpt_of(json.loads(json.dumps(stored))) == Excerpt(3, 0.1)


@pytest.mark.parametrize("source", [{}, {"excerpt": None}, {"excerpt": "all"}])
def test_without_an_excerpt_every_frame_counts(source: dict[str, Any]) -> None:
    assert excerpt_of(source) is None


@pytest.mark.parametrize("every", [0, -1, "many", None])
def test_a_stride_that_cannot_be_is_refused(every: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        excerpt_of({"excerpt": {"every": every, "start_s": 0, "end_s": None, "start_utc": None}})
