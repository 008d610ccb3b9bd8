"""The training loop: any recipe on any split, in runs that stop and go on without a trace."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tqdm import tqdm

from training import checkpoint, history
from training.errors import TrainingError
from training.learner import Batch, Learner, steps_per_epoch
from training.progress import Progress
from training.recipe import Recipe
from training.splits import Split

CHECKPOINT_EVERY_S = 300.0
AVERAGE_CHECKED_EVERY = 5  # epochs between looks at averaged weights, which need new statistics each time


class Interrupted(Exception):  # noqa: N818 - not an error: the run is saved and can go on
    """The run was asked to stop; its state is saved."""


class Training:
    """A run in progress: what it changes, how far it is, and the step that comes next."""

    def __init__(
        self,
        recipe: Recipe,
        split: Split,
        run: Path,
        *,
        seed: int,
        network: Callable[[], keras.Model] | None = None,
        panel: Callable[[], keras.Model] | None = None,
        votes: NDArray[np.float32] | None = None,
        strategy: tf.distribute.Strategy | None = None,
    ) -> None:
        self.recipe, self.split, self.run, self.seed = recipe, split, run, seed
        self.step = 0
        self.steps_per_epoch = steps_per_epoch(recipe, split)
        self.total_steps = recipe.epochs * self.steps_per_epoch
        self.learner = Learner(
            recipe,
            split,
            network or recipe.network,
            seed=seed,
            panel=panel,
            strategy=strategy or tf.distribute.get_strategy(),
        )
        if recipe.votes_weight and votes is None:
            raise TrainingError(f"{recipe.id} learns from the FER+ votes; use train, which reads them.")
        self._votes = np.zeros((len(split.train), 0), np.float32) if votes is None else votes
        self._progress = Progress()
        self._stop = False

    @property
    def epoch(self) -> int:
        """The epoch that the next step belongs to."""
        return self.step // self.steps_per_epoch

    def resume(self) -> None:
        """Go on from the newest checkpoint, if there is one."""
        path = checkpoint.newest(self.run / "ckpt")
        if path is None:
            return
        self.step, state = checkpoint.restore(path, self.learner.variables)
        self._progress = Progress.restored(state)
        history.cut(self.run, self.epoch)

    def finish(self) -> keras.Model:
        """Train to the end; the model has the weights that the recipe keeps.

        Raises Interrupted after SIGTERM or Ctrl-C, and TrainingError when the loss is no longer finite.
        """
        with self._listening():
            while self.step < self.total_steps and not self._progress.ended:
                self._run_epoch()
        found = self.learner.averages or np.isfinite(self._progress.best)
        return self.learner.kept_model() if found else self.learner.model

    def validate(self, model: keras.Model) -> tuple[float, float]:
        """Loss in nats and accuracy on the validation part, pictures unchanged."""
        return self.learner.validate(model, self.split.validation)

    def _run_epoch(self) -> None:
        progress, epoch, saved = self._progress, self.epoch, time.monotonic()
        done = self.step % self.steps_per_epoch
        title = f"{self.recipe.id} epoch {epoch + 1}/{self.recipe.epochs}"
        for batch in tqdm(self.batches(), title, self.steps_per_epoch, initial=done, mininterval=10.0):
            with progress.timed():
                loss, hits = self.train(batch, self.size_at(epoch))
            if not np.isfinite(loss):
                raise TrainingError(
                    f"The loss of {self.recipe.id} is no longer finite in epoch {epoch + 1}; lower the rate."
                )
            self.step += 1
            progress.loss_sum, progress.hits = progress.loss_sum + loss, progress.hits + hits
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
        mixing = self._mixes(self.epoch) and self.step % 2 == 1
        return self.learner.train(batch, step=self.step, mixing=mixing, size=size)

    def batches(self) -> Iterator[Batch]:
        """The rest of this epoch; its order depends on the seed and the epoch alone."""
        samples, batch = self.split.train, self.recipe.batch
        order = np.random.default_rng([self.seed, self.epoch]).permutation(len(samples))
        for start in range(self.step % self.steps_per_epoch, self.steps_per_epoch):
            chosen = order[start * batch : (start + 1) * batch]
            yield samples.images[chosen], samples.labels[chosen], self._votes[chosen]

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
        progress, learner = self._progress, self.learner
        row = {"epoch": epoch + 1, "rate": float(learner.optimizer.learning_rate)}
        row["loss"] = progress.loss_sum / self.steps_per_epoch
        row["accuracy"] = progress.hits / self.steps_per_epoch / self.recipe.batch
        progress.loss_sum = progress.hits = 0.0
        last = epoch + 1 == self.recipe.epochs
        with progress.timed():
            if not learner.averages or last or (epoch + 1) % AVERAGE_CHECKED_EVERY == 0:
                model = learner.kept_model() if learner.averages else learner.model
                row["val_loss"], row["val_accuracy"] = self.validate(model)
                if progress.is_best(self.recipe, row["val_loss"], row["val_accuracy"]):
                    learner.keep()
                progress.react(self.recipe, learner.optimizer, row["val_loss"])
        row["elapsed_s"], row["cpu_s"] = progress.elapsed_s, progress.cpu_s
        left = (self.recipe.epochs - epoch - 1) * progress.elapsed_s / (epoch + 1)
        history.write(self.run, row, left_s=left)

    def _save(self) -> None:
        checkpoint.save(self.run / "ckpt", self.step, self.learner.variables, self._progress.state())

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
