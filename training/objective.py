"""What training minimises: targets of smoothed labels and a teacher's opinion, and weight penalties."""

from __future__ import annotations

import keras
import tensorflow as tf

from training.recipe import Recipe

TEACHER_SHARE = 0.7  # Hinton et al. 2015, section 2: soft targets weigh more


def targets(labels: tf.Tensor, classes: int, smoothing: float) -> tf.Tensor:
    """One-hot (n, classes), `smoothing` spread evenly over them (Szegedy et al. 2016, section 7)."""
    return tf.one_hot(labels, classes) * (1 - smoothing) + smoothing / classes


def taught(wanted: tf.Tensor, teacher: tf.Tensor) -> tf.Tensor:
    """Targets and a teacher's probabilities, both (n, classes), as one target.

    At temperature 1: teachers that learnt smoothed labels have little to say about the classes that they
    hold for wrong (Mueller et al. 2019, section 4), which a higher one would weigh more.
    """
    return (1 - TEACHER_SHARE) * wanted + TEACHER_SHARE * teacher


def penalty(model: keras.Model, recipe: Recipe) -> tf.Tensor:
    """The recipe's L2 on every kernel, and what single layers ask for themselves."""
    total = tf.add_n([tf.cast(loss, tf.float32) for loss in model.losses]) if model.losses else 0.0
    if recipe.l2:
        kernels = [weight for weight in model.trainable_variables if weight.path.endswith("kernel")]
        total += recipe.l2 * tf.add_n([tf.reduce_sum(tf.square(kernel)) for kernel in kernels])
    return tf.convert_to_tensor(total, tf.float32)
