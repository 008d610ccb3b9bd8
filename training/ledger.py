"""The guard of PrivateTest: it is read once per frozen model, and every read is written down."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from training.errors import LockedError
from training.fer2013 import Fer2013, Samples

READS = Path("docs/results/private_reads.jsonl")
KEPT = Path("runs/private")

Predict = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
Uncalibrate = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Frozen:
    """A model that will not change any more: the checksum of its weights, its name, and how it predicts."""

    sha256: str
    name: str
    run: str
    predict: Predict
    kind: Literal["official", "replica"] = "official"
    uncalibrate: Uncalibrate | None = None  # of its probabilities; None where no calibration was fitted
    former_sha256: str = ""  # of its file, by which reads of replicas were written down at first


def read_private(
    model: Frozen, data: Fer2013, reason: str | None, *, reads: Path | None = None, kept: Path | None = None
) -> tuple[Samples, NDArray[np.float32]]:
    """PrivateTest and a frozen model's probabilities (n, classes) on it.

    The first read of these weights needs a reason and is written down; later ones return what was saved.
    Raises LockedError without a reason, or when the weights were read before and the saved figures are gone.
    """
    reads, kept = reads or READS, kept or KEPT
    samples = data.private()
    known = [sha256 for sha256 in (model.sha256, model.former_sha256) if sha256]
    for sha256 in known:
        if (saved := kept / f"{sha256}.npy").exists():
            return samples, np.load(saved)
    if not reason:
        raise LockedError('PrivateTest is locked; give a reason with --unlock-private "...". It is counted.')
    if any(entry["sha256"] in known for entry in entries(reads)):
        raise LockedError(f"PrivateTest was read before with the weights of {model.name}; once is enough.")
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "run": model.run,
        "bundle": model.name,
        "sha256": model.sha256,
        "n": len(samples),
        "reason": reason,
        "kind": model.kind,
    }
    reads.parent.mkdir(parents=True, exist_ok=True)
    with reads.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(entry) + "\n")
    probabilities = model.predict(samples.images)
    kept.mkdir(parents=True, exist_ok=True)
    np.save(kept / f"{model.sha256}.npy", probabilities)
    return samples, probabilities


def entries(reads: Path | None = None) -> list[dict[str, Any]]:
    """All reads so far, oldest first."""
    path = reads or READS
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def reads_of(sha256: str) -> int:
    """How often PrivateTest was read with these weights."""
    return sum(entry["sha256"] == sha256 for entry in entries())
