"""The cells that the monitor of one person fills: what each means, taken from its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from femon.monitors import MonitorState
from femon.recording.rows import FaceCells
from femon.settings import ModeSettings

Value = str | float | bool | None

MS: Final = 1000.0


def cell(name: str) -> Callable[[FaceCells], Value]:
    """The getter of one of the columns below; empty while what it tells is not watched."""
    getter, watched = CELLS[name], WATCHED.get(name, _eyes_watched)
    return lambda face: getter(face.monitor) if face.monitor is not None and watched(face.modes) else None


def _eyes_watched(modes: ModeSettings) -> bool:
    return modes.eyes


def _eyes(state: MonitorState) -> str | None:
    validity = state.validity.validity
    return None if validity == "no_face" else validity


def _closure_s(state: MonitorState) -> float | None:
    return None if state.eyes.openness is None else state.closure.closed_s


def _blink_ms(state: MonitorState) -> float | None:
    blink = state.blinks.ended
    return None if blink is None else round(MS * blink.duration_s)


def _fatigue_level(state: MonitorState) -> str | None:
    return None if state.drowsiness.frozen else state.drowsiness.level


def _on_target(state: MonitorState) -> bool | None:
    return None if state.attention.frozen else not state.attention.off


CELLS: Final[Mapping[str, Callable[[MonitorState], Value]]] = {
    "gaze_yaw_deg": lambda state: state.gaze.yaw if state.gaze else None,
    "gaze_pitch_deg": lambda state: state.gaze.pitch if state.gaze else None,
    "ear_left": lambda state: state.eyes.ear_left,
    "ear_right": lambda state: state.eyes.ear_right,
    "open_left": lambda state: state.eyes.openness_left,
    "open_right": lambda state: state.eyes.openness_right,
    "openness": lambda state: state.eyes.openness,
    "eyes": _eyes,
    "closure_s": _closure_s,
    "eye_state": lambda state: state.closure.level,
    "blink_ms": _blink_ms,
    "blink_rate_60": lambda state: state.blinks.rate,
    "perclos_60": lambda state: state.perclos.p60,
    "perclos_180": lambda state: state.perclos.p180,
    "eye_coverage_60": lambda state: state.validity.coverage_60,
    "yawn": lambda state: state.mouth.yawning or state.mouth.ended_s is not None,
    "nod": lambda state: state.nods.ended,
    "fatigue_index": lambda state: state.fatigue.index,
    "fatigue_level": _fatigue_level,
    "on_target": _on_target,
    "off_s": lambda state: state.attention.timed_off_s,
    "off_30s": lambda state: state.attention.timed_vats_s,
    "attention_state": lambda state: state.attention.level,
    "attention_10": lambda state: state.attention.share,
    "engagement": lambda state: state.engagement.value,
    "engagement_level": lambda state: state.engagement.band,
}
# The columns that do not belong to the eyes: a switched-off module leaves its columns empty.
WATCHED: Final[Mapping[str, Callable[[ModeSettings], bool]]] = {
    **dict.fromkeys(("fatigue_index", "fatigue_level"), lambda modes: modes.fatigue),
    **dict.fromkeys(("engagement", "engagement_level"), lambda modes: modes.engagement),
    **dict.fromkeys(
        (
            "gaze_yaw_deg",
            "gaze_pitch_deg",
            "on_target",
            "off_s",
            "off_30s",
            "attention_state",
            "attention_10",
        ),
        lambda modes: modes.monitored,
    ),
}
