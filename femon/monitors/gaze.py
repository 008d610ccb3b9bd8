"""Where the eyes look: a zone at best, from blendshapes fitted to one person; optional and off by default."""

from __future__ import annotations

from dataclasses import dataclass

from femon.monitors.geometry import Expression
from femon.monitors.limits import Limits
from femon.monitors.profile import GazeFit
from femon.types import Pose


@dataclass(frozen=True, slots=True)
class Gaze:
    """The direction of the eyes in degrees relative to the camera, signs as Pose; good to about 6 degrees."""

    yaw: float
    pitch: float


def gaze_of(
    pose: Pose, expression: Expression, openness: float | None, fit: GazeFit | None, limits: Limits
) -> Gaze | None:
    """The gaze of a frame; None without a fit or with eyes that are not open enough to tell."""
    if fit is None or openness is None or openness < limits.gaze_openness:
        return None
    return Gaze(
        pose.yaw + fit.yaw_per_unit * (expression.gaze_x - fit.x0),
        pose.pitch + fit.pitch_per_unit * (expression.gaze_y - fit.y0),
    )


def outside(gaze: Gaze, zone: tuple[float, float, float, float]) -> bool:
    """Whether a gaze leaves a zone (yaw from, to, pitch from, to; degrees)."""
    yaw_from, yaw_to, pitch_from, pitch_to = zone
    return not (yaw_from <= gaze.yaw <= yaw_to and pitch_from <= gaze.pitch <= pitch_to)
