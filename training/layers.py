"""Layers that make training on a CPU fast: batch normalisation through TensorFlow's fused kernel."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

EPSILON = 1e-3


@keras.saving.register_keras_serializable("femon")
class FusedBatchNormalization(keras.layers.Layer):  # type: ignore[misc]
    """Batch normalisation of (n, h, w, c) or (n, c) by FusedBatchNormV3; equals Keras' own layer.

    With `collecting` set, a call normalises by the batch and stores the batch statistics whatever the mode:
    so the running statistics can be recomputed for averaged weights with dropout switched off.
    """

    def __init__(self, momentum: float = 0.9, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.momentum = momentum
        self.collecting = False

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make gamma, beta and the running mean and variance, all (c,) float32."""
        channels = input_shape[-1]
        self.gamma = self.add_weight(shape=(channels,), initializer="ones", name="gamma", autocast=False)
        self.beta = self.add_weight(shape=(channels,), initializer="zeros", name="beta", autocast=False)
        self.moving_mean = self.add_weight(
            shape=(channels,), initializer="zeros", name="moving_mean", trainable=False, autocast=False
        )
        self.moving_variance = self.add_weight(
            shape=(channels,), initializer="ones", name="moving_variance", trainable=False, autocast=False
        )

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Normalise by the batch while training, updating the running statistics; else by these."""
        picture = inputs if len(inputs.shape) == 4 else inputs[:, None, None, :]
        by_batch = training or self.collecting
        result = tf.raw_ops.FusedBatchNormV3(
            x=picture,
            scale=self.gamma,
            offset=self.beta,
            mean=[] if by_batch else self.moving_mean,
            variance=[] if by_batch else self.moving_variance,
            epsilon=EPSILON,
            is_training=by_batch,
        )
        if by_batch:
            keep = 0.0 if self.collecting else self.momentum
            self.moving_mean.assign(keep * self.moving_mean + (1 - keep) * result.batch_mean)
            self.moving_variance.assign(keep * self.moving_variance + (1 - keep) * result.batch_variance)
        return result.y if len(inputs.shape) == 4 else result.y[:, 0, 0, :]

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "momentum": self.momentum}
