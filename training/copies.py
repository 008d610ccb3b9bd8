"""Copies among the pictures: exact ones by their bytes, near ones by the correlation of what they show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEAR = 0.98  # correlation from which on two pictures count as near copies
BLOCK = 3  # px; pictures are compared by the means of such blocks ...
SIDE = 16  # ... of which 16x16 make a picture
FEW = 512  # pictures per matrix product, which bounds the memory


def groups(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(n,) group numbers from 0 on: pictures (n, 48, 48) of identical bytes share one."""
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(image.tobytes(), len(numbers)) for image in images], np.int64)


def copied(images: NDArray[np.uint8], among: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(n,) true where a picture of `images` (n, 48, 48) is in `among` (m, 48, 48), byte for byte."""
    seen = {image.tobytes() for image in among}
    return np.array([image.tobytes() in seen for image in images], np.bool_)


def near_copied(
    images: NDArray[np.uint8], among: NDArray[np.uint8]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which of `images` (n, 48, 48) have a near copy in `among` (m, 48, 48), and the reverse: (n,) and (m,).

    Near: the block means of one correlate by at least NEAR with those of the other or of its mirror image.
    A flat picture correlates with nothing.
    """
    (even, odd), (their_even, their_odd) = _halves(images), _halves(among)
    near, reverse = np.zeros(len(images), np.bool_), np.zeros(len(among), np.bool_)
    for start in range(0, len(images), FEW):
        some = slice(start, start + FEW)
        # even @ even + odd @ odd is the correlation, and with the mirror image the second term changes sign
        alike = even[some] @ their_even.T + np.abs(odd[some] @ their_odd.T) >= NEAR
        near[some] = alike.any(axis=1)
        reverse |= alike.any(axis=0)
    return near, reverse


def _halves(images: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The parts of the block means that a mirror keeps and turns round: (n, 128) float32 each.

    Together they have mean 0 and norm 1, or are all 0 for a flat picture.
    """
    blocks = images.reshape(-1, SIDE, BLOCK, SIDE, BLOCK).mean(axis=(2, 4), dtype=np.float64)
    blocks -= blocks.mean(axis=(1, 2), keepdims=True)
    norms = np.linalg.norm(blocks, axis=(1, 2), keepdims=True)
    blocks /= np.where(norms > 1e-6, norms, np.inf) * np.sqrt(2)
    left, right = blocks[:, :, : SIDE // 2], blocks[:, :, : SIDE // 2 - 1 : -1]
    even, odd = (part.reshape(len(images), -1).astype(np.float32) for part in (left + right, left - right))
    return even, odd
