"""A guided calibration on the readings of a source: the person in view is guided, and the log is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from femon.monitors.baseline import NeutralBaseline
from femon.monitors.calibration import Calibration
from femon.monitors.calibration_state import CalibrationResult, CalibrationState, Figures
from femon.types import Readings

Part = Literal["neutral", "eyes", "pose"]
Broken = Literal["stopped", "source_end", "error", "session_end"]


@dataclass(frozen=True, slots=True)
class CalibrationEvent:
    """One row of type `calibration` for events.csv."""

    t: float
    name: Part | Literal["rejected"]
    phase: Literal["point", "start", "end"]
    details: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CalibrationNews:
    """What the window is told after one frame."""

    state: CalibrationState
    result: CalibrationResult | None  # with the state "result"
    model_id: str | None  # whose probabilities the result holds
    model_sha256: str | None  # of its weights
    reference: tuple[float, ...]  # what this model says of neutral faces, (7,) or empty

    @property
    def corrected(self) -> tuple[float, ...] | None:
        """The person's relaxed face after the correction, (7,); None when it cannot be corrected."""
        measured = self.result.neutral_probabilities if self.result else None
        if not measured or not self.reference:
            return None
        baseline = NeutralBaseline(measured, self.reference)
        return tuple(baseline.corrected(np.asarray(measured, np.float32)).tolist())


_EYES_AND_POSE: Final[tuple[Part, ...]] = ("eyes", "pose")


class CalibrationRun:
    """Shows readings to a calibration; `events` are for the log, from the newest frame.

    `model_id`, `model_sha256` and `reference` are the bundle's: without one only eyes and pose are measured.
    """

    def __init__(
        self,
        calibration: Calibration,
        *,
        glasses: bool,
        model_id: str | None = None,
        model_sha256: str | None = None,
        reference: tuple[float, ...] = (),
    ) -> None:
        self.events: tuple[CalibrationEvent, ...] = ()
        self._calibration = calibration
        self._glasses = glasses
        self._model_id, self._model_sha256, self._reference = model_id, model_sha256, reference
        self._parts: tuple[Part, ...] = ("neutral", *_EYES_AND_POSE) if model_id else _EYES_AND_POSE
        self._begun = False

    def update(self, readings: Readings, others: int = 0) -> CalibrationNews:
        """Take one frame. With several people in view the primary one is looked at, and the others told.

        others: people in view of whom there is no reading.
        """
        person = next((one for one in readings.readings if one.primary), None)
        height, width = readings.frame.image_bgr.shape[:2]
        state = self._calibration.update(
            readings.frame.t,
            person.face if person else None,
            (width, height),
            people=len(readings.readings) + others,
            probabilities=person.raw if person and person.uncertain != "low_quality" else None,
        )
        return self._told(state, readings.frame.t)

    def forget_model(self) -> None:
        """Another bundle answers from now on: no neutral face is made of the answers of two."""
        self._model_id, self._model_sha256, self._reference = None, None, ()

    def skip(self, t: float) -> CalibrationNews:
        """Leave out the step that is asked for now, if it may be."""
        return self._told(self._calibration.skip(), t)

    def broken_off(self, t: float, why: Broken) -> tuple[CalibrationEvent, ...]:
        """The rows for a calibration that ends here without a result."""
        return self._rejected(t, why) if self._begun else ()

    def _told(self, state: CalibrationState, t: float) -> CalibrationNews:
        result = self._calibration.result()
        news = CalibrationNews(state, result, self._model_id, self._model_sha256, self._reference)
        events: tuple[CalibrationEvent, ...] = ()
        if not self._begun:
            self._begun = True
            events = tuple(CalibrationEvent(t, part, "start") for part in self._parts)
        if result is not None:
            figures = ((part, self._measured(part, news, result)) for part in self._parts)
            events += tuple(CalibrationEvent(t, part, "end", details) for part, details in figures)
        elif state.refused:
            events += self._rejected(t, "+".join(state.refused))
        self.events = events
        return news

    def _rejected(self, t: float, why: str) -> tuple[CalibrationEvent, ...]:
        ends = tuple(CalibrationEvent(t, part, "end") for part in self._parts)
        return (CalibrationEvent(t, "rejected", "point", {"glasses": self._glasses, "why": why}), *ends)

    def _measured(self, part: Part, news: CalibrationNews, result: CalibrationResult) -> dict[str, object]:
        if part == "eyes":
            return _eyes(result, self._glasses)
        if part == "pose":
            return {"before": _pose(result.before), "after": _pose(result.after)}
        return {
            "before": _rounded(result.neutral_probabilities),
            "after": _rounded(news.corrected),
            "model": self._model_id,
        }


def _eyes(result: CalibrationResult, glasses: bool) -> dict[str, object]:
    before, after = result.before, result.after
    return {
        "a_left": round(after.open_left, 4),
        "a_right": round(after.open_right, 4),
        "closed_share_left": round(after.closed_share_left, 4),
        "closed_share_right": round(after.closed_share_right, 4),
        "closed_source": result.profile.closed_source,
        "glasses": glasses,
        "before": _rounded((before.open_left, before.open_right)),
        "after": _rounded((after.open_left, after.open_right)),
        "amber": list(result.amber),
    }


def _pose(figures: Figures) -> list[float] | None:
    pose = figures.neutral
    return None if pose is None else [round(pose.yaw, 2), round(pose.pitch, 2), round(pose.roll, 2)]


def _rounded(shares: tuple[float, ...] | None) -> list[float] | None:
    return None if shares is None else [round(share, 4) for share in shares]
