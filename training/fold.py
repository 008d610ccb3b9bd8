"""Folding for export: batch normalisation goes into the layer before it, dropout goes away."""

from __future__ import annotations

import keras
import numpy as np

from training.layers import EPSILON, FusedBatchNormalization

DROPOUTS = (keras.layers.Dropout, keras.layers.SpatialDropout2D)


def folded(network: keras.Model) -> keras.Model:
    """The same function in inference mode, built of stock layers only."""
    before = {
        layer.name: layer.input._keras_history.operation
        for layer in network.layers
        if isinstance(layer, FusedBatchNormalization)
    }
    carriers = {layer.name for layer in before.values()}

    def call(layer: keras.layers.Layer, x: keras.KerasTensor, **_: object) -> keras.KerasTensor:
        return x if isinstance(layer, keras.layers.Identity) else layer(x)

    def stock(layer: keras.layers.Layer) -> keras.layers.Layer:
        if isinstance(layer, FusedBatchNormalization | DROPOUTS[0] | DROPOUTS[1]):
            return keras.layers.Identity(name=layer.name)
        config = layer.get_config()
        if layer.name in carriers:
            config["use_bias"] = True
        return layer.__class__.from_config(config)

    twin = keras.models.clone_model(network, clone_function=stock, call_function=call)
    for layer in network.layers:
        if layer.name not in carriers and layer.weights and not isinstance(layer, FusedBatchNormalization):
            twin.get_layer(layer.name).set_weights(layer.get_weights())
    for name, carrier in before.items():
        _fold(network.get_layer(name), carrier, twin.get_layer(carrier.name))
    return twin


def _fold(norm: FusedBatchNormalization, carrier: keras.layers.Layer, twin: keras.layers.Layer) -> None:
    gamma, beta, mean, variance = (
        np.asarray(value, np.float64)
        for value in (norm.gamma, norm.beta, norm.moving_mean, norm.moving_variance)
    )
    scale = gamma / np.sqrt(variance + EPSILON)
    bias = np.asarray(carrier.bias, np.float64) if carrier.use_bias else 0.0
    twin.set_weights([np.asarray(carrier.kernel) * scale, beta + (bias - mean) * scale])
