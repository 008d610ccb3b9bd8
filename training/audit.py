"""What FER-2013 is: its parts, copies, blank rows and label agreement, measured and written down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from femon.emotions import EMOTIONS
from training import copies, splits
from training.audit_page import page
from training.errors import DataError
from training.fer2013 import EMOTION_VOTES, Fer2013, Samples
from training.loaders import PRIVATE, PUBLIC, TRAINING, USAGES

MANY_VOTES = 8  # of ten, for a clear plurality
LOW_CONTRAST = 3.0  # standard deviation in grey levels
ASSUMED_ACCURACY = 0.73  # the usual figure on PrivateTest, for the size of its error
Rows = NDArray[np.bool_]


def measure(data: Fer2013) -> dict[str, Any]:
    """Every figure about the data set, ready for JSON; takes some ten seconds.

    Only counts and label statistics of PrivateTest are taken. Raises DataError without the FER+ votes.
    """
    data.faces()
    parts = {name: data.usage == number for number, name in enumerate(USAGES)}
    tests = {"PublicTest and PrivateTest": data.usage != TRAINING}
    private = data.samples.where(data.usage == PRIVATE, "private")
    subsets = splits.evaluation_subsets(data, private)
    group = copies.groups(data.samples.images)
    return {
        "sha256": data.sha256,
        "classes": list(EMOTIONS),
        "rows": len(data.samples),
        "grey": _grey(data),
        "parts": {name: _sizes(data.samples.labels[rows]) for name, rows in (parts | tests).items()},
        "reference": _reference(data, int(subsets["dedup"].sum())),
        "copies": _copies(data, group),
        "private_subsets": {name: _sizes(private.labels[keep]) for name, keep in subsets.items()},
        "blank": _blank(data),
        "votes": _agreement(data),
        "sets": _sets(data, group),
    }


def write(figures: dict[str, Any], folder: Path) -> None:
    """Write what measure returned as audit.json and, to be read, as audit.md."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "audit.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    (folder / "audit.md").write_text(page(figures), encoding="utf-8")


def _per_class(labels: NDArray[np.uint8]) -> list[int]:
    counts: list[int] = np.bincount(labels, minlength=len(EMOTIONS)).tolist()
    return counts


def _sizes(labels: NDArray[np.uint8]) -> dict[str, Any]:
    return {"rows": len(labels), "per_class": _per_class(labels)}


def _per_part(data: Fer2013, rows: Rows) -> dict[str, int]:
    return {name: int((rows & (data.usage == number)).sum()) for number, name in enumerate(USAGES)}


def _share(values: NDArray[Any]) -> float:
    return round(float(values.mean()), 6)


def _grey(data: Fer2013) -> dict[str, float]:
    """Mean and standard deviation of all Training pixels divided by 255."""
    images = data.samples.images[data.usage == TRAINING]
    counts = np.sum([np.bincount(image.ravel(), minlength=256) for image in images], axis=0)
    values = np.arange(256) / 255
    mean = np.average(values, weights=counts)
    deviation = np.sqrt(np.average((values - mean) ** 2, weights=counts))
    return {"mean": round(float(mean), 6), "deviation": round(float(deviation), 6)}


def _reference(data: Fer2013, dedup: int) -> dict[str, Any]:
    """What needs no network: constant predictions on PrivateTest, and the sampling error of an accuracy."""
    labels = data.samples.labels[data.usage == PRIVATE]
    training = np.array(_per_class(data.samples.labels[data.usage == TRAINING]))
    frequencies = training / training.sum()
    error = np.sqrt(ASSUMED_ACCURACY * (1 - ASSUMED_ACCURACY))
    sizes = {"PrivateTest": len(labels), "dedup": dedup}
    return {
        "commonest_class": EMOTIONS[int(training.argmax())],
        "commonest_class_accuracy": _share(labels == training.argmax()),
        "training_frequencies_nats": _share(-np.log(frequencies[labels])),
        "assumed_accuracy": ASSUMED_ACCURACY,
        "standard_error": {name: round(float(error / n**0.5), 6) for name, n in sizes.items()},
        "ci95_half_width": {name: round(float(1.959964 * error / n**0.5), 6) for name, n in sizes.items()},
    }


def _copies(data: Fer2013, group: NDArray[np.int64]) -> dict[str, Any]:
    labels = data.samples.labels
    alike = group * len(EMOTIONS) + labels  # the same picture with the same label
    training, public, private = (data.usage == number for number in (TRAINING, PUBLIC, PRIVATE))
    in_training, in_public = np.isin(group, group[training]), np.isin(group, group[public])
    same_label = np.isin(alike, alike[training])
    in_private = np.isin(group, group[private])
    sizes = np.bincount(group)
    near = splits.near_across(data)
    return {
        "unique": len(sizes),
        "groups": int((sizes > 1).sum()),
        "redundant_rows": int((sizes - 1).sum()),
        "rows_in_groups": int(sizes[sizes > 1].sum()),
        "contradictory": _contradictory(group, labels),
        "redundant_inside": {
            name: int(rows.sum()) - len(np.unique(group[rows]))
            for name, rows in zip(USAGES, (training, public, private), strict=True)
        },
        "private_in_training": int((private & in_training).sum()),
        "private_in_training_same_label": int((private & same_label).sum()),
        "private_in_training_per_class": _per_class(labels[private & in_training]),
        "private_in_public": int((private & in_public).sum()),
        "private_in_training_or_public": int((private & (in_training | in_public)).sum()),
        "public_in_training": int((public & in_training).sum()),
        "public_in_training_same_label": int((public & same_label).sum()),
        "public_in_private": int((public & in_private).sum()),
        "tests_in_training": int((~training & in_training).sum()),
        "training_in_tests": int((training & (in_public | in_private)).sum()),
        "training_in_public": int((training & in_public).sum()),
        "training_in_private": int((training & in_private).sum()),
        "near": _per_part(data, near),
    }


def _contradictory(group: NDArray[np.int64], labels: NDArray[np.uint8]) -> dict[str, int]:
    """Groups of identical pictures that carry more than one label, and their rows."""
    pairs = np.unique(np.stack([group, labels], axis=1), axis=0)
    numbers, kinds = np.unique(pairs[:, 0], return_counts=True)
    torn = numbers[kinds > 1]
    return {"groups": len(torn), "rows": int(np.isin(group, torn).sum())}


def _blank(data: Fer2013) -> dict[str, Any]:
    images = data.samples.images
    deviations = np.array([image.std() for image in images])
    black: Rows = images.max(axis=(1, 2)) == 0
    low: Rows = deviations < LOW_CONTRAST
    return {
        "black": _per_part(data, black),
        "black_labels_in_tests": sorted(
            {EMOTIONS[label] for label in data.samples.labels[black & (data.usage != TRAINING)]}
        ),
        "low_contrast": _per_part(data, low),
        "low_contrast_not_black_deviation": [round(float(value), 2) for value in deviations[low & ~black]],
        "not_a_face": _per_part(data, ~data.faces()),
        "low_contrast_and_not_a_face": int((low & ~data.faces()).sum()),
    }


def _agreement(data: Fer2013) -> dict[str, Any]:
    """How the original labels agree with the ten later votes; ties count as one part in as many."""
    votes = _voted(data)
    labels, faces = data.samples.labels, data.faces()
    shared = votes[:, EMOTION_VOTES]
    share, own = _plurality(shared, labels), shared[np.arange(len(labels)), labels]
    clear = shared.max(axis=1) >= MANY_VOTES
    table = {}
    for number, name in enumerate(USAGES):
        rows = faces & (data.usage == number)
        table[name] = {
            "rows": int(rows.sum()),
            "plurality": _share(share[rows]),
            "one_vote": _share((own / votes.sum(axis=1))[rows]),
            "no_vote": _share(own[rows] == 0),
            "clear_rows": int((rows & clear).sum()),
            "clear_plurality": _share(share[rows & clear]),
        }
    every_answer = _plurality(np.hstack([shared, np.delete(votes, EMOTION_VOTES, axis=1)]), labels)
    return {
        "per_part": table,
        "plurality_of_every_answer_per_class": [
            _share(every_answer[labels == number]) for number in range(len(EMOTIONS))
        ],
        "rows_with_other_than_ten_votes": int((votes.sum(axis=1) != 10).sum()),
        "regression_accuracy": _regression(data, votes),
    }


def _voted(data: Fer2013) -> NDArray[np.float64]:
    if data.votes is None:
        raise DataError("The audit needs the FER+ votes; put fer2013new.csv beside fer2013.csv.")
    return data.votes.astype(np.float64)


def _plurality(counts: NDArray[np.float64], labels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(n,) 1/k where the label's count is the largest one and k - 1 others are as large, else 0."""
    largest = counts.max(axis=1, keepdims=True)
    wins = counts == largest
    own: NDArray[np.float64] = wins[np.arange(len(labels)), labels] / wins.sum(axis=1)
    return own


def _regression(data: Fer2013, votes: NDArray[np.float64]) -> dict[str, float]:
    """Accuracy of a multinomial regression from the vote counts to the label, learnt on Training."""
    from sklearn.linear_model import LogisticRegression

    labels = data.samples.labels
    training = data.usage == TRAINING
    model = LogisticRegression(max_iter=1000).fit(votes[training], labels[training])
    right = model.predict(votes) == labels
    return {name: _share(right[data.usage == number]) for number, name in enumerate(USAGES)}


def _sets(data: Fer2013, group: NDArray[np.int64]) -> dict[str, Any]:
    """The parts of all splits; a validation part only where it is not PublicTest as it is."""
    found: dict[str, dict[str, Any]] = {}
    for name in splits.SPLITS:
        split = splits.find_split(data, name)
        found[name] = {"train": _set(split.train, split.classes, group)}
        if split.validation.name != "public":
            found[name]["validation"] = _set(split.validation, split.classes, group)
    found["p3"]["test"] = _set(splits.replica_test(data, "p3"), EMOTIONS, group)
    return found


def _set(samples: Samples, classes: tuple[str, ...], group: NDArray[np.int64]) -> dict[str, Any]:
    counts = np.bincount(samples.labels, minlength=len(classes))
    return {
        "rows": len(samples),
        "per_class": dict(zip(classes, counts.tolist(), strict=True)),
        "contradictory": _contradictory(group[samples.rows], samples.labels),
    }
