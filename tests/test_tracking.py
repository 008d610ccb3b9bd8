"""Face numbers stay with their faces."""

import pytest

from femon.tracking import Box, Tracker, number_left_to_right

SIDE = 100.0


def at(x: float, y: float = 200.0, side: float = SIDE) -> Box:
    """A square box around a centre."""
    return (x - side / 2, y - side / 2, side, side)


def test_numbers_start_at_one_and_stay_whatever_the_order_of_the_boxes() -> None:
    tracker = Tracker()
    assert tracker.update(0.0, [at(100), at(400)]) == (1, 2)
    assert tracker.update(0.03, [at(402), at(101)]) == (2, 1)
    assert tracker.update(0.06, [at(99), at(401)]) == (1, 2)


def test_two_faces_that_stand_still_keep_their_numbers() -> None:
    tracker = Tracker()
    for frame in range(300):
        wobble = 3 * (frame % 3)
        assert tracker.update(frame / 30, [at(200 + wobble), at(330 - wobble)]) == (1, 2)


def test_two_faces_that_pass_each_other_keep_their_numbers() -> None:
    tracker = Tracker()
    for frame in range(60):
        step = 8.0 * frame
        near, far = at(100 + step, 240, 120), at(580 - step, 180, 80)
        assert tracker.update(frame / 30, [near, far]) == (1, 2)


def test_a_face_that_is_hidden_while_another_passes_keeps_its_number() -> None:
    tracker = Tracker()
    for frame in range(60):
        step = 8.0 * frame
        front, behind = at(100 + step), at(580 - step)
        hidden = abs(front[0] - behind[0]) < 0.7 * SIDE
        tracks = tracker.update(frame / 30, [front] if hidden else [front, behind])
        assert tracks == ((1,) if hidden else (1, 2))


@pytest.mark.parametrize(("away_s", "track"), [(0.9, 1), (1.0, 1), (1.1, 2)])
def test_a_number_outlives_a_loss_of_one_second(away_s: float, track: int) -> None:
    tracker = Tracker()
    tracker.update(5.0, [at(300)])
    tracker.update(5.5, [])
    assert tracker.update(5.0 + away_s, [at(320)]) == (track,)


def test_where_frames_are_far_apart_a_face_of_the_last_one_keeps_its_number_if_it_is_near() -> None:
    tracker = Tracker(hold_s=3.75)
    assert tracker.update(0.0, [at(300), at(600)]) == (1, 2)
    assert tracker.update(2.5, [at(300 + 1.4 * SIDE)]) == (1,)
    assert tracker.update(5.0, [at(1000), at(600)]) == (3, 4)


def test_a_loss_of_just_the_longest_time_is_bridged_wherever_the_clock_stands() -> None:
    for start in (0.1, 1.1, 4.3, 81.7):
        tracker = Tracker(1.0)
        tracker.update(start, [(100, 100, 80, 80)])
        assert tracker.update(start + 1.0 + 1e-9, [(100, 100, 80, 80)]) == (1,)


def test_a_lost_face_may_come_back_a_little_further_away() -> None:
    for away_s, track in ((0.03, 2), (0.9, 1)):
        tracker = Tracker()
        tracker.update(0.0, [at(300)])
        assert tracker.update(away_s, [at(300 + 1.3 * SIDE)]) == (track,)


def test_somebody_new_elsewhere_gets_a_new_number() -> None:
    tracker = Tracker()
    tracker.update(0.0, [at(100)])
    assert tracker.update(0.1, [at(600)]) == (2,)
    assert tracker.update(0.2, [at(100), at(600)]) == (1, 2)


def test_a_face_of_another_size_in_the_same_place_is_somebody_else() -> None:
    tracker = Tracker()
    tracker.update(0.0, [at(300, side=60)])
    assert tracker.update(0.1, [at(300, side=180)]) == (2,)


def test_a_newcomer_does_not_push_the_others_to_their_neighbours_numbers() -> None:
    tracker = Tracker()
    tracker.update(0.0, [at(200), at(120)])
    tracker.update(0.4, [at(200)])
    assert tracker.update(0.5, [at(275), at(200)]) == (3, 1)


def test_the_matches_of_a_frame_are_chosen_together() -> None:
    tracker = Tracker()
    tracker.update(0.0, [at(200), at(270)])
    # The first box is nearer to where the second face was: taking the nearest pair first would lose a face.
    assert tracker.update(0.1, [at(239), at(311)]) == (1, 2)


def test_numbers_are_never_used_again() -> None:
    tracker = Tracker()
    given = [tracker.update(2.0 * turn, [at(300)])[0] for turn in range(5)]
    assert given == [1, 2, 3, 4, 5]


def test_a_second_box_on_the_same_face_gets_no_number() -> None:
    tracker = Tracker()
    assert tracker.update(0.0, [at(300), at(306, 203), at(500)]) == (1, None, 2)
    assert tracker.update(0.1, [at(302)]) == (1,)


def test_time_that_runs_backwards_starts_anew() -> None:
    tracker = Tracker()
    tracker.update(10.0, [at(300)])
    assert tracker.update(0.0, [at(300)]) == (2,)
    assert tracker.update(0.1, [at(300)]) == (2,)


def test_a_repeated_time_is_no_new_start() -> None:
    tracker = Tracker()
    tracker.update(1.0, [at(300)])
    assert tracker.update(1.0, [at(305)]) == (1,)


def test_faces_of_a_single_picture_are_numbered_from_left_to_right() -> None:
    assert number_left_to_right([at(500), at(100), at(504), at(300)]) == (3, 1, None, 2)
    assert number_left_to_right([]) == ()
