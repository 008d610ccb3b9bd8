"""The figures of a session, counted from its files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from femon.emotions import EMOTIONS
from femon.errors import SessionError
from femon.review import summarise, text_summary
from femon.review.curves import AVERAGED_POINTS, MOST_POINTS, curve
from femon.review.quantities import clock_text, length_text, percent
from femon.review.session_log import read_session

Make = Callable[..., Any]


def edit(session: Path, **changes: Any) -> None:
    about = json.loads((session / "session.json").read_text(encoding="utf-8"))
    (session / "session.json").write_text(json.dumps(about | changes), encoding="utf-8")


def test_every_captured_frame_is_accounted_for(session: Path) -> None:
    summary = summarise(session)
    assert summary.accounting == "100 frames: 80 analysed, 10 dropped, 10 paused, 0 unaccounted."
    assert summary.integrity == "ok"
    coverage = summary.coverage
    parts = (coverage.ok, coverage.low_quality, coverage.no_face, coverage.dropped, coverage.paused)
    assert parts == (50, 10, 20, 10, 10)
    assert coverage.share == pytest.approx(50 / 80)


def test_shares_are_given_with_and_without_uncertain(session: Path) -> None:
    face = summarise(session).faces[0]
    shares = {share.label: share for share in face.labels}
    assert (face.track, face.code, face.rows) == (1, "p01", 60)
    assert shares["happy"].rows == 35
    assert shares["happy"].share == pytest.approx(35 / 60)
    assert shares["happy"].share_of_labelled == pytest.approx(35 / 45)
    assert shares["uncertain"].share_of_labelled is None
    assert face.uncertain_share == pytest.approx(15 / 60)
    assert sum(share.share for share in face.labels) == pytest.approx(1)
    assert face.mean_prob == pytest.approx(0.7)


def test_shares_agree_with_the_summary_of_the_recorder(session: Path) -> None:
    summary = summarise(session)
    assert {"happy", "uncertain"} <= set(summary.account.label_shares)
    for label, share in summary.account.label_shares.items():
        rows = sum(s.rows for face in summary.faces for s in face.labels if s.label == label)
        assert rows / sum(face.rows for face in summary.faces) == pytest.approx(share)


def test_reasons_of_doubt_come_with_their_shares(session: Path) -> None:
    face = summarise(session).faces[0]
    assert [(s.name, s.count) for s in face.uncertain_reasons] == [("low_quality", 10), ("warmup", 5)]
    assert face.uncertain_reasons[0].share == pytest.approx(10 / 15)
    assert [(s.name, s.count, s.share) for s in face.quality_reasons] == [
        ("dark", 10, 1.0),
        ("turned", 10, 1.0),
    ]
    assert face.quality_median == pytest.approx(0.8)
    assert face.quality_p10 == pytest.approx(0.2)


def test_a_gap_counts_for_at_most_a_second_of_view(desk: Make, face: Make) -> None:
    writer = desk()
    writer.frames(10, face())
    writer.frames(30)
    writer.frames(10, face())
    writer.lose(5)
    writer.frames(10, face())
    (seen,) = summarise(writer.close()).faces
    assert seen.seconds == pytest.approx(3.0)
    assert (seen.first_t, seen.last_t) == pytest.approx((0.0, 10.9))


def test_dropped_frames_do_not_shorten_the_time_in_view(desk: Make, face: Make) -> None:
    writer = desk()
    for _ in range(10):
        writer.frames(1, face())
        writer.drop(1)
    writer.frames(1, face())
    (seen,) = summarise(writer.close()).faces
    assert seen.seconds == pytest.approx(2.2, abs=0.01)  # the last frame holds as long as the others


def test_episodes_end_with_the_label_or_with_a_gap(desk: Make, face: Make) -> None:
    writer = desk()
    writer.frames(10, face(top="happy"))
    writer.frames(10, face(top="sad"))
    writer.frames(10, face(top="happy"))
    writer.lose(5)
    writer.frames(10, face(top="happy"))
    (seen,) = summarise(writer.close()).faces
    happy = seen.labels[EMOTIONS.index("happy")]
    assert happy.episodes == 3
    assert happy.mean_episode_s == pytest.approx(1.0)


def test_frames_that_are_seconds_apart_hold_until_the_next(desk: Make, face: Make) -> None:
    writer = desk(rate=0.25)
    writer.frames(5, face(top="happy"))
    writer.frames(5, face(top="sad"))
    (seen,) = summarise(writer.close()).faces
    happy = seen.labels[EMOTIONS.index("happy")]
    assert (seen.seconds, happy.episodes, happy.mean_episode_s) == (40.0, 1, 20.0)


def test_pictures_have_no_time_and_no_identity(stills: Path) -> None:
    summary = summarise(stills)
    assert summary.accounting == "3 pictures: 3 analysed, 0 dropped, 0 unaccounted."
    (everyone,) = summary.faces
    assert (everyone.code, everyone.rows, everyone.seconds) == ("all faces", 3, None)
    assert everyone.labels[3].episodes is None


def test_a_session_without_a_frame_has_no_figures(desk: Make) -> None:
    summary = summarise(desk().close())
    assert summary.accounting == "0 frames: 0 analysed, 0 dropped, 0 unaccounted."
    assert summary.coverage.share is None
    assert summary.faces == ()
    assert text_summary(summary)


def test_the_text_fits_a_terminal(session: Path) -> None:
    text = text_summary(summarise(session))
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[1] == "100 frames: 80 analysed, 10 dropped, 10 paused, 0 unaccounted."
    assert lines[2] == "A usable face in 62 % of the analysed frames."
    assert "An    Di    Fe    Ha    Sa    Su    Ne  uncertain" in text
    assert lines[-2].split()[:2] == ["1", "p01"]
    assert lines[-2].endswith("25 %")


def test_a_changed_file_is_told(session: Path) -> None:
    with (session / "events.csv").open("a", encoding="utf-8", newline="") as file:
        file.write((session / "events.csv").read_text(encoding="utf-8").splitlines()[-1] + "\r\n")
    summary = summarise(session)
    assert summary.integrity == "events.csv changed after the recording was closed."
    assert "Attention: events.csv changed" in text_summary(summary)


def test_many_rows_are_averaged_and_gaps_stay(desk: Make, face: Make) -> None:
    writer = desk()
    for top in ("happy", "sad"):
        writer.frames(MOST_POINTS // 2 + 1, face(top=top))
        writer.lose(20)
    log = read_session(writer.close())
    rows = log.rows[log.rows.track == 1]
    points = curve(rows.t, rows.smooth, log.account.duration_s)
    assert len(points.t) <= AVERAGED_POINTS
    assert len(points.runs) == 2
    assert points.mean[0, 3] == pytest.approx(0.7, abs=1e-3)
    assert np.isfinite(points.mean).all()


def test_few_rows_are_drawn_as_they_are(session: Path) -> None:
    log = read_session(session)
    rows = log.rows[log.rows.track == 1]
    points = curve(rows.t, rows.smooth, log.account.duration_s)
    assert (points.t == rows.t).all()
    assert points.step == 0


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "-"),
        (0, "0 %"),
        (0.0001, "< 0.1 %"),
        (0.004, "0.4 %"),
        (0.5, "50 %"),
        (0.9999, "99.9 %"),
        (1, "100 %"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_all(share: float | None, text: str) -> None:
    assert percent(share) == text


def test_times_read_like_clocks() -> None:
    assert [clock_text(t) for t in (0, 7.34, 59.96, 760, 3723)] == [
        "0:00.0",
        "0:07.3",
        "1:00.0",
        "12:40.0",
        "1:02:03",
    ]
    assert [length_text(t) for t in (83, 130.04)] == ["83.0 s", "2:10.0"]


def test_another_folder_is_no_session(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="is no femon session"):
        summarise(tmp_path)


def test_a_running_session_is_refused(session: Path) -> None:
    edit(session, state="recording")
    with pytest.raises(SessionError, match="is still open"):
        summarise(session)


def test_a_newer_format_is_refused(session: Path) -> None:
    edit(session, schema="2.0")
    with pytest.raises(SessionError, match=r"log format 2\.0"):
        summarise(session)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"schema": "1.0", "state": "complete"}', "\xff"])
def test_a_damaged_session_json_is_told(session: Path, content: str) -> None:
    (session / "session.json").write_text(content, encoding="latin-1")
    with pytest.raises(SessionError, match=r"session\.json of the session .* is damaged"):
        summarise(session)


@pytest.mark.parametrize("name", ["frames.csv", "events.csv"])
def test_a_missing_file_is_told(session: Path, name: str) -> None:
    (session / name).unlink()
    with pytest.raises(SessionError, match=f"has no {name}"):
        summarise(session)


@pytest.mark.parametrize(
    ("column", "cell"), [("t_mono_s", "x"), ("status", "fine"), ("label", "bored"), ("status", "")]
)
def test_a_cell_that_makes_no_sense_is_told(session: Path, column: str, cell: str) -> None:
    with (session / "frames.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[3][rows[0].index(column)] = cell
    with (session / "frames.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    with pytest.raises(SessionError, match=r"frames\.csv of the session .* is damaged"):
        summarise(session)


@pytest.mark.parametrize("name", ["frames.csv", "events.csv"])
@pytest.mark.parametrize("cut", [b"", b"\r\nhalf,a,row", b'\r\n"open'])
def test_a_cut_file_is_told(session: Path, name: str, cut: bytes) -> None:
    data = (session / name).read_bytes()
    (session / name).write_bytes(data.rstrip() + cut if cut else b"")
    with pytest.raises(SessionError, match=f"{name} of the session .* is damaged"):
        summarise(session)
