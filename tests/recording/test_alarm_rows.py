"""Alarms in a session: on its clock, of the frame that raised them, whole at both ends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fakes import FakeBundle
from femon.classifier import Classifier
from femon.recording import SessionRequest
from femon.settings import ModeSettings, Settings
from femon.types import Dropped, Faces, Frame, Lost, Notice, SourceInfo
from monitors.synthetic import Script, Timing, closure, faces, steps

CAMERA = SourceInfo("camera", "Desk camera", 64, 48, live=True, fps=15.0, index=0, backend="TEST")
CLIP = SourceInfo("file", "drive.mp4", 64, 48, live=False, fps=15.0, media_clock="pts")
UPTIME_S = 58_000.0  # what a monotonic clock may show when the program starts
FIRST_INDEX = 700
NEVER_S = 1e9
STARTED = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
PICTURE = np.zeros((48, 64, 3), np.uint8)
SLEEPER = Script(14.0, openness=closure(4.0, 4.0))


class Ride:
    """A classifier fed with a script as a camera gives it; it records from one time of the script to another."""

    def __init__(self, folder: Path, *, source: SourceInfo = CAMERA, attention: bool = True) -> None:
        self._folder, self._source = folder, source
        self._left_out: SimpleQueue[Dropped | Lost] = SimpleQueue()
        self.notices: list[Notice] = []
        modes = ModeSettings(expression=False, fatigue=True, attention=attention)
        self.classifier = Classifier(
            replace(Settings(), modes=modes),
            folder,
            self.notices.append,
            left_out=self._left_out,
            load_bundle=FakeBundle(),
        )

    def play(
        self,
        script: Script,
        *,
        from_s: float = 0.0,
        to_s: float = NEVER_S,
        answer_s: float = NEVER_S,
        dropped: tuple[int, ...] = (),
        rested: bool = False,
        paused: bool = False,
        pause_s: float = NEVER_S,
        resume_s: float = NEVER_S,
    ) -> Ride:
        """Frames with the numbers in `dropped` (from 0) are never analysed."""
        live, request = self._source.live, SessionRequest(self._folder / "out", rested=rested, paused=paused)
        due = [
            (from_s, lambda: self.classifier.record(request)),
            (to_s, lambda: self.classifier.close_session("user")),
            (answer_s, self.classifier.acknowledge),
            (pause_s, lambda: self.classifier.desk.pause(True)),
            (resume_s, lambda: self.classifier.desk.pause(False)),
        ]
        for number, (t, face) in enumerate(faces(script, Timing(15.0))):
            for act in [act for at_s, act in due if at_s <= t]:
                act()
            due = [one for one in due if one[0] > t]
            index, source_t = FIRST_INDEX + number, UPTIME_S + t if live else t
            utc = STARTED + timedelta(seconds=t) if live else None
            if number in dropped:
                self._left_out.put(Dropped(index, source_t, utc, "busy_faces"))
                continue
            frame = Frame("drive", index, source_t, utc, None if live else 2.5 + t, PICTURE)
            self.classifier.desk.write_lines()
            readings = self.classifier.read(Faces(frame, (face,) if face else ()), self._source)
            self.classifier.desk.write(readings)
        self.classifier.close_session("source_end")
        return self

    @property
    def session(self) -> Path:
        (folder,) = (self._folder / "out").iterdir()
        return folder

    @property
    def rows(self) -> pd.DataFrame:
        return pd.read_csv(self.session / "frames.csv", dtype={"event": str})

    @property
    def events(self) -> pd.DataFrame:
        return pd.read_csv(self.session / "events.csv")

    @property
    def alarms(self) -> list[tuple[str, str]]:
        """Name and phase of the alarms that start or end, in their order."""
        events = self.events
        chosen = events[(events.type == "alarm") & (events.phase != "point")]
        return list(zip(chosen.name, chosen.phase, strict=True))

    def event(self, name: str, phase: str) -> Any:
        events = self.events
        return events[(events.name == name) & (events.phase == phase)].iloc[0]

    def details(self, name: str, phase: str = "start") -> dict[str, Any]:
        return dict(json.loads(self.event(name, phase).details))

    def evidence(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.session / "evidence" / f"{self.details(name)['id']}.csv")


# One clock


def test_the_details_of_an_alarm_are_on_the_clock_of_its_session(tmp_path: Path) -> None:
    ride = Ride(tmp_path).play(SLEEPER, from_s=2.0)
    begun, details = ride.event("microsleep", "start"), ride.details("microsleep")
    assert details["t"] == begun.t_mono_s
    assert details["evidence_from_s"] == pytest.approx(begun.t_mono_s - 10, abs=1e-6)


def test_an_answer_that_is_told_with_an_alarm_is_on_the_clock_of_the_session(tmp_path: Path) -> None:
    ride = Ride(tmp_path).play(SLEEPER, answer_s=6.0)
    answered = ride.event("ack", "point")
    assert json.loads(answered.details)["t"] == answered.t_mono_s
    texts = ride.events.details.dropna()
    told = [json.loads(text).get("acknowledged_t") for text in texts]
    assert {one for one in told if one is not None} == {answered.t_mono_s}


def test_the_evidence_of_a_live_session_joins_the_rows_of_its_frames(tmp_path: Path) -> None:
    ride = Ride(tmp_path).play(SLEEPER, from_s=2.0, dropped=(60, 61, 75))
    evidence, rows = ride.evidence("microsleep"), ride.rows
    inside = evidence[evidence.frame.notna()].merge(rows, on="frame", suffixes=("", "_of_frame"))
    assert len(inside) > 100
    assert (inside.t == inside.t_mono_s).all()
    assert (inside.t_utc == inside.t_utc_of_frame).all()
    assert (inside.ear_left.round(3) == inside.ear_left_of_frame).all()


def test_evidence_from_before_the_session_has_times_below_zero_and_no_frame(tmp_path: Path) -> None:
    evidence = Ride(tmp_path).play(SLEEPER, from_s=2.0).evidence("microsleep")
    before = evidence[evidence.frame.isna()]
    assert len(before) == 30
    assert before.t.max() < 0 <= evidence[evidence.frame.notna()].t.min()
    assert evidence.t.is_monotonic_increasing
    assert (evidence.t_utc.str[:19] >= "2026-03-14T09:26:53").all()


def test_the_evidence_of_a_file_without_a_date_has_frames_and_no_wall_clock(tmp_path: Path) -> None:
    ride = Ride(tmp_path, source=CLIP).play(SLEEPER)
    evidence = ride.evidence("microsleep").merge(ride.rows, on="frame", suffixes=("", "_of_frame"))
    assert (evidence.t == evidence.t_mono_s).all()
    assert evidence.t_utc.isna().all()


# The frame that raised it


@pytest.mark.parametrize("source", [CAMERA, CLIP], ids=["live", "file"])
def test_an_alarm_names_the_frame_that_raised_it(tmp_path: Path, source: SourceInfo) -> None:
    ride = Ride(tmp_path, source=source).play(SLEEPER)
    rows = ride.rows.set_index("frame")
    alarms = ride.events[ride.events.type == "alarm"]
    raised = alarms[alarms.phase == "start"]
    assert len(raised) >= 3
    for event in raised.itertuples():
        row = rows.loc[event.frame]
        assert row.t_mono_s == event.t_mono_s
        assert str(event.event_id) in row.event.split("+")
        assert (row.t_media_s == event.t_media_s) == (not source.live)


def test_an_alarm_is_listed_at_its_own_frame_and_not_at_a_dropped_one_before_it(tmp_path: Path) -> None:
    whole = Ride(tmp_path / "whole").play(SLEEPER)
    frame = int(whole.event("pre", "start").frame)
    ride = Ride(tmp_path / "cut").play(SLEEPER, dropped=(frame - 2, frame - 1))
    event, rows = ride.event("pre", "start"), ride.rows.set_index("frame")
    assert event.frame == frame
    assert rows.status[[frame - 2, frame - 1, frame]].tolist() == ["dropped", "dropped", "ok"]
    assert rows.event[[frame - 2, frame - 1]].isna().all()
    assert str(event.event_id) in rows.event[frame].split("+")


# Both ends of a session


def test_what_is_on_at_the_end_of_a_session_ends_with_it(tmp_path: Path) -> None:
    ride = Ride(tmp_path).play(SLEEPER, to_s=7.5)
    ends = ride.events[ride.events.phase == "end"].set_index("name")
    starts = ride.events[ride.events.phase == "start"].set_index("name")
    last = ride.rows.iloc[-1]
    for name in ("sleep", "severe"):
        assert json.loads(ends.details[name]) == {"to": "session_end"}
        assert ends.ref_id[name] == starts.event_id[name]
        assert ends.duration_s[name] == pytest.approx(last.t_mono_s - starts.t_mono_s[name], abs=1e-6)
        assert ends.frame[name] == last.frame
    assert sorted(ride.alarms) == sorted(
        {(name, phase) for name, _ in ride.alarms for phase in ("start", "end")}
    )


def test_the_second_stage_of_looking_away_ends_with_the_session(tmp_path: Path) -> None:
    ride = Ride(tmp_path).play(Script(12.0, yaw=steps((3.0, 40.0))))
    assert json.loads(ride.event("long_2", "end").details) == {"to": "session_end"}


def test_a_session_that_begins_in_a_closure_begins_with_its_alarm(tmp_path: Path) -> None:
    ride = Ride(tmp_path).play(SLEEPER, from_s=6.0)
    assert ride.rows.eye_state[0] == "microsleep"
    begun, ended = ride.event("microsleep", "start"), ride.event("microsleep", "end")
    assert (begun.t_mono_s, begun.frame, begun.t_utc) == (0.0, 0, ride.rows.t_utc[0])
    assert ended.ref_id == begun.event_id
    assert ended.duration_s == pytest.approx(ended.t_mono_s)
    details = ride.details("microsleep")
    assert details["t"] == pytest.approx(-0.5, abs=0.1)  # when it truly began
    assert "evidence_from_s" not in details
    assert ride.alarms[:3] == [("microsleep", "start"), ("microsleep", "end"), ("sleep", "start")]


def test_a_session_after_another_begins_with_what_is_still_on(tmp_path: Path) -> None:
    ride = Ride(tmp_path)
    ride.play(SLEEPER, to_s=9.0)
    first = ride.session
    assert json.loads(ride.event("severe", "end").details) == {"to": "session_end"}
    ride.play(Script(4.0))
    second = next(folder for folder in first.parent.iterdir() if folder != first)
    events = pd.read_csv(second / "events.csv")
    begun = events[(events.type == "alarm") & (events.phase == "start")].iloc[0]
    assert (begun["name"], begun.t_mono_s) == ("severe", 0.0)


def test_an_alarm_that_ended_before_the_session_is_none_of_its_own(tmp_path: Path) -> None:
    away = Script(14.0, yaw=steps((1.0, 40.0), (5.5, 0.0)))
    assert Ride(tmp_path).play(away, from_s=10.0).alarms == []


def test_a_rested_person_begins_without_the_alarms_of_before(tmp_path: Path) -> None:
    ride = Ride(tmp_path).play(SLEEPER, from_s=6.0, rested=True)
    assert ride.alarms[0] == ("pre", "start")
    assert ride.event("pre", "start").t_mono_s > 0.5  # of the closure, from the first frame on


# Paused


def test_nothing_of_an_alarm_in_a_pause_is_stored(tmp_path: Path) -> None:
    ride = Ride(tmp_path).play(SLEEPER, pause_s=3.0, resume_s=9.0)
    pause, end = ride.events[ride.events.type == "pause"].event_id
    assert end == pause + 1
    assert ("microsleep", "start") not in ride.alarms
    assert not (ride.session / "evidence").exists()


def test_an_alarm_that_a_pause_interrupts_ends_with_it_and_starts_anew_after_it(tmp_path: Path) -> None:
    ride = Ride(tmp_path).play(SLEEPER, pause_s=6.0, resume_s=7.0)
    names = [event for event in ride.alarms if event[0] == "microsleep"]
    assert names == [("microsleep", "start"), ("microsleep", "end")] * 2
    pause = ride.events[ride.events.type == "pause"].t_mono_s.tolist()
    alarm = ride.events[ride.events.name == "microsleep"].t_mono_s.tolist()
    assert alarm[1:3] == pause
    assert ride.details("microsleep", "end")["to"] == "paused"


def test_the_evidence_of_an_alarm_leaves_a_pause_out(tmp_path: Path) -> None:
    ride = Ride(tmp_path).play(SLEEPER, pause_s=6.0, resume_s=7.0)
    evidence, rows = ride.evidence("microsleep"), ride.rows
    told = rows[rows.status == "paused"].frame
    assert len(told) > 10
    assert len(evidence) > 100
    assert not set(evidence.frame) & set(told)


def test_a_session_that_begins_paused_stores_nothing_of_before(tmp_path: Path) -> None:
    ride = Ride(tmp_path).play(SLEEPER, from_s=5.9, paused=True, resume_s=7.0)
    assert ride.alarms[0] == ("microsleep", "start")
    assert ride.event("microsleep", "start").t_mono_s == ride.event("pause", "end").t_mono_s
    kept = [pd.read_csv(path) for path in (ride.session / "evidence").iterdir()]
    assert kept
    assert all(one.t.min() > ride.event("pause", "end").t_mono_s for one in kept)
