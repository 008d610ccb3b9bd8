"""What the calibration of one person gives: references the monitors measure against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from femon.types import Pose

ClosedSource = Literal["assumed", "learned", "guided"]


@dataclass(frozen=True, slots=True)
class EyeReference:
    """The 3-D eye aspect ratio of one eye: A0 when open, C when closed."""

    open_ear: float
    closed_ear: float | None = None  # None: a share of open_ear until it is learned from blinks


@dataclass(frozen=True, slots=True)
class GazeFit:
    """How gaze blendshapes become degrees for one person; zones only, never points."""

    x0: float  # gaze_x and gaze_y looking at the lens
    y0: float
    yaw_per_unit: float = 40.0  # degrees, unvalidated (design choice); the corner step fits them
    pitch_per_unit: float = 50.0
    # degrees relative to the camera: yaw from, to, pitch from, to; None: no corner step was made
    zone: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class BlinkBaseline:
    """A rested person's own blinks, seconds."""

    p90_s: float
    mean_s: float
    sd_s: float
    count: int


@dataclass(frozen=True, slots=True)
class Profile:
    """One person's calibration, made with or without glasses; right and left are the subject's."""

    right: EyeReference
    left: EyeReference
    neutral: Pose  # degrees relative to the camera
    closed_source: ClosedSource = "assumed"
    jaw_open_rest: float = 0.0  # blendshape, 0..1
    mouth_ratio_rest: float = 0.0  # inner lip gap over inner mouth width
    glasses: bool = False
    measured_on: date | None = None
    gaze: GazeFit | None = None
    blinks: BlinkBaseline | None = None
