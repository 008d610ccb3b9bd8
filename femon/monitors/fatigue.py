"""The fatigue index 0-100 of eyes, yawns and nods together: never a probability or a KSS value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from femon.monitors.blinks import BlinksState
from femon.monitors.limits import Limits


@dataclass(frozen=True, slots=True)
class FatigueState:
    """The index; None where `why` says so."""

    index: float | None
    partial: bool  # a term had no input and counted as 0
    why: Literal["warming_up", "low_fps", "coverage"] | None


class FatigueMonitor:
    """Weighs the terms (design choice) and smooths them, faster upward than downward."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._index = 0.0
        self.state = FatigueState(None, True, "warming_up")

    def update(
        self,
        seconds: float,
        *,
        p60: float | None,
        blinks: BlinksState,
        yawns: int | None,
        nods: int | None,
        coverage: float | None,
        fast: bool = True,
    ) -> FatigueState:
        """Take what holds now, `seconds` after the last call; to be called about once per second.

        With fast=False the frames are too few to judge eyes by.
        """
        limits = self._limits
        value, partial = _index(p60, blinks, yawns, nods, limits)
        rising = value > self._index
        tau_s = limits.index_rising_tau_s if rising else limits.index_falling_tau_s
        self._index += (value - self._index) * -math.expm1(-seconds / tau_s)
        covered = coverage is not None and coverage >= limits.coverage
        why: Literal["low_fps", "coverage"] | None = (
            "low_fps" if not fast else None if covered else "coverage"
        )
        self.state = FatigueState(None if why else self._index, partial, why)
        return self.state


def _index(
    p60: float | None, blinks: BlinksState, yawns: int | None, nods: int | None, limits: Limits
) -> tuple[float, bool]:
    """The unsmoothed index and whether a term is missing."""
    terms = (
        (limits.weight_perclos, None if p60 is None else p60 / limits.full_perclos),
        (limits.weight_duration, None if blinks.p90_ratio is None else blinks.p90_ratio - 1),
        (
            limits.weight_long_blinks,
            None if blinks.long_share is None else blinks.long_share / limits.full_long_share,
        ),
        (limits.weight_yawns, None if yawns is None else yawns / limits.full_yawns),
        (limits.weight_nods, None if nods is None else nods / limits.full_nods),
    )
    total = sum(weight * min(max(term, 0.0), 1.0) for weight, term in terms if term is not None)
    return 100 * min(total, 1.0), any(term is None for _, term in terms)
