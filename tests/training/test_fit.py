"""Runs: an interrupted one repeats an unbroken one, and the rate follows its schedule."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from training import checkpoint  # noqa: E402
from training.errors import TrainingError  # noqa: E402
from training.fer2013 import Samples  # noqa: E402
from training.fit import Interrupted, Training, WarmUpCosine  # noqa: E402
from training.layers import FusedBatchNormalization  # noqa: E402
from training.recipe import Recipe  # noqa: E402


def network() -> keras.Model:
    picture = keras.Input((None, None, 1))
    x = keras.layers.Conv2D(4, 3, strides=2, use_bias=False)(picture)
    x = keras.layers.ReLU()(FusedBatchNormalization()(x))
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(picture, keras.layers.Dense(7)(keras.layers.Dropout(0.2)(x)))


def recipe(**changes: object) -> Recipe:
    values = {"epochs": 2, "batch": 16, "parameters": 4 * 9 + 16 + 35, "warm_up_epochs": 0.5, **changes}
    return Recipe("tiny", "A tiny network", network, **values)  # type: ignore[arg-type]


def test_an_interrupted_run_repeats_an_unbroken_one(samples: Samples, tmp_path: Path) -> None:
    whole = Training(recipe(), samples, samples, tmp_path / "whole", 3)
    expected = whole.finish().get_weights()

    broken = Training(recipe(), samples, samples, tmp_path / "broken", 3)
    train_step = broken._train_step

    def stop_after_three(*arguments: object) -> object:
        broken._stop = broken.step == 2
        return train_step(*arguments)

    broken._train_step = stop_after_three
    with pytest.raises(Interrupted):
        broken.finish()
    resumed = Training(recipe(), samples, samples, tmp_path / "broken", 3)
    resumed.resume()
    assert resumed.step == 3
    for got, wanted in zip(resumed.finish().get_weights(), expected, strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-5)


def test_a_wrong_parameter_count_stops_at_once(samples: Samples, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="has 87 parameters, not 5"):
        Training(recipe(parameters=5), samples, samples, tmp_path, 1)


def test_only_kernels_decay(samples: Samples, tmp_path: Path) -> None:
    training = Training(recipe(), samples, samples, tmp_path, 1)
    decayed = [
        weight.name
        for weight in training.model.trainable_variables
        if training.optimizer._use_weight_decay(weight)
    ]
    assert decayed == ["kernel", "kernel"]


def test_the_rate_rises_then_falls_to_zero() -> None:
    schedule = WarmUpCosine(0.1, 10, 100)
    rates = [float(schedule(step)) for step in range(101)]
    assert rates[0] == pytest.approx(0.01)
    assert max(rates) == pytest.approx(0.1)
    assert rates.index(max(rates)) in (9, 10)
    assert rates[100] == pytest.approx(0, abs=1e-6)
    assert all(later <= earlier for earlier, later in pairwise(rates[10:]))


def test_checkpoints_keep_the_last_two(tmp_path: Path) -> None:
    variable = keras.Variable(np.zeros(3))
    for step in (1, 2, 3):
        variable.assign(np.full(3, step))
        checkpoint.save(tmp_path, step, {"model": [variable]})
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["step-00000002.npz", "step-00000003.npz"]
    variable.assign(np.zeros(3))
    newest = checkpoint.newest(tmp_path)
    assert newest is not None
    assert checkpoint.restore(newest, {"model": [variable]}) == 3
    assert variable.numpy().tolist() == [3, 3, 3]
