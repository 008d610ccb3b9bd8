"""Engagement 0-1: attention, alertness and steadiness of the head; expression can take away at most 15 %."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from femon.monitors.limits import Limits

Band = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class EngagementState:
    """Engagement; None where `why` says so."""

    value: float | None
    band: Band | None
    attention: float | None  # share of the last 10 s; the parts of the value, 0..1
    alertness: float | None
    steadiness: float | None
    why: Literal["driving", "low_fps", "warming_up", "coverage"] | None


class EngagementMonitor:
    """Weighs behaviour (design choice). Frowns are common in concentration: no feeling lowers it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._value: float | None = None
        self._band: Band | None = None

    def update(
        self,
        dt: float,
        *,
        attention: float | None,
        index: float | None,
        unsteadiness: float | None,
        liveliness: float | None,
        coverage: float | None,
        fast: bool = True,
    ) -> EngagementState:
        """Take a frame that counts for dt seconds.

        `index` is the fatigue index 0-100, `unsteadiness` in degrees, `liveliness` 0..1 or None to leave
        expression out. With fast=False the frames are too few even for the head.
        """
        limits = self._limits
        alertness = None if index is None else 1 - index / 100
        steadiness = None
        if unsteadiness is not None:
            steadiness = min(max(1 - unsteadiness / limits.unsteady_sd, 0.0), 1.0)
        if attention is not None and steadiness is not None:
            value = self._behaviour(attention, alertness, steadiness)
            if liveliness is not None:
                value *= 1 - limits.expression_share * (1 - liveliness)
            self._smooth(dt, value)
        covered = coverage is not None and coverage >= limits.coverage
        why: Literal["low_fps", "warming_up", "coverage"] | None = None
        if not fast:
            why = "low_fps"
        elif not covered:
            why = "coverage"
        elif self._value is None:
            why = "warming_up"
        return EngagementState(
            value=None if why else self._value,
            band=None if why else self._band,
            attention=attention,
            alertness=alertness,
            steadiness=steadiness,
            why=why,
        )

    def _behaviour(self, attention: float, alertness: float | None, steadiness: float) -> float:
        limits = self._limits
        value = limits.weight_attention * attention + limits.weight_steadiness * steadiness
        if alertness is None:
            return value / (limits.weight_attention + limits.weight_steadiness)
        return value + limits.weight_alertness * alertness

    def _smooth(self, dt: float, value: float) -> None:
        if self._value is None:
            self._value = value
        else:
            self._value += (value - self._value) * -math.expm1(-dt / self._limits.engagement_tau_s)
        self._band = self._banded(self._value)

    def _banded(self, value: float) -> Band:
        """Three bands are what people agree on (Whitehill 2014); a band is left only by a margin."""
        limits = self._limits
        low = limits.engagement_low + (limits.engagement_hysteresis if self._band == "low" else 0.0)
        high = limits.engagement_high - (limits.engagement_hysteresis if self._band == "high" else 0.0)
        return "low" if value < low else "high" if value > high else "medium"


HIDDEN = EngagementState(None, None, None, None, None, "driving")
