"""Trains a tiny network under a distribution strategy and prints the sums of its weights; for test_machine.py."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import tensorflow as tf


def recipe():
    """A recipe of 87 parameters; keras is imported late, after the devices are set up."""
    import keras

    from training.layers import FusedBatchNormalization
    from training.recipe import Cosine, Recipe

    def network() -> keras.Model:
        picture = keras.Input((None, None, 1))
        x = keras.layers.Conv2D(4, 3, strides=2, use_bias=False)(picture)
        x = keras.layers.ReLU()(FusedBatchNormalization()(x))
        return keras.Model(
            picture, keras.layers.Dense(7, dtype="float32")(keras.layers.GlobalAveragePooling2D()(x))
        )

    return Recipe(
        "tiny",
        "A tiny network",
        network,
        87,
        2,
        batch=16,
        keep="average",
        standardised=True,
        rate=Cosine(0.05, 0.5),
    )


def sums(run: Path, strategy: tf.distribute.Strategy | None = None) -> list[float]:
    """Train, and add up what the weights became."""
    from femon.emotions import EMOTIONS
    from training.fer2013 import Samples
    from training.fit import Training
    from training.splits import Split

    chance = np.random.default_rng(1)
    images = chance.integers(0, 256, (64, 48, 48), dtype=np.uint8)
    samples = Samples("random", images, chance.integers(0, 7, 64).astype(np.uint8), np.arange(64))
    split = Split("random", samples, samples, EMOTIONS)
    model = Training(recipe(), split, run, seed=3, strategy=strategy).finish()
    return [round(float(np.abs(weight).sum()), 5) for weight in model.get_weights()]


def main(name: str) -> None:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    if name == "mirrored":
        processor = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    else:
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
    sys.stdout.write(json.dumps(sums(Path("run"), strategy)))


if __name__ == "__main__":
    main(sys.argv[1])
