"""Small data for training tests, and the real data set where it lies beside the project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from training import fer2013, metrics
from training.fer2013 import Fer2013, Samples


@pytest.fixture(scope="session")
def real_data(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Fer2013:
    """FER-2013 and the FER+ votes; reading the text once is slow, so the project's cache is used."""
    return fer2013.load(shared / "data")


@pytest.fixture
def eagerly() -> Iterator[None]:
    """Tracing a graph takes seconds, and running these small networks without one milliseconds."""
    import tensorflow

    tensorflow.config.run_functions_eagerly(True)
    yield
    tensorflow.config.run_functions_eagerly(False)


@pytest.fixture
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Intervals of fifty draws, where a test asks for something else than intervals."""
    monkeypatch.setattr(metrics, "RESAMPLES", 50)


@pytest.fixture
def samples() -> Samples:
    """Sixty-four random pictures."""
    chance = np.random.default_rng(1)
    images = chance.integers(0, 256, (64, 48, 48), dtype=np.uint8)
    labels = chance.integers(0, 7, 64).astype(np.uint8)
    return Samples("random", images, labels, np.arange(64))
