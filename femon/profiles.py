"""Stored calibrations: one file for each participant with and without glasses; numbers, no pictures."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Literal

from femon.emotions import EMOTIONS
from femon.errors import SettingsError
from femon.monitors.limits import Limits
from femon.monitors.profile import Profile
from femon.monitors.profile_watch import Present
from femon.plain_files import OWNER_ONLY_FOLDER, create_owner_only, read_as, read_table

VERSION: Final = 1
PROFILES_FOLDER: Final = "profiles"  # beside the settings file
PARTICIPANT: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")  # as in sessions; safe in file names
LUMINANCE_FACTOR: Final = 2.0  # brighter or darker by more asks for a new calibration (design choice)

PromptReason = Literal[
    "participant", "camera", "frame_size", "age", "camera_moved", "luminance", "glasses_changed", "model"
]


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """A profile with what it was measured under."""

    participant: str  # a code, not a name
    camera: str
    frame_size: tuple[int, int]  # width, height in px
    made_at: datetime  # aware
    profile: Profile
    luminance: float | None = None  # median grey value of the face, 0..255
    neutral_probabilities: tuple[float, ...] | None = None  # mean (7,) in EMOTIONS order
    model_id: str | None = None  # of the bundle that gave them
    model_sha256: str | None = None  # of its weights: trained anew they say something else of the same face


@dataclass(frozen=True, slots=True)
class Prompt:
    """A reason to calibrate again, as one sentence for people."""

    reason: PromptReason
    text: str


def profile_path(folder: Path, participant: str, *, glasses: bool) -> Path:
    """The file of a participant's profile; raises SettingsError when the participant is not a code."""
    if not PARTICIPANT.fullmatch(participant):
        raise SettingsError(
            "Use a code, not a name, for the participant: up to 32 letters, digits, '-' and '_'."
        )
    return folder / f"{participant}_{'glasses' if glasses else 'bare'}.json"


def save_profile(folder: Path, stored: StoredProfile) -> Path:
    """Write a profile, whole or not at all, and return its file; raises SettingsError."""
    path = profile_path(folder, stored.participant, glasses=stored.profile.glasses)
    _refuse_another_owner(path, stored.participant)
    content = {"version": VERSION, **dataclasses.asdict(stored)}
    new = path.with_suffix(".new")
    text = json.dumps(content, indent=2, default=_as_text) + "\n"
    try:
        folder.mkdir(OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        with create_owner_only(new) as file:
            file.write(text.encode("utf-8"))
        new.replace(path)
    except OSError as error:
        raise SettingsError(
            f"The calibration could not be saved in {folder} ({error.strerror or error}). "
            "Make room there or allow femon to write to it, then calibrate again."
        ) from error
    return path


def load_profile(folder: Path, participant: str, *, glasses: bool) -> StoredProfile | None:
    """A participant's profile, None when there is none; raises SettingsError when it cannot be used."""
    path = profile_path(folder, participant, glasses=glasses)
    try:
        content = read_table(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path, f"it cannot be read ({error.strerror or error})") from error
    except ValueError as error:
        raise _unusable(path, "it is damaged") from error
    stored = _parsed(path, content)
    if stored.participant != participant or stored.profile.glasses != glasses:
        raise _unusable(path, "it belongs to another participant or profile")
    return stored


def list_profiles(folder: Path) -> tuple[tuple[StoredProfile, ...], tuple[str, ...]]:
    """All usable profiles by participant, and one sentence for each file that is not; raises nothing."""
    profiles: list[StoredProfile] = []
    refused: list[str] = []
    for path in sorted(folder.glob("*_*.json")) if folder.is_dir() else ():
        participant, _, kind = path.stem.rpartition("_")
        if kind not in ("bare", "glasses"):
            continue
        try:
            stored = load_profile(folder, participant, glasses=kind == "glasses")
        except SettingsError as error:
            refused.append(str(error))
        else:
            profiles += [stored] if stored else []
    return tuple(profiles), tuple(refused)


def delete_profiles(folder: Path, participant: str) -> tuple[Path, ...]:
    """Remove a participant's profiles, damaged ones too, and return their files; raises SettingsError."""
    removed: list[Path] = []
    for file in profile_files(folder, participant):
        try:
            file.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise SettingsError(
                f"The calibration {file} could not be deleted ({error.strerror or error}). "
                "Allow femon to write to its folder, or delete the file yourself."
            ) from error
        removed.append(file)
    return tuple(removed)


def profile_files(folder: Path, participant: str) -> tuple[Path, ...]:
    """Where a participant's profiles are or would be, half written ones too; raises SettingsError.

    Without those of a code in other letters: where names of files ignore case, P01 and p01 share them.
    """
    paths = (profile_path(folder, participant, glasses=glasses) for glasses in (False, True))
    files = (file for path in paths for file in (path, path.with_suffix(".new")))
    return tuple(file for file in files if not _of_other_letters(_owner_of(file), participant))


def age_days(stored: StoredProfile, now: datetime) -> int:
    """Whole days since the calibration; 0 when the clock was set back."""
    return max((now - stored.made_at).days, 0)


def prompts(
    stored: StoredProfile,
    now: datetime,
    *,
    participant: str,
    camera: str,
    frame_size: tuple[int, int],
    luminance: float | None = None,
    camera_moved: bool = False,
    glasses_changed: bool = False,
) -> tuple[Prompt, ...]:
    """Why the person should calibrate again, or nothing; never a reason to do so silently.

    `now` is aware. `luminance` is the present grey value of the face, 0..255; `camera_moved` is the head
    monitor's and `glasses_changed` the closed watch's.
    """
    factor = _factor(stored.luminance, luminance)
    days = Limits().calibration_days
    found: tuple[tuple[bool, PromptReason, str], ...] = (
        (participant != stored.participant, "participant", "The calibration belongs to someone else."),
        (camera != stored.camera, "camera", "The calibration was made with another camera."),
        (
            tuple(frame_size) != stored.frame_size,
            "frame_size",
            "The calibration was made with another picture size.",
        ),
        (age_days(stored, now) > days, "age", f"The calibration is older than {days} days."),
        (camera_moved, "camera_moved", "The camera or the seat seems to have moved."),
        (
            factor is not None and factor > LUMINANCE_FACTOR,
            "luminance",
            "The light on the face has changed much since the calibration.",
        ),
        (glasses_changed, "glasses_changed", "The eyes close differently: have the glasses changed?"),
    )
    return tuple(Prompt(reason, text) for holds, reason, text in found if holds)


def changes(stored: StoredProfile, present: Present) -> tuple[Prompt, ...]:
    """The reasons that come up while a session uses the profile."""
    return prompts(
        stored,
        stored.made_at,
        participant=stored.participant,
        camera=stored.camera,
        frame_size=stored.frame_size,
        luminance=present.luminance,
        camera_moved=present.camera_moved,
        glasses_changed=present.glasses_changed,
    )


def _factor(before: float | None, now: float | None) -> float | None:
    """How many times brighter or darker; None when unknown."""
    if before is None or now is None or min(before, now) <= 0:
        return None
    return max(before / now, now / before)


def _owner_of(path: Path) -> str | None:
    """Whose profile the file holds; None where there is nothing, or nothing worth keeping."""
    try:
        owner = read_table(path).get("participant")
    except (OSError, ValueError):
        return None
    return owner if isinstance(owner, str) else None


def _of_other_letters(owner: str | None, participant: str) -> bool:
    return owner is not None and owner != participant and owner.casefold() == participant.casefold()


def _refuse_another_owner(path: Path, participant: str) -> None:
    """Where names of files ignore case, P01 and p01 would share one."""
    owner = _owner_of(path)
    if owner is not None and owner != participant:
        raise SettingsError(
            f"The calibration of participant {owner} is kept in {path.name}. "
            "Use a participant code that differs by more than upper and lower case."
        )


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a profile")


def _unusable(path: Path, why: str) -> SettingsError:
    return SettingsError(f"The calibration {path.name} cannot be used: {why}. Delete it or calibrate again.")


def _parsed(path: Path, content: dict[str, Any]) -> StoredProfile:
    version = content.pop("version", None)
    if version is None:
        raise _unusable(path, "it is damaged")
    if version != VERSION:
        raise _unusable(path, f"it was written by another version of femon (format {version!r:.20})")
    try:
        stored: StoredProfile = read_as(StoredProfile, content)
        _refuse_impossible(stored)
    except (ValueError, TypeError, OverflowError) as error:
        raise _unusable(path, f"it is damaged ({error})") from error
    return stored


def _refuse_impossible(stored: StoredProfile) -> None:
    """Raise ValueError for references that openness, blinks or expressions cannot be held against."""
    profile = stored.profile
    for eye in (profile.right, profile.left):
        if not 0 <= (eye.closed_ear or 0.0) < eye.open_ear:
            raise ValueError("an eye has no range")
    if profile.blinks is not None and profile.blinks.p90_s <= 0:
        raise ValueError("blinks have no length")
    if stored.neutral_probabilities is not None and len(stored.neutral_probabilities) != len(EMOTIONS):
        raise ValueError(f"there are not {len(EMOTIONS)} shares of the relaxed face")
