"""The classifier as femon serves it beside the same weights called through Keras, in turns."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure, Pair, Seconds, milliseconds, spread, take_turns, timed
from femon.bundle import KERAS_FILE, Bundle
from femon.native_messages import native_messages_logged
from femon.settings import Settings
from femon.shipped import models_folder

SPEED_BUDGET = 5.0  # times as fast
WARM_UPS = 30
CALLS = 10  # of each way, then it is the other's turn
PAIRS, QUICK_PAIRS = 20, 6
LARGER_BATCH = 4  # as many faces as femon follows
SPEED = "classifier: Keras model(x) / femon, batch {}"


def measure(*, quick: bool = False) -> list[Figure]:
    """How many times as fast as Keras, at one face and at several; skipped without TensorFlow."""
    if any(importlib.util.find_spec(name) is None for name in ("tensorflow", "keras")):
        note = "TensorFlow is not installed: pip install 'femon[train]'"
        return [Figure(SPEED.format(1), None, "x", at_least=SPEED_BUDGET, note=note)]
    with native_messages_logged():  # TensorFlow greets at length
        import keras

    folder = models_folder() / Settings().model
    bundle = Bundle.load(folder, device="cpu", threads=Settings().analysis.threads)
    model = keras.models.load_model(folder / KERAS_FILE, compile=False)
    pairs = QUICK_PAIRS if quick else PAIRS
    single, several = (_pairs(bundle, model, crops(size), pairs) for size in (1, LARGER_BATCH))
    return [
        spread(SPEED.format(1), [1 / pair.cost for pair in single], "x", at_least=SPEED_BUDGET),
        *_figures(single, 1),
        spread(SPEED.format(LARGER_BATCH), [1 / pair.cost for pair in several], "x"),
        *_figures(several, LARGER_BATCH),
        Figure("  largest difference of a probability", 100 * _difference(bundle, model), "points"),
    ]


def crops(size: int) -> NDArray[np.uint8]:
    """(size, 48, 48) noise: the time does not depend on what is seen."""
    return np.random.default_rng(0).integers(0, 256, (size, 48, 48), np.uint8)


def _pairs(bundle: Bundle, model: Any, batch: NDArray[np.uint8], pairs: int) -> list[Pair]:
    """Seconds per face."""

    def times(work: Callable[[], object]) -> Seconds:
        return [timed(work) / len(batch) for _ in range(CALLS)]

    ways = partial(lambda: model(batch, training=False).numpy()), partial(bundle.predict, batch)
    for way in ways:
        for _ in range(WARM_UPS):
            way()
    plain, ours = (partial(times, way) for way in ways)
    return take_turns(pairs, lambda _: (plain, ours))


def _figures(pairs: list[Pair], size: int) -> list[Figure]:
    unit = "" if size == 1 else " per face"
    return [
        milliseconds(f"  Keras model(x), batch {size}{unit}", [one for pair in pairs for one in pair.plain]),
        milliseconds(f"  femon, batch {size}{unit}", [one for pair in pairs for one in pair.ours]),
    ]


def _difference(bundle: Bundle, model: Any) -> float:
    """How far both ways lie apart at most: it shows that they compute the same."""
    through_keras = Bundle(
        bundle.contract, lambda batch: model(batch).numpy(), runtime="keras", device="cpu", fallback=None
    )
    batch = crops(LARGER_BATCH)
    return float(np.abs(through_keras.predict(batch) - bundle.predict(batch)).max())
