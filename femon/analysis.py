"""Turns faces and probabilities into readings: a filter per track, the primary face, reasons for doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS, NOT_WATCHED, UNCERTAIN
from femon.monitors import MonitorState
from femon.monitors.baseline import NeutralBaseline
from femon.settings import AnalysisSettings
from femon.smoothing import Smoothed, Smoother
from femon.types import AWAY_S, ROUNDING_S, Face, Faces, Judgement, Reading, Readings, UncertainReason

EYES_CLOSED_S: Final = 0.5  # product specification 4.4, row "shown label"
LAUGHTER: Final = "happy"  # read from the mouth, though the eyes may be shut


class Analysis:
    """What is remembered between the frames of one source and one bundle. For one thread; it has no clock."""

    def __init__(
        self,
        contract_uncertain_below: float,
        settings: AnalysisSettings,
        *,
        disagree_above: float,
        stills: bool = False,
        away_s: float = AWAY_S,
        model_id: str,
    ) -> None:
        """contract_uncertain_below: the bundle's limit for low_prob, used unless the settings hold another.

        disagree_above: the bundle's limit for the disagreement of an ensemble's members.
        stills: the frames are unrelated pictures, so nothing is filtered or carried over.
        away_s: a track that is out of sight for longer is forgotten.
        """
        self._settings = settings
        self._low_prob = contract_uncertain_below if settings.low_prob is None else settings.low_prob
        self._disagree_above = disagree_above
        self._stills, self._away_s = stills, away_s
        self._model_id = model_id
        self._seen_t: dict[int, float] = {}  # by track, only those seen within away_s
        self._smoothers: dict[int, Smoother] = {}
        self._primary: int | None = None
        self._baseline: NeutralBaseline | None = None

    def use_baseline(self, baseline: NeutralBaseline | None) -> None:
        """Correct the primary face from the next frame on, or none; the filter goes on from where it is."""
        self._baseline = baseline

    def update(self, faces: Faces, judgement: Judgement | None) -> Readings:
        """The readings of one frame; the bundle's judgement has one row per face in order.

        Without a judgement, expressions are not watched, the readings have no label. Raises ValueError when
        the rows do not match the faces.
        """
        if judgement is None:
            return self._unlabelled(faces)
        count, shape = len(faces.faces), judgement.probabilities.shape
        if shape != (count, len(EMOTIONS)):
            raise ValueError(f"probabilities have the shape {shape}, expected {(count, len(EMOTIONS))}")
        apart = [None] * count if judgement.disagreement is None else judgement.disagreement.tolist()
        self._note_tracks(faces)
        self._choose_primary(faces.faces)
        rows = zip(faces.faces, judgement.probabilities, apart, strict=True)
        return Readings(
            frame=faces.frame,
            readings=tuple(self._read(face, raw, one, faces.frame.t) for face, raw, one in rows),
            model_id=self._model_id,
        )

    def _unlabelled(self, faces: Faces) -> Readings:
        self._note_tracks(faces)
        self._choose_primary(faces.faces)
        readings = tuple(
            Reading(
                face=face,
                primary=face.track == self._primary,
                raw=None,
                smooth=None,
                label=NOT_WATCHED,
                uncertain=None,
                low_quality=self._too_poor(face),
            )
            for face in faces.faces
        )
        return Readings(faces.frame, readings)

    def _note_tracks(self, faces: Faces) -> None:
        t = faces.frame.t
        here = dict.fromkeys((face.track for face in faces.faces), t)
        if self._stills:
            self._seen_t, self._primary = here, None
            return
        kept = {track: seen for track, seen in self._seen_t.items() if t - seen <= self._away_s + ROUNDING_S}
        self._seen_t = kept | here
        before, settings = self._smoothers, self._settings
        self._smoothers = {
            track: before.get(track) or Smoother(settings, self._away_s) for track in self._seen_t
        }
        for track in kept.keys() - here.keys():
            self._smoothers[track].update(t, None)

    def _choose_primary(self, faces: tuple[Face, ...]) -> None:
        if self._primary not in self._seen_t:
            self._primary = max(faces, key=_area).track if faces else None

    def _read(self, face: Face, raw: NDArray[np.float32], disagreement: float | None, t: float) -> Reading:
        poor, primary = self._too_poor(face), face.track == self._primary
        adjusted = self._baseline.corrected(raw) if self._baseline and primary else None
        shares = raw if adjusted is None else adjusted
        smoothed = self._smoothed(face.track, None if poor else shares, t)
        reason = self._why_uncertain(smoothed, disagreement)
        return Reading(
            face=face,
            primary=primary,
            raw=raw,
            smooth=smoothed.smooth,
            label=UNCERTAIN if reason or smoothed.label is None else smoothed.label,
            uncertain=reason,
            disagreement=disagreement,
            adjusted=adjusted,
            low_quality=poor,
        )

    def _too_poor(self, face: Face) -> bool:
        """Whether the face is below the quality gate."""
        return face.quality.value < self._settings.quality_minimum

    def _smoothed(self, track: int, probabilities: NDArray[np.float32] | None, t: float) -> Smoothed:
        if not self._stills:
            return self._smoothers[track].update(t, probabilities)
        if probabilities is None:
            return Smoothed(None, None, warmup=False)
        return Smoothed(probabilities, EMOTIONS[int(probabilities.argmax())], warmup=False)

    def _why_uncertain(self, smoothed: Smoothed, disagreement: float | None) -> UncertainReason | None:
        """The first reason that holds, in the order of product specification 4.3, column 48.

        What only a monitor knows comes later, from doubted().
        """
        if smoothed.smooth is None:
            return "low_quality"
        if smoothed.warmup:
            return "warmup"
        if disagreement is not None and disagreement > self._disagree_above:
            return "disagreement"
        second, best = np.partition(smoothed.smooth, -2)[-2:]
        if best < self._low_prob:
            return "low_prob"
        return "small_margin" if best - second < self._settings.margin else None


def doubted(readings: Readings) -> Readings:
    """The readings without the label of the primary face while closed eyes or a yawn would be misread.

    Closed eyes read as sadness and a yawn as surprise; laughter closes the eyes too, and its label stays. The
    time filter goes on beneath it, and settles again while the monitor still waits before it believes that
    the eyes are open.
    """
    why = None if readings.monitor is None else _misread(readings.monitor)
    if why is None:
        return readings
    amended = (_withheld(reading, why) if reading.primary else reading for reading in readings.readings)
    return replace(readings, readings=tuple(amended))


def _misread(state: MonitorState) -> UncertainReason | None:
    if state.closure.closed_s > EYES_CLOSED_S:
        return "eyes_closed"
    return "yawning" if state.mouth.yawning else None


def _withheld(reading: Reading, why: UncertainReason) -> Reading:
    if reading.label == NOT_WATCHED or reading.uncertain == "low_quality":
        return reading
    if why == "eyes_closed" and reading.label == LAUGHTER:
        return reading
    return replace(reading, label=UNCERTAIN, uncertain=why)


def _area(face: Face) -> float:
    _, _, width, height = face.box_xywh
    return width * height
