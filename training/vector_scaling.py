"""Vector scaling (Guo et al. 2017, section 4.2): each class has a scale and an offset of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import keras
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from femon.bundle.combination import SMALLEST, softmax
from training.metrics import Labels, Probabilities

LOG_SCALE_RANGE = (np.log(0.2), np.log(5.0))
OFFSET_RANGE = (-3.0, 3.0)
HALVINGS = 50  # of an interval of logits, down to what float64 can tell apart


@dataclass(frozen=True, slots=True)
class VectorScaling:
    """Logarithms of probabilities times `scale` plus `offset`, each (classes,); the offsets' mean is 0."""

    scale: tuple[float, ...]
    offset: tuple[float, ...]

    @classmethod
    def fitted(cls, probabilities: Probabilities, labels: Labels) -> Self:
        """The one that minimises the negative log-likelihood, in four digits."""
        logits = np.log(np.maximum(probabilities, SMALLEST)).astype(np.float64)
        count, classes = logits.shape
        truth = np.eye(classes)[labels]

        def loss(choice: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            scaled = logits * np.exp(choice[:classes])
            logarithms = log_softmax(scaled + choice[classes:], axis=1)
            slope = np.exp(logarithms) - truth
            slopes = np.concatenate([(slope * scaled).sum(axis=0), slope.sum(axis=0)])
            return -float((truth * logarithms).sum()) / count, slopes / count

        bounds = [LOG_SCALE_RANGE] * classes + [OFFSET_RANGE] * classes
        found = minimize(loss, np.zeros(2 * classes), jac=True, method="L-BFGS-B", bounds=bounds).x
        offset = found[classes:] - found[classes:].mean()
        return cls(_rounded(np.exp(found[:classes])), _rounded(offset))

    @classmethod
    def of(cls, contract: Mapping[str, Any]) -> Self | None:
        """The one that bundle.json says is part of the network, if there is one."""
        entry = contract.get("vector_scaling")
        return cls(tuple(entry["scale"]), tuple(entry["offset"])) if entry else None

    def applied(self, network: keras.Model, *, normalised: bool) -> keras.Model:
        """A network of logits (n, classes) with this behind it, in stock layers.

        normalised: they are logarithms of probabilities already. Others are made such first: the constant
        by which they may differ from them would be scaled for each class by another factor.
        """
        logarithms = network.output
        if not normalised:
            logarithms = keras.layers.Activation("log_softmax", name="log_softmax")(logarithms)
        layer = keras.layers.Rescaling(list(self.scale), list(self.offset), name="vector_scaling")
        return keras.Model(network.input, layer(logarithms), name=network.name)

    def undone(self, probabilities: Probabilities) -> Probabilities:
        """What probabilities (n, classes) were before it.

        Their logarithms are the scaled ones up to a constant of each picture, which is found by halving: with
        the right one the probabilities before sum to 1, and the sum rises with it.
        """
        logits = np.log(np.maximum(probabilities, SMALLEST)).astype(np.float64)
        scale, offset = np.array(self.scale), np.array(self.offset)
        reach = np.log(len(scale)) * max(1.0, scale.max()) + np.abs(offset).max()
        low, high = (np.full((len(logits), 1), end) for end in (-reach, reach))
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            above = np.exp((logits + middle - offset) / scale).sum(axis=1, keepdims=True) > 1
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        return np.asarray(softmax((logits + low - offset) / scale), np.float32)


def _rounded(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in values)
