"""FER-2013 in all its formats: every one gives the same rows, and damaged files are named with their row."""

from __future__ import annotations

import csv
import gzip
import zipfile
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from femon.emotions import EMOTIONS
from training import fer2013, loaders
from training.errors import DataError
from training.fer2013 import Fer2013

HEADER = "emotion,pixels,Usage\n"
PIXELS = " ".join(["7"] * 2304)
VOTES_HEADER = f"Usage,Image name,{','.join(fer2013.VOTES)}\n"
CHANCE = np.random.default_rng(0)
IMAGES = CHANCE.integers(0, 256, (3, 48, 48)).astype(np.uint8)
ROWS = [
    (label, " ".join(map(str, image.ravel())), usage)
    for label, image, usage in zip((3, 0, 6), IMAGES, loaders.USAGES, strict=True)
]
TABLE = HEADER + "".join(f"{label},{pixels},{usage}\n" for label, pixels, usage in ROWS)
ODD_TABLE = "emotion, Usage, pixels\n" + "".join(
    f"{label},{usage},{pixels}\n" for label, pixels, usage in ROWS
)


def table(tmp_path: Path, text: str = TABLE, name: str = "fer2013.csv") -> Path:
    path = tmp_path / name
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("__MACOSX/fer2013/._fer2013.csv", "not it")
            archive.writestr("fer2013/fer2013.csv", text)
    else:
        path.write_text(text, encoding="utf-8")
    return path


def votes(tmp_path: Path, *rows: str) -> None:
    (tmp_path / "fer2013new.csv").write_text(
        VOTES_HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8"
    )


def pictures(folder: Path) -> Path:
    """Kaggle's layout: one Training picture per class, one picture of each test part."""
    for part in ("train", "test"):
        for name in EMOTIONS:
            (folder / part / name).mkdir(parents=True)
    for label, name in enumerate(EMOTIONS):
        assert cv2.imwrite(
            str(folder / "train" / name / f"Training_{label}.png"), np.full((48, 48), label, np.uint8)
        )
    assert cv2.imwrite(str(folder / "test" / "happy" / "PublicTest_7.png"), IMAGES[1])
    assert cv2.imwrite(str(folder / "test" / "sad" / "PrivateTest_7.jpg"), IMAGES[2])
    return folder


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fer2013.csv", TABLE),
        ("fer2013.csv", TABLE.replace("\n", "\r\n")),
        ("fer2013.csv.gz", TABLE),
        ("fer2013.zip", TABLE),
        ("icml_face_data.csv", ODD_TABLE),
    ],
)
@pytest.mark.parametrize("as_folder", [True, False])
def test_every_table_gives_the_same_rows(tmp_path: Path, name: str, text: str, as_folder: bool) -> None:
    path = table(tmp_path, text, name)
    data = fer2013.load(tmp_path if as_folder else path, cache=tmp_path / "cache")
    assert (data.samples.images == IMAGES).all()
    assert data.samples.labels.tolist() == [3, 0, 6]
    assert data.usage.tolist() == [0, 1, 2]
    assert [len(part) for part in (data.training("official"), data.public(), data.private())] == [1, 1, 1]


def test_picture_folders_are_read_by_class_and_by_the_names_of_the_test_parts(tmp_path: Path) -> None:
    data = fer2013.load(pictures(tmp_path), cache=tmp_path / "cache")
    training = data.training("official")
    assert sorted(training.labels) == list(range(7))
    assert (training.images == training.labels[:, None, None]).all()
    assert (data.public().images[0] == IMAGES[1]).all()
    assert data.public().labels.tolist() == [EMOTIONS.index("happy")]
    assert data.private().labels.tolist() == [EMOTIONS.index("sad")]
    assert data.votes is None


def test_a_second_reading_comes_from_the_cache_until_the_data_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = pictures(tmp_path / "faces")
    first = fer2013.load(folder, cache=tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(loaders, "read", None)
        assert (fer2013.load(folder, cache=tmp_path).samples.images == first.samples.images).all()
    (folder / "train" / "fear" / "Training_2.png").unlink()
    assert len(fer2013.load(folder, cache=tmp_path).samples) == len(first.samples) - 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "does not start with the columns"),
        ("emotion,pixels\n", "does not start with the columns"),
        (HEADER, "has no rows"),
        (f"{HEADER}7,{PIXELS},Training\n", "row 2: the label 7 is outside 0 to 6"),
        (f"{HEADER}-1,{PIXELS},Training\n", "row 2: the label -1 is outside 0 to 6"),
        (f"{HEADER}0,{PIXELS},Training\n1,1 2 3,Training\n", "row 3: has 3 pixels, not 2304"),
        (f"{HEADER}0,{PIXELS.replace('7', '300', 1)},Training\n", "row 2: a pixel is outside 0 to 255"),
        (f"{HEADER}0,{PIXELS.replace('7', '-1', 1)},Training\n", "row 2: a pixel is outside 0 to 255"),
        (
            f"{HEADER}0,{PIXELS.replace('7', '7.5', 1)},Training\n",
            "row 2: a label or pixel is not a whole number",
        ),
        (f"{HEADER}0,{PIXELS} x,Training\n", "row 2: a label or pixel is not a whole number"),
        (f"{HEADER}x,{PIXELS},Training\n", "row 2: a label or pixel is not a whole number"),
        (f"{HEADER}0,{PIXELS},Testing\n", "row 2: the Usage 'Testing' is none of Training"),
        (f"{HEADER}0\n", "row 2: has 1 columns, not 3"),
        (TABLE[: TABLE.rindex(",")], "row 4: has 2 columns, not 3"),
        (TABLE[:-5], "row 4: the Usage 'Privat"),
    ],
)
def test_bad_data_are_named_with_their_row(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(DataError, match=rf"fer2013\.csv.*{reason}"):
        fer2013.load(table(tmp_path, text), cache=tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*.npz"))


@pytest.mark.parametrize("name", ["fer2013.csv.gz", "fer2013.zip"])
def test_a_truncated_file_says_after_which_row(tmp_path: Path, name: str) -> None:
    path = table(tmp_path, TABLE, name)
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(DataError, match=r"is damaged after \d+ rows \(.+\); copy it again"):
        loaders.read(path)


@pytest.mark.parametrize("name", ["fer2013.csv.gz", "fer2013.zip"])
def test_a_file_with_wrong_bytes_inside_is_damaged(tmp_path: Path, name: str) -> None:
    path = table(tmp_path, TABLE, name)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = bytes(400)
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"is damaged|row \d"):
        loaders.read(path)


def test_a_zip_without_the_table_says_so(tmp_path: Path) -> None:
    path = tmp_path / "fer2013.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "")
    with pytest.raises(DataError, match=r"holds no fer2013\.csv"):
        loaders.read(path)


def test_missing_data_say_where_they_should_be(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="put FER-2013 there or set FEMON_DATA"):
        fer2013.load(tmp_path)


def test_test_pictures_whose_part_is_unknown_are_refused_but_training_can_do_without(tmp_path: Path) -> None:
    folder = pictures(tmp_path)
    public = folder / "test" / "happy" / "PublicTest_7.png"
    public.rename(public.with_name("im7.png"))
    with pytest.raises(
        DataError, match=r"test/happy/im7\.png: PublicTest and PrivateTest cannot be told apart"
    ):
        loaders.read(folder)
    (folder / "test").rename(folder / "aside")
    assert len(loaders.read(folder).labels) == 7


def test_a_missing_or_unknown_class_folder_is_named(tmp_path: Path) -> None:
    folder = pictures(tmp_path)
    (folder / "train" / "sad").rename(folder / "train" / "blue")
    with pytest.raises(DataError, match="missing or unknown: blue, sad"):
        loaders.read(folder)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_cut_or_wrongly_sized_picture_is_named(tmp_path: Path, suffix: str) -> None:
    folder = pictures(tmp_path)
    picture = folder / "train" / "fear" / f"Training_99{suffix}"
    assert cv2.imwrite(str(picture), IMAGES[0])
    whole = picture.read_bytes()
    picture.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=rf"Training_99\{suffix} is damaged"):
        loaders.read(folder)
    assert cv2.imwrite(str(picture), np.zeros((48, 47), np.uint8))
    with pytest.raises(DataError, match="has 47x48 pixels, not 48x48"):
        loaders.read(folder)


def test_votes_are_joined_by_position(tmp_path: Path) -> None:
    votes(
        tmp_path,
        "Training,,0,10,0,0,0,0,0,0,0,0",
        "PublicTest,,0,0,0,0,0,0,0,0,0,10",
        "PrivateTest,,1,0,0,0,0,0,0,0,0,9",
    )
    data = fer2013.load(table(tmp_path), cache=tmp_path / "cache")
    assert data.votes is not None
    assert data.votes[:, fer2013.NOT_A_FACE].tolist() == [0, 10, 9]
    assert data.faces().tolist() == [True, False, True]


def test_vote_shares_are_those_of_the_seven_emotions_and_never_of_a_test_picture(tmp_path: Path) -> None:
    votes(
        tmp_path,
        "Training,,2,1,0,0,1,0,0,3,3,0",
        "PublicTest,,0,10,0,0,0,0,0,0,0,0",
        "PrivateTest,,0,0,0,0,0,0,0,10,0,0",
    )
    data = fer2013.load(table(tmp_path), cache=tmp_path / "cache")
    shares = data.vote_shares(data.samples)
    assert shares[0].tolist() == [0.25, 0, 0, 0.25, 0, 0, 0.5]  # anger, happiness and neutral
    assert not shares[1:].any()


def test_votes_that_are_not_there_are_asked_for(tmp_path: Path) -> None:
    data = fer2013.load(table(tmp_path), cache=tmp_path / "cache")
    with pytest.raises(DataError, match=r"put fer2013new\.csv beside fer2013\.csv"):
        data.vote_shares(data.samples)


def test_without_votes_only_the_official_set_can_be_had(tmp_path: Path) -> None:
    data = fer2013.load(table(tmp_path), cache=tmp_path / "cache")
    assert len(data.training("official")) == 1
    with pytest.raises(DataError, match=r"put fer2013new\.csv beside fer2013\.csv"):
        data.training("standard")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["Training,,0,10,0,0,0,0,0,0,0,0"], "has 1 rows and FER-2013 3"),
        (["Training,,0,10,0,0,0,0,0,0,0,0"] * 3, "row 3: Usage is Training, not PublicTest"),
        (
            ["Training,,0,x,0,0,0,0,0,0,0,0", "PublicTest,,0", "PrivateTest,"],
            "row 2: a vote count is not a whole number",
        ),
        (["Training,,0,10", "PublicTest,,0", "PrivateTest,"], "row 2: a vote count is not a whole number"),
        (
            ["Training,,0,11,0,0,0,0,0,0,0,0", "PublicTest,,0", "PrivateTest,"],
            "row 2: a vote count is outside 0 to 10",
        ),
    ],
)
def test_votes_that_do_not_fit_are_named_with_their_row(tmp_path: Path, rows: list[str], reason: str) -> None:
    votes(tmp_path, *rows)
    with pytest.raises(DataError, match=rf"fer2013new\.csv.*{reason}"):
        fer2013.load(table(tmp_path), cache=tmp_path / "cache")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"Pub\xffTest,,0,10,0,0,0,0,0,0,0,0", "row 3: is not UTF-8 text; copy it again"),
        (b'PublicTest,"' + b"x" * 200_000, "row 3: is not a table"),
    ],
)
def test_a_vote_file_with_wrong_bytes_is_named_with_its_row(tmp_path: Path, row: bytes, reason: str) -> None:
    votes(tmp_path, "Training,,0,10,0,0,0,0,0,0,0,0")
    with (tmp_path / "fer2013new.csv").open("ab") as file:
        file.write(row + b"\nPrivateTest,,0,0,0,0,0,0,0,0,0,10\n")
    with pytest.raises(DataError, match=rf"fer2013new\.csv, {reason}"):
        fer2013.load(table(tmp_path), cache=tmp_path / "cache")


def test_the_vote_file_has_a_checksum_of_its_own(tmp_path: Path) -> None:
    assert fer2013.load(table(tmp_path), cache=tmp_path / "cache").votes_sha256 is None
    found = []
    for first in ("Training,,0,10,0,0,0,0,0,0,0,0", "Training,,1,9,0,0,0,0,0,0,0,0"):
        votes(tmp_path, first, "PublicTest,,0,0,0,0,0,0,0,0,0,10", "PrivateTest,,1,0,0,0,0,0,0,0,0,9")
        found.append(fer2013.load(table(tmp_path), cache=tmp_path / "cache").votes_sha256)
    assert None not in found
    assert found[0] != found[1]


def test_a_vote_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fer2013new.csv").write_text("Usage,NF\n", encoding="utf-8")
    with pytest.raises(DataError, match="does not have the columns"):
        fer2013.load(table(tmp_path), cache=tmp_path / "cache")


def test_vote_names_are_no_key(real_data: Fer2013, shared: Path) -> None:
    with (shared / "data" / "fer2013new.csv").open(encoding="utf-8") as lines:
        names = [row["Image name"] for row in csv.DictReader(lines)]
    assert len(names) == len(real_data.samples)
    assert names.count("") == 173
    assert sum(count > 1 for name, count in Counter(names).items() if name) == 4
