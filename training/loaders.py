"""The formats in which FER-2013 is handed on: the CSV in its variants, and Kaggle's picture folders."""

from __future__ import annotations

import gzip
import hashlib
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from femon.crop import crop_from_fer
from femon.emotions import EMOTIONS
from training.errors import DataError

SIDE = 48
PIXELS = SIDE * SIDE
USAGES = ("Training", "PublicTest", "PrivateTest")
TRAINING, PUBLIC, PRIVATE = range(len(USAGES))
COLUMNS = ("emotion", "pixels", "Usage")
TABLES = ("fer2013.csv.gz", "fer2013.csv", "fer2013.zip", "icml_face_data.csv")
TRAIN, TEST = "train", "test"  # Kaggle's picture folders
PICTURE_ENDS = {  # the last bytes of a whole file; OpenCV fills what is missing with grey
    ".jpg": b"\xff\xd9",
    ".png": b"IEND\xaeB`\x82",
}


class Rows(NamedTuple):
    """Pictures (n, 48, 48) uint8, labels (n,) uint8 and usage (n,) uint8, an index into USAGES."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    usage: NDArray[np.uint8]


def find(path: Path) -> Path:
    """The file, or the folder with Kaggle's train/, that `path` is or holds; DataError when there is none."""
    if path.is_file():
        return path
    known = (path / name for name in TABLES)
    table = next((file for file in known if file.is_file()), None)
    if table is not None:
        return table
    if (path / TRAIN).is_dir():
        return path
    raise DataError(
        f"{path} holds none of {', '.join(TABLES)} or {TRAIN}/; put FER-2013 there or set FEMON_DATA."
    )


def fingerprint(path: Path) -> str:
    """The sha256 of a file, or of the names and contents of all pictures below a folder."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    digest = hashlib.sha256()
    for picture, _, _ in _pictures(path):
        content = picture.read_bytes()
        digest.update(f"{picture.relative_to(path).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def read(path: Path) -> Rows:
    """All rows of a CSV (.csv, .csv.gz, .zip) or of a folder with train/ and test/.

    A picture folder has its own order (test parts by name, then class, then file name), and JPEG changed
    its grey values a little. Raises DataError with the file, its row number and the reason.
    """
    return _folder(path) if path.is_dir() else _table(path)


def _table(path: Path) -> Rows:
    rows: list[tuple[NDArray[np.uint8], int, int]] = []
    try:
        with _opened(path) as lines, warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)  # numpy's word for text that is no number
            order = _order(path, lines.readline())
            for number, line in enumerate(lines, start=2):
                rows.append(_parsed(path, number, line, order))
    except (EOFError, OSError, zlib.error, zipfile.BadZipFile) as error:
        raise DataError(f"{path.name} is damaged after {len(rows)} rows ({error}); copy it again.") from error
    if not rows:
        raise DataError(f"{path.name} has no rows; copy it again.")
    return _stacked(rows)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    if path.suffix == ".gz":
        with gzip.open(path, "rb") as lines:
            yield lines
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open(_table_inside(path, archive)) as lines:
            yield lines
    else:
        with path.open("rb") as lines:
            yield lines


def _table_inside(path: Path, archive: zipfile.ZipFile) -> str:
    tables = [name for name in archive.namelist() if Path(name).name in TABLES and name.endswith(".csv")]
    if not tables:
        raise DataError(f"{path.name} holds no fer2013.csv; take another copy.")
    return tables[0]


def _order(path: Path, header: bytes) -> tuple[int, ...]:
    """Where the three columns stand; icml_face_data.csv has another order and spaces in the names."""
    names = [name.decode("ascii", "replace") for name in _fields(header)]
    if sorted(names) != sorted(COLUMNS):
        raise DataError(f"{path.name} does not start with the columns {', '.join(COLUMNS)}.")
    return tuple(names.index(column) for column in COLUMNS)


def _fields(line: bytes) -> list[bytes]:
    return [field.strip(b' "\r\n') for field in line.split(b",")]


def _parsed(
    path: Path, number: int, line: bytes, order: tuple[int, ...]
) -> tuple[NDArray[np.uint8], int, int]:
    fields = _fields(line)
    if len(fields) != len(COLUMNS):
        raise DataError(f"{path.name}, row {number}: has {len(fields)} columns, not {len(COLUMNS)}.")
    emotion, pixels, usage = (fields[place] for place in order)
    try:
        values = np.fromstring(pixels, dtype=np.int64, sep=" ")  # three times as fast as a list of numbers
        label, use = int(emotion), usage.decode("ascii", "replace")
    except (ValueError, DeprecationWarning) as error:
        raise DataError(f"{path.name}, row {number}: a label or pixel is not a whole number.") from error
    reason = _fault(values, label, use)
    if reason:
        raise DataError(f"{path.name}, row {number}: {reason}.")
    return crop_from_fer(values.astype(np.uint8).reshape(SIDE, SIDE)), label, USAGES.index(use)


def _fault(values: NDArray[np.int64], label: int, usage: str) -> str | None:
    if not 0 <= label < len(EMOTIONS):
        return f"the label {label} is outside 0 to {len(EMOTIONS) - 1}"
    if usage not in USAGES:
        return f"the Usage '{usage}' is none of {', '.join(USAGES)}"
    if len(values) != PIXELS:
        return f"has {len(values)} pixels, not {PIXELS}"
    if values.min() < 0 or values.max() > 255:
        return "a pixel is outside 0 to 255"
    return None


def _folder(path: Path) -> Rows:
    rows = [
        (_picture(picture), EMOTIONS.index(name), USAGES.index(_usage(picture, part)))
        for picture, part, name in _pictures(path)
    ]
    if not rows:
        raise DataError(f"{path / TRAIN} holds no .jpg or .png pictures; copy it again.")
    return _stacked(rows)


def _pictures(path: Path) -> Iterator[tuple[Path, str, str]]:
    """Every picture with its part (train or test) and class, in the order of their names."""
    for part in (TRAIN, TEST):
        if not (path / part).is_dir():
            continue  # training needs no test/; what does need it says so
        found = {folder.name for folder in (path / part).iterdir() if folder.is_dir()}
        if found != set(EMOTIONS):
            odd = ", ".join(sorted(found ^ set(EMOTIONS)))
            raise DataError(f"{path / part} must hold one folder per class; missing or unknown: {odd}.")
        for name in sorted(EMOTIONS):
            files = sorted((path / part / name).iterdir())
            yield from ((file, part, name) for file in files if file.suffix.lower() in PICTURE_ENDS)


def _usage(picture: Path, part: str) -> str:
    """Kaggle's file names begin with the Usage; test/ mixes both test parts, so there they must."""
    begin = picture.name.partition("_")[0]
    tests = (USAGES[PUBLIC], USAGES[PRIVATE])
    if part == TRAIN and begin not in tests:
        return USAGES[TRAINING]
    if part == TEST and begin in tests:
        return begin
    raise DataError(
        f"{part}/{picture.parent.name}/{picture.name}: PublicTest and PrivateTest cannot be told apart, as "
        f"the name begins with neither; use fer2013.csv, or take {TEST}/ away to have Training alone."
    )


def _picture(picture: Path) -> NDArray[np.uint8]:
    content = picture.read_bytes()
    whole = content.rstrip(b"\0").endswith(PICTURE_ENDS[picture.suffix.lower()])
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE) if whole else None
    if pixels is None:
        raise DataError(f"{picture} is damaged; copy it again.")
    if pixels.shape != (SIDE, SIDE):
        raise DataError(f"{picture} has {pixels.shape[1]}x{pixels.shape[0]} pixels, not {SIDE}x{SIDE}.")
    return crop_from_fer(pixels.astype(np.uint8, copy=False))


def _stacked(rows: list[tuple[NDArray[np.uint8], int, int]]) -> Rows:
    images, labels, usage = zip(*rows, strict=True)
    return Rows(np.stack(images), np.array(labels, np.uint8), np.array(usage, np.uint8))
