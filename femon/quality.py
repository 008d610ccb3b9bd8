"""How far a face can be trusted: the linear quality scores of one face and the words for what is wrong."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from femon.types import Pose, Quality

Box = tuple[float, float, float, float]

# Each pair is the value that scores 0 and the value that scores 1; starting values of our own.
EYE_DISTANCE_PX: Final = (16.0, 32.0)
DARK: Final = (30.0, 60.0)
BRIGHT: Final = (230.0, 200.0)
BLUR: Final = (5.0, 30.0)
YAW: Final = (50.0, 20.0)
PITCH: Final = (40.0, 20.0)
VISIBLE_SHARE: Final = (0.8, 1.0)


def judge(
    crop: NDArray[np.uint8],
    *,
    eye_distance_px: float,
    pose: Pose,
    box_xywh: Box,
    frame_size: tuple[int, int],
    minimum: float,
) -> Quality:
    """The quality of one face: the smallest of its linear scores, and a word for each score below `minimum`.

    `crop` is (48, 48) uint8; `eye_distance_px` lies between the outer eye corners; `box_xywh` is in px of a
    picture whose `frame_size` is (width, height), with pixel centres at integer coordinates.
    """
    brightness, blur = float(crop.mean()), laplacian_variance(crop)
    scores = (
        ("small", _score(eye_distance_px, EYE_DISTANCE_PX)),
        ("dark", _score(brightness, DARK)),
        ("bright", _score(brightness, BRIGHT)),
        ("blurred", _score(blur, BLUR)),
        ("turned", min(_score(abs(pose.yaw), YAW), _score(abs(pose.pitch), PITCH))),
        ("partial", _score(_visible_share(box_xywh, frame_size), VISIBLE_SHARE)),
    )
    return Quality(
        value=min(score for _, score in scores),
        reasons=tuple(word for word, score in scores if score < minimum),
        blur=blur,
        brightness=brightness,
        eye_distance_px=eye_distance_px,
    )


def laplacian_variance(crop: NDArray[np.uint8]) -> float:
    """Variance of the 4-neighbour Laplacian of a grey picture, low when blurred (Pech-Pacheco 2000)."""
    grey = crop.astype(np.float32)
    neighbours = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float((neighbours - 4 * grey[1:-1, 1:-1]).var())


def _score(value: float, ends: tuple[float, float]) -> float:
    zero, one = ends
    return min(max((value - zero) / (one - zero), 0.0), 1.0)


def _visible_share(box_xywh: Box, frame_size: tuple[int, int]) -> float:
    share = 1.0
    for start, length, limit in zip(box_xywh[:2], box_xywh[2:], frame_size, strict=True):
        inside = min(start + length, limit - 0.5) - max(start, -0.5)
        share *= max(inside, 0.0) / length if length > 0 else 0.0
    return share
