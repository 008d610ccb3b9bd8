"""The training loop: any recipe on any split, in runs that stop and go on without a trace."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tqdm import tqdm

from training import checkpoint, history, objective, statistics
from training.augment import augmented, mixed, normalised, resized
from training.errors import TrainingError
from training.progress import Progress
from training.rates import schedule
from training.recipe import Recipe
from training.splits import Split

CHECKPOINT_EVERY_S = 300.0
AVERAGE_CHECKED_EVERY = 5  # epochs between looks at averaged weights, which need new statistics each time
BATCH = 256  # where nothing is trained

Batch = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float32]]


class Interrupted(Exception):  # noqa: N818 - not an error: the run is saved and can go on
    """The run was asked to stop; its state is saved."""


class Training:
    """A run in progress: model, optimiser, averaged or best weights, and the step that comes next."""

    def __init__(
        self,
        recipe: Recipe,
        split: Split,
        run: Path,
        *,
        seed: int,
        network: Callable[[], keras.Model] | None = None,
        teacher: NDArray[np.float32] | None = None,
        strategy: tf.distribute.Strategy | None = None,
    ) -> None:
        self.recipe, self.split, self.run, self.seed = recipe, split, run, seed
        self.step = 0
        self.steps_per_epoch = max(1, len(split.train) // recipe.batch)
        self.total_steps = recipe.epochs * self.steps_per_epoch
        self.strategy = strategy or tf.distribute.get_strategy()
        self._classes = len(split.classes)
        self._teacher = teacher
        self._progress = Progress()
        self._stop = False
        keras.utils.set_random_seed(seed)
        with self.strategy.scope():
            self._build(network or recipe.network)
        self._train_step = tf.function(self._distributed_step, jit_compile=False)
        self._evaluate_step = tf.function(self._judge, jit_compile=False)

    def _build(self, network: Callable[[], keras.Model]) -> None:
        self.model = network()
        if self.model.count_params() != self.recipe.parameters:
            raise TrainingError(
                f"{self.recipe.id} has {self.model.count_params()} parameters, not {self.recipe.parameters}."
            )
        options = dict(self.recipe.optimizer.options)
        rate = schedule(self.recipe.rate, self.recipe.epochs, self.steps_per_epoch)
        self.optimizer = getattr(keras.optimizers, self.recipe.optimizer.name)(rate, **options)
        if options.get("weight_decay"):
            self.optimizer.exclude_from_weight_decay(
                var_list=[weight for weight in self.model.trainable_variables if "kernel" not in weight.name]
            )
        self.optimizer.build(self.model.trainable_variables)
        self.kept: list[tf.Variable] = []
        if self.recipe.keep != "last":
            weights = self.model.trainable_variables if self._averages else self.model.variables
            self.kept = [
                tf.Variable(weight, trainable=False, aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA)
                for weight in weights
            ]

    @property
    def _averages(self) -> bool:
        return self.recipe.keep == "average"

    @property
    def variables(self) -> dict[str, list[Any]]:
        """Every variable that a checkpoint holds."""
        return {"model": self.model.variables, "optimizer": self.optimizer.variables, "kept": self.kept}

    @property
    def epoch(self) -> int:
        """The epoch that the next step belongs to."""
        return self.step // self.steps_per_epoch

    @property
    def elapsed_s(self) -> float:
        """Seconds of training so far, in all sittings."""
        return self._progress.elapsed_s

    def resume(self) -> None:
        """Go on from the newest checkpoint, if there is one."""
        path = checkpoint.newest(self.run / "ckpt")
        if path is None:
            return
        self.step, state = checkpoint.restore(path, self.variables)
        self._progress = Progress.restored(state)
        history.cut(self.run, self.epoch)

    def finish(self) -> keras.Model:
        """Train to the end; the model has the weights that the recipe keeps.

        Raises Interrupted after SIGTERM or Ctrl-C, and TrainingError when the loss is no longer finite.
        """
        with self._listening():
            while self.step < self.total_steps and not self._progress.ended:
                self._run_epoch()
        return self.kept_model()

    def kept_model(self) -> keras.Model:
        """The model with the averaged, best or last weights; averages are put into a copy."""
        if self._averages:
            model = keras.models.clone_model(self.model)
            model.set_weights(self.model.get_weights())
            for weight, mean in zip(model.trainable_variables, self.kept, strict=True):
                weight.assign(mean)
            statistics.recompute(model, self.split.train, self._clean)
            return model
        if self.kept and np.isfinite(self._progress.best):
            for weight, best in zip(self.model.variables, self.kept, strict=True):
                weight.assign(best)
        return self.model

    def validate(self, model: keras.Model) -> tuple[float, float]:
        """Loss in nats and accuracy on the validation part, pictures unchanged."""
        samples, loss, hits = self.split.validation, 0.0, 0
        for start in range(0, len(samples), BATCH):
            part = slice(start, start + BATCH)
            judged = self._evaluate_step if model is self.model else self._judge
            losses, right = judged(self._clean(samples.images[part]), samples.labels[part], model=model)
            loss, hits = loss + float(losses), hits + int(right)
        return loss / len(samples), hits / len(samples)

    def _judge(
        self, pictures: tf.Tensor, labels: tf.Tensor, model: keras.Model | None = None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        logits = (model or self.model)(pictures, training=False)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.cast(labels, tf.int32), logits)
        return tf.reduce_sum(losses), _hits(logits, labels)

    def _run_epoch(self) -> None:
        progress, epoch, saved = self._progress, self.epoch, time.monotonic()
        done = self.step % self.steps_per_epoch
        title = f"{self.recipe.id} epoch {epoch + 1}/{self.recipe.epochs}"
        for batch in tqdm(self.batches(), title, self.steps_per_epoch, initial=done, mininterval=10.0):
            started = time.monotonic()
            loss, hits = self.train(batch, self.size_at(epoch))
            if not np.isfinite(loss):
                raise TrainingError(
                    f"The loss of {self.recipe.id} is no longer finite in epoch {epoch + 1}; lower the rate."
                )
            self.step += 1
            progress.loss_sum, progress.hits = progress.loss_sum + loss, progress.hits + hits
            progress.elapsed_s += time.monotonic() - started
            if self.step % self.steps_per_epoch == 0:
                break  # what follows the last step of an epoch belongs to it
            if self._stop or time.monotonic() - saved > CHECKPOINT_EVERY_S:
                saved = time.monotonic()
                self._save()
            if self._stop:
                raise Interrupted
        self._end_epoch(epoch)
        self._save()
        if self._stop and self.step < self.total_steps:
            raise Interrupted

    def train(self, batch: Batch, size: int) -> tuple[float, float]:
        """One optimiser step on pictures of a size; the mean loss and the right answers before it."""
        moment = tf.constant(self.step)
        mixing = self._mixes(self.epoch) and self.step % 2 == 1
        parts = tuple(self._distributed(array) for array in batch)
        loss, hits = self._train_step(parts, moment, tf.constant(mixing), size)
        return float(loss), float(hits)

    def batches(self) -> Iterator[Batch]:
        """The rest of this epoch; its order depends on the seed and the epoch alone."""
        samples, batch = self.split.train, self.recipe.batch
        order = np.random.default_rng([self.seed, self.epoch]).permutation(len(samples))
        for start in range(self.step % self.steps_per_epoch, self.steps_per_epoch):
            chosen = order[start * batch : (start + 1) * batch]
            teacher = np.zeros((len(chosen), 0), np.float32)
            yield (
                samples.images[chosen],
                samples.labels[chosen],
                teacher if self._teacher is None else self._teacher[chosen],
            )

    def _distributed(self, array: NDArray[Any]) -> Any:
        replicas = self.strategy.num_replicas_in_sync
        if replicas == 1:
            return tf.constant(array)
        shares = np.array_split(array, replicas)
        return self.strategy.experimental_distribute_values_from_function(
            lambda context: tf.constant(shares[context.replica_id_in_sync_group])
        )

    def _distributed_step(self, *arguments: Any) -> tuple[tf.Tensor, tf.Tensor]:
        loss, hits = self.strategy.run(self._step, arguments)
        total = tf.distribute.ReduceOp.SUM
        return self.strategy.reduce(total, loss, axis=None), self.strategy.reduce(total, hits, axis=None)

    def _step(
        self, batch: tuple[tf.Tensor, ...], step: tf.Tensor, mixing: tf.Tensor, size: int
    ) -> tuple[tf.Tensor, tf.Tensor]:
        recipe, replicas = self.recipe, self.strategy.num_replicas_in_sync
        images, labels, teacher = batch
        seed = tf.stack([tf.constant(self.seed), step])
        if replicas > 1:
            seed += [tf.distribute.get_replica_context().replica_id_in_sync_group * 1_000_003, 0]
        pictures = self._prepared(images)
        if recipe.augmentation:
            pictures = augmented(pictures, seed, size=size, window=recipe.window, amounts=recipe.augmentation)
        wanted = objective.targets(labels, self._classes, recipe.label_smoothing)
        if recipe.augmentation and recipe.augmentation.mixup:
            alpha = recipe.augmentation.mixup
            pictures, wanted = mixed(pictures, wanted, seed, alpha=alpha, active=mixing)
        with tf.GradientTape() as tape:
            logits = self.model(pictures, training=True)
            losses = objective.losses(logits, wanted, teacher if self._teacher is not None else None)
            loss = tf.reduce_sum(losses) / recipe.batch
            loss += objective.penalty(self.model, recipe) / replicas
        weights = self.model.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        if self._averages:
            moment = tf.cast(step, tf.float32)
            decay = tf.minimum(recipe.ema_decay, (1 + moment) / (10 + moment))
            for mean, weight in zip(self.kept, weights, strict=True):
                mean.assign(decay * mean + (1 - decay) * weight)
        return loss, tf.cast(_hits(logits, labels), tf.float32)

    def _prepared(self, images: tf.Tensor) -> tf.Tensor:
        """Uint8 (n, 48, 48) to float32 (n, 48, 48, 1) in the range that the network expects."""
        return normalised(images) if self.recipe.standardised else tf.cast(images, tf.float32)[..., None]

    def _clean(self, images: NDArray[np.uint8]) -> tf.Tensor:
        return resized(self._prepared(images), self.recipe.size, self.recipe.window)

    def size_at(self, epoch: int) -> int:
        """The side of training pictures in an epoch, px."""
        early = epoch < self.recipe.small_share * self.recipe.epochs
        return self.recipe.small_size if early else self.recipe.size

    def _mixes(self, epoch: int) -> bool:
        amounts = self.recipe.augmentation
        if amounts is None or not amounts.mixup:
            return False
        return epoch < (1 - amounts.calm_share) * self.recipe.epochs

    def _end_epoch(self, epoch: int) -> None:
        progress, row = self._progress, {"epoch": epoch + 1, "rate": float(self.optimizer.learning_rate)}
        row["loss"] = progress.loss_sum / self.steps_per_epoch
        row["accuracy"] = progress.hits / self.steps_per_epoch / self.recipe.batch
        progress.loss_sum = progress.hits = 0.0
        started = time.monotonic()
        last = epoch + 1 == self.recipe.epochs
        if not self._averages or last or (epoch + 1) % AVERAGE_CHECKED_EVERY == 0:
            model = self.kept_model() if self._averages else self.model
            row["val_loss"], row["val_accuracy"] = self.validate(model)
            if progress.is_best(self.recipe, row["val_loss"], row["val_accuracy"]):
                for best, weight in zip(self.kept, self.model.variables, strict=True):
                    best.assign(weight)
            progress.react(self.recipe, self.optimizer, row["val_loss"])
        progress.elapsed_s += time.monotonic() - started
        row["elapsed_s"] = progress.elapsed_s
        left = (self.recipe.epochs - epoch - 1) * progress.elapsed_s / (epoch + 1)
        history.write(self.run, row, left_s=left)

    def _save(self) -> None:
        checkpoint.save(self.run / "ckpt", self.step, self.variables, self._progress.state())

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        """SIGTERM and Ctrl-C ask the run to stop after the step under way."""
        previous = {
            number: signal.signal(number, self._ask_to_stop) for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _ask_to_stop(self, *_: object) -> None:
        self._stop = True


def _hits(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    right = tf.equal(tf.argmax(logits, 1), tf.cast(labels, tf.int64))
    return tf.reduce_sum(tf.cast(right, tf.int32))
