"""Shapes of eyes and mouth from MediaPipe's face mesh, and the ids of landmarks and blendshapes they need."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

NOSE_TIP: Final = 1
# p1 to p6 of the eye aspect ratio, of the subject's right eye (on the image's left) and of the left one.
RIGHT_EYE: Final = (33, 160, 158, 133, 153, 144)
LEFT_EYE: Final = (362, 385, 387, 263, 373, 380)

# Places in MediaPipe's 52 blendshapes, (left, right) where there are two.
BLINK: Final = (9, 10)
LOOK_DOWN: Final = (11, 12)
LOOK_IN: Final = (13, 14)
LOOK_OUT: Final = (15, 16)
LOOK_UP: Final = (17, 18)
JAW_OPEN: Final = 25

# Where the measured distances begin and end: for each eye p2-p6, p3-p5 and p1-p4, the right one first;
# then lips, mouth corners and outer eye corners.
_FROM: Final = np.array(
    [*(eye[place] for eye in (RIGHT_EYE, LEFT_EYE) for place in (1, 2, 0)), 13, 78, RIGHT_EYE[0]]
)
_TO: Final = np.array(
    [*(eye[place] for eye in (RIGHT_EYE, LEFT_EYE) for place in (5, 4, 3)), 14, 308, LEFT_EYE[3]]
)


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye of one frame."""

    ear: float  # eye aspect ratio with 3-D distances; nan when the corners coincide
    width_px: float  # 2-D distance of the corners: what the picture resolves


@dataclass(frozen=True, slots=True)
class Shape:
    """The geometry of one face in one frame; right and left are the subject's."""

    right: Eye
    left: Eye
    mouth_ratio: float  # inner lip gap over inner mouth width, 3-D; logged only
    nose_px: tuple[float, float]
    outer_span_px: float  # 2-D, between the outer eye corners


def shape_of(landmarks: NDArray[np.float32]) -> Shape:
    """The shape of the landmarks (478, 3) px, z in the scale of x.

    EAR = (|p2-p6| + |p3-p5|) / (2 |p1-p4|) (Soukupova & Cech 2016), here with 3-D distances, which hold
    when the head turns. It is never corrected for pitch: with the gaze held, chin down raises it.
    """
    between = landmarks.take(_FROM, axis=0) - landmarks.take(_TO, axis=0)
    squares = between * between
    flat = squares[:, 0] + squares[:, 1]
    in_2d, in_3d = np.sqrt(flat).tolist(), np.sqrt(flat + squares[:, 2]).tolist()
    x, y, _ = landmarks[NOSE_TIP].tolist()
    return Shape(
        right=Eye(_ratio(in_3d[0] + in_3d[1], 2 * in_3d[2]), in_2d[2]),
        left=Eye(_ratio(in_3d[3] + in_3d[4], 2 * in_3d[5]), in_2d[5]),
        mouth_ratio=_ratio(in_3d[6], in_3d[7]),
        nose_px=(x, y),
        outer_span_px=in_2d[8],
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


@dataclass(frozen=True, slots=True)
class Expression:
    """The blendshapes the monitors read, 0..1. They are regressed from the landmarks: no second witness."""

    eye_blink: float  # mean of both eyes
    jaw_open: float
    gaze_x: float  # + towards the image's right
    gaze_y: float  # + up


def expression_of(blendshapes: NDArray[np.float32]) -> Expression:
    """The blendshapes (52,) that matter here, the gaze ones combined to one value for each direction."""
    shapes = blendshapes.tolist()

    def mean(pair: tuple[int, int]) -> float:
        return float(shapes[pair[0]] + shapes[pair[1]]) / 2

    outward_left = shapes[LOOK_OUT[0]] - shapes[LOOK_IN[0]]
    outward_right = shapes[LOOK_OUT[1]] - shapes[LOOK_IN[1]]
    return Expression(
        eye_blink=mean(BLINK),
        jaw_open=shapes[JAW_OPEN],
        gaze_x=(outward_left - outward_right) / 2,
        gaze_y=mean(LOOK_UP) - mean(LOOK_DOWN),
    )


def openness_of_blink(eye_blink: float) -> float:
    """Openness 0..1 that the blink blendshape suggests; a cross-check for display only.

    The line is fitted to public clips; full closure peaks at 0.74-0.85, never at 1.
    """
    return min(max((0.66 - eye_blink) / 0.48, 0.0), 1.0)
