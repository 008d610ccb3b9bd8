"""Learning rates over a run: one cosine step by step, or falls on a plateau epoch by epoch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from training.recipe import Constant, Cosine, Plateau

LEAST_GAIN = 1e-4  # a validation loss counts as lower from here on, as in Keras' own callbacks


class WarmUpCosine(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Linear from 0 to the peak, then one cosine to 0 at the last step."""

    def __init__(self, peak: float, warm_up_steps: int, total_steps: int) -> None:
        self.peak, self.warm_up_steps, self.total_steps = peak, warm_up_steps, total_steps

    def __call__(self, step: Any) -> tf.Tensor:
        """The learning rate of a step."""
        step = tf.cast(step, tf.float32)
        rising = (step + 1) / self.warm_up_steps
        progress = (step - self.warm_up_steps) / max(1, self.total_steps - self.warm_up_steps)
        falling = (1 + tf.cos(math.pi * tf.clip_by_value(progress, 0.0, 1.0))) / 2
        return self.peak * tf.where(step < self.warm_up_steps, rising, falling)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {"peak": self.peak, "warm_up_steps": self.warm_up_steps, "total_steps": self.total_steps}


def schedule(rate: Cosine | Plateau | Constant, epochs: int, steps_per_epoch: int) -> WarmUpCosine | float:
    """What a Keras optimiser takes as its learning rate."""
    if isinstance(rate, Cosine):
        warm_up = max(1, round(rate.warm_up_epochs * steps_per_epoch))
        return WarmUpCosine(rate.peak, warm_up, epochs * steps_per_epoch)
    return rate.start


@dataclass
class Patience:
    """Counts the epochs since a validation loss was last lower."""

    best: float = math.inf
    waited: int = 0

    def update(self, loss: float) -> int:
        """Epochs without a lower loss, this one included."""
        if loss < self.best - LEAST_GAIN:
            self.best, self.waited = loss, 0
        else:
            self.waited += 1
        return self.waited
