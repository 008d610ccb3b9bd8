"""The model's input: the only place that turns pixels of a face into a 48x48 grey crop."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]

# Samples per crop pixel and axis. The first bounds the work for large faces: 16 samples per crop pixel
# leave no visible aliasing. Few samples need the sharper filter to keep the round trip within 2 grey levels.
MOST_SAMPLES = 4
MOST_CUBIC_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class CropSpec:
    """Where the eye centres land in a crop, in px with pixel centres at integer coordinates.

    Left and right are those of the picture, not of the subject.
    """

    size: int = 48
    left_eye: Point = (14.7, 18.6)
    right_eye: Point = (32.2, 18.5)

    @property
    def reach(self) -> float:
        """How far a crop reaches from the midpoint of the eyes at most, in eye distances."""
        middle = [(left + right) / 2 for left, right in zip(self.left_eye, self.right_eye, strict=True)]
        edges = (-0.5, self.size - 0.5)
        farthest = max(math.dist(middle, (x, y)) for x in edges for y in edges)
        return farthest / math.dist(self.left_eye, self.right_eye)

    def to_dict(self) -> dict[str, Any]:
        """The entry `crop` of bundle.json."""
        return {"size": self.size, "left_eye": list(self.left_eye), "right_eye": list(self.right_eye)}

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> CropSpec:
        """The inverse of to_dict; raises ValueError when an entry is missing or not a number."""
        try:
            (left_x, left_y), (right_x, right_y) = entry["left_eye"], entry["right_eye"]
            left, right = (float(left_x), float(left_y)), (float(right_x), float(right_y))
            return cls(size=int(entry["size"]), left_eye=left, right_eye=right)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a crop specification: {error!r}") from error


# The median eye centres of FER-2013, measured by `python -m training geometry` (docs/decisions/0004).
FER_SPEC = CropSpec()


def crop_from_fer(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture of FER-2013, (48, 48) uint8, is a crop as it is; raises ValueError for anything else."""
    if pixels.shape != (FER_SPEC.size, FER_SPEC.size) or pixels.dtype != np.uint8:
        raise ValueError(f"expected 48x48 uint8, got {pixels.shape} {pixels.dtype}")
    return pixels


def crop_face(
    gray: NDArray[np.uint8], eyes: tuple[Point, Point], spec: CropSpec, *, margin: float = 1.0
) -> NDArray[np.uint8]:
    """Cut a face so that its eyes land where `spec` says: (size, size) uint8.

    `gray` is (h, w) uint8, `eyes` the centres of the image-left and image-right eye in px, with pixel
    centres at integer coordinates. `margin` above 1 shows more around the midpoint of the eyes. What lies
    outside the picture repeats its border. Raises ValueError for eyes less than one pixel apart.
    """
    slope, offset = _crop_to_picture(eyes, spec, margin)
    samples = min(max(math.ceil(abs(slope) - 1e-6), 1), MOST_SAMPLES)
    # Sample i of the fine grid lies at (i + 0.5) / samples - 0.5 in the crop.
    step = slope / samples
    start = offset + slope * (0.5 / samples - 0.5) * (1 + 1j)
    fine_to_picture = np.array([[step.real, -step.imag, start.real], [step.imag, step.real, start.imag]])
    fine = cv2.warpAffine(
        gray,
        fine_to_picture,
        (spec.size * samples, spec.size * samples),
        flags=cv2.WARP_INVERSE_MAP | (cv2.INTER_CUBIC if samples <= MOST_CUBIC_SAMPLES else cv2.INTER_LINEAR),
        borderMode=cv2.BORDER_REPLICATE,
    )
    if samples > 1:  # each crop pixel is the mean of its area, so a large face does not alias
        fine = cv2.resize(fine, (spec.size, spec.size), interpolation=cv2.INTER_AREA)
    return fine.astype(np.uint8, copy=False)


def _crop_to_picture(eyes: tuple[Point, Point], spec: CropSpec, margin: float) -> tuple[complex, complex]:
    """The similarity that takes crop px to picture px as `slope * z + offset` with z = x + iy."""
    left, right = complex(*eyes[0]), complex(*eyes[1])
    crop_left, crop_right = complex(*spec.left_eye), complex(*spec.right_eye)
    if not abs(right - left) >= 1.0:  # also true for NaN
        raise ValueError(f"the eyes {eyes} are less than one pixel apart")
    slope = margin * (right - left) / (crop_right - crop_left)
    return slope, (left + right) / 2 - slope * (crop_left + crop_right) / 2
