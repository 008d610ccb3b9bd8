"""Training steps of femon's loop beside plain keras.fit of the same network, in turns."""

from __future__ import annotations

import importlib.util
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.child import launch
from benchmarks.figures import Figure, Pair, spread, take_turns, timed

GB = 1_000_000_000
NETWORK = "femon-levels-long"
PICTURES, BATCH = 512, 64
PAIRS = 3
MEMORY_BUDGET_GB = 6.0
SPEED = "training: femon / plain keras.fit, pictures per second"


def measure(*, quick: bool = False) -> list[Figure]:
    """How many times as fast as keras.fit, and the memory of both; a quick look takes the same."""
    if any(importlib.util.find_spec(name) is None for name in ("tensorflow", "keras")):
        note = "TensorFlow is not installed: pip install 'femon[train]'"
        return [Figure(SPEED, None, "x", at_least=1.0, note=note)]
    with tempfile.TemporaryDirectory() as folder:
        done = launch("training", Path(folder))
    pairs = done.pairs
    return [
        spread(SPEED, [1 / pair.cost for pair in pairs], "x", at_least=1.0),
        spread("  femon, with augmentation", [PICTURES / pair.ours[0] for pair in pairs], "pictures/s"),
        spread("  plain keras.fit, without", [PICTURES / pair.plain[0] for pair in pairs], "pictures/s"),
        Figure("  peak memory", done.peak_bytes / GB, "GB", at_most=MEMORY_BUDGET_GB),
    ]


def turns(folder: Path) -> list[Pair]:
    """Seconds for PICTURES pictures through keras.fit and through femon's loop; runs in the child process."""
    import keras
    import numpy as np

    from femon.emotions import EMOTIONS
    from training.bench import with_keras_normalisation
    from training.fer2013 import Samples
    from training.fit import Training
    from training.recipe import find_recipe
    from training.splits import Split

    chance = np.random.default_rng(0)
    images = chance.integers(0, 256, (PICTURES, 48, 48), dtype=np.uint8)
    labels = chance.integers(0, len(EMOTIONS), PICTURES).astype(np.uint8)
    samples = Samples("noise", images, labels, np.arange(PICTURES))
    recipe = replace(find_recipe(NETWORK), votes_weight=0.0)
    size = recipe.size
    training = Training(recipe, Split("noise", samples, samples), folder, seed=0)
    without = np.zeros((BATCH, 0), np.float32)  # no votes
    batches = [
        (images[start : start + BATCH], labels[start : start + BATCH], without)
        for start in range(0, PICTURES, BATCH)
    ]
    plain = with_keras_normalisation(recipe.network())
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    plain.compile(keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True), loss, metrics=["accuracy"])
    pictures = (images[:, :size, :size, None] / 255).astype(np.float32)

    def ours() -> list[float]:
        return [timed(lambda: [training.train(batch, size) for batch in batches])]

    def fit() -> list[float]:
        return [timed(lambda: plain.fit(pictures, labels, batch_size=BATCH, verbose=0))]

    ours(), fit()  # the first steps compile
    return take_turns(PAIRS, lambda _: (fit, ours))
