"""What a monitored session must survive: clocks that jump, slow cameras, a second person, another person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import pandas as pd
import pytest

from femon.gui.monitor_trust import trust
from femon.monitors import MonitorState
from monitors.scripted import FATIGUE, Moment, Session, moved, seen, together, without_mediapipe
from monitors.synthetic import Script, Timing, closure, closures
from monitors.test_scripts import LATE_S

TIMING = Timing(15)


@pytest.fixture(autouse=True)
def _no_landmarker() -> Iterator[None]:
    with without_mediapipe():
        yield


def states(session: Session) -> list[MonitorState]:
    return [one.monitor for one in session.readings if one.monitor is not None]


def times(session: Session, after: str) -> list[float]:
    return [one.t for state in states(session) for one in state.transitions if one.after == after]


def between(session: Session, start: float, end: float) -> list[MonitorState]:
    return [state for state in states(session) if start <= state.t < end]


# Clocks


JUMP_AT_S = 10.0
TWO_MICROSLEEPS = Script(19, openness=closures((3, 1.8), (15, 1.8)))


def jumping(moments: Iterable[Moment], by_s: float) -> Iterator[Moment]:
    """A clock that is set in the middle of it all."""
    for t, found in moments:
        yield (t + by_s if t >= JUMP_AT_S else t) + 7200, found


@pytest.mark.parametrize("by_s", [-3600.0, -5.0, 5.0, 3600.0])
def test_a_clock_that_jumps_loses_no_row_and_makes_no_alarm(by_s: float, tmp_path: Path) -> None:
    session = Session(jumping(seen(TWO_MICROSLEEPS, TIMING), by_s), root=tmp_path).to_the_end()
    summary = session.summary
    assert (session.end.kind, summary.integrity, summary.unaccounted) == ("ended", "ok", 0)
    rows = pd.read_csv(summary.folder / "frames.csv")
    assert len(rows) == summary.captured == 286
    assert rows.t_mono_s.is_monotonic_increasing
    assert rows.closure_s.max() < 2.1
    gap_s = max(by_s, 0.0)
    assert rows.t_mono_s.max() == pytest.approx(19 + gap_s, abs=0.1)
    events = pd.read_csv(summary.folder / "events.csv")
    starts = events[(events.type == "alarm") & (events.phase == "start")]
    microsleeps = starts[starts.name == "microsleep"].t_mono_s.tolist()
    assert microsleeps == pytest.approx([4.5, 16.5 + gap_s], abs=LATE_S)
    # The second one is the second of five minutes unless the clock says that more have passed.
    assert set(starts.name) == {"pre", "microsleep"} | ({"drowsy"} if by_s < 300 else set())
    told = [notice.text for notice in session.notices if notice.kind == "clock"]
    jumps = events[(events.type == "camera") & (events.name == "clock")].t_mono_s.tolist()
    if by_s > 0:
        assert not told
        assert not jumps
    else:  # told and logged where it happened
        assert len(told) == 1
        assert "The camera's clock ran back by" in told[0]
        assert jumps == pytest.approx([JUMP_AT_S], abs=0.1)


def test_a_jump_while_the_eyes_are_shut_counts_for_one_frame() -> None:
    script = Script(14, openness=closure(JUMP_AT_S - 1.2, 1.4))
    session = Session(jumping(seen(script, TIMING), 3600.0)).to_the_end()
    assert max(state.closure.closed_s for state in states(session)) < 1.4 + 0.2 + 0.1
    assert not times(session, "sleep")
    assert not times(session, "unresponsive")


# A slow camera


def test_a_camera_at_five_frames_a_second_alarms_and_says_what_it_cannot_know(tmp_path: Path) -> None:
    blinks = closures(*((2 + 2.5 * number, 0.3) for number in range(12)))
    script = Script(38, openness=[*blinks, *closures((33, 3.6))])
    session = Session(seen(script, Timing(5)), root=tmp_path).to_the_end()
    (slept,) = times(session, "sleep")
    assert 3.0 - 0.05 <= slept - 33 <= 3.0 + LATE_S + 1e-6
    rows = pd.read_csv(session.summary.folder / "frames.csv")
    settled = rows[rows.t_mono_s > 2]
    assert settled[["blink_rate_60", "perclos_60", "perclos_180"]].isna().all().all()
    assert rows.open_left.notna().all()  # what a frame shows is logged all the same
    shown = trust(states(session)[-1], FATIGUE)
    assert shown.word == "unreliable"
    assert shown.degraded == "Under 10 frames/s: no PERCLOS"


# Two people


def a_driver_and_a_sleeper() -> Iterator[Moment]:
    """The sleeper sits farther away; the driver is out of view from 4 to 4.6 s and from 8 s on."""
    driver = Script(14, away=[(4, 4.6), (8, 14)])
    sleeper = Script(14, openness=[(0, 0)])
    return together(seen(driver, TIMING), moved(smaller(seen(sleeper, TIMING, track=2)), 300))


def smaller(moments: Iterable[Moment]) -> Iterator[Moment]:
    for t, found in moments:
        yield t, tuple(replace(face, box_xywh=(400.0, 60.0, 120.0, 150.0)) for face in found)


def test_of_two_people_the_nearest_is_watched_until_they_have_left() -> None:
    session = Session(a_driver_and_a_sleeper()).to_the_end()
    assert all(state.closure.level in ("open", "unknown") for state in between(session, 0, 9))
    gone = between(session, 4.1, 4.6)
    assert all(state.eyes.openness is None for state in gone)  # nobody else's eyes for the driver's
    primaries = [
        [one.face.track for one in readings.readings if one.primary] for readings in session.readings
    ]
    watched = [tracks for tracks in primaries if tracks]
    assert watched == [[1]] * watched.count([1]) + [[2]] * watched.count([2])
    (slept,) = times(session, "sleep")
    # A second without the driver, 0.3 s until another face is believed, and 3 s of closed eyes.
    assert 12.3 - 0.1 <= slept <= 12.3 + LATE_S + 0.1


# Another person in the same seat


SWAPPED_AT_S = 32.0  # after PERCLOS has become known


def swapped(then: Callable[[Iterable[Moment]], Iterable[Moment]]) -> Iterator[Moment]:
    """Open eyes; later somebody else, whose eyes are shut."""
    first = takewhile(lambda moment: moment[0] < SWAPPED_AT_S, seen(Script(SWAPPED_AT_S), TIMING))
    yield from first
    for t, found in then(seen(Script(SWAPPED_AT_S + 5, openness=[(0, 0)]), TIMING)):
        if t >= SWAPPED_AT_S:
            yield t, found


def test_a_face_that_jumps_to_another_seat_is_not_believed_for_a_moment() -> None:
    session = Session(swapped(lambda moments: moved(moments, 320))).to_the_end()
    settling = [state for state in states(session) if state.validity.settling == "jumped"]
    assert settling[0].t == pytest.approx(SWAPPED_AT_S)
    assert settling[-1].t - settling[0].t == pytest.approx(0.3, abs=0.1)
    assert all(state.eyes.openness is None for state in settling)
    (slept,) = times(session, "sleep")
    assert SWAPPED_AT_S + 3.3 - 0.1 <= slept <= SWAPPED_AT_S + 3.3 + LATE_S


def test_a_new_person_is_watched_after_the_old_one_has_been_gone_for_a_second(tmp_path: Path) -> None:
    def renumbered(moments: Iterable[Moment]) -> Iterable[Moment]:
        return ((t, tuple(replace(face, track=2) for face in found)) for t, found in moments)

    session = Session(swapped(renumbered), root=tmp_path).to_the_end()
    between_them = between(session, SWAPPED_AT_S, SWAPPED_AT_S + 1.2)
    assert all(state.validity.validity == "no_face" for state in between_them)
    p60 = [state.perclos.p60 for state in between_them]
    assert p60 == [p60[0]] * len(p60)  # the time between the two counts for nobody
    rows = pd.read_csv(session.summary.folder / "frames.csv")
    watched = rows[rows.openness.notna()]
    assert (watched.face_id == (watched.t_mono_s >= SWAPPED_AT_S).map({False: 1, True: 2})).all()
    assert rows[(rows.face_id == 2) & (rows.t_mono_s < SWAPPED_AT_S + 1.2)].openness.isna().all()
