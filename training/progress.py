"""What a run remembers besides its variables, and what it does when the validation part was looked at."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import keras

from training.rates import Patience
from training.recipe import Plateau, Recipe


@dataclass
class Progress:
    """The sums of the epoch under way, the best epoch so far, and the patience that is left."""

    elapsed_s: float = 0.0
    cpu_s: float = 0.0  # of all cores; what other programs took meanwhile is not in it
    loss_sum: float = 0.0
    hits: float = 0.0
    ended: bool = False  # by early stopping
    best: float = -math.inf  # merit of the kept weights
    lower: Patience = field(default_factory=Patience)  # for early stopping
    plateau: Patience = field(default_factory=Patience)

    @classmethod
    def restored(cls, state: dict[str, Any]) -> Progress:
        """From the state of a checkpoint."""
        patience = {name: Patience(**state[name]) for name in ("lower", "plateau")}
        return cls(**{**state, **patience})

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Count what is done inside."""
        wall, cpu = time.monotonic(), time.process_time()
        yield
        self.elapsed_s += time.monotonic() - wall
        self.cpu_s += time.process_time() - cpu

    def state(self) -> dict[str, Any]:
        """JSON-ready, for a checkpoint."""
        return asdict(self)

    def is_best(self, recipe: Recipe, val_loss: float, val_accuracy: float) -> bool:
        """Whether the weights of this epoch are the ones to keep so far."""
        merit = {"best_accuracy": val_accuracy, "best_loss": -val_loss}.get(recipe.keep)
        if merit is None or merit <= self.best:
            return False
        self.best = merit
        return True

    def react(self, recipe: Recipe, optimizer: keras.optimizers.Optimizer, val_loss: float) -> None:
        """Lower the rate on a plateau; end a run that no longer gains."""
        rate = recipe.rate
        if isinstance(rate, Plateau) and self.plateau.update(val_loss) >= rate.patience:
            self.plateau.waited = 0
            lower = max(rate.minimum, float(optimizer.learning_rate) * rate.factor)
            optimizer.learning_rate.assign(lower)
        if recipe.stop_patience is not None:
            self.ended = self.lower.update(val_loss) >= recipe.stop_patience
