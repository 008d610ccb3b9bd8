"""Calibration on PublicTest alone: the temperature, and the confidence below which a label is a guess."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.metrics import Labels, Probabilities, negative_log_likelihood

LOG_RANGE = (np.log(0.2), np.log(5.0))
STEPS = 60  # golden sections; the last interval is far below any use
WINDOW = 0.05
LIMITS = (0.30, 0.60)


def tempered(logits: NDArray[np.float32], temperature: float) -> Probabilities:
    """Softmax of logits (n, 7) divided by a temperature."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def fit_temperature(logits: NDArray[np.float32], labels: Labels) -> float:
    """The temperature that minimises the negative log-likelihood (Guo et al. 2017, section 4.2)."""
    low, high = LOG_RANGE
    golden = (np.sqrt(5) - 1) / 2

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(tempered(logits, float(np.exp(log_temperature))), labels)

    for _ in range(STEPS):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return float(np.exp((low + high) / 2))


def uncertain_below(probabilities: Probabilities, labels: Labels) -> float:
    """The largest confidence, within limits, around which fewer than half of the labels are right."""
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    doubtful = LIMITS[0]
    for confidence in np.arange(*LIMITS, 0.01):
        near = np.abs(top - confidence) < WINDOW
        if near.any() and right[near].mean() < 0.5:
            doubtful = float(confidence)
    return round(doubtful, 2)
