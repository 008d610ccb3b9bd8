"""The time filter of one face: probabilities smoothed by half-life, the label held by hysteresis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS
from femon.settings import AnalysisSettings
from femon.types import AWAY_S, ROUNDING_S

# Product specification 4.4, row "smoothing".
RESET_AFTER_S: Final = AWAY_S  # without probabilities
WARMUP_S: Final = 0.3  # after a reset


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """The filter's answer to one frame; smooth is (7,) float32 in EMOTIONS order, None without input."""

    smooth: NDArray[np.float32] | None
    label: str | None  # after hysteresis; None without input
    warmup: bool  # the filter has seen too little since its last reset


class Smoother:
    """Exponential filter and label hysteresis for one track; time comes in with the data.

    More than `reset_after_s` without probabilities makes it start anew.
    """

    def __init__(self, settings: AnalysisSettings, reset_after_s: float = RESET_AFTER_S) -> None:
        self._settings, self._reset_after_s = settings, reset_after_s
        self._smooth: NDArray[np.float64] = np.zeros(len(EMOTIONS))
        self._seen_t = -np.inf  # last probabilities
        self._reset_t = -np.inf
        self._label = 0  # indices into EMOTIONS
        self._challenger: int | None = None  # the class that leads enough to take the label over ...
        self._challenger_t = 0.0  # ... without a break since then

    def update(self, t: float, probabilities: NDArray[np.float32] | None) -> Smoothed:
        """Take the probabilities (7,) of the frame at t seconds, or None when there are none worth keeping.

        t must not fall. A gap that is no reset leaves the filter as it is but ends a running lead.
        """
        if probabilities is None:
            self._challenger = None
            return Smoothed(None, None, False)
        if t - self._seen_t > self._reset_after_s + ROUNDING_S:
            self._reset_t = t
            self._smooth = probabilities.astype(np.float64)
        else:
            self._smooth = self._smooth + self._gain(t - self._seen_t) * (probabilities - self._smooth)
        self._seen_t = t
        warmup = t - self._reset_t < WARMUP_S - ROUNDING_S
        self._update_label(t, at_once=warmup)
        return Smoothed(self._smooth.astype(np.float32), EMOTIONS[self._label], warmup)

    def _gain(self, dt: float) -> float:
        """Share of the way to the new value: half of it after one half-life, whatever the frame rate."""
        half_life = self._settings.half_life_s
        return 1.0 - 2.0 ** (-dt / half_life) if half_life > 0 else 1.0

    def _update_label(self, t: float, *, at_once: bool) -> None:
        """Move the label when one class has led it long enough; at once while nothing is shown yet."""
        leader = int(self._smooth.argmax())
        lead = self._smooth[leader] - self._smooth[self._label]
        if leader == self._label or lead < self._settings.lead:
            self._challenger = None
        elif leader != self._challenger:
            self._challenger, self._challenger_t = leader, t
        held = self._challenger is not None and t - self._challenger_t >= self._settings.hold_s - ROUNDING_S
        if at_once or held:
            self._label, self._challenger = leader, None
