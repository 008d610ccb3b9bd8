"""The arithmetic of an ensemble: many answers become one, and how far they lie apart."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Members = NDArray[np.float32]  # probabilities (m, n, c) of m members for n pictures and c classes
SMALLEST = 1e-12  # the floor of a probability before its logarithm is taken


def softmax(logits: NDArray[Any], temperature: float = 1.0) -> NDArray[np.float32]:
    """Probabilities (n, c) float32 of logits (n, c) divided by a temperature."""
    scaled = logits / np.float32(temperature)
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def mean_logits(members: Members, weights: ArrayLike) -> NDArray[np.float64]:
    """Logarithm (n, c) of the members' weighted mean probability, each class with its own weights (m, c)."""
    shares = np.asarray(weights, np.float64)
    shares = shares / shares.sum(axis=0)
    mean = (members * shares[:, None, :]).sum(axis=0)
    logits: NDArray[np.float64] = np.log(np.maximum(mean / mean.sum(axis=1, keepdims=True), SMALLEST))
    return logits


def stacked_logits(members: Members, kernel: ArrayLike, bias: ArrayLike) -> NDArray[np.float64]:
    """Logits (n, c): a linear layer, kernel (m * c, c) and bias (c,), on the members' probabilities."""
    return side_by_side(members) @ np.asarray(kernel, np.float64) + np.asarray(bias, np.float64)


def side_by_side(members: Members) -> NDArray[np.float64]:
    """The probabilities of all members for one picture in one row (n, m * c), member after member."""
    count, pictures, classes = members.shape
    return members.transpose(1, 0, 2).reshape(pictures, count * classes).astype(np.float64)


def disagreement(members: Members) -> NDArray[np.float32]:
    """How far m > 1 members lie apart for each picture (n,): 0 when they say the same, 1 when the opposite.

    The Jensen-Shannon divergence (Lin 1991) of their probabilities, divided by its largest possible value,
    the logarithm of the smaller of member count and class count.
    """
    count, _, classes = members.shape
    exact = members.astype(np.float64)
    divergence = _entropy(exact.mean(axis=0)) - _entropy(exact).mean(axis=0)
    return np.asarray(np.clip(divergence / log(min(count, classes)), 0, 1), np.float32)


def _entropy(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(-(probabilities * np.log(np.maximum(probabilities, SMALLEST))).sum(axis=-1), np.float64)
