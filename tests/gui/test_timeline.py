import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from femon.emotions import DASHES, EMOTIONS
from femon.gui.dashes import cut_dashes
from femon.gui.history import History
from femon.gui.timeline import FASTEST_MS, LONGEST_S, SHORTEST_S, SLOWEST_MS, Timeline
from femon.gui.timeline_curves import PRIMARY, strips_of
from femon.gui.timeline_events import Happening
from femon.gui.timeline_picture import ends_named, spread
from femon.gui.timeline_plot import ticks, time_text
from femon.settings import ModeSettings
from femon.types import Frame, Reading, Readings

MakeFace = Callable[..., Reading]
IMAGE = np.zeros((4, 4, 3), np.uint8)


def readings(t: float, *faces: Reading) -> Readings:
    return Readings(Frame("test", round(t * 30), t, None, None, IMAGE), faces)


def filled(history: History, face: MakeFace, *, frames: int, fps: float = 30.0) -> History:
    for index in range(frames):
        history.add(readings(index / fps, face()))
    return history


@pytest.fixture
def timeline(qtbot: Any) -> Timeline:
    widget = Timeline()
    qtbot.addWidget(widget)
    widget.resize(900, 190)
    return widget


def test_the_history_gives_a_faces_values_oldest_first(face: MakeFace) -> None:
    history = History(capacity=100)
    for t, label in ((0.0, "sad"), (0.1, "happy")):
        history.add(readings(t, face(1, label=label), face(2, label="fear")))
    stretch = history.of(1, 60.0, most=100)
    assert stretch.t.tolist() == [0.0, 0.1]
    assert [EMOTIONS[row] for row in stretch.values.argmax(axis=1)] == ["sad", "happy"]


def test_a_full_history_overwrites_the_oldest(face: MakeFace) -> None:
    history = filled(History(capacity=10), face, frames=25)
    assert history.of(1, 60.0, most=100).t.tolist() == pytest.approx([index / 30 for index in range(15, 25)])


def test_only_the_asked_span_is_given(face: MakeFace) -> None:
    history = filled(History(), face, frames=900)
    assert history.of(1, 10.0, most=1000).t[0] == pytest.approx(899 / 30 - 10.0, abs=1 / 30)


def test_frames_without_the_face_break_its_lines(face: MakeFace) -> None:
    history = History(capacity=100)
    for t, faces in ((0.0, [face()]), (0.1, []), (0.2, [face()])):
        history.add(readings(t, *faces))
    assert np.isnan(history.of(1, 60.0, most=100).values[:, 0]).tolist() == [False, True, False]


def test_a_lost_camera_breaks_the_lines(face: MakeFace) -> None:
    history = History(capacity=100)
    for t in (0.0, 5.0):
        history.add(readings(t, face()))
    assert np.isnan(history.of(1, 60.0, most=100).values[:, 0]).tolist() == [False, True, False]


def test_a_face_of_low_quality_leaves_a_gap(face: MakeFace) -> None:
    history = History(capacity=100)
    for t, why in ((0.0, None), (0.1, "low_quality"), (0.2, None)):
        history.add(readings(t, face(uncertain=why)))
    assert np.isnan(history.of(1, 60.0, most=100).values[:, 0]).any()


def test_a_thinned_history_keeps_its_gaps(face: MakeFace) -> None:
    history = History()
    for index in range(3000):
        history.add(readings(index / 30, *([] if index == 1501 else [face()])))
    stretch = history.of(1, 600.0, most=100)
    assert len(stretch.t) < 110
    assert np.isnan(stretch.values[:, 0]).sum() == 1


def test_the_picked_points_stay_the_same_while_time_goes_on(face: MakeFace) -> None:
    history = filled(History(), face, frames=1000)
    before = history.of(1, 600.0, most=100)
    history.add(readings(1000 / 30, face()))
    after = history.of(1, 600.0, most=100)
    assert np.isin(before.t[1:], after.t).all()


def test_uncertain_stretches_last_until_the_next_certain_reading(face: MakeFace) -> None:
    history = History(capacity=100)
    for index, why in enumerate((None, "low_prob", "small_margin", None, None, "low_prob")):
        history.add(readings(index / 10, face(uncertain=why)))
    doubtful = history.of(1, 60.0, most=100).doubtful
    assert doubtful.tolist() == pytest.approx(np.array([[0.1, 0.3], [0.5, 0.5]]))


def test_nobody_has_no_lines(face: MakeFace) -> None:
    history = filled(History(), face, frames=5)
    assert len(history.of(7, 60.0, most=100).t) == 0
    assert len(History().of(1, 60.0, most=100).t) == 0


def test_every_emotion_has_its_own_dash_pattern() -> None:
    assert list(DASHES) == list(EMOTIONS)
    assert len(set(DASHES.values())) == len(EMOTIONS)


def test_dashes_cover_their_share_of_the_way_around_corners() -> None:
    corner = np.array([[0.0, 0.0], [30.0, 0.0], [30.0, 40.0]])
    pieces = cut_dashes(corner, (5, 2), 2.0)
    assert np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1]).sum() == pytest.approx(50.0)


def test_dashes_never_cross_a_gap() -> None:
    points = np.array([[0.0, 0.0], [10.0, 0.0], [np.nan, np.nan], [50.0, 0.0], [60.0, 0.0]])
    for pattern in DASHES.values():
        pieces = cut_dashes(points, pattern, 2.0)
        assert np.isfinite(pieces).all()
        assert not ((pieces > 10.0) & (pieces < 50.0)).any()


def test_codes_keep_their_distance_and_stay_inside() -> None:
    places = spread([5.0, 5.0, 50.0, 98.0, 99.0], 10.0, 0.0, 100.0)
    assert (np.diff(places) >= 10.0 - 1e-9).all()
    assert places[0] >= 5.0
    assert places[-1] <= 95.0
    assert np.ptp(spread([50.0] * 20, 10.0, 0.0, 100.0)) <= 100.0


def test_readings_are_drawn_by_the_timer_and_not_by_adding(timeline: Timeline, face: MakeFace) -> None:
    timeline.set_face(1)
    timeline.redraw()
    shown = timeline._plot.pictures[0]
    timeline.add(readings(1.0, face()))
    assert timeline._plot.pictures[0] is shown
    timeline.redraw()
    assert timeline._plot.pictures[0].t.tolist() == [0.0]


def test_nothing_new_means_nothing_drawn(timeline: Timeline) -> None:
    timeline.redraw()
    shown = timeline._plot.pictures[0]
    timeline.redraw()
    assert timeline._plot.pictures[0] is shown


def test_the_timer_runs_only_while_the_timeline_is_seen(timeline: Timeline) -> None:
    assert not timeline._timer.isActive()
    timeline.show()
    assert timeline._timer.isActive()
    timeline.hide()
    assert not timeline._timer.isActive()


def test_the_wheel_zooms_between_ten_seconds_and_ten_minutes(timeline: Timeline) -> None:
    for notches, end in ((40, SHORTEST_S), (-40, LONGEST_S)):
        for _ in range(abs(notches)):
            timeline._plot.wheelEvent(wheel(120 if notches > 0 else -120))
        assert timeline.span_s == end


def wheel(angle: int) -> QWheelEvent:
    place = QPointF(100.0, 50.0)
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    return QWheelEvent(
        place, place, QPoint(), QPoint(0, angle), buttons, keys, Qt.ScrollPhase.NoScrollPhase, False
    )


def test_the_lines_are_drawn_when_they_have_moved_and_not_too_often(timeline: Timeline) -> None:
    intervals = []
    for span in (10.0, 60.0, 600.0):
        timeline.set_span(span)
        timeline.redraw()
        intervals.append(timeline._timer.interval())
    assert intervals == sorted(intervals)
    assert intervals[0] == FASTEST_MS
    assert intervals[-1] == SLOWEST_MS


def test_ticks_keep_their_distance_and_begin_now() -> None:
    for span in (10.0, 60.0, 90.0, 600.0):
        places = ticks(span, 800 / span, 70.0)
        assert places[0] == 0.0
        assert all(before - after >= 70.0 * span / 800 for before, after in itertools.pairwise(places))
        assert -span <= places[-1] < 0
    assert ticks(600.0, 0.1, 70.0) == (0.0,)  # no room for a second one


def test_ticks_are_words() -> None:
    assert [time_text(t) for t in (0.0, -30.0, -90.0, -120.0)] == ["now", "−30 s", "−90 s", "−2 min"]


def test_a_clicked_legend_key_hides_its_line(timeline: Timeline, face: MakeFace) -> None:
    timeline.set_face(1)
    timeline.add(readings(1.0, face()))
    timeline.legend.keys["sad"].click()
    timeline.redraw()
    assert "sad" not in timeline._plot.pictures[0].visible
    assert len(timeline._plot.pictures[0].visible) == len(EMOTIONS) - 1


def test_markers_move_left_with_time(timeline: Timeline, face: MakeFace) -> None:
    timeline.set_face(1)
    timeline.add(readings(1.0, face()))
    timeline.mark(1.0, "A")
    timeline.add(readings(4.0, face()))
    timeline.redraw()
    assert timeline._plot.happenings == (Happening(-3.0, -3.0, "A"),)


def test_a_clock_that_runs_backwards_starts_a_new_timeline(timeline: Timeline, face: MakeFace) -> None:
    timeline.set_face(1)
    timeline.add(readings(100.0, face()))
    timeline.mark(100.0, "old")
    timeline.add(readings(0.0, face()))
    timeline.redraw()
    assert timeline._plot.pictures[0].t.tolist() == [0.0]
    assert timeline._plot.happenings == ()


def test_a_face_that_left_carries_no_codes(timeline: Timeline, face: MakeFace) -> None:
    timeline.set_face(1)
    timeline.add(readings(0.0, face()))
    timeline.redraw()
    assert timeline._plot.pictures[0].codes
    timeline.add(readings(3.0))
    timeline.redraw()
    assert not timeline._plot.pictures[0].codes


def test_the_whole_timeline_can_be_painted(timeline: Timeline, face: MakeFace) -> None:
    timeline.set_face(1)
    for index in range(300):
        shown = replace(face(), uncertain="low_prob") if 100 < index < 150 else face()
        timeline.add(readings(index / 30, *([] if 200 < index < 210 else [shown])))
    timeline.mark(5.0, "B")
    timeline.show()
    empty = timeline.grab().toImage()
    timeline.clear()
    timeline.redraw()
    assert timeline.grab().toImage() != empty


def test_a_narrow_timeline_shortens_its_legend(timeline: Timeline) -> None:
    timeline.resize(1100, 190)
    timeline.show()
    wide = timeline.legend.keys["surprise"].sizeHint().width()
    timeline.resize(660, 190)
    assert timeline.width() == 660
    assert timeline.legend.keys["surprise"].sizeHint().width() < wide


def test_the_primary_face_is_followed_from_number_to_number(face: MakeFace) -> None:
    history = History(capacity=100)
    for t, track, label in ((0.0, 1, "sad"), (0.1, 1, "sad"), (0.2, 7, "happy"), (0.3, 7, "happy")):
        history.add(readings(t, face(track, label=label), face(9, label="fear", primary=False)))
    stretch = history.of(PRIMARY, 60.0, most=100)
    shown = ["" if np.isnan(row).all() else EMOTIONS[row.argmax()] for row in stretch.values]
    assert shown == ["sad", "sad", "", "happy", "happy"]  # and no line from one person to another


def test_the_lines_stay_when_the_face_leaves_and_go_on_under_its_new_number(
    timeline: Timeline, face: MakeFace
) -> None:
    timeline.set_face(1)
    timeline.add(readings(0.0, face(1)))
    timeline.add(readings(2.0))
    timeline.set_face(0)
    timeline.redraw()
    assert timeline._plot.pictures[0].t.tolist() == [-2.0]
    assert timeline._plot.pictures[0].note == ""
    timeline.add(readings(3.0, face(4)))
    timeline.set_face(4)
    timeline.redraw()
    drawn = timeline._plot.pictures[0]
    assert drawn.t[~np.isnan(drawn.values[:, 0])].tolist() == [-3.0, 0.0]


def test_a_face_that_somebody_chose_is_drawn_alone(timeline: Timeline, face: MakeFace) -> None:
    for t in (0.0, 1.0):
        timeline.add(readings(t, face(1), face(2, label="sad", primary=False)))
    timeline.set_face(2, pinned=True)
    timeline.redraw()
    drawn = timeline._plot.pictures[0].values
    assert {EMOTIONS[row.argmax()] for row in drawn} == {"sad"}
    timeline.set_face(1)
    timeline.redraw()
    assert EMOTIONS[timeline._plot.pictures[0].values[0].argmax()] == "happy"


def test_only_expressions_with_a_real_share_carry_their_code(timeline: Timeline, face: MakeFace) -> None:
    timeline.set_face(1)
    timeline.add(readings(0.0, face(label="sad")))
    timeline.redraw()
    (drawn,) = timeline._plot.pictures
    shares = np.array([[0.02, 0.3, np.nan, 0.5, 0.05, 0.04, 0.09]], np.float32)
    assert [curve.code for _, curve in ends_named(replace(drawn, values=shares))] == ["Ha", "Di", "Ne", "Sa"]
    ((openness, fatigue),) = strips_of(ModeSettings(expression=False, fatigue=True))
    eyes = np.array([[1.0, 0.0]], np.float32)
    watched = replace(drawn, values=eyes, curves=(openness, fatigue), visible=(openness.name, fatigue.name))
    assert ends_named(watched) == [(1.0, openness), (0.0, fatigue)]


def test_only_as_many_codes_are_drawn_as_fit_above_one_another(timeline: Timeline, face: MakeFace) -> None:
    for t in (0.0, 0.5):
        timeline.add(readings(t, face()))
    timeline.set_strips(strips_of(ModeSettings(expression=True, fatigue=True)))
    timeline.resize(900, timeline.minimumSizeHint().height())
    timeline.show()
    assert not timeline.grab().isNull()
