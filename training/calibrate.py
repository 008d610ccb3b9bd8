"""Calibration on PublicTest alone: the temperature, and the confidence below which a label is a guess."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from femon.bundle.combination import SMALLEST, softmax
from training.metrics import Labels, Probabilities, negative_log_likelihood
from training.vector_scaling import VectorScaling

LOG_RANGE = (np.log(0.2), np.log(5.0))
WINDOW = 0.05
LIMITS = (0.30, 0.60)


def fit_temperature(logits: NDArray[np.float32], labels: Labels) -> float:
    """The temperature that minimises the negative log-likelihood (Guo et al. 2017, section 4.2)."""

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(softmax(logits, np.exp(log_temperature)), labels)

    return float(np.exp(minimize_scalar(loss, bounds=LOG_RANGE, method="bounded").x))


def uncalibrated(
    probabilities: Probabilities, temperature: float, scaling: VectorScaling | None = None
) -> Probabilities:
    """What calibrated probabilities (n, c) were before the temperature and the vector scaling before it."""
    scaled = softmax(np.log(np.maximum(probabilities, SMALLEST)), 1 / temperature)
    return scaling.undone(scaled) if scaling else scaled


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
