"""Teachers: whose opinion may be asked, and that it is asked anew for other pictures."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from femon.bundle import Bundle
from femon.emotions import EMOTIONS
from training import distill
from training.errors import TrainingError
from training.fer2013 import Samples
from training.splits import Split

EVEN = np.full(7, 1 / 7, np.float32)


class Asked:
    """Bundle.load of a teacher that counts the pictures it is shown."""

    def __init__(self) -> None:
        self.pictures = 0

    def __call__(self, folder: Path, **_: object) -> Asked:
        return self

    def predict(self, images: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        self.pictures += len(images)
        return np.tile(EVEN, (len(images), 1))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    load = Asked()
    monkeypatch.setattr(Bundle, "load", load)
    return load


@pytest.fixture
def split(samples: Samples) -> Split:
    return Split("standard", samples, samples, EMOTIONS)


def teacher(models: Path, folder: Path, **changes: Any) -> Path:
    """A bundle without weights: its contract is that of femon-small but for the changes."""
    known = json.loads((models / "femon-small" / "bundle.json").read_text(encoding="utf-8"))
    folder.mkdir(parents=True)
    text = json.dumps(known | {"id": folder.name} | changes)
    (folder / "bundle.json").write_text(text, encoding="utf-8")
    return folder


def ensemble(models: Path, folder: Path, member: dict[str, Any]) -> Path:
    """An ensemble of two such bundles beside it; the second is changed."""
    members = []
    for name, changes in (("one", {}), ("two", member)):
        path = teacher(models, folder.parent / name, **changes)
        known = json.loads((path / "bundle.json").read_text(encoding="utf-8"))
        members.append({key: known[key] for key in ("id", "sha256", "temperature")})
    return teacher(models, folder, kind="ensemble", members=members, sha256={})


def test_an_opinion_is_kept_and_asked_anew_for_other_pictures_under_the_same_name(
    models: Path, tmp_path: Path, asked: Asked, split: Split
) -> None:
    teachers = (str(teacher(models, tmp_path / "t")),)
    half = dataclasses.replace(split, train=split.train.where(np.arange(64) < 32, "standard"))
    for one, rows in ((split, 64), (half, 32), (split, 64)):
        found = distill.opinions(teachers, one, cache=tmp_path / "cache")
        assert found is not None
        assert found.shape == (rows, 7)
    assert asked.pictures == 2 * (64 + 32)  # each picture and its mirror image, once
    changed = dataclasses.replace(
        split, train=dataclasses.replace(split.train, images=split.train.images[::-1])
    )
    distill.opinions(teachers, changed, cache=tmp_path / "cache")
    assert asked.pictures == 2 * (64 + 32 + 64)


def test_a_teacher_of_another_temperature_has_another_opinion(
    models: Path, tmp_path: Path, asked: Asked, split: Split
) -> None:
    for name, temperature in (("a", 1.0), ("b", 2.0)):
        folder = teacher(models, tmp_path / name, temperature=temperature)
        distill.opinions((str(folder),), split, cache=tmp_path / "cache")
    assert asked.pictures == 2 * 2 * 64


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"trained_on_validation": True}, "was trained on PublicTest"),
        ({"protocol": "published"}, "follows a published protocol"),
    ],
)
def test_a_refit_or_a_replica_teaches_nobody_alone_or_in_an_ensemble(
    models: Path, tmp_path: Path, split: Split, changes: dict[str, Any], reason: str
) -> None:
    alone = teacher(models, tmp_path / "alone", **changes)
    with pytest.raises(TrainingError, match=f"'alone' {reason}.*leave it out"):
        distill.opinions((str(alone),), split, cache=tmp_path / "cache")
    both = ensemble(models, tmp_path / "both", changes)
    with pytest.raises(TrainingError, match=f"'two' {reason}.*leave it out"):
        distill.opinions((str(both),), split, cache=tmp_path / "cache")


def test_an_ensemble_of_admitted_members_may_teach(
    models: Path, tmp_path: Path, asked: Asked, split: Split
) -> None:
    found = distill.opinions((str(ensemble(models, tmp_path / "both", {})),), split, cache=tmp_path / "cache")
    assert found is not None
    np.testing.assert_allclose(found, np.tile(EVEN, (64, 1)))
