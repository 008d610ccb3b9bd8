"""What the review screen knows of a session before it draws anything."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from femon.camera.video import VideoSource
from femon.errors import UnreadableSessionError
from femon.gui.review.axis import TimeAxis, time_text
from femon.gui.review.film import CHANGED, MOVED, NO_VIDEO, UNTIMED, Film, film_of
from femon.gui.review.moment import readings_at, sketches_at
from femon.gui.review.record import SessionRecord, read_record
from femon.gui.review.sampling import curves_of, runs
from femon.gui.review.scenery import open_scenery
from femon.gui.review.shares import FACING, IN_VIEW, share_table
from femon.gui.review.shelf import ShelfEntry, list_sessions, shelf_entry
from femon.gui.review.sketch import FaceSketch, sketch_picture
from femon.gui.review.spans import excluded_mask, lane_rows, spans_of
from femon.gui.review.wording import frame_words
from finished import NAME, event, face_row, face_rows, write_session

BLACK = np.zeros((48, 64, 3), np.uint8)


# --- the list ---


def test_the_list_tells_who_when_how_long_and_of_what_kind(tmp_path: Path) -> None:
    modes = {"expression": False, "fatigue": True, "attention": True, "engagement": False}
    folder = write_session(tmp_path, face_rows(31), modes=modes)

    assert list_sessions(tmp_path) == (
        ShelfEntry(
            folder, "2026-03-14 09:26", "ok", "", "p01", "A", "Driver fatigue", "fatigue, attention", 3.0,
        ),
    )  # fmt: skip


def test_the_newest_session_comes_first(tmp_path: Path) -> None:
    for day in ("14", "16", "15"):
        write_session(tmp_path, face_rows(1), name=f"2026-03-{day}_09-26-53_p01")

    assert [entry.started[8:10] for entry in list_sessions(tmp_path)] == ["16", "15", "14"]


def test_a_folder_that_does_not_exist_holds_no_sessions(tmp_path: Path) -> None:
    assert list_sessions(tmp_path / "none") == ()


def test_other_folders_and_links_are_left_out(tmp_path: Path) -> None:
    folder = write_session(tmp_path / "elsewhere", face_rows(1))
    sessions = tmp_path / "sessions"
    (sessions / "holiday").mkdir(parents=True)
    (sessions / NAME).symlink_to(folder)

    assert list_sessions(sessions) == ()


def test_a_recovered_session_is_marked(tmp_path: Path) -> None:
    assert shelf_entry(write_session(tmp_path, face_rows(1), state="recovered")).recovered


@pytest.mark.parametrize(
    ("about", "problem"),
    [
        ({"integrity": "3 of 10 captured frames have no row."}, "3 of 10 captured frames have no row."),
        ({"state": "failed"}, "The recording ended by an error"),
        ({"files": {"frames.csv": {"bytes": 1, "sha256": "x"}}}, "frames.csv changed"),
    ],
)
def test_what_is_wrong_with_a_session_is_a_badge_with_a_sentence(
    tmp_path: Path, about: dict[str, Any], problem: str
) -> None:
    entry = shelf_entry(write_session(tmp_path, face_rows(1), **about))

    assert (entry.badge, entry.readable) == ("check", True)
    assert entry.problem.startswith(problem)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"schema": "1.0"}', '{"schema": "1.0", "state": "complete"}']
)
def test_a_damaged_folder_is_a_sentence_and_no_exception(tmp_path: Path, text: str) -> None:
    folder = write_session(tmp_path, face_rows(1))
    (folder / "session.json").write_text(text)

    (entry,) = list_sessions(tmp_path)

    assert (entry.badge, entry.readable, entry.participant) == ("unreadable", False, "p01")
    assert "is damaged" in entry.problem


def test_a_session_that_is_being_recorded_cannot_be_opened(tmp_path: Path) -> None:
    entry = shelf_entry(write_session(tmp_path, face_rows(1), state="recording"))

    assert (entry.badge, entry.readable) == ("recording", False)


def test_a_folder_of_pictures_has_a_number_in_place_of_a_length(tmp_path: Path) -> None:
    source = {"kind": "images", "name": "portraits", "width": 64, "height": 48}
    entry = shelf_entry(write_session(tmp_path, face_rows(10), source=source))

    assert (entry.length_s, entry.pictures) == (None, 10)


# --- reading ---


def test_cells_are_numbers_and_words_and_empty_ones_are_nothing(tmp_path: Path) -> None:
    record = read_record(
        write_session(tmp_path, [face_row(0, 0.0, openness=""), face_row(1, 0.5, openness=0.9)])
    )

    assert [record.number("openness", row) for row in (0, 1)] == [None, 0.9]
    assert [record.word("label", 0), record.word("eye_state", 0)] == ["happy", ""]
    assert record.has("openness")
    assert not record.has("engagement")


def test_rows_of_one_frame_share_a_place(tmp_path: Path) -> None:
    rows = [
        face_row(0, 0.0),
        face_row(1, 0.1),
        face_row(1, 0.1, "sad", face_id=2, primary=0),
        face_row(2, 0.2),
    ]
    record = read_record(write_session(tmp_path, rows))

    assert record.times.tolist() == [0.0, 0.1, 0.2]
    assert list(record.rows_at(1)) == [1, 2]
    assert [record.row_of(1, track) for track in (1, 2, 3)] == [1, 2, None]
    assert (record.tracks, record.primary, record.name_of(1), record.name_of(2)) == ((1, 2), 1, "1 p01", "2")


def test_a_session_opens_with_the_face_that_is_watched_at_its_start(tmp_path: Path) -> None:
    rows = [face_row(0, 0.0, face_id=3, primary=0), face_row(0, 0.0, face_id=4)]
    rows += [face_row(number, number / 10, face_id=10) for number in range(1, 20)]
    scenery = open_scenery(write_session(tmp_path, rows))

    assert (scenery.record.primary, scenery.track) == (10, 4)
    assert frame_words(scenery.record, 0, scenery.record.row_of(0, scenery.track))["State"] == "analysed"


def test_a_session_that_begins_without_a_face_opens_with_the_one_watched_most(tmp_path: Path) -> None:
    rows = [face_row(0, 0.0, "", status="no_face", face_id="", primary="")]
    rows += [face_row(number, number / 10, face_id=2 + (number > 3)) for number in range(1, 20)]
    assert open_scenery(write_session(tmp_path, rows)).track == 3


@pytest.mark.parametrize(("t", "place"), [(-1.0, 0), (0.0, 0), (0.14, 1), (0.1999999999, 2), (99.0, 2)])
def test_the_place_at_a_time_is_the_last_one_not_after_it(tmp_path: Path, t: float, place: int) -> None:
    assert read_record(write_session(tmp_path, face_rows(3))).place(t) == place


@pytest.mark.parametrize(
    "cells",
    [
        {"t_mono_s": "nan"}, {"t_mono_s": "-1"}, {"box_x": "1e300"}, {"box_x": "inf"}, {"face_id": "0"},
        {"label": "bored"}, {"status": "asleep"}, {"status_why": "ugly"}, {"quality": "good"},
    ],
)  # fmt: skip
def test_cells_that_no_session_has_are_damage(tmp_path: Path, cells: dict[str, str]) -> None:
    folder = write_session(tmp_path, [*face_rows(3), face_row(3, 0.3) | cells])

    with pytest.raises(UnreadableSessionError, match=r"frames\.csv of the session .* is damaged"):
        read_record(folder)


def test_times_that_go_back_are_damage(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSessionError, match="do not ascend"):
        read_record(write_session(tmp_path, [face_row(0, 1.0), face_row(1, 0.5)]))


def test_a_session_without_rows_can_be_opened(tmp_path: Path) -> None:
    scenery = open_scenery(write_session(tmp_path, []))

    assert (scenery.strips, scenery.record.duration_s, scenery.track) == ((), 0.0, 0)


# --- strips ---


def test_only_what_was_measured_gets_a_strip(tmp_path: Path) -> None:
    plain = open_scenery(write_session(tmp_path / "a", face_rows(30)))
    watched = face_rows(30, openness=1.0, attention_10=0.5, on_target=0, fatigue_level="drowsy")
    full = open_scenery(write_session(tmp_path / "b", watched))

    assert [strip.name for strip in plain.strips] == ["Expressions"]
    assert [strip.name for strip in full.strips] == ["Expressions", "Eyes", "Attention"]
    assert [band.text for band in full.strips[1].bands] == ["drowsy"]
    assert full.strips[2].bands[0].stretches.tolist() == [[0.0, 2.9]]


def test_uncertain_rows_are_doubtful_stretches(tmp_path: Path) -> None:
    rows = [face_row(k, k / 10) | ({"label": "uncertain"} if 5 <= k < 8 else {}) for k in range(10)]

    assert open_scenery(write_session(tmp_path, rows)).strips[0].doubtful.tolist() == [[0.5, 0.8]]


def test_many_rows_are_averaged_and_a_few_are_not() -> None:
    t = np.arange(81_000) / 30
    curves = curves_of(t, np.sin(t)[:, None])

    whole, part = curves.sampled((0.0, t[-1]), 500), curves.sampled((10.0, 12.0), 500)

    assert 250 <= len(whole.t) <= 502
    assert len(part.t) == 62  # one more at either side
    inside = (whole.t > 10) & (whole.t < 2690)
    assert np.nanmean(whole.values[inside]) == pytest.approx(np.sin(t).mean(), abs=0.02)


def test_an_average_does_not_depend_on_the_view() -> None:
    t = np.arange(30_000) / 30
    curves = curves_of(t, np.cos(t)[:, None])

    first, second = (curves.sampled((start, start + 400.0), 300) for start in (100.0, 137.0))

    common = np.intersect1d(first.t, second.t)
    assert len(common) > 150
    assert (
        first.values[np.isin(first.t, common)].tolist() == second.values[np.isin(second.t, common)].tolist()
    )


def test_a_gap_breaks_the_lines() -> None:
    t = np.array([0.0, 0.1, 0.2, 5.0, 5.1])

    line = curves_of(t, np.ones((5, 1))).sampled((0.0, 6.0), 100)

    assert np.isnan(line.values[:, 0]).tolist() == [False, False, False, True, False, False]


def test_what_is_unknown_stays_unknown_in_averages() -> None:
    t = np.arange(6000) / 30
    values = np.where(t < 100, 0.5, np.nan)[:, None]

    line = curves_of(t, values).sampled((0.0, 200.0), 150)

    assert np.nanmax(line.t[np.isfinite(line.values[:, 0])]) < 101


def test_a_run_lasts_to_the_next_row_but_not_over_a_gap() -> None:
    t = np.array([0.0, 0.1, 0.2, 5.0])

    assert runs(np.array([False, True, False, False]), t).tolist() == [[0.1, 0.2]]
    assert runs(np.array([False, False, True, False]), t).tolist() == [[0.2, 0.2]]
    assert runs(np.zeros(4, np.bool_), t).tolist() == []


# --- events ---


def events_of(tmp_path: Path, *events: dict[str, object]) -> SessionRecord:
    return read_record(write_session(tmp_path, face_rows(100), events))


def test_events_become_marks_and_stretches_on_their_lanes(tmp_path: Path) -> None:
    record = events_of(
        tmp_path,
        event("marker", "A", 1.0),
        event("note", "note", 2.0, details={"text": "door bell"}),
        event("pause", "pause", 3.0, "start"),
        event("pause", "pause", 4.0, "end", ref_id=3),
        event("exclude", "exclude", 5.0, "start", details={"reason": "talking"}),
        event("exclude", "exclude", 6.0, "end", ref_id=5),
        event("model", "small", 7.0),
        event("camera", "frozen", 7.0, "start"),
        event("camera", "frozen", 8.0, "end", ref_id=8),
        event("camera", "lost", 8.5, "start"),
    )

    spans = spans_of(record.events, record.duration_s)

    assert [(span.lane, span.start, span.end, span.text) for span in spans] == [
        ("marks", 1.0, 1.0, "A"),
        ("marks", 2.0, 2.0, "door bell"),
        ("gaps", 3.0, 4.0, "paused"),
        ("excluded", 5.0, 6.0, "talking"),
        ("gaps", 7.0, 8.0, "camera frozen"),
        ("gaps", 8.5, 9.9, "camera lost"),
    ]


def test_alarms_tell_how_people_answered(tmp_path: Path) -> None:
    record = events_of(
        tmp_path,
        event("alarm", "sleep", 1.0, "start"),
        event("alarm", "ack", 1.5, ref_id=1),
        event("alarm", "false_alarm", 1.8, ref_id=1),
        event("alarm", "sleep", 2.0, "end", ref_id=1),
        event("alarm", "drowsy", 8.0, "start"),
    )

    sleep, drowsy = spans_of(record.events, record.duration_s)

    assert (sleep.end, sleep.answer, sleep.false) == (2.0, "acknowledged, false alarm", True)
    assert (drowsy.end, drowsy.answer) == (9.9, "")  # it never ended
    assert sleep.tip == "Alarms: sleep (acknowledged, false alarm), at 0:01.0 for 1.0 s"


def test_what_was_taken_back_is_not_shown(tmp_path: Path) -> None:
    record = events_of(
        tmp_path,
        event("marker", "A", 1.0),
        event("marker", "undo", 1.2, ref_id=1),
        event("exclude", "exclude", 2.0, "start"),
        event("exclude", "exclude", 3.0, "end", ref_id=3),
        event("exclude", "undo", 2.0, ref_id=3),
        event("marker", "undo", 4.0),  # somebody typed this word
    )

    assert [span.text for span in spans_of(record.events, record.duration_s)] == ["undo"]


def test_overlapping_stretches_get_rows_of_their_own(tmp_path: Path) -> None:
    record = events_of(
        tmp_path,
        *(event("alarm", name, t, "start") for name, t in (("sleep", 1.0), ("drowsy", 2.0))),
        event("alarm", "sleep", 3.0, "end", ref_id=1),
        event("alarm", "drowsy", 5.0, "end", ref_id=2),
        event("alarm", "shared", 4.0, "start"),
    )
    rows = lane_rows(spans_of(record.events, record.duration_s), "alarms")

    assert [[span.start for span in row] for row in rows] == [[1.0, 4.0], [2.0]]


# --- shares ---


def test_shares_and_dwell_leave_excluded_stretches_out(tmp_path: Path) -> None:
    rows = [face_row(k, k / 10, "happy" if k < 30 else "sad", on_target=int(k < 50)) for k in range(100)]
    exclusion = (
        event("exclude", "exclude", 3.0, "start"),
        event("exclude", "exclude", 8.0, "end", ref_id=1),
    )
    record = read_record(write_session(tmp_path, rows, exclusion))
    spans = spans_of(record.events, record.duration_s)

    table = {row.name: row for row in share_table(record, spans, 1)}

    assert excluded_mask(record.t, spans, record.duration_s).sum() == 50
    assert excluded_mask(record.t, spans, 8.0).sum() == 70, "nothing follows that the end could belong to"
    assert table["happy"].whole.share == pytest.approx(0.3)
    assert table["happy"].kept.share == pytest.approx(0.6)
    assert table["sad"].whole.seconds == pytest.approx(7.0)
    assert table["sad"].kept.seconds == pytest.approx(2.0)
    assert table[FACING].whole.share == pytest.approx(0.5)
    assert table[FACING].kept.share == pytest.approx(0.6)
    assert table[IN_VIEW].kept.seconds == pytest.approx(5.0)


def test_without_expressions_there_are_no_shares_of_labels(tmp_path: Path) -> None:
    rows = [face_row(k, k / 10) | {"label": ""} for k in range(5)]

    assert [row.name for row in open_scenery(write_session(tmp_path, rows)).shares] == [IN_VIEW]


# --- the moment ---


def test_a_moment_is_what_the_live_picture_takes(tmp_path: Path) -> None:
    rows = [
        face_row(0, 0.0),
        face_row(0, 0.0, "sad", face_id=2, primary=0),
        face_row(1, 0.1, status="low_quality"),
    ]
    rows[2] |= {"label": "uncertain", "uncertain_why": "low_quality", "status_why": "dark+turned"}
    record = read_record(write_session(tmp_path, rows))

    two, poor = readings_at(record, 0, BLACK), readings_at(record, 1, BLACK)

    assert [(one.face.track, one.label) for one in two.readings] == [(1, "happy"), (2, "sad")]
    assert [one.confidence for one in two.readings] == pytest.approx([0.7, 0.7])
    assert poor.readings[0].uncertain == "low_quality"
    assert poor.readings[0].face.quality.reasons == ("dark", "turned")


def test_the_figures_beside_the_picture_are_words(tmp_path: Path) -> None:
    watched = {
        "openness": 0.97, "eyes": "ok", "eye_state": "open", "perclos_60": 0.021, "fatigue_level": "alert",
        "attention_10": 0.92, "on_target": 1, "attention_state": "on", "engagement": 0.74, "engagement_level": "high",
    }  # fmt: skip
    record = read_record(write_session(tmp_path, [face_row(412, 13.7334, **watched)]))

    assert {name: text.replace("\xa0", " ") for name, text in frame_words(record, 0, 0).items()} == {
        "Time": "0:13.7, frame 412",
        "State": "analysed",
        "Label": "happy, 70 %",
        "Doubt": "none",
        "Quality": "0.80",
        "Eyes": "open, openness 0.97",
        "PERCLOS": "2.1 % in 60 s, \N{EN DASH} in 180 s",
        "Fatigue": "alert",
        "Attention": "92 %, on target",
        "Engagement": "0.74, high",
    }


def test_a_frame_without_the_face_says_so(tmp_path: Path) -> None:
    rows = [
        {"frame": 0, "t_mono_s": "0", "status": "no_face"},
        {"frame": 1, "t_mono_s": "0.1", "status": "dropped"},
    ]
    record = read_record(write_session(tmp_path, rows))

    assert [frame_words(record, place, None)["State"] for place in (0, 1)] == [
        "no face in view", "not analysed: a newer frame came first",
    ]  # fmt: skip


def sketched(**changes: Any) -> Any:
    values: dict[str, Any] = {
        "box_xywh": (50.0, 20.0, 100.0, 120.0), "yaw": 0.0, "pitch": 0.0, "roll": 0.0,
        "open_left": 1.0, "open_right": 1.0, "jaw": 0.0,
    }  # fmt: skip
    return sketch_picture((FaceSketch(**values | changes),), (200, 160))


def test_a_drawn_face_follows_eyes_jaw_and_head() -> None:
    plain = sketched()

    assert plain.shape == (160, 200, 3)
    for changes in ({"open_left": 0.0}, {"jaw": 0.6}, {"yaw": 30.0}, {"pitch": 20.0}, {"roll": 15.0}):
        assert (sketched(**changes) != plain).any(), changes


def test_the_left_eye_of_a_person_is_drawn_at_the_right() -> None:
    changed = np.nonzero((sketched(open_left=0.0) != sketched()).any(axis=2))[1]

    assert changed.min() > 100


def test_a_head_that_tilts_to_its_right_shoulder_leans_to_the_left_of_the_picture() -> None:
    upper_half = sketched(roll=25.0)[:60]
    drawn = np.nonzero((upper_half != upper_half[0, 0]).any(axis=2))[1]

    assert drawn.mean() < 97


def test_a_row_without_eyes_still_has_a_face_to_draw(tmp_path: Path) -> None:
    (face,) = sketches_at(read_record(write_session(tmp_path, face_rows(1))), 0)

    assert (face.open_left, face.box_xywh, face.jaw) == (None, (10.0, 10.0, 20.0, 24.0), 0.1)
    assert sketch_picture((face,), (64, 48)).any()


# --- the axis ---


def test_zooming_keeps_its_place_and_stays_within_the_session() -> None:
    axis = TimeAxis.whole(100.0).within(0.0, 500.0)
    x = axis.x(30.0)

    near = axis.zoom(4.0, 30.0)

    assert near.x(30.0) == pytest.approx(x)
    assert (near.span, near.zoomed) == (25.0, True)
    assert near.at(90.0).end == 100.0
    assert near.zoom(1e-9, 30.0) == axis
    assert near.zoom(1e9, 30.0).span == 1.0


def test_ticks_are_round_times_in_view() -> None:
    assert TimeAxis(100.0, 12.0, 31.0).ticks(5) == (15.0, 20.0, 25.0, 30.0)
    assert TimeAxis.whole(2700.0).ticks(6) == (0.0, 600.0, 1200.0, 1800.0, 2400.0)


def test_times_are_told_as_finely_as_they_are_seen() -> None:
    assert [time_text(754.3, 60.0), time_text(754.3, 5.0), time_text(3725.0, 600.0)] == [
        "12:34", "12:34.3", "1:02:05",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("t", "span", "text"),
    [
        (59.7, 60.0, "1:00"),
        (779.6, 60.0, "13:00"),
        (3599.7, 600.0, "1:00:00"),
        (59.97, 5.0, "1:00.0"),
        (59.4, 60.0, "0:59"),
    ],
)
def test_a_time_just_below_a_minute_is_rounded_up_to_it(t: float, span: float, text: str) -> None:
    assert time_text(t, span) == text


# --- the video ---


def filmed(tmp_path: Path, clip: Path, **source: object) -> SessionRecord:
    digest = hashlib.sha256(clip.read_bytes()).hexdigest()
    entry = {"kind": "file", "path": str(clip), "sha256": digest, "width": 480, "height": 270} | source
    clock = {"start_utc": None, "media": "pts"}
    return read_record(write_session(tmp_path, face_rows(1), source=entry, clock=clock))


def test_the_film_shows_the_picture_of_any_time(clips: Path) -> None:
    clip = clips / "two_people_head_turn.gif"
    frames = list(VideoSource(clip).frames(lambda: False))[:30]
    film = Film(clip)

    for place in (0, 1, 2, 29, 3, 28, 0):
        wanted = frames[place]
        assert wanted.media_t is not None
        picture = film.at(wanted.media_t + 0.001)
        assert picture is not None
        assert (picture == wanted.image_bgr).all(), place
    film.close()


def test_the_source_file_is_shown_while_it_is_the_one_that_was_analysed(tmp_path: Path, clips: Path) -> None:
    film = film_of(filmed(tmp_path, clips / "two_people_head_turn.gif"), lambda: False)

    assert isinstance(film, Film)
    film.close()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ({"sha256": "0" * 64}, CHANGED),
        ({"path": "/nowhere/talk.mp4"}, MOVED),
        ({"kind": "camera", "path": None}, NO_VIDEO),
    ],
)
def test_another_file_is_never_shown(
    tmp_path: Path, clips: Path, source: dict[str, object], why: str
) -> None:
    record = filmed(tmp_path, clips / "two_people_head_turn.gif", **source)

    assert film_of(record, lambda: False) == why


def test_a_file_without_times_is_not_guessed_at(tmp_path: Path, clips: Path) -> None:
    record = filmed(tmp_path, clips / "two_people_head_turn.gif")
    about = json.loads((record.folder / "session.json").read_text())
    about["clock"]["media"] = "fps"
    (record.folder / "session.json").write_text(json.dumps(about))

    assert film_of(read_record(record.folder), lambda: False) == UNTIMED
