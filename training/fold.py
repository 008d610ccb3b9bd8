"""Folding for export: batch normalisation goes into the layer before it, dropout goes away."""

from __future__ import annotations

import keras
import numpy as np

from training.layers import EPSILON, FusedBatchNormalization

DROPOUTS = (keras.layers.Dropout, keras.layers.SpatialDropout2D)


def folded(network: keras.Model) -> keras.Model:
    """The same function in inference mode: stock layers only, in float32 whatever it was trained in."""
    carriers = {
        layer.name: carrier
        for layer in network.layers
        if isinstance(layer, FusedBatchNormalization) and (carrier := _carrier(layer)) is not None
    }
    carrying = {carrier.name for carrier in carriers.values()}

    def call(layer: keras.layers.Layer, x: object, *more: object, **_: object) -> object:
        return x if isinstance(layer, keras.layers.Identity) else layer(x, *more)

    def stock(layer: keras.layers.Layer) -> keras.layers.Layer:
        if layer.name in carriers or isinstance(layer, DROPOUTS):
            return keras.layers.Identity(name=layer.name, dtype="float32")
        if isinstance(layer, FusedBatchNormalization):
            return keras.layers.BatchNormalization(epsilon=EPSILON, name=layer.name, dtype="float32")
        config = layer.get_config() | {"dtype": "float32"}
        if layer.name in carrying:
            config["use_bias"] = True
        return layer.__class__.from_config(config)

    twin = keras.models.clone_model(network, clone_function=stock, call_function=call)
    for layer in network.layers:
        if layer.weights and layer.name not in carrying and layer.name not in carriers:
            twin.get_layer(layer.name).set_weights(_stock_weights(layer))
    for name, carrier in carriers.items():
        _fold(network.get_layer(name), carrier, twin.get_layer(carrier.name))
    return twin


def _carrier(norm: FusedBatchNormalization) -> keras.layers.Layer | None:
    """The linear layer that feeds this normalisation and nothing else, if there is one."""
    before = norm.input._keras_history.operation
    linear = isinstance(before, keras.layers.Conv2D | keras.layers.Dense) and (
        before.activation is keras.activations.linear
    )
    return before if linear and len(before._outbound_nodes) == 1 else None


def _stock_weights(layer: keras.layers.Layer) -> list[np.ndarray]:
    if isinstance(layer, FusedBatchNormalization):  # in the order of Keras' own layer
        ordered = (layer.gamma, layer.beta, layer.moving_mean, layer.moving_variance)
        return [np.asarray(value) for value in ordered]
    weights: list[np.ndarray] = layer.get_weights()
    return weights


def _fold(norm: FusedBatchNormalization, carrier: keras.layers.Layer, twin: keras.layers.Layer) -> None:
    gamma, beta, mean, variance = (
        np.asarray(value, np.float64)
        for value in (norm.gamma, norm.beta, norm.moving_mean, norm.moving_variance)
    )
    scale = gamma / np.sqrt(variance + EPSILON)
    bias = np.asarray(carrier.bias, np.float64) if carrier.use_bias else 0.0
    twin.set_weights([np.asarray(carrier.kernel) * scale, beta + (bias - mean) * scale])
