"""Readings: the reasons for doubt in their order, the primary face, and a filter for each track."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from femon.analysis import Analysis, doubted
from femon.emotions import EMOTIONS, NOT_WATCHED, UNCERTAIN
from femon.monitors import MonitorState
from femon.monitors.baseline import NeutralBaseline
from femon.settings import AnalysisSettings
from femon.types import Face, Faces, Frame, Judgement, Pose, Quality, Reading, Readings
from monitors.synthetic import Script, Timing, closure, play

Vector = NDArray[np.float32]
PICTURE = np.zeros((4, 4, 3), np.uint8)
UNCERTAIN_BELOW = 0.45
DISAGREE_ABOVE = 0.2


def face(track: int, *, size: float = 100.0, quality: float = 1.0) -> Face:
    return Face(
        track=track,
        box_xywh=(0.0, 0.0, size, size),
        landmarks=np.zeros((478, 3), np.float32),
        blendshapes=np.zeros(52, np.float32),
        pose=Pose(0.0, 0.0, 0.0),
        quality=Quality(quality, () if quality >= 0.3 else ("dark",), 100.0, 120.0, 60.0),
        crop=np.zeros((48, 48), np.uint8),
    )


def probabilities(**shares: float) -> Vector:
    rest = (1 - sum(shares.values())) / (len(EMOTIONS) - len(shares))
    return np.array([shares.get(name, rest) for name in EMOTIONS], np.float32)


HAPPY = probabilities(happy=0.8)
SAD = probabilities(sad=0.8)
NEUTRAL = probabilities(neutral=0.8)


class Clip:
    """Feeds an analysis frame by frame."""

    def __init__(self, settings: AnalysisSettings | None = None, *, stills: bool = False) -> None:
        self.analysis = Analysis(
            UNCERTAIN_BELOW,
            settings or AnalysisSettings(),
            disagree_above=DISAGREE_ABOVE,
            stills=stills,
            model_id="small",
        )

    def show(
        self,
        t: float,
        *faces: Face,
        values: Sequence[Vector] | None = None,
        disagreement: Sequence[float] | None = None,
    ) -> Readings:
        """One frame at t seconds; every face is happy unless values say otherwise."""
        frame = Frame("clip", round(t * 30), t, None, t, PICTURE)
        rows = [HAPPY] * len(faces) if values is None else list(values)
        apart = None if disagreement is None else np.array(disagreement, np.float32)
        judgement = Judgement(np.array(rows, np.float32).reshape(-1, 7), apart)
        return self.analysis.update(Faces(frame, faces), judgement)

    def settle(self, *faces: Face) -> None:
        """Half a second of the same picture ends the warm-up."""
        self.show(0.0, *faces)
        self.show(0.5, *faces)


def only(readings: Readings) -> Reading:
    (reading,) = readings.readings
    return reading


def primary(readings: Readings) -> int | None:
    tracks = [reading.face.track for reading in readings.readings if reading.primary]
    assert len(tracks) <= 1
    return tracks[0] if tracks else None


def test_a_reading_carries_the_frame_the_model_and_both_probabilities() -> None:
    clip = Clip()
    clip.settle(face(1))
    readings = clip.show(0.8, face(1), values=[SAD])
    reading = only(readings)
    assert (readings.frame.t, readings.model_id, readings.latency_s) == (0.8, "small", None)
    np.testing.assert_array_equal(reading.raw, SAD)
    assert reading.smooth is not None
    np.testing.assert_allclose(reading.smooth, (HAPPY + SAD) / 2, atol=1e-6)  # one half-life
    assert (reading.label, reading.confidence) == (UNCERTAIN, None)  # both lead by as little


def test_a_clear_face_gets_its_label() -> None:
    clip = Clip()
    clip.settle(face(1))
    reading = only(clip.show(0.6, face(1)))
    assert (reading.label, reading.uncertain, reading.primary) == ("happy", None, True)
    assert reading.confidence == pytest.approx(0.8)


def test_a_label_that_is_held_tells_its_own_probability() -> None:
    clip = Clip()
    clip.settle(face(1))
    reading = only(clip.show(0.95, face(1), values=[SAD]))
    assert reading.smooth is not None
    assert (reading.label, EMOTIONS[int(reading.smooth.argmax())]) == ("happy", "sad")
    assert reading.confidence == pytest.approx(float(reading.smooth[EMOTIONS.index("happy")]))


def test_a_frame_without_faces_gives_no_readings() -> None:
    assert Clip().show(0.0).readings == ()


def test_probabilities_that_do_not_match_the_faces_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(1, 7\), expected \(2, 7\)"):
        Clip().show(0.0, face(1), face(2), values=[HAPPY])


FLAT = probabilities(happy=0.2, sad=0.2)


@pytest.mark.parametrize(
    ("t", "quality", "values", "reason"),
    [
        pytest.param(0.1, 0.29, FLAT, "low_quality", id="low quality comes first"),
        pytest.param(0.1, 0.30, FLAT, "warmup", id="then warm-up"),
        pytest.param(0.9, 0.30, FLAT, "low_prob", id="then a low top"),
        pytest.param(0.9, 0.30, probabilities(happy=0.44), "low_prob", id="just below the bundle's limit"),
        pytest.param(0.9, 0.30, probabilities(happy=0.46, sad=0.40), "small_margin", id="then a close rival"),
        pytest.param(0.9, 0.30, probabilities(happy=0.48, sad=0.35), None, id="and else none"),
    ],
)
def test_the_first_reason_that_holds_is_given(
    t: float, quality: float, values: Vector, reason: str | None
) -> None:
    clip = Clip(AnalysisSettings(half_life_s=0.0))
    for earlier in (0.0, t):
        reading = only(clip.show(earlier, face(1, quality=quality), values=[values]))
    assert reading.uncertain == reason
    assert reading.label == (UNCERTAIN if reason else "happy")


@pytest.mark.parametrize(
    ("t", "quality", "disagreement", "reason"),
    [
        pytest.param(0.1, 0.29, 0.21, "low_quality", id="low quality comes first"),
        pytest.param(0.1, 0.30, 0.21, "warmup", id="then warm-up"),
        pytest.param(0.9, 0.30, 0.21, "disagreement", id="then disagreement"),
        pytest.param(0.9, 0.30, 0.19, "low_prob", id="then a low top"),
    ],
)
def test_members_that_disagree_make_a_label_uncertain(
    t: float, quality: float, disagreement: float, reason: str
) -> None:
    clip = Clip(AnalysisSettings(half_life_s=0.0))
    for earlier in (0.0, t):
        shown = clip.show(earlier, face(1, quality=quality), values=[FLAT], disagreement=[disagreement])
    assert only(shown).uncertain == reason
    assert only(shown).disagreement == pytest.approx(disagreement)


def test_every_face_has_its_own_disagreement_and_a_single_network_has_none() -> None:
    clip = Clip()
    both = clip.show(0.0, face(1), face(2), disagreement=[0.1, 0.3])
    assert [reading.disagreement for reading in both.readings] == pytest.approx([0.1, 0.3])
    assert only(clip.show(0.1, face(1))).disagreement is None
    with pytest.raises(ValueError, match="shorter"):
        clip.show(0.2, face(1), face(2), disagreement=[0.1])


def test_the_settings_may_replace_the_limit_of_the_bundle() -> None:
    clip = Clip(AnalysisSettings(low_prob=0.9))
    clip.settle(face(1))
    assert only(clip.show(0.6, face(1))).uncertain == "low_prob"
    clip = Clip(AnalysisSettings(low_prob=0.0))
    clip.settle(face(1))
    assert only(clip.show(0.6, face(1), values=[probabilities(happy=0.4)])).uncertain is None


def test_a_face_of_low_quality_is_shown_raw_and_kept_out_of_the_filter() -> None:
    clip = Clip()
    clip.settle(face(1))
    bad = only(clip.show(0.6, face(1, quality=0.1), values=[SAD]))
    np.testing.assert_array_equal(bad.raw, SAD)
    assert (bad.smooth, bad.confidence, bad.label) == (None, None, UNCERTAIN)
    assert bad.primary
    good = only(clip.show(0.7, face(1)))
    assert good.smooth is not None
    np.testing.assert_allclose(good.smooth, HAPPY, atol=1e-6)
    assert (good.label, good.uncertain) == ("happy", None)


def test_the_shown_label_waits_for_a_held_lead() -> None:
    clip = Clip(AnalysisSettings(half_life_s=0.0))
    clip.settle(face(1))
    shown = [only(clip.show(t, face(1), values=[SAD])).label for t in (0.6, 0.7, 0.84, 0.85)]
    assert shown == ["happy", "happy", "happy", "sad"]


def test_a_face_that_was_away_does_not_carry_its_lead_over() -> None:
    clip = Clip(AnalysisSettings(half_life_s=0.0))
    clip.settle(face(1))
    clip.show(0.6, face(1), values=[SAD])
    clip.show(0.7)
    assert only(clip.show(0.9, face(1), values=[SAD])).label == "happy"


def test_each_track_has_its_own_filter() -> None:
    clip = Clip()
    for t in (0.0, 0.5):
        readings = clip.show(t, face(1), face(2), values=[HAPPY, SAD])
    assert [reading.label for reading in readings.readings] == ["happy", "sad"]
    for reading, values in zip(readings.readings, (HAPPY, SAD), strict=True):
        assert reading.smooth is not None
        np.testing.assert_allclose(reading.smooth, values, atol=1e-6)


@pytest.mark.parametrize(("back_at", "reason"), [(1.5, None), (1.51, "warmup")])
def test_a_track_starts_anew_after_more_than_a_second_away(back_at: float, reason: str | None) -> None:
    clip = Clip()
    clip.settle(face(1))
    clip.show(1.0)
    assert only(clip.show(back_at, face(1))).uncertain == reason


def test_tracks_that_are_gone_leave_nothing_behind() -> None:
    clip = Clip()
    for track in range(1, 50):
        clip.show(track * 2.0, face(track))
    assert len(clip.analysis._smoothers) == 1


def test_the_largest_face_is_primary_and_stays_it_when_another_grows() -> None:
    clip = Clip()
    assert primary(clip.show(0.0, face(1, size=50), face(2, size=90))) == 2
    assert primary(clip.show(0.1, face(1, size=200), face(2, size=90))) == 2


def test_the_primary_face_keeps_its_place_for_a_second_of_absence() -> None:
    clip = Clip()
    clip.show(0.0, face(1, size=50), face(2, size=90))
    assert primary(clip.show(1.0, face(1))) is None
    assert primary(clip.show(1.0, face(1), face(2))) == 2
    assert primary(clip.show(2.1, face(1))) == 1
    assert primary(clip.show(2.2, face(1), face(2, size=300))) == 1


def test_only_the_primary_face_is_corrected_by_the_baseline_of_its_person() -> None:
    clip = Clip()
    clip.analysis.use_baseline(NeutralBaseline(SAD, NEUTRAL))
    own, other = clip.show(0.0, face(1, size=200.0), face(2)).readings
    assert (own.primary, other.primary) == (True, False)
    assert own.adjusted is not None
    assert not np.allclose(own.adjusted, HAPPY, atol=0.01)
    assert other.adjusted is None
    assert other.smooth is not None
    np.testing.assert_allclose(other.smooth, HAPPY, atol=1e-6)


def test_unrelated_pictures_are_judged_one_by_one() -> None:
    clip = Clip(stills=True)
    first = clip.show(0.0, face(1, size=50), face(2, size=90))
    second = only(clip.show(0.1, face(1), values=[SAD]))
    third = clip.show(0.2, face(1, size=50), face(2, size=90))
    assert [primary(first), primary(third)] == [2, 2]
    assert (second.label, second.uncertain, second.primary) == ("sad", None, True)
    np.testing.assert_array_equal(second.smooth, second.raw)
    assert only(clip.show(0.3, face(1), values=[FLAT])).uncertain == "low_prob"
    bad = only(clip.show(0.4, face(1, quality=0.1)))
    assert (bad.smooth, bad.label, bad.uncertain) == (None, UNCERTAIN, "low_quality")


@pytest.mark.parametrize("watched", [True, False], ids=["with expressions", "without"])
def test_the_quality_gate_acts_whether_expressions_are_watched_or_not(watched: bool) -> None:
    clip = Clip()
    faces = Faces(Frame("clip", 0, 0.0, None, 0.0, PICTURE), (face(1, quality=0.29), face(2, quality=0.30)))
    judgement = Judgement(np.array([HAPPY, HAPPY])) if watched else None
    readings = clip.analysis.update(faces, judgement).readings
    assert [reading.low_quality for reading in readings] == [True, False]


# Closed eyes read as sadness, a yawn as surprise


def monitored(script: Script) -> list[MonitorState]:
    return play(script, Timing(20)).states


def shown(state: MonitorState | None, **changes: Any) -> Reading:
    """What becomes of the settled reading of a sad face, primary unless told otherwise."""
    clip = Clip()
    for t in (0.0, 0.5):
        clip.show(t, face(1), values=[SAD])
    readings = clip.show(0.6, face(1), values=[SAD])
    readings = replace(readings, readings=(replace(only(readings), **changes),), monitor=state)
    return only(doubted(readings))


LONG_CLOSURE = monitored(Script(4, openness=closure(1, 1.4)))
YAWN = monitored(Script(6, jaw_open=[(1, 0.03), (1.2, 0.8), (4, 0.8), (4.2, 0.03)]))


def test_eyes_closed_for_more_than_half_a_second_make_a_label_uncertain() -> None:
    for state in LONG_CLOSURE:
        reading, closed = shown(state), state.closure.closed_s > 0.5
        assert (reading.uncertain, reading.label) == (("eyes_closed", UNCERTAIN) if closed else (None, "sad"))
    doubtful_t = [state.t for state in LONG_CLOSURE if state.closure.closed_s > 0.5]
    assert doubtful_t[0] == pytest.approx(1.5, abs=0.06)
    # The monitor believes that they are open again after 0.3 s of it.
    assert doubtful_t[-1] == pytest.approx(2.4 + 0.3, abs=0.06)


def test_laughter_closes_the_eyes_and_stays_happy() -> None:
    state = next(state for state in LONG_CLOSURE if state.closure.closed_s > 0.5)
    laughing = shown(state, label="happy")
    assert (laughing.label, laughing.uncertain) == ("happy", None)
    yawn = next(state for state in YAWN if state.mouth.yawning)
    assert shown(yawn, label="happy").uncertain == "yawning"


def test_a_yawn_makes_a_label_uncertain() -> None:
    assert any(state.mouth.yawning for state in YAWN)
    for state in YAWN:
        assert shown(state).uncertain == ("yawning" if state.mouth.yawning else None)


def test_a_doubt_leaves_the_probabilities_as_they_are() -> None:
    state = next(state for state in LONG_CLOSURE if state.closure.closed_s > 0.5)
    settled, doubtful = shown(None), shown(state)
    assert doubtful.label == UNCERTAIN
    assert (doubtful.confidence, doubtful.primary) == (None, True)
    np.testing.assert_array_equal(doubtful.raw, settled.raw)
    np.testing.assert_array_equal(doubtful.smooth, settled.smooth)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"uncertain": "low_quality", "label": UNCERTAIN}, "low_quality", id="low quality"),
        pytest.param({"uncertain": "warmup", "label": UNCERTAIN}, "eyes_closed", id="warm-up"),
        pytest.param({"uncertain": "low_prob", "label": UNCERTAIN}, "eyes_closed", id="a low top"),
        pytest.param({"primary": False}, None, id="another person's face"),
        pytest.param({"label": NOT_WATCHED, "raw": None, "smooth": None}, None, id="no expressions"),
    ],
)
def test_closed_eyes_come_after_low_quality_and_before_all_else(
    changes: dict[str, Any], reason: str | None
) -> None:
    state = next(state for state in LONG_CLOSURE if state.closure.closed_s > 0.5)
    assert shown(state, **changes).uncertain == reason
