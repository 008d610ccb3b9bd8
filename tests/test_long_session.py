"""Forty-five minutes of a scripted driver through the real pipeline, recorded, judged and reported.

At 10 frames per second, the lowest rate at which PERCLOS is given: the fewest frames fall into each closure,
so that errors are as large as they get, and the session is as short to play as it can be. Intervals are
jittered as a camera's are; even ones would sample every closure at the same places.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from femon.recording import SessionSummary
from femon.review import write_report
from monitors.scripted import Session, seen, without_mediapipe
from monitors.synthetic import LID_DOWN_S, LID_UP_S, Script, Timing, closures, steps
from monitors.test_scripts import EARLY_S, LATE_S

FPS = 10.0
MINUTES = 45
# What a closure lasts longer than its time at PERCLOS depth: from 0.30 to 0.20 and from 0.20 to 0.50.
SLOPES_S = 0.1 * LID_DOWN_S + 0.3 * LID_UP_S
EVERY_S = 5.0
TIRED = (720.0, 1020.0, 0.6)  # from, to, s at depth in every 5: 12 %
AT_THE_END = (1800.0, 60.0 * MINUTES, 0.5)  # 10 %
MICROSLEEP = (1320.0, 1.8)
SLEEP = (1500.0, 4.0)
LOOK_AWAY = (300.0, 305.5)
AWAY = (480.0, 520.0)
REAPPEARS_S = 0.3
HALF_A_POINT = 0.005


def slow_closures(start: float, end: float, deep_s: float) -> list[tuple[float, float]]:
    count = round((end - start) / EVERY_S)
    return [(start + 1 + EVERY_S * number, deep_s + SLOPES_S) for number in range(count)]


def blinks(start: float, end: float) -> list[tuple[float, float]]:
    quiet = (LOOK_AWAY, AWAY)
    times = [start + 4.0 * number for number in range(int((end - start) / 4.0))]
    return [(t, 0.15) for t in times if not any(low - 1 <= t <= high + 1 for low, high in quiet)]


SLOW = [*slow_closures(*TIRED), MICROSLEEP, SLEEP, *slow_closures(*AT_THE_END)]
SCRIPT = Script(
    60.0 * MINUTES,
    openness=closures(*blinks(4, TIRED[0] - 4), *SLOW),
    yaw=steps((LOOK_AWAY[0], 35), (LOOK_AWAY[1], 0)),
    away=[AWAY],
)
DEEP_S = sum(length_s - SLOPES_S for _, length_s in SLOW)
READABLE_S = SCRIPT.length_s - (AWAY[1] - AWAY[0]) - REAPPEARS_S


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> SessionSummary:
    with without_mediapipe():
        moments = seen(SCRIPT, Timing(FPS, jitter=True))
        return (
            Session(moments, root=tmp_path_factory.mktemp("long"), fps=FPS, keep=10**9).to_the_end().summary
        )


@pytest.fixture(scope="module")
def rows(session: SessionSummary) -> pd.DataFrame:
    return pd.read_csv(session.folder / "frames.csv", low_memory=False)


@pytest.fixture(scope="module")
def events(session: SessionSummary) -> pd.DataFrame:
    return pd.read_csv(session.folder / "events.csv")


def test_every_frame_of_forty_five_minutes_is_accounted_for(
    session: SessionSummary, rows: pd.DataFrame
) -> None:
    expected = len(Timing(FPS, jitter=True).times(SCRIPT.length_s))
    assert (session.captured, session.analysed, session.dropped, session.paused) == (expected, expected, 0, 0)
    assert (session.unaccounted, session.integrity) == (0, "ok")
    assert list(rows.frame) == list(range(expected))
    assert session.duration_s == pytest.approx(60 * MINUTES, abs=1)


def test_perclos_is_the_known_one_at_the_end_and_half_way(rows: pd.DataFrame) -> None:
    last = rows.iloc[-1]
    assert last.perclos_60 == pytest.approx(0.10, abs=HALF_A_POINT)
    assert last.perclos_180 == pytest.approx(0.10, abs=HALF_A_POINT)
    tired = rows[rows.t_mono_s <= TIRED[1] - 1].iloc[-1]
    assert tired.perclos_60 == pytest.approx(0.12, abs=HALF_A_POINT)
    assert tired.perclos_180 == pytest.approx(0.12, abs=HALF_A_POINT)
    alert = rows[(rows.t_mono_s > 120) & (rows.t_mono_s < TIRED[0])]
    assert alert.perclos_60.max() == 0.0


def test_the_alarms_are_those_of_the_script_and_on_time(events: pd.DataFrame) -> None:
    starts = events[(events.type == "alarm") & (events.phase == "start")]
    slept = SLEEP[0] + 3.0
    expected = [
        ("long_distraction", LOOK_AWAY[0] + 3.0, LATE_S),
        ("long_2", LOOK_AWAY[0] + 5.0, LATE_S),
        ("advisory", TIRED[0] + 62.0, 8.0),  # 8 % of a minute, for 20 s
        ("pre", MICROSLEEP[0] + 1.0, LATE_S),
        ("microsleep", MICROSLEEP[0] + 1.5, LATE_S),
        ("pre", SLEEP[0] + 1.0, LATE_S),
        ("microsleep", SLEEP[0] + 1.5, LATE_S),
        ("drowsy", SLEEP[0] + 1.5, LATE_S),  # the second within five minutes
        ("sleep", slept, LATE_S),
        ("severe", slept, LATE_S),
        ("drowsy", slept + 120.0, 2.0),  # down again, a step a minute
        ("advisory", slept + 181.0, 3.0),
        ("advisory", AT_THE_END[0] + 67.0, 8.0),
    ]
    assert list(starts.name) == [name for name, _, _ in expected]
    for t, (name, expected_t, late_s) in zip(starts.t_mono_s, expected, strict=True):
        assert -EARLY_S <= t - expected_t <= late_s, name


def test_a_face_that_is_away_is_neither_closed_nor_open(rows: pd.DataFrame) -> None:
    away = rows[(rows.t_mono_s >= AWAY[0]) & (rows.t_mono_s < AWAY[1] + REAPPEARS_S - 0.01)]
    assert away.openness.isna().all()
    assert away.fatigue_level.iloc[-1] != "severe"


def test_the_report_gives_the_known_perclos_and_is_the_same_twice(
    session: SessionSummary, tmp_path: Path
) -> None:
    once = write_report(session.folder, tmp_path / "one.html").read_text(encoding="utf-8")
    assert write_report(session.folder, tmp_path / "two.html").read_text(encoding="utf-8") == once
    for row, known in (
        ("PERCLOS of the whole session", DEEP_S / READABLE_S),
        ("Highest PERCLOS over 60 s", 0.12),
        ("Highest PERCLOS over 180 s", 0.12),
    ):
        (percent,) = re.findall(rf"<td>{row}</td><td class=\"number\">([0-9.]+) %</td>", once)
        assert float(percent) / 100 == pytest.approx(known, abs=HALF_A_POINT)


def test_a_session_played_twice_leaves_the_same_files(tmp_path: Path) -> None:
    script = Script(40, openness=closures((4, 0.15), (12, 1.8), (30, 0.6)))
    folders = []
    with without_mediapipe():
        for name in ("one", "two"):
            moments = seen(script, Timing(FPS, jitter=True))
            folders.append(Session(moments, root=tmp_path / name).to_the_end().summary.folder)
    one, two = ({path.name: path.read_bytes() for path in folder.rglob("*.csv")} for folder in folders)
    assert one == two
    assert {"frames.csv", "events.csv"} < set(one)  # and the evidence of the alarms
    reports = [write_report(folder, tmp_path / f"{folder.parent.name}.html") for folder in folders]
    assert reports[0].read_bytes() == reports[1].read_bytes()
