"""Vector scaling: found again from labels, undone exactly, and part of an exported network."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

keras = pytest.importorskip("keras")

from femon.bundle.combination import softmax  # noqa: E402
from training.metrics import negative_log_likelihood  # noqa: E402
from training.vector_scaling import VectorScaling  # noqa: E402

SCALING = VectorScaling(
    (0.9, 1.4, 0.86, 1.15, 0.87, 1.14, 0.94), (-0.25, 0.65, -0.23, 0.21, -0.22, 0.0, -0.16)
)


def answers(count: int) -> NDArray[np.float32]:
    """Probabilities (count, 7) of a network that is seldom sure."""
    return softmax(np.random.default_rng(3).normal(0, 2, (count, 7)))


def scaled(probabilities: NDArray[np.float32], by: VectorScaling = SCALING) -> NDArray[np.float32]:
    return softmax(np.log(probabilities) * np.array(by.scale) + np.array(by.offset))


def test_the_scaling_that_made_the_labels_is_found_again() -> None:
    before = answers(20_000)
    edges = scaled(before).cumsum(axis=1)[:, :-1]
    labels = (np.random.default_rng(4).random((len(edges), 1)) > edges).sum(axis=1).astype(np.uint8)
    found = VectorScaling.fitted(before, labels)
    assert found.scale == pytest.approx(SCALING.scale, abs=0.1)
    assert found.offset == pytest.approx(SCALING.offset, abs=0.25)
    loss = negative_log_likelihood
    assert loss(scaled(before, found), labels) <= loss(scaled(before), labels) < loss(before, labels) - 0.01


def test_the_probabilities_before_it_come_back() -> None:
    before = answers(500)
    np.testing.assert_allclose(SCALING.undone(scaled(before)), before, atol=1e-5)


@pytest.mark.parametrize(("normalised", "shift"), [(True, 0.0), (False, 5.0)])
def test_a_network_with_it_behind_answers_with_scaled_logarithms(normalised: bool, shift: float) -> None:
    before = answers(8)
    logarithms = keras.Input((7,))
    network = keras.Model(logarithms, keras.layers.Identity()(logarithms))
    served = SCALING.applied(network, normalised=normalised)
    after = served.predict(np.log(before) + np.float32(shift), verbose=0)
    np.testing.assert_allclose(softmax(after), scaled(before), atol=1e-6)


def test_a_contract_without_one_has_none() -> None:
    assert VectorScaling.of({"vector_scaling": None}) is None
    assert VectorScaling.of({}) is None
    entry = {"scale": list(SCALING.scale), "offset": list(SCALING.offset)}
    assert VectorScaling.of({"vector_scaling": entry}) == SCALING
