"""The named splits of FER-2013: what a run trains on, what it is chosen by, and what it is tested on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS
from training.copies import copied, near_copied
from training.errors import DataError, TrainingError
from training.fer2013 import Fer2013, Samples
from training.loaders import PRIVATE, PUBLIC, TRAINING

SIX = tuple(name for name in EMOTIONS if name != "disgust")
P1_VALIDATION = 0.2  # share of Training, as printed in that paper
P3_VALIDATION = 0.1
COPIES_KEPT = "none, for comparability with the literature"
SPLIT_SEED = 0  # the same parts for every seed of a network


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What a network learns and what it is chosen by; labels index `classes`."""

    name: str
    train: Samples
    validation: Samples
    classes: tuple[str, ...] = EMOTIONS
    reads_private: bool = False  # the validation part holds PrivateTest: a replica, never to be shipped
    trained_on_validation: bool = False
    faces_only: bool = False  # rows that all FER+ taggers call no face are left out
    copies_removed: str = COPIES_KEPT  # which copies of test pictures the training part lacks, as cards say


def find_split(data: Fer2013, name: str) -> Split:
    """The split of this name; TrainingError lists the known ones.

    Raises DataError when the data lack a part of it or the FER+ votes that it needs.
    """
    if name not in SPLITS:
        raise TrainingError(f"There is no split '{name}'; known: {', '.join(SPLITS)}.")
    split = SPLITS[name](data)
    for part, samples in (("training", split.train), ("validation", split.validation)):
        if not len(samples):
            raise DataError(f"The {part} part of the split {name} is empty in these data; use fer2013.csv.")
    return split


def replica_test(data: Fer2013, split_name: str) -> Samples:
    """The test part of a published protocol: it holds PrivateTest, so only a replica may be scored on it.

    Raises TrainingError for a split that is tested on PrivateTest as it is.
    """
    tests: dict[str, Callable[[Fer2013], Samples]] = {
        "p1": lambda data: data.samples.where(data.usage == PRIVATE, "private"),
        "six": lambda data: _six(data, data.usage != TRAINING, "six-test"),
        "p3": lambda data: data.samples.where((data.usage != TRAINING) & ~flat(data), "p3-test"),
    }
    if split_name not in tests:
        raise TrainingError(f"The split '{split_name}' has no test part of its own; test it on PrivateTest.")
    return tests[split_name](data)


def for_classes(samples: Samples, classes: tuple[str, ...]) -> Samples:
    """The samples of these classes, labelled by their place in `classes`."""
    if classes == EMOTIONS:
        return samples
    places = np.array(
        [classes.index(name) if name in classes else len(classes) for name in EMOTIONS], np.uint8
    )
    labels = places[samples.labels]
    kept = labels < len(classes)
    return Samples(samples.name, samples.images[kept], labels[kept], samples.rows[kept])


def evaluation_subsets(data: Fer2013, samples: Samples) -> dict[str, NDArray[np.bool_]]:
    """Masks (n,) over test pictures: `dedup`, `dedup-tp` (for PrivateTest after a refit) and `near`.

    No exact copy in Training; none in Training or PublicTest; no near copy in Training.
    """
    return {
        "dedup": data.without_training_copies(samples),
        "dedup-tp": ~copied(samples.images, data.samples.images[data.usage != PRIVATE]),
        "near": ~near_across(data)[samples.rows],
    }


def flat(data: Fer2013) -> NDArray[np.bool_]:
    """(n,) true where all pixels of a picture are equal."""
    images = data.samples.images
    same: NDArray[np.bool_] = images.min(axis=(1, 2)) == images.max(axis=(1, 2))
    return same


def copied_across(data: Fer2013) -> NDArray[np.bool_]:
    """(n,) true for Training rows that equal a test picture, and test rows that equal a Training picture."""
    images, training = data.samples.images, data.usage == TRAINING
    across = np.zeros(len(images), np.bool_)
    across[training] = copied(images[training], images[~training])
    across[~training] = copied(images[~training], images[training])
    return across


@lru_cache(maxsize=1)  # takes seconds, and both a split and its figures ask for it
def near_across(data: Fer2013) -> NDArray[np.bool_]:
    """As copied_across, for near copies."""
    images, training = data.samples.images, data.usage == TRAINING
    across = np.zeros(len(images), np.bool_)
    across[training], across[~training] = near_copied(images[training], images[~training])
    return across


def _official(data: Fer2013) -> Split:
    return Split("official", data.training("official"), data.public())


def _standard(data: Fer2013) -> Split:
    return Split("standard", data.training("standard"), data.public(), faces_only=True)


def _clean(data: Fer2013) -> Split:
    rows = (data.usage == TRAINING) & data.faces() & ~copied_across(data)
    removed = "exact ones of PublicTest and PrivateTest"
    train = data.samples.where(rows, "clean")
    return Split("clean", train, data.public(), faces_only=True, copies_removed=removed)


def _clean_near(data: Fer2013) -> Split:
    rows = (data.usage == TRAINING) & data.faces() & ~near_across(data)
    removed = "exact and near ones of PublicTest and PrivateTest"
    train = data.samples.where(rows, "clean-near")
    return Split("clean-near", train, data.public(), faces_only=True, copies_removed=removed)


def _refit(data: Fer2013) -> Split:
    images = data.samples.images
    rows = (data.usage != PRIVATE) & data.faces() & ~copied(images, images[data.usage == PRIVATE])
    train = data.samples.where(rows, "refit")
    return Split(
        "refit",
        train,
        data.public(),
        trained_on_validation=True,
        faces_only=True,
        copies_removed="exact ones of PrivateTest",
    )


def _p1(data: Fer2013) -> Split:
    return _parted(data, data.usage == TRAINING, "p1", P1_VALIDATION)


def _p3(data: Fer2013) -> Split:
    rows = (data.usage == TRAINING) & ~flat(data)
    return _parted(data, rows, "p3", P3_VALIDATION, stratified=True)


def _six_published(data: Fer2013) -> Split:
    train = _six(data, data.usage == TRAINING, "six-train")
    test = _six(data, data.usage != TRAINING, "six-test")
    return Split("six", train, test, SIX, reads_private=True)


def _six_official(data: Fer2013) -> Split:
    train = _six(data, data.usage == TRAINING, "six-train")
    public = _six(data, data.usage == PUBLIC, "six-public")
    return Split("six-official", train, public, SIX)


def _six(data: Fer2013, rows: NDArray[np.bool_], name: str) -> Samples:
    return for_classes(data.samples.where(rows, name), SIX)


def _parted(
    data: Fer2013, rows: NDArray[np.bool_], name: str, share: float, *, stratified: bool = False
) -> Split:
    """A random share of the rows validates, the others train; both keep their order."""
    from sklearn.model_selection import train_test_split

    samples = data.samples.where(rows, name)
    labels = samples.labels if stratified else None
    _, chosen = train_test_split(
        np.arange(len(samples)), test_size=share, random_state=SPLIT_SEED, stratify=labels
    )
    validates = np.isin(np.arange(len(samples)), chosen)
    train = samples.where(~validates, f"{name}-train")
    return Split(name, train, samples.where(validates, f"{name}-validation"))


SPLITS: dict[str, Callable[[Fer2013], Split]] = {
    "official": _official,
    "standard": _standard,
    "clean": _clean,
    "clean-near": _clean_near,
    "refit": _refit,
    "p1": _p1,
    "six": _six_published,
    "six-official": _six_official,
    "p3": _p3,
}
