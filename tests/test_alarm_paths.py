"""Alarms on their way from the monitor to the log and to people, and the answers on their way back."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fakes import FakeBundle, FakeFinder, FakeSource, Notices, make_frame
from femon.alarms import Alarms, limits_of, thresholds_of
from femon.classifier import Classifier
from femon.monitors import Limits
from femon.pipeline import Parts, Pipeline
from femon.recording import SessionRequest
from femon.settings import RANGES, AlarmSettings, ModeSettings, Settings
from femon.types import Faces, Frame, Notice, SourceInfo
from monitors.synthetic import Script, Timing, closure, faces, steps

CLIP = SourceInfo("file", "drive.mp4", 64, 48, live=False, fps=30.0)
DRIVER = ModeSettings(expression=False, fatigue=True, attention=True)
ATTENTION = ModeSettings(expression=False, attention=True)
ENGAGEMENT = ModeSettings(expression=False, attention=True, engagement=True)
PICTURE = np.zeros((48, 64, 3), np.uint8)
SLEEPER = Script(14.0, openness=closure(4.0, 4.0))
AWAY = Script(14.0, yaw=steps((4.0, 40.0), (10.0, 0.0)))


class Drive:
    """A classifier on its own, fed with a script; `answers` are given to it at their times."""

    def __init__(self, folder: Path, modes: ModeSettings, alarms: AlarmSettings | None = None) -> None:
        self.notices: list[Notice] = []
        self.told: list[Alarms] = []
        settings = replace(Settings(), modes=modes, alarms=alarms or AlarmSettings())
        self.classifier = Classifier(
            settings, folder, self.notices.append, left_out=SimpleQueue(), load_bundle=FakeBundle()
        )
        self.classifier.record(SessionRequest(folder / "out"))
        self._folder = folder

    def play(self, script: Script, answers: dict[float, Any] | None = None) -> Drive:
        waiting = dict(answers or {})
        for index, (t, face) in enumerate(faces(script, Timing(15.0))):
            for due in [one for one in waiting if one <= t]:
                waiting.pop(due)(self.classifier)
            seen = Faces(Frame("drive", index, t, None, t, PICTURE), (face,) if face else ())
            readings = self.classifier.read(seen, CLIP)
            self.classifier.desk.write(readings)
            assert readings.alarms is not None
            self.told.append(readings.alarms)
        self.classifier.close_session("source_end")
        return self

    @property
    def session(self) -> Path:
        (folder,) = (self._folder / "out").iterdir()
        return folder

    @property
    def rows(self) -> pd.DataFrame:
        return pd.read_csv(self.session / "frames.csv")

    @property
    def alarms(self) -> pd.DataFrame:
        events = pd.read_csv(self.session / "events.csv")
        return events[events.type == "alarm"]

    def start(self, name: str) -> Any:
        rows = self.alarms
        return rows[(rows.name == name) & (rows.phase == "start")].iloc[0]


def test_answers_are_logged_with_the_alarm_that_they_are_about(tmp_path: Path) -> None:
    drive = Drive(tmp_path, DRIVER).play(
        SLEEPER,
        {7.5: Classifier.acknowledge, 12.0: Classifier.false_alarm, 13.0: lambda one: one.snooze(60.0)},
    )
    log = drive.alarms.set_index("name")
    # Sleep makes the level severe in the same frame: each of the two is answered.
    assert set(log.loc[["ack"]].ref_id) == {drive.start("sleep").event_id, drive.start("severe").event_id}
    assert log.loc[["ack"]].t_mono_s.to_numpy() == pytest.approx(7.47, abs=0.1)
    assert log.loc["false_alarm"].ref_id in (drive.start("sleep").event_id, drive.start("severe").event_id)
    assert (log.loc["snooze"].value, log.loc["snooze"].unit) == (60.0, "s")
    answered = [one for one in drive.notices if one.kind == "alarms"]
    assert len(answered) == 3


def test_an_answer_is_told_at_once_even_when_no_frame_follows(tmp_path: Path) -> None:
    drive = Drive(tmp_path, DRIVER).play(replace(SLEEPER, length_s=7.5))
    assert drive.told[-1].sound is not None
    drive.classifier.acknowledge()
    told = drive.notices[-1].details["alarms"]
    assert isinstance(told, Alarms)
    assert (told.alarm, told.acknowledged, told.sound) == ("sleep", True, None)


def test_a_missing_sound_is_shown_while_alarms_may_sound_and_only_then(tmp_path: Path) -> None:
    for modes, marked in ((DRIVER, True), (ATTENTION, False), (ENGAGEMENT, False)):
        drive = Drive(tmp_path / str(marked), modes)
        drive.classifier.set_sound(0.8, "Sound is off: no device.")
        told = drive.notices[-1].details["alarms"]
        assert isinstance(told, Alarms)
        assert (told.sound_off == "Sound is off: no device.") == marked


def test_attention_alone_says_nothing_about_the_eyes(tmp_path: Path) -> None:
    drive = Drive(tmp_path, ATTENTION).play(SLEEPER)
    assert drive.alarms.empty
    assert not any(one.alarm or one.sound for one in drive.told)
    rows = drive.rows
    assert rows.loc[:, "ear_left":"eye_coverage_60"].isna().all().all()  # type: ignore[misc]
    assert rows[["yawn", "nod", "fatigue_index", "fatigue_level", "engagement"]].isna().all().all()
    assert rows.jaw_open.notna().all()
    assert rows[["on_target", "attention_state", "attention_10"]].notna().any().all()


def test_looking_away_is_shown_without_a_sound_unless_somebody_drives(tmp_path: Path) -> None:
    silent = Drive(tmp_path / "a", ATTENTION).play(AWAY)
    loud = Drive(tmp_path / "b", DRIVER).play(AWAY)
    for drive, sounds in ((silent, False), (loud, True)):
        assert {one.alarm for one in drive.told} >= {"long_distraction", "long_2"}
        assert any(one.sound for one in drive.told) == sounds
        assert json.loads(drive.start("long_2").details)["sound"] == sounds
    assert silent.start("long_2").t_mono_s == loud.start("long_2").t_mono_s


def test_engagement_reads_the_eyes_and_leaves_fatigue_alone(tmp_path: Path) -> None:
    drive = Drive(tmp_path, ENGAGEMENT).play(SLEEPER)
    assert {"sleep"} <= set(drive.rows.eye_state)
    assert drive.rows[["fatigue_index", "fatigue_level"]].isna().all().all()
    assert drive.alarms.empty
    assert drive.rows.engagement.notna().any()


def test_fatigue_includes_attention_and_no_engagement(tmp_path: Path) -> None:
    drive = Drive(tmp_path, replace(DRIVER, attention=False)).play(AWAY)
    assert set(drive.rows.attention_state) == {"on", "off", "long_distraction", "long_2"}
    assert drive.rows.fatigue_level.notna().any()
    assert drive.rows[["engagement", "engagement_level"]].isna().all().all()


def test_the_users_limits_decide_and_stand_in_the_session(tmp_path: Path) -> None:
    asked = AlarmSettings(sleep_s=2.0, long_distraction_s=2.5, off_yaw=30.0)
    drive = Drive(tmp_path, DRIVER, asked).play(SLEEPER)
    assert drive.start("sleep").t_mono_s - drive.start("pre").t_mono_s == pytest.approx(1.0, abs=0.1)
    assert json.loads(drive.start("sleep").details)["threshold"] == 2.0
    kept = json.loads((drive.session / "session.json").read_text(encoding="utf-8"))["thresholds"]
    assert kept["closure_s"] == [1.0, 1.5, 2.0, 6.0]
    assert (kept["off_s"], kept["yaw_off_deg"]) == ([2.5, 5.0], 30.0)


def test_the_defaults_of_the_settings_are_the_limits_of_the_monitors() -> None:
    assert limits_of(AlarmSettings()) == Limits()
    assert thresholds_of(Limits())["perclos"] == [0.08, 0.15, 0.30]


def test_what_belongs_to_a_limit_moves_with_it() -> None:
    limits = limits_of(AlarmSettings(advisory_p60=0.04, drowsy_p60=0.12, severe_p60=0.5, off_yaw=40.0))
    assert limits.advisory_exit_p60 < limits.advisory_p60
    assert limits.drowsy_exit_p180 < limits.drowsy_p180 < limits.drowsy_p60
    assert limits.severe_exit_p60 < limits.severe_p60
    assert limits.off_yaw_uncalibrated > limits.off_yaw


def test_no_choice_can_turn_the_order_of_the_levels_round() -> None:
    for names in (
        ("pre_s", "microsleep_s", "sleep_s", "unresponsive_s"),
        ("advisory_p60", "drowsy_p60", "severe_p60"),
        ("long_distraction_s", "long_distraction_2_s"),
    ):
        ranges = [RANGES[f"alarms.{name}"] for name in names]
        assert all(low[1] <= high[0] for low, high in pairwise(ranges))


def test_answers_pass_through_the_pipeline_between_two_frames(tmp_path: Path) -> None:
    notices = Notices()
    parts = Parts(
        open_source=lambda *_, **__: FakeSource([make_frame(index) for index in range(3)]),
        make_finder=FakeFinder(1),  # type: ignore[arg-type]
    )
    pipeline = Pipeline(
        "fake",
        replace(Settings(), modes=DRIVER),
        models=tmp_path,
        on_readings=lambda readings: None,
        on_notice=notices,
        parts=parts,
    )
    pipeline.set_sound(0.0)
    pipeline.acknowledge()
    pipeline.false_alarm()
    pipeline.snooze()
    pipeline.start()
    notices.until("ended", "error")
    pipeline.stop()
    told = [notice.details["alarms"] for notice in notices.all if notice.kind == "alarms"]
    assert [isinstance(one, Alarms) and one.sound_off for one in told] == [
        "Sound is off: the volume is 0."
    ] * 4
    assert [isinstance(one, Alarms) and one.snoozed_s for one in told] == [None, None, None, 60.0]
