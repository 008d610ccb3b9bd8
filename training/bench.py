"""Pictures per second of a training step: number formats and normalisations side by side, in one run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from training.layers import FusedBatchNormalization
from training.machine import BENCH, POLICIES
from training.recipe import Recipe

WARM_UP_STEPS, TIMED_STEPS = 3, 20
PLAIN = "float32, Keras"  # what a plain keras.fit computes


def measure(
    recipe: Recipe, *, steps: int = TIMED_STEPS, batch: int | None = None, kept: Path = BENCH
) -> dict[str, Any]:
    """Pictures per second of forward and backward for every format; the fastest is kept for later runs."""
    speeds = {}
    for precision, policy in POLICIES.items():
        for norm in ("fused", "Keras"):
            speeds[f"{precision}, {norm}"] = _speed(recipe, policy, norm, steps, batch or recipe.batch)
    fastest = max(POLICIES, key=lambda precision: speeds[f"{precision}, fused"])
    result = {"recipe": recipe.id, "size": recipe.size, "pictures_per_s": speeds, "precision": fastest}
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return result


def table(result: dict[str, Any]) -> str:
    """The measurement as lines for the terminal."""
    speeds = result["pictures_per_s"]
    lines = [f"{result['recipe']} at {result['size']} px, pictures per second (beside {PLAIN}):"]
    lines += [f"  {name:18} {speed:7.0f}  {speed / speeds[PLAIN]:4.1f}x" for name, speed in speeds.items()]
    return "\n".join([*lines, f"train and reproduce use {result['precision']} unless told otherwise."])


def _speed(recipe: Recipe, policy: str, norm: str, steps: int, batch: int) -> float:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        network = recipe.network(weights="none") if recipe.pretrained else recipe.network()
        if norm == "Keras":
            network = with_keras_normalisation(network)
        step = _step(network)
        chance = np.random.default_rng(0)
        pictures = tf.constant(chance.normal(size=(batch, recipe.size, recipe.size, 1)).astype(np.float32))
        labels = tf.constant(chance.integers(0, network.output_shape[-1], batch))
        for _ in range(WARM_UP_STEPS):
            step(pictures, labels)
        started = time.perf_counter()
        for _ in range(steps):
            step(pictures, labels)
        return round(steps * batch / (time.perf_counter() - started), 1)
    finally:
        keras.config.set_dtype_policy(before)


def with_keras_normalisation(network: keras.Model) -> keras.Model:
    """The same network with Keras' own batch normalisation in place of the fused one."""

    def stock(layer: keras.layers.Layer) -> keras.layers.Layer:
        if isinstance(layer, FusedBatchNormalization):
            return keras.layers.BatchNormalization(name=layer.name)
        return layer.__class__.from_config(layer.get_config())

    return keras.models.clone_model(network, clone_function=stock)


def _step(network: keras.Model) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    optimizer = keras.optimizers.SGD(0.001, momentum=0.9)
    optimizer.build(network.trainable_variables)

    def step(pictures: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = tf.cast(network(pictures, training=True), tf.float32)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
            loss = tf.reduce_mean(losses)
        weights = network.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return loss

    compiled: Callable[[tf.Tensor, tf.Tensor], tf.Tensor] = tf.function(step, jit_compile=False)
    return compiled
