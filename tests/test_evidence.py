"""The numbers around a transition: kept, written, and enough for a monitor to come to it again."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace

import pytest

from evidence_replay import can_be_judged, reproduced, rows_of
from femon.evidence import HEADER, EvidenceKeeper, EvidenceWindow
from femon.monitors import Monitor, MonitorState, Transition
from monitors.synthetic import Script, Timing, closure, closures, faces, profile, steps

ROUTINE = {"open", "closing"}


@dataclass
class Kept:
    """What a keeper gave for a script, with the time of the frame that completed each window."""

    windows: list[EvidenceWindow] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    states: list[MonitorState] = field(default_factory=list)
    most_rows: int = 0

    def window(self, after: str) -> EvidenceWindow:
        return next(one for one in self.windows if one.transition.after == after)


def keep(
    script: Script, timing: Timing | None = None, *, answer_t: float | None = None, calibrated: bool = True
) -> Kept:
    """Watch a script with a monitor; the evidence of all but ordinary blinks is wanted."""
    monitor = Monitor(None, profile(script) if calibrated else None, "driver")
    keeper, kept = EvidenceKeeper(), Kept()
    for t, face in faces(script, timing or Timing(30)):
        if answer_t is not None and t >= answer_t:
            monitor.acknowledge(answer_t)
            answer_t = None
        state = monitor.update(t, face)
        wanted = [
            (f"{len(kept.transitions) + number:06d}", one)
            for number, one in enumerate(state.transitions)
            if not {one.before, one.after} <= ROUTINE
        ]
        kept.transitions += state.transitions
        for window in keeper.update(state, wanted):
            kept.windows.append(window)
            kept.times.append(t)
        kept.states.append(state)
        kept.most_rows = max(kept.most_rows, len(keeper._frames))
    kept.windows += keeper.close()
    return kept


SLEEPER = Script(30, openness=closures((12, 3.6)))


def test_a_window_comes_five_seconds_after_its_transition_with_ten_seconds_before_it() -> None:
    kept = keep(SLEEPER)
    window = kept.window("microsleep")
    t = window.transition.t
    assert window.whole
    assert kept.times[kept.windows.index(window)] == pytest.approx(t + 5, abs=0.04)
    assert t - 10.6 <= window.rows[0].t <= t - 10
    assert t + 4.9 <= window.rows[-1].t <= t + 5
    assert len({one.id for one in kept.windows}) == len(kept.windows)


def test_windows_overlap_and_agree_about_their_rows() -> None:
    kept = keep(SLEEPER)
    pre, sleep = kept.window("pre"), kept.window("sleep")
    shared = [row for row in pre.rows if row.t == sleep.transition.t]
    assert shared[0] == next(row for row in sleep.rows if row.t == sleep.transition.t)


def test_rows_hold_the_numbers_of_their_frames_and_nothing_for_what_is_missing() -> None:
    kept = keep(Script(20, openness=closure(8, 1.8), away=[(5, 6)]))
    window = kept.window("microsleep")
    states = {state.t: state for state in kept.states}
    for row in window.rows:
        state = states[row.t]
        assert (row.ear_right, row.openness_left) == (state.eyes.ear_right, state.eyes.openness_left)
        assert row.validity == state.validity.validity
    gone = [row for row in window.rows if row.validity == "no_face"]
    assert gone
    assert all((row.ear_left, row.yaw, row.jaw_open) == (None, None, None) for row in gone)


def test_a_session_that_ends_early_gives_its_windows_as_far_as_they_go() -> None:
    kept = keep(Script(5, openness=closure(2, 2.5)))
    assert {"pre", "microsleep"} <= {window.transition.after for window in kept.windows}
    assert not any(window.whole for window in kept.windows)


def test_memory_is_bounded_however_long_the_session_and_however_many_transitions() -> None:
    lengths = closures(*((3 * number, 1.2) for number in range(1, 20)))
    assert keep(Script(60, openness=lengths), Timing(10)).most_rows <= 16 * 10
    kept = keep(Script(4, openness=closure(1, 1.3)), Timing(10))
    keeper, state = EvidenceKeeper(), kept.states[-1]
    again = replace(kept.transitions[0], t=state.t)
    for _ in range(5000):  # a clock that stands still
        keeper.update(state, [("000001", again)])
    assert len(keeper._frames) <= 4000
    assert len(keeper.close()) <= 64


def test_the_text_is_plain_csv_and_reads_back() -> None:
    window = keep(Script(20, openness=closure(12, 1.8), away=[(5, 6)])).window("microsleep")
    text = window.csv_text()
    table = list(csv.reader(io.StringIO(text, newline="")))
    assert tuple(table[0]) == HEADER
    assert text.count("\r\n") == len(window.rows) + 1
    assert not {"None", "nan", "True"} & {cell for cells in table for cell in cells}
    for row, read in zip(window.rows, rows_of(text), strict=True):
        assert read.t == pytest.approx(row.t, abs=1e-5)
        assert (read.validity, read.settling, read.acknowledged) == (
            row.validity,
            row.settling,
            row.acknowledged,
        )
        assert read.ear_left == (None if row.ear_left is None else pytest.approx(row.ear_left, abs=1e-5))


def looking_down(length_s: float) -> Script:
    pitch = [(11.94, 0.0), (12.24, -20.0), (12 + length_s, -20.0), (12.3 + length_s, 0.0)]
    return Script(20 + length_s, openness=closure(12, length_s, 0.05), pitch=pitch)


SCRIPTS = {
    "sleep": Script(26, openness=closure(12, 3.6)),
    "unresponsive": Script(28, openness=closure(12, 7)),
    "glance": looking_down(4.0),
    "lost while closed": Script(24, openness=closure(11.5, 2.5), away=[(12.5, 16)]),
    "lost and back": Script(25, away=[(11, 14)], openness=closure(16, 1.8)),
    "looking away": Script(26, yaw=steps((12, 35), (18, 0))),
    "another person": Script(22, shift_cm=steps((11, 30), ramp_s=0.01), openness=closure(13, 1.8)),
    "one eye": Script(24, yaw=steps((9, 30), (17, 0)), openness=closure(12, 1.8)),
    "unreadable": Script(32, yaw=steps((8, 60), (24, 0))),
}


@pytest.mark.parametrize("timing", [Timing(30), Timing(15, jitter=True)], ids=["30", "15 jittered"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_the_evidence_in_the_file_leads_to_every_transition_again(name: str, timing: Timing) -> None:
    kept = keep(SCRIPTS[name], timing)
    judged = [window for window in kept.windows if window.whole and can_be_judged(window.transition)]
    assert judged
    assert all(reproduced(rows_of(window.csv_text()), window.transition) for window in judged)


def test_the_evidence_of_a_person_without_a_calibration_is_judged_by_the_wider_zone() -> None:
    script = Script(32, yaw=steps((12, 26), (16, 40), (21, 0)), openness=closure(25, 1.8))
    kept = keep(script, Timing(15), calibrated=False)
    away, closed = kept.window("long_distraction"), kept.window("microsleep")
    assert not away.rows[0].pose_calibrated
    for window in (away, closed):
        assert reproduced(rows_of(window.csv_text()), window.transition)


def test_an_answer_is_part_of_the_evidence() -> None:
    script = Script(30, openness=closure(11, 8))
    kept = keep(script, answer_t=18.5)
    ended = next(one for one in kept.windows if one.transition.before == "unresponsive")
    assert sum(row.acknowledged for row in ended.rows) == 1
    assert reproduced(rows_of(ended.csv_text()), ended.transition)


def test_a_window_that_was_tampered_with_does_not_lead_to_its_transition() -> None:
    window = keep(SLEEPER).window("sleep")
    rows = [replace(row, ear_left=row.open_left, ear_right=row.open_right) for row in window.rows]
    assert not reproduced(rows, window.transition)
