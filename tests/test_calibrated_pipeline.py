"""Calibration and baseline through the whole pipeline: what is said, used and written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fakes import START, FakeBundle, FakeSource, FindsAtOnce, Notices
from femon.camera.news import CameraEvent
from femon.emotions import EMOTIONS
from femon.monitors import BlinkBaseline, Profile
from femon.monitors.calibration_run import CalibrationNews
from femon.pipeline import Parts, Pipeline
from femon.profiles import StoredProfile
from femon.recording import SessionRequest, SessionSummary
from femon.settings import ModeSettings, Settings
from femon.types import Faces, Frame, Readings
from monitors.synthetic import Script, Timing, closures, faces, profile

ADJ = [f"adj_{name}" for name in EMOTIONS]
RAW = [f"raw_{name}" for name in EMOTIONS]
HAPPY = (0.05, 0.05, 0.05, 0.7, 0.05, 0.05, 0.05)  # as FakeBundle says
WATCHED = ModeSettings(expression=True, fatigue=True, attention=True)
FPS = 20
PICTURE = np.zeros((480, 640, 3), np.uint8)
Acts = dict[int, Callable[[Pipeline], None]]


class Person(FindsAtOnce):
    """A face finder that sees the face of a script, and how many others are in view."""

    def __init__(self, script: Script, others: int = 0) -> None:
        self._others = others
        self._faces = [
            face and replace(face, landmarks=face.landmarks.copy())
            for _, face in faces(script, Timing(fps=FPS))
        ]

    def __call__(self, model: Path, **_: Any) -> Person:
        return self

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def find(self, frame: Frame) -> Faces:
        face = self._faces[frame.index]
        return Faces(frame, () if face is None else (face,), others=self._others)

    def __len__(self) -> int:
        return len(self._faces)


class Play:
    """A script through a pipeline; `acts` are done before the frame of their number is classified."""

    def __init__(
        self,
        models: Path,
        script: Script,
        acts: Acts,
        *,
        root: Path | None = None,
        modes: ModeSettings = WATCHED,
        rested: bool = False,
        others: int = 0,
    ) -> None:
        person = Person(script, others)
        items = [Frame("fake", n, n / FPS, START, n / FPS, PICTURE) for n in range(len(person))]
        self.readings: list[Readings] = []
        self.notices = Notices()

        def gate(number: int) -> None:
            for due in [one for one in acts if one == number]:
                acts.pop(due)(self.pipeline)

        def take(readings: Readings) -> None:
            self.readings.append(readings)
            gate(readings.frame.index + 1)

        self.pipeline = Pipeline(
            "fake",
            Settings(modes=modes, purpose="self"),
            models=models,
            on_readings=take,
            on_notice=self.notices,
            record=None if root is None else SessionRequest(root, "p01", purpose="self", rested=rested),
            parts=Parts(
                open_source=lambda *_, **__: FakeSource(items),  # type: ignore[arg-type]
                make_finder=person,  # type: ignore[arg-type]
                load_bundle=FakeBundle(),  # type: ignore[arg-type]
            ),
        )
        gate(0)
        self.pipeline.start()
        try:
            self.notices.until("ended", "error")
        finally:
            self.pipeline.stop()

    def told(self, kind: str) -> list[dict[str, object]]:
        return [one.details for one in self.notices.all if one.kind == kind]

    @property
    def news(self) -> list[CalibrationNews]:
        return [one["news"] for one in self.told("calibration") if isinstance(one["news"], CalibrationNews)]

    @property
    def folder(self) -> Path:
        (told,) = self.told("recorded")
        summary = told["summary"]
        assert isinstance(summary, SessionSummary)
        return summary.folder

    @property
    def frames(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "frames.csv")

    @property
    def events(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "events.csv")

    @property
    def session(self) -> dict[str, Any]:
        return json.loads((self.folder / "session.json").read_text(encoding="utf-8"))


def stored(made: Profile | None = None, **changes: Any) -> StoredProfile:
    known = StoredProfile(
        participant="p01",
        camera="fake",
        frame_size=(640, 480),
        made_at=datetime(2026, 3, 14, tzinfo=UTC),
        profile=made or profile(Script(1)),
        neutral_probabilities=HAPPY,
        model_id="fake",
        model_sha256="0" * 64,
    )
    return replace(known, **changes)


def calibrate(pipeline: Pipeline) -> None:
    pipeline.calibrate(glasses=True, corners=False)


def test_a_calibration_is_guided_frame_by_frame_and_logged(models: Path, tmp_path: Path) -> None:
    play = Play(models, Script(20), {20: calibrate}, root=tmp_path)
    steps = list(dict.fromkeys(news.state.step for news in play.news))
    assert steps == ["position", "countdown", "open", "result"]
    assert play.news[-1].result is not None
    assert (play.news[-1].model_id, play.news[-1].model_sha256) == ("fake", "0" * 64)
    rows = play.events[play.events.type == "calibration"]
    assert list(zip(rows.name, rows.phase, strict=True)) == [
        *((part, "start") for part in ("neutral", "eyes", "pose")),
        *((part, "end") for part in ("neutral", "eyes", "pose")),
    ]
    assert rows.duration_s.dropna().between(14, 17).all()
    details = json.loads(rows[(rows.name == "eyes") & (rows.phase == "end")].details.item())
    assert details["a_left"] == pytest.approx(0.28, abs=0.02)
    assert play.session["calibration"] == {}  # measured, but nobody has accepted it


def test_nobody_is_watched_while_the_eyes_are_closed_on_request(models: Path, tmp_path: Path) -> None:
    shut = Script(8, openness=((0, 1), (1.9, 1), (2, 0), (7, 0), (7.1, 1)))
    watched = Play(models, shut, {}, root=tmp_path / "without")
    assert "sleep" in set(watched.events.name)
    guided = Play(models, shut, {30: calibrate}, root=tmp_path / "with")
    assert guided.readings[-1].monitor is None
    assert "sleep" not in set(guided.events.name)


def test_a_model_that_is_switched_meanwhile_leaves_no_neutral_face(models: Path, tmp_path: Path) -> None:
    acts: Acts = {20: calibrate, 120: lambda pipeline: pipeline.use_bundle("fake")}
    play = Play(models, Script(20), acts, root=tmp_path)
    assert play.news[-1].result is not None
    assert (play.news[0].model_id, play.news[-1].model_id, play.news[-1].corrected) == ("fake", None, None)


def test_one_picture_again_and_again_calibrates_nobody(models: Path) -> None:
    def freeze(pipeline: Pipeline) -> None:
        pipeline._classifier.note_camera(CameraEvent("frozen", "start", 1.0))

    play = Play(models, Script(20), {20: calibrate, 40: freeze})
    assert {news.state.finished for news in play.news} == {False}
    assert len(play.news) == 20


def test_stopping_a_calibration_logs_why_and_watches_on(models: Path, tmp_path: Path) -> None:
    acts: Acts = {10: calibrate, 40: lambda pipeline: pipeline.stop_calibration()}
    play = Play(models, Script(3), acts, root=tmp_path)
    rejected = play.events[play.events.name == "rejected"]
    assert json.loads(rejected.details.item()) == {"glasses": True, "why": "stopped"}
    assert play.readings[-1].monitor is not None
    assert not play.news[-1].state.finished


def test_a_source_that_ends_breaks_the_calibration_off(models: Path, tmp_path: Path) -> None:
    play = Play(models, Script(2), {10: calibrate}, root=tmp_path)
    rejected = play.events[play.events.name == "rejected"]
    assert json.loads(rejected.details.item())["why"] == "source_end"


def test_only_the_closed_eyes_can_be_left_out_and_nothing_need_be_recorded(models: Path) -> None:
    acts: Acts = {
        0: lambda pipeline: pipeline.calibrate(glasses=False, corners=False),
        60: lambda pipeline: pipeline.skip_calibration_step(),
        340: lambda pipeline: pipeline.skip_calibration_step(),
    }
    play = Play(models, Script(18), acts)
    assert "closed" in {news.state.step for news in play.news}
    assert play.news[-1].state.step == "result"
    assert play.news[-1].result is not None
    assert play.news[-1].result.profile.closed_source == "assumed"


def test_a_profile_is_used_from_the_first_frame_and_named_in_the_session(
    models: Path, tmp_path: Path
) -> None:
    made = replace(profile(Script(1)), glasses=True)
    play = Play(models, Script(2), {0: lambda pipeline: pipeline.use_profile(stored(made))}, root=tmp_path)
    monitor = play.readings[0].monitor
    assert monitor is not None
    assert "uncalibrated" not in monitor.badge.reasons
    entry = play.session["calibration"]["p01"]
    assert entry["made_at"] == "2026-03-14T00:00:00.000000Z"
    assert (entry["glasses"], entry["used"], entry["baseline"]) == (True, True, True)
    assert entry["open_left"] == pytest.approx(0.28)
    assert entry["neutral_pose"] == [0.0, 0.0, 0.0]
    assert entry["neutral_raw"] == list(HAPPY)


def test_the_baseline_fills_its_columns_and_can_be_switched(models: Path, tmp_path: Path) -> None:
    acts: Acts = {
        0: lambda pipeline: pipeline.use_profile(stored()),
        20: lambda pipeline: pipeline.set_baseline(False),
    }
    play = Play(models, Script(2), acts, root=tmp_path)
    frames, last = play.frames, play.readings[-1].readings[0]
    on, off = frames[frames.frame < 20], frames[frames.frame > 20]
    assert on[ADJ].sum(axis=1).to_numpy() == pytest.approx(1, abs=1e-3)
    assert (on.adj_happy < on.raw_happy).all()
    assert (on.adj_neutral > on.raw_neutral).all()
    assert off[ADJ].isna().all(axis=None)
    assert off[RAW].notna().all(axis=None)
    assert last.adjusted is None
    assert play.told("baseline") == [{"available": True, "on": True}, {"available": True, "on": False}]
    assert play.session["calibration"]["p01"]["baseline"] is False
    switch = play.events[play.events.name == "baseline"]
    assert json.loads(switch.details.item()) == {"from": True, "to": False}


def test_the_smoothed_values_follow_the_corrected_ones(models: Path, tmp_path: Path) -> None:
    play = Play(models, Script(2), {0: lambda pipeline: pipeline.use_profile(stored())}, root=tmp_path)
    last = play.frames.iloc[-1]
    assert last.smooth_happy == pytest.approx(last.adj_happy, abs=1e-3)
    assert last.top_prob != pytest.approx(last.raw_happy, abs=1e-2)


def test_a_calibration_with_another_model_corrects_nothing(models: Path, tmp_path: Path) -> None:
    other = stored(model_id="another")
    play = Play(models, Script(1), {0: lambda pipeline: pipeline.use_profile(other)}, root=tmp_path)
    assert play.told("baseline") == [{"available": False, "on": False}]
    assert play.told("recalibrate") == []
    assert play.frames[ADJ].isna().all(axis=None)


@pytest.mark.parametrize("weights", [None, "1" * 64])
def test_a_calibration_from_before_the_model_was_trained_anew_corrects_nothing_and_says_so(
    models: Path, tmp_path: Path, weights: str | None
) -> None:
    before = stored(model_sha256=weights)
    play = Play(models, Script(1), {0: lambda pipeline: pipeline.use_profile(before)}, root=tmp_path)
    assert play.told("baseline") == [{"available": False, "on": False}]
    assert {"reason": "model"} in play.told("recalibrate")
    assert play.frames[ADJ].isna().all(axis=None)


def test_doing_without_a_profile_leaves_its_trace(models: Path, tmp_path: Path) -> None:
    acts: Acts = {
        0: lambda pipeline: pipeline.use_profile(stored()),
        15: lambda pipeline: pipeline.use_profile(None),
    }
    play = Play(models, Script(1), acts, root=tmp_path)
    assert play.session["calibration"]["p01"]["used"] is False
    assert play.events[play.events.type == "calibration"].name.tolist() == ["unused"]


def test_an_alarm_that_was_on_ends_when_the_references_change(models: Path, tmp_path: Path) -> None:
    asleep = Script(8, openness=((0, 1), (1.9, 1), (2, 0)))
    acts: Acts = {140: lambda pipeline: pipeline.use_profile(stored())}
    play = Play(models, asleep, acts, root=tmp_path)
    rows = play.events[play.events.type == "alarm"]
    starts, ends = (rows[(rows.name == "sleep") & (rows.phase == phase)] for phase in ("start", "end"))
    assert starts.event_id.tolist()[:1] == ends.ref_id.astype(int).tolist()[:1]
    assert json.loads(ends.details.iloc[0]) == {"to": "recalibrated"}


def test_a_change_of_the_light_asks_for_a_new_calibration_once(models: Path) -> None:
    darker = stored(luminance=30.0)  # the synthetic face has 120
    play = Play(models, Script(25), {0: lambda pipeline: pipeline.use_profile(darker)})
    assert play.told("recalibrate") == [{"reason": "luminance"}]


BLINKS = Script(66, openness=closures(*((2.0 * number, 0.2) for number in range(1, 33))))


def test_the_blinks_of_a_rested_person_are_learned_told_and_logged(models: Path, tmp_path: Path) -> None:
    acts: Acts = {0: lambda pipeline: pipeline.use_profile(stored())}
    play = Play(models, BLINKS, acts, root=tmp_path, modes=replace(WATCHED, expression=False), rested=True)
    (told,) = play.told("rested")
    learned = told["blinks"]
    assert isinstance(learned, BlinkBaseline)
    assert learned.count == 30
    assert learned.mean_s == pytest.approx(0.25, abs=0.1)
    row = play.events[play.events.name == "rested"].iloc[0]
    assert json.loads(row.details)["count"] == 30
    last = play.readings[-1].monitor
    assert last is not None
    assert last.blinks.p90_ratio == pytest.approx(1, abs=0.2)


def test_nothing_is_learned_from_a_person_who_did_not_say_so(models: Path, tmp_path: Path) -> None:
    play = Play(models, BLINKS, {}, root=tmp_path, modes=replace(WATCHED, expression=False))
    assert play.told("rested") == []
    assert "rested" not in set(play.events.name)


def test_two_people_are_calibrated_one_after_the_other_each_for_themselves(models: Path) -> None:
    smaller, turned = ((0, 1), (21, 1), (21.1, 0.8)), ((0, 0), (21, 0), (21.1, 6))
    acts: Acts = {
        20: calibrate,
        19 * FPS: lambda pipeline: pipeline.use_profile(stored()),
        24 * FPS: calibrate,
    }
    play = Play(models, Script(44, away=((20, 23),), scale=smaller, yaw=turned), acts)
    one, other = (news.result for news in play.news if news.result is not None)
    assert [result.profile.right.open_ear for result in (one, other)] == pytest.approx(
        [0.28, 0.224], abs=0.01
    )
    assert [result.profile.neutral.yaw for result in (one, other)] == pytest.approx([0.0, 6.0], abs=0.5)
    assert other.before.open_right == pytest.approx(0.28, abs=0.01)  # of the calibration in use until then


def test_a_second_person_in_view_is_told_also_where_only_one_is_followed(models: Path) -> None:
    play = Play(models, Script(20), {20: calibrate}, others=1)
    assert "several_faces" in {check.reason for news in play.news for check in news.state.checks}
    assert play.news[-1].state.refused == ("several_faces",)
