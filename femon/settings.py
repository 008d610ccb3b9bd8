"""The settings: frozen tables with defaults; the user's file holds only what differs from them."""

from __future__ import annotations

import dataclasses
import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import platformdirs

from femon.errors import SettingsError
from femon.plain_files import OWNER_ONLY_FOLDER, read_table, replace_owner_only

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """How cameras are opened."""

    width: int = 1280
    height: int = 720
    fps: float = 30.0
    open_limit_s: float = 10.0


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """How faces are found, judged and smoothed (product specification 4.4)."""

    max_faces: int = 4
    detection_confidence: float = 0.5
    half_life_s: float = 0.30  # 0 switches the time filter off
    lead: float = 0.08  # another class must lead by this much ...
    hold_s: float = 0.25  # ... for this long before the shown label changes
    low_prob: float | None = None  # None: the bundle's own `uncertain_below`
    margin: float = 0.10
    quality_minimum: float = 0.30
    crop_margin: float = 1.0  # 1 is the geometry of the training pictures
    threads: int = 2


@dataclass(frozen=True, slots=True)
class ModeSettings:
    """What is watched. All but expressions need one person alone in view, the nearest."""

    expression: bool = True
    fatigue: bool = False  # eyes, yawns, nods
    attention: bool = False  # where the head is turned
    engagement: bool = False

    @property
    def monitored(self) -> bool:
        """Whether one person is watched over time; where the head is turned is then always part of it."""
        return self.fatigue or self.attention or self.engagement

    @property
    def eyes(self) -> bool:
        """Whether the eyes are watched: for fatigue, and for the alertness within engagement."""
        return self.fatigue or self.engagement

    @property
    def audible(self) -> bool:
        """Whether alarms may sound: they warn a driver, and only show at a desk."""
        return self.fatigue and not self.engagement


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """How the window looks."""

    theme: str = "system"  # system, dark, light
    text_percent: int = 100  # of the usual text size
    reduce_motion: bool = False  # nothing flashes or runs back and forth
    mirror: bool = True  # cameras only, never what is logged
    boxes: bool = True
    bars: bool = True
    timeline_s: float = 60.0


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """What the next session starts with: what earlier ones used, newest first, and the names of the keys."""

    participants: tuple[str, ...] = ()  # codes
    conditions: tuple[str, ...] = ()
    glasses: str = ""  # not stated, yes, no
    markers: tuple[str, ...] = ()  # names of the keys 1 to 9; empty: the number


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """How loud alarms are, and the limits of the monitors that a user may move; named as in Limits."""

    volume: float = 0.8  # 0..1; 0 is off, and shown as such
    pre_s: float = 1.0  # eyes closed for so long, and so the next three
    microsleep_s: float = 1.5
    sleep_s: float = 3.0
    unresponsive_s: float = 6.0
    advisory_p60: float = 0.08  # PERCLOS of the last 60 s, and so the next two
    drowsy_p60: float = 0.15
    severe_p60: float = 0.30
    long_distraction_s: float = 3.0  # looking away in one run
    long_distraction_2_s: float = 5.0
    shared_s: float = 10.0  # looking away within 30 s
    off_yaw: float = 23.0  # degrees from the neutral pose, to either side
    off_pitch: float = 18.0  # downward


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a user can change."""

    model: str = "femon-small"
    device: str = "auto"  # auto, cpu, gpu
    sessions: str = ""  # folder; empty: femon/ in the documents folder
    last_camera: str = ""
    purpose: str = ""  # a key of femon.purpose.PURPOSES; empty: not asked yet
    retention_days: int = 90  # older sessions are offered for deletion; 0: never
    video: bool = False  # sessions of live sources store their pictures too
    confirm_quit: bool = True  # while a session is recorded
    lsl: bool = False  # readings and markers go to the local network as Lab Streaming Layer streams
    camera: CameraSettings = field(default_factory=CameraSettings)
    analysis: AnalysisSettings = field(default_factory=AnalysisSettings)
    modes: ModeSettings = field(default_factory=ModeSettings)
    display: DisplaySettings = field(default_factory=DisplaySettings)
    alarms: AlarmSettings = field(default_factory=AlarmSettings)
    recording: RecordingSettings = field(default_factory=RecordingSettings)

    @property
    def sessions_folder(self) -> Path:
        """Where sessions are written."""
        return Path(self.sessions) if self.sessions else Path(platformdirs.user_documents_dir()) / "femon"


# What a stored value may be, both ends included (product specification 5.2; sizes and rates are ours).
RANGES: Final[dict[str, tuple[float, float]]] = {
    "camera.width": (64, 7680),
    "camera.height": (48, 4320),
    "camera.fps": (1, 240),
    "camera.open_limit_s": (5, 60),
    "analysis.max_faces": (1, 4),
    "analysis.detection_confidence": (0.3, 0.9),
    "analysis.half_life_s": (0, 2),
    "analysis.lead": (0, 0.3),
    "analysis.hold_s": (0, 2),
    "analysis.low_prob": (0, 1),
    "analysis.margin": (0, 1),
    "analysis.quality_minimum": (0, 0.8),
    "analysis.crop_margin": (0.8, 1.3),
    "analysis.threads": (1, 8),
    "display.text_percent": (80, 200),
    "display.timeline_s": (10, 600),
    # Each limit ends where the next begins, so that no choice can turn their order round.
    "alarms.volume": (0, 1),
    "alarms.pre_s": (0.6, 1.2),
    "alarms.microsleep_s": (1.2, 2.0),
    "alarms.sleep_s": (2.0, 4.0),
    "alarms.unresponsive_s": (4.0, 10.0),
    "alarms.advisory_p60": (0.04, 0.12),
    "alarms.drowsy_p60": (0.12, 0.25),
    "alarms.severe_p60": (0.25, 0.50),
    "alarms.long_distraction_s": (2.0, 4.0),
    "alarms.long_distraction_2_s": (4.0, 8.0),
    "alarms.shared_s": (5.0, 20.0),
    "alarms.off_yaw": (15.0, 40.0),
    "alarms.off_pitch": (10.0, 30.0),
}
CHOICES: Final[dict[str, tuple[str | int, ...]]] = {
    "device": ("auto", "cpu", "gpu"),
    "purpose": ("", "self", "research_consent", "driver_safety", "workplace_education"),
    "retention_days": (0, 30, 90, 365),
    "recording.glasses": ("", "yes", "no"),
    "display.theme": ("system", "dark", "light"),
}
LONGEST_LIST: Final = 20  # entries of a list, and letters of each: what a user can type, and no more
LONGEST_WORD: Final = 200


def settings_file() -> Path:
    """The user's settings file; it need not exist."""
    return Path(platformdirs.user_config_dir("femon", appauthor=False)) / "settings.json"


def load_settings(path: Path) -> tuple[Settings, tuple[str, ...]]:
    """Settings from a JSON file, and the names of the entries that were unusable and put right.

    Unusable is an unknown name, another type, a value outside RANGES and CHOICES, or one that does not go
    with the others. A missing file gives the defaults; a damaged one the defaults and the name of the file.
    Raises nothing.
    """
    try:
        stored = read_table(path)
    except FileNotFoundError:
        return Settings(), ()
    except (OSError, ValueError) as error:
        log.warning("settings %s are unreadable: %s", path, error)
        return Settings(), (path.name,)
    rejected: list[str] = []
    settings = _coherent(_merged(Settings(), stored, "", rejected), rejected)
    return settings, tuple(rejected)


def save_settings(settings: Settings, path: Path) -> None:
    """Write what differs from the defaults, whole or not at all; raises SettingsError."""
    text = json.dumps(_differences(settings, Settings()), indent=2, ensure_ascii=False) + "\n"
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SettingsError(
            "The settings could not be saved: a name in them has letters that are no text. Choose another."
        ) from error
    try:
        path.parent.mkdir(OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        replace_owner_only(path, content)
    except OSError as error:
        raise SettingsError(
            f"The settings could not be saved in {path.parent} ({error.strerror or error}). "
            "Make room there or allow femon to write to it, then change the setting again."
        ) from error


def _merged(default: Any, stored: dict[str, Any], prefix: str, rejected: list[str]) -> Any:
    known = {entry.name for entry in dataclasses.fields(default)}
    changes: dict[str, Any] = {}
    for name, value in stored.items():
        key = prefix + name
        current = getattr(default, name) if name in known else dataclasses.MISSING
        if dataclasses.is_dataclass(current) and isinstance(value, dict):
            changes[name] = _merged(current, value, f"{key}.", rejected)
        elif isinstance(current, tuple) and _is_words(value):
            changes[name] = tuple(value)
        elif _fits(current, value) and _allowed(key, value):
            changes[name] = float(value) if _is_float(current) and value is not None else value
        else:
            rejected.append(key)
    return dataclasses.replace(default, **changes)


def _coherent(settings: Settings, rejected: list[str]) -> Settings:
    """The settings without modes that nobody can choose: nothing to watch, or half of something."""
    modes = settings.modes
    if modes.monitored and not modes.attention:
        modes = dataclasses.replace(modes, attention=True)
        rejected.append("modes.attention")
    elif not (modes.monitored or modes.expression):
        modes = ModeSettings()
        rejected.append("modes.expression")
    return dataclasses.replace(settings, modes=modes)


def _is_words(value: object) -> bool:
    """Whether a stored list can be shown and typed again."""
    if not isinstance(value, list) or len(value) > LONGEST_LIST:
        return False
    return all(isinstance(word, str) and len(word) <= LONGEST_WORD for word in value)


def _is_float(current: object) -> bool:
    return current is None or isinstance(current, float)  # the one optional setting is a number


def _fits(current: object, value: object) -> bool:
    if isinstance(current, bool) or isinstance(value, bool):
        return isinstance(current, bool) and isinstance(value, bool)
    if _is_float(current):
        return isinstance(value, int | float) or (current is None and value is None)
    return isinstance(value, type(current))


def _allowed(key: str, value: Any) -> bool:
    if key in CHOICES:
        return value in CHOICES[key]
    if key in RANGES and value is not None:
        low, high = RANGES[key]
        return bool(low <= value <= high)
    return True


def _differences(settings: Any, default: Any) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for entry in dataclasses.fields(settings):
        value, standard = getattr(settings, entry.name), getattr(default, entry.name)
        if dataclasses.is_dataclass(value):
            nested = _differences(value, standard)
            if nested:
                changes[entry.name] = nested
        elif value != standard:
            changes[entry.name] = value
    return changes
