"""The training loop: SGD with one cosine, averaged weights, and runs that stop and go on without a trace."""

from __future__ import annotations

import csv
import math
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tqdm import tqdm

from training import checkpoint
from training.augment import augmented, centre_view, normalised
from training.errors import TrainingError
from training.fer2013 import Samples
from training.layers import FusedBatchNormalization
from training.recipe import Recipe

CHECKPOINT_EVERY_S = 300.0
PUBLIC_EVERY_EPOCHS = 5
COLLECT_BATCHES, COLLECT_BATCH = 40, 256  # pictures from which the running statistics are recomputed


class Interrupted(Exception):  # noqa: N818 - not an error: the run is saved and can go on
    """The run was asked to stop; its state is saved."""


@dataclass
class Training:
    """A run in progress: model, optimiser, averaged weights and the step that comes next."""

    recipe: Recipe
    samples: Samples
    public: Samples
    run: Path
    seed: int
    step: int = 0
    elapsed_s: float = 0.0
    _stop: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        keras.utils.set_random_seed(self.seed)
        self.model = self.recipe.network()
        if self.model.count_params() != self.recipe.parameters:
            raise TrainingError(
                f"{self.recipe.id} has {self.model.count_params()} parameters, not {self.recipe.parameters}."
            )
        self.steps_per_epoch = len(self.samples) // self.recipe.batch
        self.total_steps = self.recipe.epochs * self.steps_per_epoch
        self.optimizer = _optimizer(self.recipe, self.model, self.steps_per_epoch)
        self.average = [tf.Variable(weight, trainable=False) for weight in self.model.trainable_variables]
        self._train_step = tf.function(self._step, jit_compile=False, reduce_retracing=False)

    @property
    def variables(self) -> dict[str, list[Any]]:
        """Everything that a checkpoint holds."""
        return {"model": self.model.variables, "optimizer": self.optimizer.variables, "average": self.average}

    @property
    def epoch(self) -> int:
        """The epoch that the next step belongs to."""
        return self.step // self.steps_per_epoch

    def resume(self) -> None:
        """Go on from the newest checkpoint, if there is one."""
        path = checkpoint.newest(self.run / "ckpt")
        if path is not None:
            self.step = checkpoint.restore(path, self.variables)
            self.elapsed_s = _elapsed(self.run / "history.csv")

    def finish(self) -> keras.Model:
        """Train to the end; the model has averaged weights. Raises Interrupted after SIGTERM or Ctrl-C."""
        previous = {
            number: signal.signal(number, self._ask_to_stop) for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            while self.step < self.total_steps:
                self._run_epoch()
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)
        return self.averaged_model()

    def averaged_model(self) -> keras.Model:
        """A copy with the averaged weights and running statistics recomputed on clean training pictures."""
        model = keras.models.clone_model(self.model)
        model.set_weights(self.model.get_weights())
        for weight, mean in zip(model.trainable_variables, self.average, strict=True):
            weight.assign(mean)
        recompute_statistics(model, self.samples, window=self.recipe.window)
        return model

    def _run_epoch(self) -> None:
        epoch, started = self.epoch, time.monotonic()
        losses, hits, saved = [], [], started
        done = self.step % self.steps_per_epoch
        bar = tqdm(
            self._batches(),
            f"epoch {epoch + 1}/{self.recipe.epochs}",
            self.steps_per_epoch,
            initial=done,
            mininterval=10.0,
        )
        for images, labels in bar:
            loss, hit = self._train_step(images, labels, tf.constant(self.step), self._size(epoch))
            self.step += 1
            losses.append(loss)
            hits.append(hit)
            if self._stop or time.monotonic() - saved > CHECKPOINT_EVERY_S:
                saved = time.monotonic()
                checkpoint.save(self.run / "ckpt", self.step, self.variables)
            if self._stop:
                raise Interrupted
        self.elapsed_s += time.monotonic() - started
        self._log(epoch, float(np.mean(losses)), float(np.mean(hits)) / self.recipe.batch)
        checkpoint.save(self.run / "ckpt", self.step, self.variables)

    def _batches(self) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
        """The rest of this epoch; its order depends on the seed and the epoch alone."""
        order = np.random.default_rng([self.seed, self.epoch]).permutation(len(self.samples))
        for start in range(self.step % self.steps_per_epoch, self.steps_per_epoch):
            chosen = order[start * self.recipe.batch : (start + 1) * self.recipe.batch]
            yield self.samples.images[chosen], self.samples.labels[chosen]

    def _size(self, epoch: int) -> int:
        return (
            self.recipe.small_size
            if epoch < self.recipe.small_share * self.recipe.epochs
            else self.recipe.size
        )

    def _step(
        self, images: tf.Tensor, labels: tf.Tensor, step: tf.Tensor, size: int
    ) -> tuple[tf.Tensor, tf.Tensor]:
        recipe = self.recipe
        seed = tf.stack([tf.constant(self.seed), step])
        pictures = augmented(images, seed, size=size, window=recipe.window, amounts=recipe.augmentation)
        smooth = recipe.label_smoothing
        targets = tf.one_hot(labels, self.model.output_shape[-1])
        targets = targets * (1 - smooth) + smooth / self.model.output_shape[-1]
        with tf.GradientTape() as tape:
            logits = self.model(pictures, training=True)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, logits))
        tf.debugging.assert_all_finite(loss, "The loss is not finite; lower the rate and start again.")
        weights = self.model.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        moment = tf.cast(step, tf.float32)
        decay = tf.minimum(recipe.ema_decay, (1 + moment) / (10 + moment))
        for mean, weight in zip(self.average, weights, strict=True):
            mean.assign(decay * mean + (1 - decay) * weight)
        hits = tf.reduce_sum(tf.cast(tf.equal(tf.argmax(logits, 1), tf.cast(labels, tf.int64)), tf.float32))
        return loss, hits

    def _log(self, epoch: int, loss: float, accuracy: float) -> None:
        public = ""
        if (epoch + 1) % PUBLIC_EVERY_EPOCHS == 0 or epoch + 1 == self.recipe.epochs:
            public = f"{public_accuracy(self.averaged_model(), self.public, self.recipe.window):.4f}"
        row = {
            "epoch": epoch + 1,
            "loss": f"{loss:.4f}",
            "accuracy": f"{accuracy:.4f}",
            "public": public,
            "elapsed_s": f"{self.elapsed_s:.0f}",
        }
        self.run.mkdir(parents=True, exist_ok=True)
        path = self.run / "history.csv"
        new = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, row)
            if new:
                writer.writeheader()
            writer.writerow(row)
        tqdm.write(" ".join(f"{name} {value}" for name, value in row.items()))

    def _ask_to_stop(self, *_: object) -> None:
        self._stop = True


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


def _optimizer(recipe: Recipe, model: keras.Model, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    """SGD with Nesterov momentum; weight decay is decoupled and leaves biases, gammas and betas alone."""
    warm_up = max(1, round(recipe.warm_up_epochs * steps_per_epoch))
    optimizer = keras.optimizers.SGD(
        WarmUpCosine(recipe.peak_rate, warm_up, recipe.epochs * steps_per_epoch),
        momentum=0.9,
        nesterov=True,
        weight_decay=recipe.weight_decay,
        global_clipnorm=recipe.clip_norm,
    )
    optimizer.exclude_from_weight_decay(
        var_list=[weight for weight in model.trainable_variables if "kernel" not in weight.name]
    )
    optimizer.build(model.trainable_variables)
    return optimizer


def recompute_statistics(model: keras.Model, samples: Samples, *, window: int) -> None:
    """Set the running means and variances to their average over clean batches; deterministic."""
    layers = [layer for layer in model.layers if isinstance(layer, FusedBatchNormalization)]
    count = min(len(samples), COLLECT_BATCHES * COLLECT_BATCH)
    order = np.random.default_rng(0).permutation(len(samples))[:count]
    batches = np.array_split(order, max(1, count // COLLECT_BATCH))
    for layer in layers:
        layer.collecting = True
    collect = tf.function(lambda pictures: model(pictures, training=False), jit_compile=False)
    sums: list[NDArray[np.float64]] = [np.zeros(1)] * (2 * len(layers))
    for batch in batches:
        collect(centre_view(normalised(samples.images[batch]), window))
        seen = [np.asarray(value) for layer in layers for value in (layer.moving_mean, layer.moving_variance)]
        sums = [total + value for total, value in zip(sums, seen, strict=True)]
    for layer, mean, variance in zip(layers, sums[0::2], sums[1::2], strict=True):
        layer.collecting = False
        layer.moving_mean.assign(mean / len(batches))
        layer.moving_variance.assign(variance / len(batches))


def public_accuracy(model: keras.Model, public: Samples, window: int) -> float:
    """Share of right answers on the centre window, for the log only."""
    predict = tf.function(lambda pictures: model(pictures, training=False), jit_compile=False)
    hits = 0
    for start in range(0, len(public), COLLECT_BATCH):
        images, labels = (
            public.images[start : start + COLLECT_BATCH],
            public.labels[start : start + COLLECT_BATCH],
        )
        logits = predict(centre_view(normalised(images), window))
        hits += int(np.sum(np.argmax(logits, axis=1) == labels))
    return hits / len(public)


def _elapsed(history: Path) -> float:
    if not history.exists():
        return 0.0
    with history.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return float(rows[-1]["elapsed_s"]) if rows else 0.0
