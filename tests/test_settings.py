"""The settings file: it keeps differences only, survives damage, and never half replaces the old one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from femon.errors import SettingsError
from femon.settings import (
    CHOICES,
    RANGES,
    AnalysisSettings,
    CameraSettings,
    DisplaySettings,
    ModeSettings,
    RecordingSettings,
    Settings,
    load_settings,
    save_settings,
)

CHANGED = Settings(
    model="other",
    device="cpu",
    sessions="somewhere",
    camera=CameraSettings(width=640, height=480),
    analysis=AnalysisSettings(half_life_s=0.0, low_prob=0.6, threads=1),
    display=DisplaySettings(theme="dark", mirror=False),
    purpose="research_consent",
    retention_days=30,
    recording=RecordingSettings(participants=("p02", "p01"), glasses="no", markers=("", "door")),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "femon" / "settings.json"


@pytest.fixture
def load(file: Path) -> Callable[[Any], tuple[Settings, tuple[str, ...]]]:
    """Loads a file that holds the given text, or the given data as JSON."""

    def loaded(content: Any) -> tuple[Settings, tuple[str, ...]]:
        file.parent.mkdir(exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return load_settings(file)

    return loaded


def test_settings_come_back_as_they_were_saved(file: Path) -> None:
    save_settings(CHANGED, file)
    assert load_settings(file) == (CHANGED, ())


def test_the_file_holds_only_what_differs_from_the_defaults(file: Path) -> None:
    save_settings(Settings(model="other", analysis=AnalysisSettings(lead=0.2)), file)
    assert json.loads(file.read_text()) == {"model": "other", "analysis": {"lead": 0.2}}
    save_settings(Settings(), file)
    assert json.loads(file.read_text()) == {}


def test_a_missing_file_gives_the_defaults_without_complaint(file: Path) -> None:
    assert load_settings(file) == (Settings(), ())


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", '{"model": }', "[" * 100_000, "\x00\x01"])
def test_a_damaged_file_gives_the_defaults_and_is_named(load: Any, text: str) -> None:
    assert load(text) == (Settings(), ("settings.json",))


def test_a_file_that_is_not_text_gives_the_defaults_and_is_named(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe\x00\x80")
    assert load_settings(file) == (Settings(), ("settings.json",))


def test_bad_entries_fall_back_one_by_one_and_the_others_stay(load: Any) -> None:
    settings, rejected = load({"model": 5, "device": "cpu", "analysis": {"lead": "big", "margin": 0.2}})
    assert rejected == ("model", "analysis.lead")
    assert settings == Settings(device="cpu", analysis=AnalysisSettings(margin=0.2))


@pytest.mark.parametrize(
    ("stored", "rejected"),
    [
        ({"display": {"mirror": 1}}, "display.mirror"),
        ({"display": {"mirror": "no"}}, "display.mirror"),
        ({"analysis": {"threads": True}}, "analysis.threads"),
        ({"analysis": {"threads": 2.5}}, "analysis.threads"),
        ({"analysis": {"lead": True}}, "analysis.lead"),
        ({"analysis": {"lead": None}}, "analysis.lead"),
        ({"analysis": {"low_prob": "high"}}, "analysis.low_prob"),
        ({"analysis": 3}, "analysis"),
        ({"model": {"id": "x"}}, "model"),
        ({"model": None}, "model"),
        ({"recording": {"participants": "p01"}}, "recording.participants"),
        ({"recording": {"participants": ["p01", 2]}}, "recording.participants"),
        ({"recording": {"markers": ["x" * 201]}}, "recording.markers"),
        ({"recording": {"conditions": ["x"] * 21}}, "recording.conditions"),
        ({"retention_days": True}, "retention_days"),
        ({"retention_days": 31}, "retention_days"),
    ],
)
def test_a_value_of_another_type_is_rejected(load: Any, stored: dict[str, Any], rejected: str) -> None:
    assert load(stored) == (Settings(), (rejected,))


@pytest.mark.parametrize(
    ("stored", "rejected"),
    [
        ({"colour": "red"}, "colour"),
        ({"camera": {"zoom": 2}}, "camera.zoom"),
        ({"sessions_folder": "x"}, "sessions_folder"),  # a property, not a setting
        ({"__doc__": "x"}, "__doc__"),
        ({"camera": {"__module__": "x"}}, "camera.__module__"),
        ({"": 1}, ""),
    ],
)
def test_an_unknown_key_is_rejected(load: Any, stored: dict[str, Any], rejected: str) -> None:
    assert load(stored) == (Settings(), (rejected,))


def test_whole_numbers_are_good_for_fractions_and_become_them(load: Any) -> None:
    settings, rejected = load({"camera": {"fps": 25}, "analysis": {"half_life_s": 0, "low_prob": 1}})
    assert rejected == ()
    for value in (settings.camera.fps, settings.analysis.half_life_s, settings.analysis.low_prob):
        assert isinstance(value, float)


def test_the_optional_limit_may_be_absent_in_words(load: Any) -> None:
    assert load({"analysis": {"low_prob": None}}) == (Settings(), ())


def _value(settings: Settings, key: str) -> Any:
    for name in key.split("."):
        settings = getattr(settings, name)
    return settings


def _stored(key: str, value: Any) -> dict[str, Any]:
    section, _, name = key.rpartition(".")
    return {section: {name: value}} if section else {name: value}


@pytest.mark.parametrize("key", RANGES)
def test_a_number_may_be_anything_within_its_range(load: Any, key: str) -> None:
    low, high = RANGES[key]
    for allowed in (low, high):
        settings, rejected = load(_stored(key, allowed))
        assert (_value(settings, key), rejected) == (allowed, ())
    for refused in (low - 1, high + 1, 10**400, float("nan"), float("inf")):
        assert load(_stored(key, refused)) == (Settings(), (key,))


@pytest.mark.parametrize("key", CHOICES)
def test_a_choice_is_one_of_the_offered_words(load: Any, key: str) -> None:
    for allowed in CHOICES[key]:
        settings, rejected = load(_stored(key, allowed))
        assert (_value(settings, key), rejected) == (allowed, ())
    assert load(_stored(key, "other")) == (Settings(), (key,))


@pytest.mark.parametrize(
    ("stored", "modes", "rejected"),
    [
        ({"fatigue": True}, ModeSettings(fatigue=True, attention=True), "modes.attention"),
        (
            {"expression": False, "engagement": True, "attention": False},
            ModeSettings(expression=False, attention=True, engagement=True),
            "modes.attention",
        ),
        ({"expression": False}, ModeSettings(), "modes.expression"),
    ],
)
def test_modes_that_watch_nothing_or_half_of_something_are_put_right_and_named(
    load: Any, stored: dict[str, Any], modes: ModeSettings, rejected: str
) -> None:
    assert load({"modes": stored}) == (Settings(modes=modes), (rejected,))


@pytest.mark.parametrize(
    "modes",
    [
        ModeSettings(),
        ModeSettings(expression=False, attention=True),
        ModeSettings(fatigue=True, attention=True),
        ModeSettings(expression=False, fatigue=True, attention=True, engagement=True),
    ],
)
def test_every_mixture_that_can_be_chosen_is_kept(file: Path, modes: ModeSettings) -> None:
    save_settings(Settings(modes=modes), file)
    assert load_settings(file) == (Settings(modes=modes), ())


def test_every_number_has_a_range_that_holds_its_default() -> None:
    defaults = {
        f"{section.name}.{entry.name}": getattr(getattr(Settings(), section.name), entry.name)
        for section in dataclasses.fields(Settings)
        if section.name in {"camera", "analysis", "display", "alarms"}
        for entry in dataclasses.fields(getattr(Settings(), section.name))
    }
    numbers = {key: value for key, value in defaults.items() if not isinstance(value, bool | str)}
    assert numbers.keys() == RANGES.keys()
    for key, value in numbers.items():
        assert value is None or RANGES[key][0] <= value <= RANGES[key][1]
    assert all(_value(Settings(), key) in words for key, words in CHOICES.items())


def test_saving_replaces_the_file_and_leaves_nothing_else(file: Path) -> None:
    save_settings(CHANGED, file)
    save_settings(Settings(device="gpu"), file)
    assert load_settings(file)[0] == Settings(device="gpu")
    assert list(file.parent.iterdir()) == [file]


def test_a_failed_save_keeps_the_old_file_and_says_what_to_do(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_settings(CHANGED, file)

    def full_disk(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(SettingsError, match=r"No space left on device.*Make room"):
        save_settings(Settings(), file)
    assert load_settings(file)[0] == CHANGED
    assert list(file.parent.iterdir()) == [file]


def test_two_windows_that_save_at_once_leave_one_whole_file_and_no_complaint(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_by, others = Path.replace, [CHANGED]

    def meanwhile(new: Path, target: Path) -> Path:
        if others:
            save_settings(others.pop(), file)
        return replace_by(new, target)

    monkeypatch.setattr(Path, "replace", meanwhile)
    save_settings(Settings(device="gpu"), file)
    assert load_settings(file) == (Settings(device="gpu"), ())
    assert list(file.parent.iterdir()) == [file]


def test_a_folder_whose_name_cannot_be_written_down_spoils_no_other_setting(file: Path) -> None:
    """A name that is not UTF-8: the file would be refused as a whole when it is read again."""
    save_settings(CHANGED, file)
    with pytest.raises(SettingsError, match="could not be saved"):
        save_settings(Settings(sessions="/films/\udcff"), file)
    assert load_settings(file) == (CHANGED, ())
    save_settings(Settings(sessions="/Gesichter/Ä"), file)
    assert load_settings(file) == (Settings(sessions="/Gesichter/Ä"), ())


def test_sessions_go_to_the_chosen_folder_or_the_documents() -> None:
    assert Settings(sessions="somewhere").sessions_folder == Path("somewhere")
    assert Settings().sessions_folder.name == "femon"
