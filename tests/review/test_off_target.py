"""Times off target in the report: as the monitor counted them, so that they agree with the alarms beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from femon.recording.amending import Moment, exclude
from femon.review import write_report
from femon.review.off_target import off_lengths
from femon.review.part import whole
from femon.review.session_log import read_session
from review.test_monitored_report import text_of

Make = Callable[..., Any]
LIMIT_S = 3.0


def lengths(session: Path, *, exclude: bool = True) -> list[float]:
    away = off_lengths(whole(read_session(session), exclude=exclude).main)
    return [round(float(length), 1) for length in away.seconds]


@pytest.fixture
def away(monitored: Make, cells: Make) -> Make:
    """A session at 10 frames per second from the time off target in each frame."""

    def make(*spans: Iterable[float]) -> Path:
        off = [seconds for span in spans for seconds in span]

        def at(frame: int, t: float) -> dict[str, object]:
            seconds = off[frame]
            state = "on" if seconds == 0 else "off" if seconds < LIMIT_S else "long_distraction"
            return cells(off_s=f"{seconds:.1f}", on_target=int(seconds == 0), attention_state=state)

        return Path(monitored(len(off) / 10, at))

    return make


def rising(first: float, last: float) -> list[float]:
    return [first + k / 10 for k in range(round(10 * (last - first)) + 1)]


AHEAD = [0.0] * 20


def test_a_look_ahead_that_is_too_short_to_clear_does_not_end_a_time_off_target(away: Make) -> None:
    held = [2.9] * 4  # ahead for 0.4 s: not long enough
    assert lengths(away(AHEAD, rising(0.3, 2.9), held, rising(3.0, 5.0), AHEAD)) == [5.0]


def test_what_is_taken_back_when_somebody_looks_ahead_begins_no_other_time(away: Make) -> None:
    assert lengths(away(AHEAD, rising(0.3, 3.3), [3.0] * 3, AHEAD)) == [3.3]


def test_two_times_off_target_are_two(away: Make) -> None:
    assert lengths(away(AHEAD, rising(0.3, 1.5), AHEAD, rising(0.3, 4.0))) == [1.5, 4.0]


def test_frames_without_a_face_do_not_end_what_the_monitor_goes_on_counting(
    desk: Make, face: Make, cells: Make, filler: Make
) -> None:
    writer = desk()
    for count, faces in ((30, (face(),)), (10, ()), (30, (face(),))):
        writer.frames(count, *faces)
    session = writer.close()
    filler(session, lambda frame, t: cells(off_s=f"{t:.1f}", on_target=0, attention_state="off"))
    assert lengths(session) == [6.9]


def test_a_time_that_began_anew_while_nobody_was_in_view_is_another_one(
    desk: Make, face: Make, cells: Make, filler: Make
) -> None:
    writer = desk()
    for count, faces in ((30, (face(),)), (50, ()), (30, (face(),))):
        writer.frames(count, *faces)
    session = writer.close()
    since = {True: 0.0, False: 8.0}
    filler(session, lambda frame, t: cells(off_s=f"{t - since[t < 5]:.1f}", on_target=0))
    assert lengths(session) == [2.9, 2.9]


def test_an_excluded_stretch_parts_what_lies_before_and_behind_it(away: Make) -> None:
    session = away(AHEAD, rising(0.3, 4.0), AHEAD, rising(0.3, 6.0))
    exclude(session, Moment(5.0), Moment(9.0), "")
    assert len(lengths(session)) == 2
    assert lengths(session, exclude=False) == [4.0, 6.0]


def test_the_figures_agree_with_the_alarms_beside_them(away: Make, event_adder: Make) -> None:
    held = [2.9] * 4
    session = away(AHEAD, rising(0.3, 2.9), held, rising(3.0, 5.0), AHEAD, rising(0.3, 1.2))
    event_adder(
        session,
        {"t_mono_s": 5.1, "type": "alarm", "phase": "start", "name": "long_distraction", "value": 3.03,
         "unit": "s"},
    )  # fmt: skip
    text = text_of(write_report(session))
    assert "Times off target for 1 s and longer 2 " in text
    assert "of 3 s and longer 1 " in text
    assert "Longest time off target 5.0 s" in text


def test_a_length_that_only_rounds_to_the_limit_is_not_over_it(away: Make) -> None:
    session = away(AHEAD, rising(0.3, 2.9), AHEAD)
    text = text_of(write_report(session))
    assert "of 3 s and longer 0 " in text


def test_a_session_in_which_nobody_was_seen_has_no_times_off_target(desk: Make) -> None:
    writer = desk()
    writer.frames(20)
    assert lengths(writer.close()) == []
