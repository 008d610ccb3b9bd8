"""Which settings the dialog shows, on which page, with their ranges and units: one table."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Final, Literal

from femon.settings import RANGES, Settings

Kind = Literal["whole", "number", "own_number", "tick", "choice", "folder"]


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: `path` is its place in Settings, "display.mirror"; numbers have a range and a step."""

    path: str
    text: str
    kind: Kind
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    unit: str = ""
    choices: tuple[tuple[str | int, str], ...] = ()  # (value, words)
    help: str = ""
    scale: float = 1.0  # shown is the value times this


def _alarm(name: str, text: str, step: float, unit: str, words: str = "") -> Field:
    """A limit of the alarms, in the range that may be stored; shares are shown in percent."""
    low, high = RANGES[f"alarms.{name}"]
    scale = 100.0 if unit == " %" else 1.0
    return Field(f"alarms.{name}", text, "number", low, high, step, unit, help=words, scale=scale)


_ASKED: Final = "Asked of the camera; it may deliver less."

PAGES: Final[dict[str, tuple[Field, ...]]] = {
    "General": (
        Field(
            "display.theme",
            "Theme",
            "choice",
            choices=(("system", "As the system"), ("dark", "Dark"), ("light", "Light")),
        ),
        Field(
            "display.text_percent",
            "Text size",
            "whole",
            80,
            200,
            10,
            " %",
            help="Of all text in all windows, at once.",
        ),
        Field(
            "display.reduce_motion",
            "Reduce motion",
            "tick",
            help="Alarms do not flash, and bars do not run while something is awaited.",
        ),
        Field("confirm_quit", "Ask before quitting", "tick", help="While a session is recorded."),
    ),
    "Camera": (
        Field("camera.width", "Picture width", "whole", 160, 7680, 160, " px", help=_ASKED),
        Field("camera.height", "Picture height", "whole", 120, 4320, 120, " px", help=_ASKED),
        Field("camera.fps", "Frame rate", "number", 1, 240, 1, " fps", help=_ASKED),
        Field(
            "camera.open_limit_s",
            "Open limit",
            "number",
            5,
            60,
            1,
            " s",
            help="How long a camera may take to deliver its first picture.",
        ),
    ),
    "Display": (
        Field(
            "display.mirror",
            "Mirror cameras",
            "tick",
            help="On screen only; never what is analysed or logged.",
        ),
        Field("display.boxes", "Boxes and labels", "tick"),
        Field("display.bars", "Bars under the boxes", "tick"),
        Field(
            "display.timeline_s",
            "Timeline",
            "number",
            10,
            600,
            10,
            " s",
            help="How much time the lines show.",
        ),
    ),
    "Analysis": (
        Field(
            "device",
            "Device",
            "choice",
            choices=(("auto", "Automatic"), ("cpu", "Processor"), ("gpu", "Graphics card")),
        ),
        Field("analysis.threads", "Threads", "whole", 1, 8, 1, help="Processor threads of the classifier."),
        Field("analysis.max_faces", "Faces at most", "whole", 1, 4, 1),
        Field(
            "analysis.detection_confidence",
            "Detection confidence",
            "number",
            0.3,
            0.9,
            0.05,
            help="Lower finds more faces, and more that are none.",
        ),
        Field(
            "analysis.half_life_s",
            "Half-life",
            "number",
            0,
            2,
            0.05,
            " s",
            help="How slowly the smoothed values follow; 0 switches smoothing off.",
        ),
        Field(
            "analysis.lead",
            "Lead",
            "number",
            0,
            0.3,
            0.01,
            help="Another label must lead by this much ...",
        ),
        Field(
            "analysis.hold_s",
            "Hold",
            "number",
            0,
            2,
            0.05,
            " s",
            help="... for this long before it is shown.",
        ),
        Field(
            "analysis.low_prob",
            "Lowest probability",
            "own_number",
            0,
            0.95,
            0.01,
            help="Below it the label is uncertain; each model brings its own value.",
        ),
        Field(
            "analysis.margin",
            "Smallest margin",
            "number",
            0,
            0.5,
            0.01,
            help="With the two best labels closer than this the label is uncertain.",
        ),
        Field(
            "analysis.quality_minimum",
            "Lowest quality",
            "number",
            0,
            0.8,
            0.05,
            help="Faces below it get no smoothed values and no label.",
        ),
        Field(
            "analysis.crop_margin",
            "Crop margin",
            "number",
            0.8,
            1.3,
            0.05,
            help="1.0 is what the models were trained on.",
        ),
    ),
    "Alarms": (
        _alarm("volume", "Volume", 0.05, " %", "At 0 % the window shows that sound is off."),
        _alarm("pre_s", "Eyes closed", 0.1, " s", "The first, soft alarm."),
        _alarm("microsleep_s", "Microsleep", 0.1, " s"),
        _alarm("sleep_s", "Sleep", 0.1, " s"),
        _alarm("unresponsive_s", "No reaction", 0.5, " s", "Eyes closed for so long, despite the alarms."),
        _alarm("advisory_p60", "First signs", 0.01, " %", "Share of the last 60 s with the eyes closed."),
        _alarm("drowsy_p60", "Tired", 0.01, " %"),
        _alarm("severe_p60", "Very tired", 0.01, " %"),
        _alarm("long_distraction_s", "Looking away", 0.5, " s"),
        _alarm("long_distraction_2_s", "Looking away for long", 0.5, " s"),
        _alarm("shared_s", "Looking away often", 1.0, " s", "Altogether within 30 s."),
        _alarm("off_yaw", "Away to the side", 1.0, "\N{DEGREE SIGN}", "From where the head usually points."),
        _alarm("off_pitch", "Away downward", 1.0, "\N{DEGREE SIGN}"),
    ),
    "Storage": (
        Field("sessions", "Folder for sessions", "folder", help="Empty: femon in your documents folder."),
        Field(
            "retention_days",
            "Keep sessions for",
            "choice",
            choices=((0, "As long as I want"), (30, "30 days"), (90, "90 days"), (365, "365 days")),
            help="Older ones are offered for deletion at the start; femon never deletes on its own.",
        ),
        Field(
            "video",
            "Store the video too",
            "tick",
            help="Of cameras and streams: a video shows people. Each session may be told otherwise.",
        ),
    ),
    "Advanced": (
        Field(
            "lsl",
            "Lab Streaming Layer",
            "tick",
            help="Sends readings, alarms and markers to the local network while a source is open. "
            "Needs the package pylsl.",
        ),
    ),
}


def value_of(settings: Settings, path: str) -> Any:
    """The value at a path."""
    value: Any = settings
    for name in path.split("."):
        value = getattr(value, name)
    return value


def with_value(settings: Settings, path: str, value: object) -> Settings:
    """The settings with another value at a path."""
    table, _, name = path.rpartition(".")
    if not table:
        return dataclasses.replace(settings, **{name: value})  # type: ignore[arg-type]
    changed = dataclasses.replace(getattr(settings, table), **{name: value})
    return dataclasses.replace(settings, **{table: changed})
