"""Fatigue, attention and engagement through the app's own paths: modes, columns, one person, no model."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from femon import pipeline
from femon.camera.demo import SCRIPT
from femon.cli import main
from femon.emotions import EMOTIONS

FRAME_S = 1 / 30


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The session of the demo, watched for everything but expressions, with every model refused."""
    folder = tmp_path_factory.mktemp("watched")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("femon.cli.settings_file", lambda: folder / "settings.json")
        patched.setattr(pipeline, "read_contract", lambda path: pytest.fail("a model was asked for"))
        patched.setattr("femon.bundle.Bundle.load", lambda *_, **__: pytest.fail("a model was loaded"))
        arguments = ["--mode", "fatigue,attention,engagement", "--out", str(folder / "out"), "--quiet"]
        assert main(["analyze", "demo", *arguments]) == 0
    (session,) = (folder / "out").iterdir()
    return session


@pytest.fixture(scope="module")
def rows(watched: Path) -> pd.DataFrame:
    return pd.read_csv(watched / "frames.csv")


def test_every_blink_of_the_demo_is_found_and_no_other(rows: pd.DataFrame) -> None:
    ends = rows.t_mono_s[rows.blink_ms.notna()].tolist()
    assert len(ends) == len(SCRIPT.blinks)
    for end, centre in zip(ends, SCRIPT.blinks, strict=True):
        assert abs(end - centre) < SCRIPT.blink_s / 2 + 2 * FRAME_S


def test_the_yawn_of_the_demo_is_found(rows: pd.DataFrame) -> None:
    yawning = rows.t_mono_s[rows.yawn == 1]
    assert SCRIPT.mouth_open.start < yawning.min()
    assert abs(yawning.max() - SCRIPT.mouth_open.end) < SCRIPT.ramp_s + 2 * FRAME_S


def test_a_face_that_has_left_is_never_closed(rows: pd.DataFrame) -> None:
    away = rows[(rows.t_mono_s >= SCRIPT.absence.start) & (rows.t_mono_s <= SCRIPT.absence.end)]
    assert (away.status == "no_face").all()
    assert away[["openness", "closure_s", "eye_state", "perclos_60"]].isna().all().all()
    assert set(rows.eye_state.dropna()) == {"open", "closing", "unknown"}


def test_only_one_person_is_looked_for(rows: pd.DataFrame, watched: Path) -> None:
    assert rows.n_faces.max() == 1
    assert json.loads((watched / "session.json").read_text(encoding="utf-8"))["landmarker"]["num_faces"] == 1


def test_without_expressions_no_emotion_is_written(rows: pd.DataFrame, watched: Path) -> None:
    emotional = [f"{kind}_{name}" for kind in ("raw", "adj", "smooth") for name in EMOTIONS]
    emotional += ["top_label", "top_prob", "label", "uncertain_why", "valence_derived", "model_id"]
    assert rows[emotional].isna().all().all()
    session = json.loads((watched / "session.json").read_text(encoding="utf-8"))
    assert session["model"] == {}
    assert session["modes"] == {"expression": False, "fatigue": True, "attention": True, "engagement": True}


def test_figures_are_withheld_until_enough_was_seen(rows: pd.DataFrame) -> None:
    assert rows.perclos_60.isna().all()  # 20 s are too short for it
    assert rows.attention_10.isna().iloc[0]
    assert rows.attention_10.dropna().between(0, 1).all()
    assert rows.engagement.dropna().gt(0.9).all()
    assert rows.open_left.dropna().between(0, 1.3).all()


def test_an_unknown_mode_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["analyze", "demo", "--mode", "mood"])
    assert "expression, fatigue, attention, engagement" in capsys.readouterr().err
