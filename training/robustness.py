"""How a bundle stands the ways in which a camera's crop differs from a FER-2013 picture, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.fer2013 import Samples
from training.ledger import Predict

Pictures = NDArray[np.uint8]  # (n, 48, 48)
Disturbance = Callable[[Pictures], Pictures]

SIDE = 48
SHIFT_PX, SCALE, ROTATION_DEG = 2, 0.08, 8.0
BLUR_PX, NOISE_LEVELS, JPEG_QUALITY = 1.0, 10.0, 40  # deviation, deviation in grey levels, of 100
DARK, BRIGHT, LOW_CONTRAST = 0.5, 60.0, 0.4  # factor, grey levels added, factor around the mean


def measure(predict: Predict, samples: Samples) -> list[dict[str, Any]]:
    """Accuracy under each disturbance, the points lost, and the share of labels that stay as they were."""
    before = predict(samples.images).argmax(axis=1)
    accuracy = float(np.mean(before == samples.labels))
    rows = [{"name": "none", "accuracy": round(accuracy, 4), "lost_points": 0.0, "stable": 1.0}]
    for name, change in DISTURBANCES.items():
        after = predict(change(samples.images)).argmax(axis=1)
        disturbed = float(np.mean(after == samples.labels))
        rows.append(
            {
                "name": name,
                "accuracy": round(disturbed, 4),
                "lost_points": round(100 * (accuracy - disturbed), 2),
                "stable": round(float(np.mean(after == before)), 4),
            }
        )
    return rows


def _each(change: Callable[[Pictures], NDArray[Any]]) -> Disturbance:
    """A change of one picture as one of all."""
    return lambda images: np.stack([np.asarray(change(image), np.uint8) for image in images])


def _warped(*, x: float = 0.0, y: float = 0.0, scale: float = 1.0, degrees: float = 0.0) -> Disturbance:
    middle = (SIDE - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), degrees, scale)
    matrix += np.array([[0, 0, x], [0, 0, y]])

    def warp(image: Pictures) -> NDArray[Any]:
        return cv2.warpAffine(
            image, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )

    return _each(warp)


def _levels(change: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> Disturbance:
    """A change of grey levels, rounded and kept within 0 to 255."""
    return lambda images: np.clip(np.rint(change(images.astype(np.float32))), 0, 255).astype(np.uint8)


def _noise(images: NDArray[np.float32]) -> NDArray[np.float32]:
    grain = np.random.default_rng(0).normal(0, NOISE_LEVELS, images.shape)
    return np.asarray(images + grain, np.float32)


def _less_contrast(images: NDArray[np.float32]) -> NDArray[np.float32]:
    mean = images.mean(axis=(1, 2), keepdims=True)
    return np.asarray(mean + LOW_CONTRAST * (images - mean), np.float32)


def _jpeg(image: Pictures) -> NDArray[Any]:
    _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE))


DISTURBANCES: dict[str, Disturbance] = {
    f"{SHIFT_PX} px to the left": _warped(x=-SHIFT_PX),
    f"{SHIFT_PX} px to the right": _warped(x=SHIFT_PX),
    f"{SHIFT_PX} px up": _warped(y=-SHIFT_PX),
    f"{SHIFT_PX} px down": _warped(y=SHIFT_PX),
    f"{SCALE:.0%} smaller": _warped(scale=1 - SCALE),
    f"{SCALE:.0%} larger": _warped(scale=1 + SCALE),
    f"turned {ROTATION_DEG:.0f}° left": _warped(degrees=ROTATION_DEG),
    f"turned {ROTATION_DEG:.0f}° right": _warped(degrees=-ROTATION_DEG),
    f"blurred, deviation {BLUR_PX:g} px": _each(lambda image: cv2.GaussianBlur(image, (0, 0), BLUR_PX)),
    f"noise, deviation {NOISE_LEVELS:g} of 255": _levels(_noise),
    f"dark, levels times {DARK:g}": _levels(lambda images: images * np.float32(DARK)),
    f"bright, {BRIGHT:g} levels more": _levels(lambda images: images + np.float32(BRIGHT)),
    f"low contrast, times {LOW_CONTRAST:g}": _levels(_less_contrast),
    f"JPEG quality {JPEG_QUALITY}": _each(_jpeg),
}
