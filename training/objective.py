"""What training minimises: cross-entropy with smoothed labels, a teacher's opinion, and weight penalties."""

from __future__ import annotations

import keras
import tensorflow as tf

from training.recipe import Recipe

TEACHER_SHARE, TEACHER_TEMPERATURE = 0.7, 3.0  # Hinton et al. 2015, section 2: soft targets weigh more


def targets(labels: tf.Tensor, classes: int, smoothing: float) -> tf.Tensor:
    """One-hot (n, classes), `smoothing` spread evenly over them (Szegedy et al. 2016, section 7)."""
    return tf.one_hot(labels, classes) * (1 - smoothing) + smoothing / classes


def losses(logits: tf.Tensor, wanted: tf.Tensor, teacher: tf.Tensor | None) -> tf.Tensor:
    """The loss of each picture (n,); `teacher` (n, classes) are probabilities, or None."""
    hard = tf.nn.softmax_cross_entropy_with_logits(wanted, logits)
    if teacher is None:
        return hard
    soft_teacher = tf.nn.softmax(tf.math.log(tf.maximum(teacher, 1e-7)) / TEACHER_TEMPERATURE)
    soft = tf.nn.softmax_cross_entropy_with_logits(soft_teacher, logits / TEACHER_TEMPERATURE)
    return (1 - TEACHER_SHARE) * hard + TEACHER_SHARE * TEACHER_TEMPERATURE**2 * soft


def penalty(model: keras.Model, recipe: Recipe) -> tf.Tensor:
    """The recipe's L2 on every kernel, and what single layers ask for themselves."""
    total = tf.add_n([tf.cast(loss, tf.float32) for loss in model.losses]) if model.losses else 0.0
    if recipe.l2:
        kernels = [weight for weight in model.trainable_variables if weight.path.endswith("kernel")]
        total += recipe.l2 * tf.add_n([tf.reduce_sum(tf.square(kernel)) for kernel in kernels])
    return tf.convert_to_tensor(total, tf.float32)
