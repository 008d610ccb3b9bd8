"""What a run changes: network, optimiser and the weights that are kept, and the step that changes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from femon.emotions import EMOTIONS
from training import objective, statistics
from training.augment import augmented, mixed, normalised, resized
from training.errors import TrainingError
from training.fer2013 import Samples
from training.rates import schedule
from training.recipe import Recipe
from training.splits import Split

BATCH = 256  # where nothing is trained

# Pictures (n, 48, 48), labels (n,) and the shares of the FER+ votes (n, 7 or 0).
Batch = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float32]]


class Learner:
    """The variables of a run, on one device or on all of a strategy, and what the graph does with them.

    `kept` are the averaged or best weights, if the recipe keeps such. `panel` makes a network that says what
    a student is to think of the changed pictures. Raises TrainingError when the network has another size
    than the recipe says.
    """

    def __init__(
        self,
        recipe: Recipe,
        split: Split,
        network: Callable[[], keras.Model],
        *,
        seed: int,
        panel: Callable[[], keras.Model] | None,
        strategy: tf.distribute.Strategy,
    ) -> None:
        self.recipe, self.split, self.strategy = recipe, split, strategy
        self._seed = seed
        keras.utils.set_random_seed(seed)
        with strategy.scope():
            self._build(network)
            self._panel = panel() if panel else None
        self._train_step = tf.function(self._distributed_step, jit_compile=False)
        self._evaluate_step = tf.function(self._judge, jit_compile=False)

    def _build(self, network: Callable[[], keras.Model]) -> None:
        recipe = self.recipe
        self.model = network()
        if self.model.count_params() != recipe.parameters:
            raise TrainingError(
                f"{recipe.id} has {self.model.count_params()} parameters, not {recipe.parameters}."
            )
        self._votes_head = keras.layers.Dense(len(EMOTIONS), dtype="float32", name="votes")
        self._two_headed = self._with_votes_head() if recipe.votes_weight else None
        self._trained = (self._two_headed or self.model).trainable_variables
        options = dict(recipe.optimizer.options)
        rate = schedule(recipe.rate, recipe.epochs, steps_per_epoch(recipe, self.split))
        self.optimizer = getattr(keras.optimizers, recipe.optimizer.name)(rate, **options)
        if options.get("weight_decay"):
            self.optimizer.exclude_from_weight_decay(
                var_list=[weight for weight in self._trained if "kernel" not in weight.name]
            )
        self.optimizer.build(self._trained)
        self.kept: list[tf.Variable] = []
        if recipe.keep != "last":
            weights = self.model.trainable_variables if self.averages else self.model.variables
            self.kept = [
                tf.Variable(weight, trainable=False, aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA)
                for weight in weights
            ]

    def _with_votes_head(self) -> keras.Model:
        """The network with a second answer from what its last layer sees: the votes of the annotators."""
        seen = self.model.layers[-1].input
        return keras.Model(self.model.input, [self.model.output, self._votes_head(seen)])

    @property
    def averages(self) -> bool:
        """Whether the kept weights are averages over the steps."""
        return self.recipe.keep == "average"

    @property
    def variables(self) -> dict[str, list[Any]]:
        """Every variable that a checkpoint holds."""
        return {
            "model": self.model.variables,
            "optimizer": self.optimizer.variables,
            "kept": self.kept,
            "votes_head": self._votes_head.variables,
        }

    def keep(self) -> None:
        """The weights as they are become the best ones."""
        for best, weight in zip(self.kept, self.model.variables, strict=True):
            best.assign(weight)

    def kept_model(self) -> keras.Model:
        """The model with the averaged or best weights; averages are put into a copy."""
        if not self.averages:
            for weight, best in zip(self.model.variables, self.kept, strict=True):
                weight.assign(best)
            return self.model
        model = keras.models.clone_model(self.model)
        model.set_weights(self.model.get_weights())
        for weight, mean in zip(model.trainable_variables, self.kept, strict=True):
            weight.assign(mean)
        statistics.recompute(model, self.split.train, self._clean)
        return model

    def train(self, batch: Batch, *, step: int, mixing: bool, size: int) -> tuple[float, float]:
        """Step number `step` on pictures of a size, px; the mean loss and the right answers before it."""
        parts = tuple(self._distributed(array) for array in batch)
        loss, hits = self._train_step(parts, tf.constant(step), tf.constant(mixing), size)
        return float(loss), float(hits)

    def validate(self, model: keras.Model, samples: Samples) -> tuple[float, float]:
        """Loss in nats and accuracy of this model or its kept copy, pictures unchanged."""
        loss, hits = 0.0, 0
        for start in range(0, len(samples), BATCH):
            part = slice(start, start + BATCH)
            judged = self._evaluate_step if model is self.model else self._judge
            losses, right = judged(self._clean(samples.images[part]), samples.labels[part], model=model)
            loss, hits = loss + float(losses), hits + int(right)
        return loss / len(samples), hits / len(samples)

    def _judge(
        self, pictures: tf.Tensor, labels: tf.Tensor, model: keras.Model
    ) -> tuple[tf.Tensor, tf.Tensor]:
        logits = model(pictures, training=False)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.cast(labels, tf.int32), logits)
        return tf.reduce_sum(losses), _hits(logits, labels)

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
        images, labels, votes = batch
        seed = tf.stack([tf.constant(self._seed), step])
        if replicas > 1:
            seed += [tf.distribute.get_replica_context().replica_id_in_sync_group * 1_000_003, 0]
        pictures = self._prepared(images)
        if recipe.augmentation:
            pictures = augmented(pictures, seed, size=size, window=recipe.window, amounts=recipe.augmentation)
        wanted = objective.targets(labels, len(self.split.classes), recipe.label_smoothing)
        if recipe.augmentation and recipe.augmentation.mixup:
            alpha = recipe.augmentation.mixup
            guides = (wanted, votes)
            pictures, blend = mixed(pictures, tf.concat(guides, axis=1), seed, alpha=alpha, active=mixing)
            wanted, votes = tf.split(blend, [guide.shape[1] for guide in guides], axis=1)
        if self._panel:
            wanted = objective.taught(wanted, self._panel(pictures, training=False))
        with tf.GradientTape() as tape:
            if self._two_headed:
                logits, said = self._two_headed(pictures, training=True)
                losses = recipe.votes_weight * tf.nn.softmax_cross_entropy_with_logits(votes, said)
            else:
                logits, losses = self.model(pictures, training=True), 0.0
            losses += tf.nn.softmax_cross_entropy_with_logits(wanted, logits)
            loss = tf.reduce_sum(losses) / recipe.batch
            loss += objective.penalty(self.model, recipe) / replicas
        gradients = tape.gradient(loss, self._trained)
        self.optimizer.apply_gradients(zip(gradients, self._trained, strict=True))
        if self.averages:
            moment = tf.cast(step, tf.float32)
            decay = tf.minimum(recipe.ema_decay, (1 + moment) / (10 + moment))
            for mean, weight in zip(self.kept, self.model.trainable_variables, strict=True):
                mean.assign(decay * mean + (1 - decay) * weight)
        return loss, tf.cast(_hits(logits, labels), tf.float32)

    def _prepared(self, images: tf.Tensor) -> tf.Tensor:
        """Uint8 (n, 48, 48) to float32 (n, 48, 48, 1) in the range that the network expects."""
        return normalised(images) if self.recipe.standardised else tf.cast(images, tf.float32)[..., None]

    def _clean(self, images: NDArray[np.uint8]) -> tf.Tensor:
        return resized(self._prepared(images), self.recipe.size, self.recipe.window)


def steps_per_epoch(recipe: Recipe, split: Split) -> int:
    """The steps of one epoch; a batch that would not be full is left out."""
    return max(1, len(split.train) // recipe.batch)


def _hits(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    right = tf.equal(tf.argmax(logits, 1), tf.cast(labels, tf.int64))
    return tf.reduce_sum(tf.cast(right, tf.int32))
