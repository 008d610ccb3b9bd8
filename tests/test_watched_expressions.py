"""Expressions of somebody who is watched: closed eyes and yawns, engagement, and pictures without a time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pandas as pd
import pytest

from fakes import FakeBundle
from femon.classifier import Classifier
from femon.profiles import StoredProfile
from femon.recording import SessionRequest
from femon.recording.columns import FRAME_COLUMNS
from femon.settings import ModeSettings, Settings
from femon.types import Faces, Frame, Judgement, Notice, SourceInfo
from monitors.synthetic import Script, Timing, closure, closures, faces, profile, steps

FILE = SourceInfo("file", "script", 640, 480, live=False, fps=20.0, media_clock="pts")
PICTURES = replace(FILE, kind="images", name="pictures", media_clock=None, stills=True)
BLANK = np.zeros((48, 64, 3), np.uint8)
TIMING = Timing(20)
CALIBRATED = StoredProfile("p01", "script", (640, 480), datetime(2026, 3, 14, tzinfo=UTC), profile(Script(1)))
ALL = ModeSettings(expression=True, fatigue=True, engagement=True)


class Flat(FakeBundle):
    """Says "neutral" to everything, hardly surer of it than of "sad"."""

    def judge(self, crops: np.ndarray) -> Judgement:
        flat = np.array([0.02, 0.02, 0.02, 0.02, 0.30, 0.02, 0.60], np.float32)
        return Judgement(np.tile(flat, (len(crops), 1)))


def rows_of(
    folder: Path,
    script: Script,
    modes: ModeSettings,
    *,
    info: SourceInfo = FILE,
    bundle: FakeBundle | None = None,
    person: StoredProfile | None = None,
) -> pd.DataFrame:
    """frames.csv of a script that a classifier reads without any thread."""
    notices: list[Notice] = []
    classifier = Classifier(
        Settings(modes=modes, purpose="self"),
        folder,
        notices.append,
        left_out=SimpleQueue(),
        load_bundle=lambda *_, **__: bundle or FakeBundle(),
    )
    classifier.load("fake")
    if person is not None:
        classifier.use_profile(person)
    classifier.record(SessionRequest(folder / "out", "p01", purpose="self"))
    for index, (t, face) in enumerate(faces(script, TIMING)):
        found = Faces(Frame("script", index, t, None, t, BLANK), () if face is None else (face,))
        classifier.desk.write(classifier.read(found, info))
    classifier.close_session("source_end")
    (session,) = (folder / "out").iterdir()
    return pd.read_csv(session / "frames.csv")


class Sad(FakeBundle):
    """Takes every face for sad."""

    def judge(self, crops: np.ndarray) -> Judgement:
        sad = np.array([0.02, 0.02, 0.02, 0.02, 0.88, 0.02, 0.02], np.float32)
        return Judgement(np.tile(sad, (len(crops), 1)))


MUCH = Script(
    39,
    openness=[(2.96, 1), (3, 0.5), (3.04, 1), *closures((5, 0.1), (7, 0.9), (13, 2.6), (20, 1.2))],
    jaw_open=[(24.9, 0.03), (25, 0.9), (27, 0.9), (27.1, 0.03)],
    pitch=[(20.0, 0), (20.4, -20), (21.4, -20), (21.8, 0)],
    yaw=steps((32, 35), (35, 0)),
    away=[(37, 38)],
)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The log of somebody who does everything that is watched."""
    return rows_of(tmp_path_factory.mktemp("much"), MUCH, ALL)


def test_no_cell_lies_outside_of_what_is_promised_for_its_column(rows: pd.DataFrame) -> None:
    assert rows.blink_ms.min() < 60
    assert rows.blink_ms.max() > 500
    assert rows[["yawn", "nod"]].max().tolist() == [1, 1]
    for column in FRAME_COLUMNS:
        cells = rows[column.name].dropna()
        if column.type == "text":
            words = {word for cell in cells for word in str(cell).split("+")}
            assert column.range == ("any text",) or words <= set(column.range), column.name
        else:
            low, high = (np.nan if end is None else float(end) for end in column.range)
            assert not ((cells < low) | (cells > high)).any(), column.name


def test_the_rate_of_blinks_is_known_after_half_a_minute_however_few_there_were(rows: pd.DataFrame) -> None:
    rates = rows.set_index("t_mono_s").blink_rate_60
    assert rates[:29.9].isna().all()
    assert 0 < rates[30.1:31].min() < 20
    promised = {column.name: column for column in FRAME_COLUMNS}["blink_rate_60"].empty_when
    assert promised == "no face, eyes off, < 15 fps, < 30 s valid"


SLEEPY = Script(8, openness=closure(2, 1.2), jaw_open=[(4.9, 0.03), (5, 0.8), (7, 0.8), (7.1, 0.03)])


@pytest.mark.parametrize("modes", [ALL, replace(ALL, engagement=False), replace(ALL, fatigue=False)])
def test_closed_eyes_and_yawns_stand_in_the_log_as_reasons_of_doubt(
    modes: ModeSettings, tmp_path: Path
) -> None:
    rows = rows_of(tmp_path, SLEEPY, modes, bundle=Sad())
    closed = rows[rows.uncertain_why == "eyes_closed"]
    yawning = rows[rows.uncertain_why == "yawning"]
    assert (closed.closure_s > 0.5).all()
    assert len(closed) == (rows.closure_s > 0.5).sum() > 10
    assert (yawning.yawn == 1).all()
    assert len(yawning) > 8
    assert set(pd.concat([closed, yawning]).label) == {"uncertain"}
    assert rows.smooth_happy.notna().all()
    assert set(rows[rows.uncertain_why.isna()].label) == {"sad"}


def test_where_nobody_watches_the_eyes_no_label_waits_for_them(tmp_path: Path) -> None:
    for number, modes in enumerate((ModeSettings(), ModeSettings(attention=True))):
        rows = rows_of(tmp_path / str(number), SLEEPY, modes)
        assert set(rows.uncertain_why.dropna()) == {"warmup"}


@pytest.mark.parametrize("person", [None, CALIBRATED], ids=["uncalibrated", "calibrated"])
def test_a_flat_expression_takes_a_little_of_engagement_away_only_where_expressions_are_watched(
    person: StoredProfile | None, tmp_path: Path
) -> None:
    attentive = Script(14)
    with_it = rows_of(tmp_path / "with", attentive, ALL, bundle=Flat(), person=person)
    without = rows_of(tmp_path / "without", attentive, replace(ALL, expression=False), person=person)
    known = without.engagement.notna()
    assert (with_it.engagement.notna() == known).all()
    ratio = (with_it.engagement / without.engagement)[known].to_numpy()
    # expr = 0.5 + 0.5 * (1 - 0.6) * 0.6 = 0.62; 0.85 + 0.15 * 0.62 = 0.943
    np.testing.assert_allclose(ratio, 0.943, atol=0.01)


def test_pictures_have_no_times_of_eyes_nor_levels_of_fatigue(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, Script(6, openness=closure(2, 1.2)), ALL, info=PICTURES)
    assert set(rows.label) == {"happy"}
    timed = ["closure_s", "eye_state", "blink_ms", "blink_rate_60", "perclos_60", "eye_coverage_60"]
    timed += ["yawn", "nod", "fatigue_level", "off_s", "attention_state", "engagement"]
    assert rows[timed].isna().all().all()
    (about,) = (tmp_path / "out").glob("*/session.json")
    assert [mode for mode, on in json.loads(about.read_text())["modes"].items() if on] == ["expression"]
