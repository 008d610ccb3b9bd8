"""Stored calibrations: each comes back whole, bad files are refused in words, nobody gets another's."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from femon.errors import SettingsError
from femon.monitors import BlinkBaseline, EyeReference, GazeFit, Profile
from femon.profiles import (
    StoredProfile,
    age_days,
    delete_profiles,
    list_profiles,
    load_profile,
    profile_path,
    prompts,
    save_profile,
)
from femon.types import Pose

MADE = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
PROFILE = Profile(
    EyeReference(0.29, 0.05),
    EyeReference(0.30, None),
    Pose(1.2, -3.4, 0.1),
    "guided",
    jaw_open_rest=0.02,
    mouth_ratio_rest=0.1,
    measured_on=date(2026, 3, 14),
    gaze=GazeFit(0.1, -0.1, 35.0, 45.0, (-20.0, 20.0, -30.0, 8.0)),
    blinks=BlinkBaseline(0.2, 0.15, 0.03, 30),
)
STORED = StoredProfile(
    "p01",
    "Integrated Camera",
    (1280, 720),
    MADE,
    PROFILE,
    118.5,
    (0.04, 0.0, 0.0, 0.1, 0.1, 0.06, 0.7),
    "small",
)
LEAST = StoredProfile(
    "p02",
    "",
    (640, 480),
    MADE,
    Profile(EyeReference(0.3), EyeReference(0.3), Pose(0.0, 0.0, 0.0), glasses=True),
)


def changed(folder: Path, *keys: str, to: Any) -> None:
    """Put another value into the file of STORED."""
    path = save_profile(folder, STORED)
    content = json.loads(path.read_text())
    table = content
    for key in keys[:-1]:
        table = table[key]
    table[keys[-1]] = to
    path.write_text(json.dumps(content))


@pytest.mark.parametrize("stored", [STORED, LEAST])
def test_a_profile_comes_back_as_it_was_saved(tmp_path: Path, stored: StoredProfile) -> None:
    folder = tmp_path / "not" / "yet" / "there"
    path = save_profile(folder, stored)
    assert path == profile_path(folder, stored.participant, glasses=stored.profile.glasses)
    assert load_profile(folder, stored.participant, glasses=stored.profile.glasses) == stored
    assert [file.name for file in folder.iterdir()] == [path.name]


def test_a_time_comes_back_as_the_same_instant(tmp_path: Path) -> None:
    made_at = datetime.fromisoformat("2026-03-14T10:26:53+01:00")
    save_profile(tmp_path, replace(STORED, made_at=made_at))
    loaded = load_profile(tmp_path, "p01", glasses=False)
    assert loaded is not None
    assert loaded.made_at == made_at


def test_there_is_none_until_one_is_saved(tmp_path: Path) -> None:
    assert load_profile(tmp_path / "nowhere", "p01", glasses=False) is None
    save_profile(tmp_path, STORED)
    assert load_profile(tmp_path, "p01", glasses=True) is None
    assert load_profile(tmp_path, "p1", glasses=False) is None


def test_bare_and_glasses_are_kept_apart(tmp_path: Path) -> None:
    glasses = replace(STORED, profile=replace(PROFILE, glasses=True))
    save_profile(tmp_path, STORED)
    save_profile(tmp_path, glasses)
    assert load_profile(tmp_path, "p01", glasses=False) == STORED
    assert load_profile(tmp_path, "p01", glasses=True) == glasses


@pytest.mark.parametrize("code", ["", "../p01", "a b", "a@b", "a/b", "a.b", "ä", "x" * 33, "p01\n"])
def test_a_participant_is_a_code_that_is_safe_in_a_file_name(tmp_path: Path, code: str) -> None:
    with pytest.raises(SettingsError, match="Use a code, not a name"):
        save_profile(tmp_path, replace(STORED, participant=code))
    with pytest.raises(SettingsError, match="Use a code, not a name"):
        load_profile(tmp_path, code, glasses=False)
    with pytest.raises(SettingsError, match="Use a code, not a name"):
        delete_profiles(tmp_path, code)
    assert list(tmp_path.iterdir()) == []


def test_codes_that_look_like_kinds_do_not_meet(tmp_path: Path) -> None:
    save_profile(tmp_path, replace(STORED, participant="p_bare"))
    save_profile(tmp_path, replace(STORED, participant="p"))
    assert [one.participant for one in list_profiles(tmp_path)[0]] == ["p", "p_bare"]


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", "7", "{}", "[" * 100_000, '{"version": 1}'])
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    profile_path(tmp_path, "p01", glasses=False).write_text(text)
    with pytest.raises(SettingsError, match=r"p01_bare\.json cannot be used: it is damaged"):
        load_profile(tmp_path, "p01", glasses=False)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    profile_path(tmp_path, "p01", glasses=False).write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(SettingsError, match="it is damaged"):
        load_profile(tmp_path, "p01", glasses=False)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    profile_path(tmp_path, "p01", glasses=False).mkdir()
    with pytest.raises(SettingsError, match="cannot be used"):
        load_profile(tmp_path, "p01", glasses=False)
    assert len(list_profiles(tmp_path)[1]) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_only_the_owner_can_read_a_profile(tmp_path: Path) -> None:
    path = save_profile(tmp_path / "profiles", STORED)
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_another_format_is_refused(tmp_path: Path) -> None:
    changed(tmp_path, "version", to=2)
    with pytest.raises(SettingsError, match="another version of femon"):
        load_profile(tmp_path, "p01", glasses=False)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("camera",), 5),
        (("frame_size",), [640]),
        (("frame_size",), [640, 480, 3]),
        (("frame_size",), "640x480"),
        (("frame_size",), [640.5, 480]),
        (("made_at",), "yesterday"),
        (("made_at",), "2026-03-14T09:26:53"),
        (("made_at",), None),
        (("luminance",), "bright"),
        (("luminance",), float("nan")),
        (("neutral_probabilities",), [0.5, None]),
        (("neutral_probabilities",), [0.5, 0.5]),
        (("neutral_probabilities",), []),
        (("profile",), []),
        (("profile", "right", "open_ear"), "wide"),
        (("profile", "right", "open_ear"), True),
        (("profile", "right", "open_ear"), float("inf")),
        (("profile", "right", "open_ear"), 10**400),
        (("profile", "right", "extra"), 1),
        (("profile", "closed_source"), "guessed"),
        (("profile", "closed_source"), []),
        (("profile", "glasses"), 0),
        (("profile", "blinks", "count"), 3.5),
        (("profile", "gaze", "zone"), [1, 2, 3]),
        (("profile", "measured_on"), 20260314),
        (("secret",), "x"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, keys: tuple[str, ...], value: Any) -> None:
    changed(tmp_path, *keys, to=value)
    with pytest.raises(SettingsError, match="it is damaged"):
        load_profile(tmp_path, "p01", glasses=False)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("profile", "right", "open_ear"), 0.0),
        (("profile", "right", "open_ear"), -0.3),
        (("profile", "right", "closed_ear"), 0.29),
        (("profile", "right", "closed_ear"), -0.01),
        (("profile", "blinks", "p90_s"), 0.0),
    ],
)
def test_references_that_would_break_the_openness_are_refused(
    tmp_path: Path, keys: tuple[str, ...], value: float
) -> None:
    changed(tmp_path, *keys, to=value)
    with pytest.raises(SettingsError, match="it is damaged"):
        load_profile(tmp_path, "p01", glasses=False)


def test_a_profile_is_never_given_to_another_participant(tmp_path: Path) -> None:
    path = save_profile(tmp_path, STORED)
    path.rename(profile_path(tmp_path, "p02", glasses=False))
    with pytest.raises(SettingsError, match="another participant"):
        load_profile(tmp_path, "p02", glasses=False)


def test_a_profile_of_a_code_in_other_letters_is_not_replaced(tmp_path: Path) -> None:
    path = save_profile(tmp_path, replace(STORED, participant="P01"))
    path.rename(profile_path(tmp_path, "p01", glasses=False))  # as on a disk that ignores case
    with pytest.raises(SettingsError, match="participant P01"):
        save_profile(tmp_path, STORED)


def test_a_damaged_file_is_replaced_by_a_new_calibration(tmp_path: Path) -> None:
    profile_path(tmp_path, "p01", glasses=False).write_text("{")
    save_profile(tmp_path, STORED)
    assert load_profile(tmp_path, "p01", glasses=False) == STORED


def test_a_failed_save_leaves_the_old_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_profile(tmp_path, STORED)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(SettingsError, match="No space left on device"):
        save_profile(tmp_path, replace(STORED, camera="other"))
    assert load_profile(tmp_path, "p01", glasses=False) == STORED


def test_the_list_holds_what_is_usable_and_names_the_rest(tmp_path: Path) -> None:
    save_profile(tmp_path, LEAST)
    save_profile(tmp_path, STORED)
    profile_path(tmp_path, "p03", glasses=True).write_text("{")
    (tmp_path / "notes.json").write_text("{}")
    (tmp_path / "a b_bare.json").write_text("{}")
    profiles, refused = list_profiles(tmp_path)
    assert [one.participant for one in profiles] == ["p01", "p02"]
    assert len(refused) == 2
    assert any("p03_glasses.json" in text for text in refused)
    assert list_profiles(tmp_path / "nowhere") == ((), ())


def test_deleting_removes_all_of_one_participant_and_nothing_else(tmp_path: Path) -> None:
    save_profile(tmp_path, STORED)
    save_profile(tmp_path, LEAST)
    damaged = profile_path(tmp_path, "p01", glasses=True)
    damaged.write_text("{")
    half_written = profile_path(tmp_path, "p01", glasses=False).with_suffix(".new")
    half_written.write_text("{")
    removed = delete_profiles(tmp_path, "p01")
    assert set(removed) == {profile_path(tmp_path, "p01", glasses=False), damaged, half_written}
    assert [file.name for file in tmp_path.iterdir()] == ["p02_glasses.json"]
    assert delete_profiles(tmp_path, "p01") == ()


# Reasons to calibrate again

SAME: dict[str, Any] = {"participant": "p01", "camera": "Integrated Camera", "frame_size": (1280, 720)}
NEXT_DAY = MADE + timedelta(days=1)


def reasons(now: datetime = NEXT_DAY, stored: StoredProfile = STORED, **changes: Any) -> list[str]:
    found = prompts(stored, now, **{**SAME, **changes})
    assert all(one.text[-1] in ".?" for one in found)
    return [one.reason for one in found]


def test_nothing_new_asks_for_nothing() -> None:
    assert reasons() == []
    assert reasons(luminance=118.5) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"participant": "p02"}, "participant"),
        ({"camera": "USB"}, "camera"),
        ({"frame_size": (640, 480)}, "frame_size"),
        ({"luminance": 59.0}, "luminance"),
        ({"luminance": 238.0}, "luminance"),
        ({"camera_moved": True}, "camera_moved"),
        ({"glasses_changed": True}, "glasses_changed"),
    ],
)
def test_each_change_asks_for_a_new_calibration(changes: dict[str, Any], reason: str) -> None:
    assert reasons(**changes) == [reason]


@pytest.mark.parametrize(("days", "asked"), [(0, []), (30, []), (30.9, []), (31, ["age"]), (400, ["age"])])
def test_a_calibration_expires_after_thirty_days(days: float, asked: list[str]) -> None:
    assert reasons(MADE + timedelta(days=days)) == asked


@pytest.mark.parametrize("luminance", [60.0, 236.0, None, 0.0])
def test_light_within_a_factor_of_two_or_unknown_does_not_ask(luminance: float | None) -> None:
    assert reasons(luminance=luminance) == []
    assert reasons(stored=replace(STORED, luminance=None), luminance=luminance) == []


def test_a_clock_that_was_set_back_makes_no_age() -> None:
    assert age_days(STORED, MADE - timedelta(days=3)) == 0
    assert reasons(MADE - timedelta(days=3)) == []


def test_several_reasons_are_told_together() -> None:
    assert reasons(MADE + timedelta(days=40), camera="USB", camera_moved=True) == [
        "camera",
        "age",
        "camera_moved",
    ]
