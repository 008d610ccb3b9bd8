"""Answers on PublicTest that a run has kept: taken again for the same weights and rows alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("keras")

from training import scoring
from training.fer2013 import Fer2013, Samples
from training.ledger import Frozen
from training.splits import find_split


class Counting:
    """A network of one opinion that counts the pictures it is asked about."""

    def __init__(self) -> None:
        self.asked = 0

    def frozen(self, sha256: str) -> Frozen:
        return Frozen(sha256, "tiny", "tiny", self.predict)

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked += len(images)
        return np.full((len(images), 7), 1 / 7, np.float32)


def small() -> Fer2013:
    usage = np.repeat(np.array([0, 1, 2], np.uint8), 7)
    images = np.random.default_rng(1).integers(0, 255, (21, 48, 48), np.uint8)
    samples = Samples("fer2013", images, (np.arange(21) % 7).astype(np.uint8), np.arange(21))
    return Fer2013(samples, usage, np.zeros(21, np.bool_), "0" * 64)


def test_a_run_scored_again_takes_its_kept_answers(tmp_path: Path) -> None:
    data, network = small(), Counting()
    split = find_split(data, "official")
    first = scoring.score(network.frozen("a" * 64), split, data, reason=None, keep=tmp_path)
    again = scoring.score(network.frozen("a" * 64), split, data, reason=None, keep=tmp_path)
    assert again == first
    assert network.asked == 7


def test_other_weights_and_other_rows_are_asked_anew(tmp_path: Path) -> None:
    data, network = small(), Counting()
    scoring.score(network.frozen("a" * 64), find_split(data, "official"), data, reason=None, keep=tmp_path)
    assert scoring.kept_on_public(tmp_path, network.frozen("b" * 64), data.public()) is None
    fewer = dataclasses.replace(data.public(), rows=data.public().rows[1:])
    assert scoring.kept_on_public(tmp_path, network.frozen("a" * 64), fewer) is None
    assert scoring.kept_on_public(tmp_path, network.frozen("a" * 64), data.public()) is not None
