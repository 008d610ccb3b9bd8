"""Valence and arousal derived from the seven expression probabilities; never an input to fatigue."""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import mul
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS
from femon.monitors.clock import Tick
from femon.monitors.limits import Limits
from femon.types import ROUNDING_S

# Valence, arousal: design choices. Only happy is bounded by a source (AffectNet: v in (0, 1],
# a in [-0.2, 0.5]).
PLACES: Final = {
    "angry": (-0.60, 0.65),
    "disgust": (-0.65, 0.35),
    "fear": (-0.60, 0.70),
    "happy": (0.80, 0.30),
    "sad": (-0.65, -0.35),
    "surprise": (0.15, 0.75),
    "neutral": (0.0, 0.0),
}
VALENCES: Final = tuple(PLACES[name][0] for name in EMOTIONS)
AROUSALS: Final = tuple(PLACES[name][1] for name in EMOTIONS)
_NEUTRAL: Final = EMOTIONS.index("neutral")


@dataclass(frozen=True, slots=True)
class AffectState:
    """A point inside the hull of the seven expressions; None where `why` says so."""

    valence: float | None  # -1..1
    arousal: float | None
    radius: float | None  # 1 - the largest probability: how vague the point is
    liveliness: float | None  # 0.5..1, flat to animated; None when frozen for long
    frozen: bool  # yawning, closed eyes or a turned face would be misread
    why: Literal["off", "no_expression"] | None


class AffectMonitor:
    """Smooths the point and holds it while the face would be misread."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._point: tuple[float, float, float, float] | None = None  # valence, arousal, radius, liveliness
        self._held_s = 0.0  # without new probabilities
        self._missing_s = 0.0
        self._asked = False

    def update(self, tick: Tick, probabilities: NDArray[np.float32] | None, *, misread: bool) -> AffectState:
        """Take the probabilities (7,) of a frame in EMOTIONS order, temperature-scaled; None without any."""
        if probabilities is None:
            self._missing_s += tick.span
        else:
            self._asked, self._missing_s = True, 0.0
        if probabilities is None or misread:
            self._held_s += tick.span
        else:
            self._held_s = 0.0
            self._take(tick.span, probabilities.tolist())
        return self._state(misread=misread)

    def _take(self, dt: float, shares: list[float]) -> None:
        largest = max(shares)
        valence, arousal = sum(map(mul, shares, VALENCES)), sum(map(mul, shares, AROUSALS))
        liveliness = min(max(0.5 + 0.5 * (1 - shares[_NEUTRAL]) * largest, 0.0), 1.0)
        if self._point is not None:
            gain = -math.expm1(-dt / self._limits.affect_tau_s)
            valence = self._point[0] + (valence - self._point[0]) * gain
            arousal = self._point[1] + (arousal - self._point[1]) * gain
        self._point = valence, arousal, 1 - largest, liveliness

    def _state(self, *, misread: bool) -> AffectState:
        kept_s = self._limits.affect_kept_s + ROUNDING_S
        if self._point is None or self._missing_s > kept_s:
            self._point = None
            return AffectState(None, None, None, None, False, "no_expression" if self._asked else "off")
        valence, arousal, radius, liveliness = self._point
        return AffectState(
            valence, arousal, radius, liveliness if self._held_s <= kept_s else None, misread, None
        )
