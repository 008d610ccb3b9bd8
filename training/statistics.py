"""Running statistics of batch normalisation, recomputed for weights that never saw a batch."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.fer2013 import Samples
from training.layers import FusedBatchNormalization

BATCHES, BATCH = 40, 256


def recompute(
    model: keras.Model, samples: Samples, prepared: Callable[[NDArray[np.uint8]], tf.Tensor]
) -> None:
    """Set the running means and variances to their average over clean batches; deterministic."""
    layers = [layer for layer in model.layers if isinstance(layer, FusedBatchNormalization)]
    count = min(len(samples), BATCHES * BATCH)
    order = np.random.default_rng(0).permutation(len(samples))[:count]
    batches = np.array_split(order, max(1, count // BATCH))
    for layer in layers:
        layer.collecting = True
    collect = tf.function(lambda pictures: model(pictures, training=False), jit_compile=False)
    sums: list[NDArray[np.float64]] = [np.zeros(1)] * (2 * len(layers))
    for batch in batches:
        collect(prepared(samples.images[batch]))
        seen = [np.asarray(value) for layer in layers for value in (layer.moving_mean, layer.moving_variance)]
        sums = [total + value for total, value in zip(sums, seen, strict=True)]
    for layer, mean, variance in zip(layers, sums[0::2], sums[1::2], strict=True):
        layer.collecting = False
        layer.moving_mean.assign(mean / len(batches))
        layer.moving_variance.assign(variance / len(batches))
