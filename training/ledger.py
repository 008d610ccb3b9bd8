"""The guard of PrivateTest: it is read once per frozen model, and every read is written down."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from femon.bundle import Bundle
from training.errors import LockedError
from training.fer2013 import Fer2013, Samples

READS = Path("docs/results/private_reads.jsonl")
KEPT = Path("runs/private")


def read_private(
    bundle: Bundle, data: Fer2013, reason: str | None, *, reads: Path = READS, kept: Path = KEPT
) -> tuple[Samples, NDArray[np.float32]]:
    """PrivateTest and a bundle's probabilities (n, 7) on it.

    The first read of these weights needs a reason and is written down; later ones return what was saved.
    Raises LockedError without a reason, or when the weights were read before and the saved figures are gone.
    """
    samples = data.private()
    key = bundle.contract.sha256["model.tflite"]
    saved = kept / f"{key}.npy"
    if saved.exists():
        return samples, np.load(saved)
    if not reason:
        raise LockedError('PrivateTest is locked; give a reason with --unlock-private "...". It is counted.')
    if any(entry["sha256"] == key for entry in entries(reads)):
        raise LockedError(
            f"PrivateTest was read before with these weights; the figures are in {bundle.id}/bundle.json."
        )
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "run": bundle.contract.run,
        "bundle": bundle.id,
        "sha256": key,
        "n": len(samples),
        "reason": reason,
        "kind": "official",
    }
    reads.parent.mkdir(parents=True, exist_ok=True)
    with reads.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(entry) + "\n")
    probabilities = bundle.predict(samples.images)
    kept.mkdir(parents=True, exist_ok=True)
    np.save(saved, probabilities)
    return samples, probabilities


def entries(reads: Path = READS) -> list[dict[str, object]]:
    """All reads so far, oldest first."""
    if not reads.exists():
        return []
    return [json.loads(line) for line in reads.read_text(encoding="utf-8").splitlines()]
