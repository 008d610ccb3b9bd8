"""What the picture as a whole needs saying: no face, a hint about its quality, a black picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from femon.types import Frame, Readings

NO_FACE_AFTER_S: Final = 2.0
HINT_AFTER_S: Final = 3.0
BLACK_AFTER_S: Final = 2.0
BLACK_BELOW: Final = 8.0  # mean grey level: sensor noise behind a closed cover stays under it
_DARK: Final = "whatever else is wrong, too dark"
_SAMPLE: Final = 16  # every 16th pixel of every 16th row is enough for a mean

# The order is the order of help: who is too far away gets a better picture by coming closer.
HINTS: Final = {
    "small": "Move closer",
    "dark": "Turn on a light in front of you",
    "bright": "Reduce the light on your face",
    "turned": "Look towards the camera",
    "partial": "Move into the middle of the picture",
    "blurred": "Clean the lens or hold still",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be said now."""

    no_face: bool = False
    dark: bool = False  # the face that drives the gauges
    hint: str | None = None
    black: bool = False


class SceneWatch:
    """Follows one source by the time of its frames, so that a file and a camera behave alike."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._last_t: float | None = None

    def update(self, readings: Readings) -> Scene:
        """Take the readings of the next frame."""
        t = readings.frame.t
        if self._last_t is not None and t < self._last_t:  # a clip that starts over
            self._since.clear()
        self._last_t = t
        reasons = _reasons(readings)
        reason = next((name for name in HINTS if name in reasons), None)
        lasting = {
            _DARK: "dark" in reasons,
            "no_face": not readings.readings,
            "black": _is_black(readings.frame),
            **{name: name == reason for name in HINTS},
        }
        self._since = {name: self._since.get(name, t) for name, holds in lasting.items() if holds}
        return Scene(
            no_face=self._lasts("no_face", t, NO_FACE_AFTER_S),
            dark=self._lasts(_DARK, t, HINT_AFTER_S),
            black=self._lasts("black", t, BLACK_AFTER_S),
            hint=next((text for name, text in HINTS.items() if self._lasts(name, t, HINT_AFTER_S)), None),
        )

    def _lasts(self, name: str, t: float, limit_s: float) -> bool:
        return name in self._since and t - self._since[name] >= limit_s


def _reasons(readings: Readings) -> tuple[str, ...]:
    """What is wrong with the picture of the face that drives the gauges, else of the first one."""
    faces = sorted(readings.readings, key=lambda reading: not reading.primary)
    return faces[0].face.quality.reasons if faces else ()


def _is_black(frame: Frame) -> bool:
    return float(frame.image_bgr[::_SAMPLE, ::_SAMPLE].mean()) < BLACK_BELOW
