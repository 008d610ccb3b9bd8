"""FER-2013 and the FER+ votes: read, checked, cached, and split into named sets."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from femon.crop import crop_from_fer
from femon.emotions import EMOTIONS
from training.errors import DataError

SIDE = 48
USAGES = ("Training", "PublicTest", "PrivateTest")
DATA_VARIABLE = "FEMON_DATA"
NOT_A_FACE_VOTES = 10  # a row is "not a face" when all ten FER+ taggers say so


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Pictures (n, 48, 48) uint8 and labels (n,) uint8 in the order of EMOTIONS, with their row numbers."""

    name: str
    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def where(self, keep: NDArray[np.bool_], name: str) -> Samples:
        """The samples for which keep (n,) is true."""
        return Samples(name, self.images[keep], self.labels[keep], self.rows[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Fer2013:
    """The whole data set; `not_a_face` (n,) is true where all ten FER+ taggers agree."""

    samples: Samples
    usage: NDArray[np.uint8]  # (n,) index into USAGES
    not_a_face: NDArray[np.bool_]
    sha256: str

    def training(self, variant: str = "standard") -> Samples:
        """The training rows: `official` as they are, `standard` without the rows that are not a face."""
        rows = self.usage == 0
        if variant == "standard":
            rows &= ~self.not_a_face
        elif variant != "official":
            raise DataError(f"Unknown training set '{variant}'; choose official or standard.")
        return self.samples.where(rows, variant)

    def public(self) -> Samples:
        """PublicTest, by which everything is chosen."""
        return self.samples.where(self.usage == 1, "public")

    def private(self) -> Samples:
        """PrivateTest; only training.ledger may call this."""
        return self.samples.where(self.usage == 2, "private")

    def without_training_copies(self, samples: Samples) -> NDArray[np.bool_]:
        """(n,) true where a picture has no exact copy among the official Training rows."""
        seen = {image.tobytes() for image in self.samples.images[self.usage == 0]}
        return np.array([image.tobytes() not in seen for image in samples.images])


def data_folder() -> Path:
    """Where fer2013.csv.gz lies: $FEMON_DATA, or shared/data beside the project."""
    named = os.environ.get(DATA_VARIABLE)
    return Path(named) if named else Path(__file__).parents[2] / "shared" / "data"


def load(folder: Path | None = None, *, cache: Path = Path("runs/cache")) -> Fer2013:
    """Read fer2013.csv(.gz) and fer2013new.csv from a folder; parsed once, then cached by sha256.

    Raises DataError with the row number when the file is not FER-2013.
    """
    folder = folder or data_folder()
    path = next(
        (folder / name for name in ("fer2013.csv.gz", "fer2013.csv") if (folder / name).exists()), None
    )
    if path is None:
        raise DataError(f"fer2013.csv.gz is not in {folder}; put it there or set {DATA_VARIABLE}.")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    images, labels, usage = _cached(path, cache / f"fer2013-{digest[:16]}.npz")
    rows = np.arange(len(labels))
    return Fer2013(
        Samples("fer2013", images, labels, rows), usage, _not_a_face(folder / "fer2013new.csv", usage), digest
    )


def _cached(path: Path, cached: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    if not cached.exists():
        images, labels, usage = parse(path)
        cached.parent.mkdir(parents=True, exist_ok=True)
        new = cached.with_suffix(f".{os.getpid()}.npz")
        np.savez(new, images=images, labels=labels, usage=usage)
        new.replace(cached)
    with np.load(cached) as stored:
        return stored["images"], stored["labels"], stored["usage"]


def parse(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Images (n, 48, 48), labels (n,) and usage (n,) from the official CSV; DataError names the bad row."""
    images, labels, usage = [], [], []
    try:
        with _opened(path) as lines:
            for number, row in enumerate(_rows(path, lines), start=2):
                image, label, use = _parsed_row(path, number, row)
                images.append(image)
                labels.append(label)
                usage.append(use)
    except (EOFError, OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"{path.name} is damaged after {len(labels)} rows ({error}); copy it again."
        ) from error
    if not labels:
        raise DataError(f"{path.name} has no rows; copy it again.")
    return np.stack(images), np.array(labels, np.uint8), np.array(usage, np.uint8)


def _opened(path: Path) -> io.TextIOBase:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="ascii")
    return path.open(encoding="ascii")


def _rows(path: Path, lines: io.TextIOBase) -> Iterator[list[str]]:
    reader = csv.reader(lines)
    header = next(reader, [])
    if [name.strip() for name in header] != ["emotion", "pixels", "Usage"]:
        raise DataError(f"{path.name} does not start with the columns emotion,pixels,Usage.")
    return reader


def _parsed_row(path: Path, number: int, row: list[str]) -> tuple[NDArray[np.uint8], int, int]:
    try:
        emotion, pixels, usage = row
        values = np.fromstring(pixels, dtype=np.int64, sep=" ")  # the fast way to read text
        label, use = int(emotion), USAGES.index(usage)
    except ValueError as error:
        raise DataError(f"{path.name}, row {number}: {error}.") from error
    if not 0 <= label < len(EMOTIONS):
        raise DataError(f"{path.name}, row {number}: the label {label} is outside 0 to {len(EMOTIONS) - 1}.")
    if len(values) != SIDE * SIDE or values.min() < 0 or values.max() > 255:
        raise DataError(f"{path.name}, row {number}: expected {SIDE * SIDE} pixels from 0 to 255.")
    return crop_from_fer(values.astype(np.uint8).reshape(SIDE, SIDE)), label, use


def _not_a_face(path: Path, usage: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(n,) from the FER+ votes, joined by row position (names in that file are not unique)."""
    if not path.exists():
        raise DataError(f"{path.name} (the FER+ votes) is not in {path.parent}; put it there.")
    with path.open(newline="", encoding="utf-8") as lines:
        votes = list(csv.DictReader(lines))
    if len(votes) != len(usage) or any(
        row["Usage"] != USAGES[use] for row, use in zip(votes, usage, strict=False)
    ):
        raise DataError(f"{path.name} does not belong to this fer2013.csv: the Usage columns differ.")
    return np.array([int(row["NF"]) >= NOT_A_FACE_VOTES for row in votes])
