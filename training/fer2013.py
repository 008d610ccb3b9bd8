"""FER-2013 with its FER+ votes: read once, cached, and handed out by its three official parts."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training import loaders
from training.copies import copied
from training.errors import DataError
from training.loaders import PRIVATE, PUBLIC, TRAINING, USAGES, Rows

DATA_VARIABLE = "FEMON_DATA"
VOTES_FILE = "fer2013new.csv"
# The vote counts of FER+ (Barsoum et al. 2016), in the order of its columns.
VOTES = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
    "unknown",
    "NF",
)
NOT_A_FACE = VOTES.index("NF")
# The column of each emotion, in the order of EMOTIONS.
EMOTION_VOTES = tuple(
    VOTES.index(name) for name in ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
)
TAGGERS = 10  # a row is "not a face" when all ten FER+ taggers say so


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
    """The whole data set; without the FER+ file `not_a_face` and `votes` are None."""

    samples: Samples
    usage: NDArray[np.uint8]  # (n,) index into USAGES
    not_a_face: NDArray[np.bool_] | None  # (n,) true where all ten taggers agree
    sha256: str
    votes: NDArray[np.uint8] | None = None  # (n, 10), columns as in VOTES
    votes_sha256: str | None = None  # of the FER+ file

    def faces(self) -> NDArray[np.bool_]:
        """(n,) false where all ten taggers saw no face; DataError without the votes."""
        if self.not_a_face is None:
            raise DataError(
                f"This needs the FER+ votes: put {VOTES_FILE} beside fer2013.csv (picture folders cannot be "
                "joined with it), or choose the split official."
            )
        return ~self.not_a_face

    def training(self, variant: str = "standard") -> Samples:
        """The training rows: `official` as they are, `standard` without the rows that are not a face."""
        rows = self.usage == TRAINING
        if variant == "standard":
            rows &= self.faces()
        elif variant != "official":
            raise DataError(f"Unknown training set '{variant}'; choose official or standard.")
        return self.samples.where(rows, variant)

    def vote_shares(self, samples: Samples) -> NDArray[np.float32]:
        """How the FER+ taggers' votes (n, 7) fall on EMOTIONS, each row with sum 1.

        Rows without such a vote, and all that are not Training, are zeros: nothing is learned from them.
        Raises DataError without the votes.
        """
        if self.votes is None:
            raise DataError(f"This needs the FER+ votes: put {VOTES_FILE} beside fer2013.csv.")
        counts = self.votes[samples.rows][:, EMOTION_VOTES].astype(np.float32)
        counts[self.usage[samples.rows] != TRAINING] = 0
        shares: NDArray[np.float32] = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        return shares

    def public(self) -> Samples:
        """PublicTest, by which everything is chosen."""
        return self.samples.where(self.usage == PUBLIC, "public")

    def private(self) -> Samples:
        """PrivateTest; only training.ledger may call this."""
        return self.samples.where(self.usage == PRIVATE, "private")

    def without_training_copies(self, samples: Samples) -> NDArray[np.bool_]:
        """(n,) true where a picture has no exact copy among the official Training rows."""
        return ~copied(samples.images, self.samples.images[self.usage == TRAINING])


def data_path() -> Path:
    """Where FER-2013 lies: $FEMON_DATA, a file or folder, or shared/data beside the project."""
    named = os.environ.get(DATA_VARIABLE)
    return Path(named) if named else Path(__file__).parents[2] / "shared" / "data"


def load(path: Path | None = None, *, cache: Path = Path("runs/cache")) -> Fer2013:
    """Read FER-2013 from a file, or from a folder that holds one or Kaggle's train/ and test/.

    Parsed once, then cached by sha256. The FER+ votes lie beside a CSV as fer2013new.csv.
    Raises DataError with the row number when the file is not FER-2013.
    """
    source = loaders.find(path or data_path())
    digest = loaders.fingerprint(source)
    images, labels, usage = _cached(source, cache / f"fer2013-{digest[:16]}.npz")
    samples = Samples("fer2013", images, labels, np.arange(len(labels)))
    file = source.parent / VOTES_FILE
    if source.is_dir() or not file.exists():
        return Fer2013(samples, usage, None, digest)
    votes = _votes(file, usage)
    return Fer2013(samples, usage, votes[:, NOT_A_FACE] >= TAGGERS, digest, votes, loaders.fingerprint(file))


def _cached(source: Path, cached: Path) -> Rows:
    if not cached.exists():
        cached.parent.mkdir(parents=True, exist_ok=True)
        new = cached.with_suffix(f".{os.getpid()}.npz")
        np.savez(new, **loaders.read(source)._asdict())
        new.replace(cached)
    with np.load(cached) as stored:
        return Rows(stored["images"], stored["labels"], stored["usage"])


def _votes(file: Path, usage: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(n, 10), joined by row position: names in that file are not unique, and some are empty."""
    reader = csv.DictReader(io.StringIO(_text(file), newline=""))
    try:
        if not {"Usage", *VOTES} <= set(reader.fieldnames or ()):
            raise DataError(f"{file.name} does not have the columns Usage, {', '.join(VOTES)}.")
        rows = list(reader)
    except csv.Error as error:
        raise DataError(
            f"{file.name}, row {reader.line_num + 1}: is not a table ({error}); copy it again."
        ) from error
    if len(rows) != len(usage):
        raise DataError(f"{file.name} has {len(rows)} rows and FER-2013 {len(usage)}; copy both again.")
    counts = [
        _counts(file, number, row, USAGES[use])
        for number, (row, use) in enumerate(zip(rows, usage, strict=True), start=2)
    ]
    return np.array(counts, np.uint8).reshape(-1, len(VOTES))


def _text(file: Path) -> str:
    content = file.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise DataError(f"{file.name}, row {row}: is not UTF-8 text; copy it again.") from error


def _counts(file: Path, number: int, row: dict[str, str], usage: str) -> list[int]:
    if row["Usage"] != usage:
        raise DataError(
            f"{file.name}, row {number}: Usage is {row['Usage']}, not {usage} as in FER-2013; they do not "
            "belong together."
        )
    try:
        counts = [int(row[name]) for name in VOTES]
    except (TypeError, ValueError) as error:
        raise DataError(f"{file.name}, row {number}: a vote count is not a whole number.") from error
    if not all(0 <= count <= TAGGERS for count in counts):
        raise DataError(f"{file.name}, row {number}: a vote count is outside 0 to {TAGGERS}.")
    return counts
