"""The named splits on made-up data: who is in, who validates, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from femon.emotions import EMOTIONS
from training import copies, splits
from training.errors import DataError, TrainingError
from training.fer2013 import Fer2013, Samples
from training.splits import find_split

COUNT = 120  # rows of each part


def made_up() -> Fer2013:
    """360 smooth pictures, a third per part; some copies, mirror images, blanks and rows without a face.

    Training row 0 is also PublicTest row 0 and PrivateTest row 0; Training row 1 seen in a mirror is PublicTest
    row 1; Training row 2 is brighter in PrivateTest row 2; rows 3 are black; rows 4 show no face.
    PublicTest row 5 is PrivateTest row 5.
    """
    chance = np.random.default_rng(3)
    images = np.kron(chance.integers(0, 200, (3, COUNT, 8, 8)), np.ones((6, 6))).astype(np.uint8)
    images[1:, 0] = images[0, 0]
    images[1, 1] = images[0, 1, :, ::-1]
    images[2, 2] = images[0, 2] + 40
    images[:, 3] = 0
    images[2, 5] = images[1, 5]
    labels = np.tile(np.arange(COUNT) % 7, 3).astype(np.uint8)
    not_a_face = np.tile(np.arange(COUNT) == 4, 3)
    samples = Samples("made up", images.reshape(-1, 48, 48), labels, np.arange(3 * COUNT))
    return Fer2013(samples, np.repeat(np.arange(3, dtype=np.uint8), COUNT), not_a_face, "0" * 64)


@pytest.fixture(scope="module")
def data() -> Fer2013:
    return made_up()


def left_out(data: Fer2013, name: str) -> set[int]:
    rows = {int(row) for row in find_split(data, name).train.rows}
    return set(range(2 * COUNT if name == "refit" else COUNT)) - rows


def test_each_set_leaves_out_what_its_name_says(data: Fer2013) -> None:
    assert left_out(data, "official") == set()
    assert left_out(data, "standard") == {4}
    assert left_out(data, "clean") == {0, 3, 4}
    assert left_out(data, "clean-near") == {0, 1, 2, 4}  # a black picture correlates with nothing
    assert left_out(data, "refit") == {0, 3, 4, COUNT, COUNT + 3, COUNT + 4, COUNT + 5}


@pytest.mark.parametrize("name", ["official", "standard", "clean", "clean-near", "refit"])
def test_all_of_public_test_validates(data: Fer2013, name: str) -> None:
    split = find_split(data, name)
    assert split.validation.rows.tolist() == list(range(COUNT, 2 * COUNT))
    assert split.classes == EMOTIONS
    assert not split.reads_private
    assert split.trained_on_validation == (name == "refit")


def test_only_the_published_six_class_split_reads_private_test(data: Fer2013) -> None:
    private = set(range(2 * COUNT, 3 * COUNT))
    reading = set()
    for name in splits.SPLITS:
        split = find_split(data, name)
        assert split.name == name
        assert not private & {int(row) for row in split.train.rows}
        if private & {int(row) for row in split.validation.rows}:
            reading.add(name)
        assert split.reads_private == (name in reading)
    assert reading == {"six"}


def test_each_split_says_whether_it_left_out_rows_without_a_face_and_copies_of_test_pictures(
    data: Fer2013,
) -> None:
    for name in splits.SPLITS:
        split, four = find_split(data, name), 4 in find_split(data, name).train.rows
        assert split.faces_only == (name in ("standard", "clean", "clean-near", "refit"))
        assert not (split.faces_only and four)
        removes = name in ("clean", "clean-near", "refit")
        assert (split.copies_removed != splits.COPIES_KEPT) == removes


@pytest.mark.parametrize("name", ["six", "six-official"])
def test_six_classes_are_labelled_by_their_place_without_disgust(data: Fer2013, name: str) -> None:
    split = find_split(data, name)
    assert split.classes == ("angry", "fear", "happy", "sad", "surprise", "neutral")
    for part in (split.train, split.validation):
        before = [EMOTIONS[label] for label in data.samples.labels[part.rows]]
        assert [split.classes[label] for label in part.labels] == before
        assert (part.images == data.samples.images[part.rows]).all()
        assert part.labels.dtype == np.uint8


@pytest.mark.parametrize(("name", "share", "parted"), [("p1", 0.2, COUNT), ("p3", 0.1, COUNT - 1)])
def test_a_random_part_of_training_validates_and_repeats(
    data: Fer2013, name: str, share: float, parted: int
) -> None:
    split, again = find_split(data, name), find_split(data, name)
    assert len(split.validation) == np.ceil(share * parted)
    assert len(split.train) + len(split.validation) == parted
    assert not set(split.train.rows) & set(split.validation.rows)
    assert (split.validation.rows == again.validation.rows).all()


def test_the_published_test_parts_are_those_of_the_papers(data: Fer2013) -> None:
    tests = np.arange(COUNT, 3 * COUNT)
    assert splits.replica_test(data, "p1").rows.tolist() == tests[COUNT:].tolist()
    assert set(tests) - set(splits.replica_test(data, "p3").rows) == {COUNT + 3, 2 * COUNT + 3}
    assert (data.samples.labels[splits.replica_test(data, "six").rows] != EMOTIONS.index("disgust")).all()
    with pytest.raises(TrainingError, match="no test part of its own"):
        splits.replica_test(data, "standard")


def test_evaluation_subsets_leave_out_what_training_has_shown(data: Fer2013) -> None:
    subsets = splits.evaluation_subsets(data, data.private())
    missing = {name: set(np.flatnonzero(~keep)) for name, keep in subsets.items()}
    assert missing == {"dedup": {0, 3}, "dedup-tp": {0, 3, 5}, "near": {0, 2}}


def test_an_unknown_split_lists_the_known_ones(data: Fer2013) -> None:
    with pytest.raises(TrainingError, match="There is no split 'best'; known: official, standard, clean"):
        find_split(data, "best")


def test_data_without_a_part_are_refused(data: Fer2013) -> None:
    first = data.usage == 0
    training = Fer2013(
        data.samples.where(first, "training"), data.usage[first], data.not_a_face[:COUNT], "0" * 64
    )
    assert len(find_split(training, "p1").train) == 96
    with pytest.raises(DataError, match="validation part of the split standard is empty"):
        find_split(training, "standard")


def test_without_votes_the_official_split_still_works(data: Fer2013) -> None:
    plain = Fer2013(data.samples, data.usage, None, data.sha256)
    assert len(find_split(plain, "official").train) == COUNT
    for name in ("standard", "clean", "clean-near", "refit"):
        with pytest.raises(DataError, match="needs the FER\\+ votes"):
            find_split(plain, name)


def test_groups_number_identical_pictures_alike() -> None:
    images = np.zeros((5, 48, 48), np.uint8)
    images[1], images[3] = 1, 1
    images[4, 47, 47] = 1
    assert copies.groups(images).tolist() == [0, 1, 0, 1, 2]
    assert copies.copied(images, images[:1]).tolist() == [True, False, True, False, False]


def test_near_copies_are_found_whichever_side_is_longer_than_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "FEW", 4)
    images = np.random.default_rng(0).integers(0, 256, (11, 48, 48)).astype(np.uint8)
    others = np.stack(
        [images[9] // 2 + 20, images[2][:, ::-1], 255 - images[3], np.full((48, 48), 9, np.uint8)]
    )
    near, reverse = copies.near_copied(images, others)
    assert np.flatnonzero(near).tolist() == [2, 9]
    assert reverse.tolist() == [True, True, False, False]
