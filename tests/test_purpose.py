"""Purposes: what each one allows, in the rules, in the pipeline and on the command line."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from femon.cli import main
from femon.errors import PurposeError
from femon.pipeline import Pipeline
from femon.purpose import (
    PURPOSES,
    allows,
    first_modes,
    needs_consent,
    not_available,
    permitted,
    refused,
    require_allowed,
    require_consent,
)
from femon.settings import CHOICES, ModeSettings, Settings, save_settings

EVERYTHING = ModeSettings(expression=True, fatigue=True, attention=True, engagement=True)
SAFETY = ModeSettings(expression=False, fatigue=True, attention=True)


@pytest.fixture
def settings_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "settings.json"
    monkeypatch.setattr("femon.cli.settings_file", lambda: path)
    return path


@pytest.fixture
def clip(clips: Path) -> Path:
    return clips / "woman_turns_head.gif"


def session_of(out: Path) -> dict[str, Any]:
    (file,) = out.glob("*/session.json")
    return dict(json.loads(file.read_text(encoding="utf-8")))


# --- the rules ---


@pytest.mark.parametrize(
    ("purpose", "forbidden"),
    [
        ("", ()),
        ("self", ()),
        ("research_consent", ()),
        ("driver_safety", ("engagement",)),
        ("workplace_education", ("expression", "engagement")),
    ],
)
def test_each_purpose_forbids_its_modes(purpose: str, forbidden: tuple[str, ...]) -> None:
    assert refused(purpose, EVERYTHING) == forbidden
    assert [mode for mode in ("expression", "engagement") if not allows(purpose, mode)] == list(forbidden)


def test_the_settings_know_the_same_purposes() -> None:
    assert CHOICES["purpose"] == ("", *PURPOSES)


def test_forbidden_modes_are_left_out_and_safety_stays_when_nothing_is_left() -> None:
    assert permitted("workplace_education", EVERYTHING) == SAFETY
    assert permitted("workplace_education", ModeSettings()) == SAFETY
    assert permitted("self", EVERYTHING) == EVERYTHING


def test_safety_begins_without_expressions_and_the_others_as_it_was() -> None:
    assert first_modes("driver_safety", EVERYTHING) == SAFETY
    assert first_modes("workplace_education", ModeSettings()) == SAFETY
    assert first_modes("research_consent", SAFETY) == SAFETY


def test_the_refusal_is_the_sentence_people_know() -> None:
    text = "Not available for the purpose 'Workplace or education'. See Help > Purpose."
    assert not_available("workplace_education") == text


def test_a_forbidden_mode_and_missing_consent_are_errors_of_the_purpose() -> None:
    require_allowed("driver_safety", dataclasses.replace(SAFETY, expression=True))
    with pytest.raises(PurposeError, match="expression and engagement is not available"):
        require_allowed("workplace_education", EVERYTHING)
    require_consent("research_consent", True)
    require_consent("driver_safety", False)
    with pytest.raises(PurposeError, match="needs --consent"):
        require_consent("research_consent", False)


def test_only_on_oneself_nobody_else_must_agree() -> None:
    assert [purpose for purpose in ("", *PURPOSES) if not needs_consent(purpose)] == ["", "self"]


def test_no_pipeline_is_made_for_what_the_purpose_forbids(models: Path) -> None:
    settings = Settings(purpose="workplace_education")  # expressions are on by default
    with pytest.raises(PurposeError):
        Pipeline("demo", settings, models=models, on_readings=lambda _: None, on_notice=lambda _: None)


# --- the command line ---


def test_analyze_without_a_purpose_is_on_oneself(settings_path: Path, clip: Path, tmp_path: Path) -> None:
    assert main(["analyze", str(clip), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    session = session_of(tmp_path / "out")
    assert (session["purpose"], session["consent"]["given"]) == ("self", False)


@pytest.mark.parametrize("content", ["{ not json", '{"purpose": "workplace"}'])
def test_a_purpose_that_was_lost_is_not_taken_for_oneself(
    settings_path: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    settings_path.parent.mkdir(parents=True, exist_ok=True)
    settings_path.write_text(content)
    arguments = ["analyze", str(clip), "--out", str(tmp_path / "out"), "--quiet", "--mode", "fatigue"]
    assert main(arguments) == 9
    assert "Give --purpose" in capsys.readouterr().err
    assert main([*arguments, "--purpose", "self"]) == 0


def test_a_purpose_of_safety_analyses_without_expressions(
    settings_path: Path, clip: Path, tmp_path: Path
) -> None:
    arguments = ["--out", str(tmp_path / "out"), "--purpose", "workplace_education", "--quiet"]
    assert main(["analyze", str(clip), *arguments]) == 0
    session = session_of(tmp_path / "out")
    assert session["purpose"] == "workplace_education"
    assert session["modes"] == dataclasses.asdict(SAFETY)
    assert session["model"] == {}


@pytest.mark.parametrize("mode", ["expression", "engagement,attention", "expression,fatigue"])
def test_a_forbidden_mode_is_exit_code_9(
    settings_path: Path, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], mode: str
) -> None:
    arguments = ["--out", str(tmp_path / "out"), "--purpose", "workplace_education", "--mode", mode]
    assert main(["analyze", str(clip), *arguments]) == 9
    assert "not available for the purpose 'Workplace or education'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_stored_purpose_counts_when_none_is_given(
    settings_path: Path, clip: Path, tmp_path: Path
) -> None:
    save_settings(Settings(purpose="research_consent"), settings_path)
    arguments = ["analyze", str(clip), "--out", str(tmp_path / "out"), "--quiet"]
    assert main(arguments) == 9
    assert main([*arguments, "--consent"]) == 0
    session = session_of(tmp_path / "out")
    assert (session["purpose"], session["consent"]["given"]) == ("research_consent", True)


@pytest.mark.parametrize("arguments", [[], ["--record"]])
def test_research_is_not_recorded_without_consent(
    settings_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    if arguments:  # with a window only --record records
        monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert main(["--purpose", "research_consent", "--out", str(tmp_path / "out"), *arguments]) == 9
    assert not (tmp_path / "out").exists()


def test_the_window_gets_purpose_participant_condition_and_consent(
    settings_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}

    def run(source: str, settings: Settings, **options: Any) -> int:
        given.update(options, source=source, settings=settings)
        return 0

    monkeypatch.setattr("femon.gui.app.run", run)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    words = "--purpose driver_safety --participant p01 --condition A --consent --record --source demo"
    assert main(words.split()) == 0
    assert given["settings"].purpose == "driver_safety"
    assert given["settings"].modes == SAFETY
    assert (given["participant"], given["condition"], given["consent"]) == ("p01", "A", True)
