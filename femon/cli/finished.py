"""Which inputs `femon analyze` has already done, in just the way that is asked for now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import femon
from femon.alarms import limits_of, thresholds_of
from femon.bundle import Contract
from femon.cli.job import Job
from femon.cli.overlays import OVERLAY_FILE
from femon.cli.progress import bar_over
from femon.landmarks import LANDMARKER_SHA256
from femon.plain_files import read_table
from femon.source_content import chunks_of, size_of

BAR_AFTER_S: Final = 1.0
# What changes no cell of a session. What a later version adds counts until it is named here.
_UNFELT_OF_JOB: Final = {"models", "quiet", "overlay"}
_UNFELT_OF_REQUEST: Final = {"root", "made_with"}
_UNFELT_OF_SETTINGS: Final = {
    "model", "sessions", "last_camera", "purpose", "retention_days", "video", "lsl", "camera", "display",
    "alarms", "recording",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Done:
    """A session that holds all there is of a file or folder."""

    folder: Path
    size: int
    sha256: str
    cut: bool  # the file ended before it should


def made_with(job: Job, contract: Contract | None) -> str:
    """One checksum of everything but the input that decides what a session holds; no model: None."""
    table = _felt(asdict(job), _UNFELT_OF_JOB)
    table["request"] = _felt(table["request"], _UNFELT_OF_REQUEST)
    table["settings"] = _felt(table["settings"], _UNFELT_OF_SETTINGS)
    table["settings"]["analysis"] = _felt(table["settings"]["analysis"], {"threads"})
    if job.settings.modes.monitored:
        table["thresholds"] = thresholds_of(limits_of(job.settings.alarms))
    table["femon"], table["landmarker"] = femon.__version__, LANDMARKER_SHA256
    table["model"] = None if contract is None else _felt_of_model(contract)
    return hashlib.sha256(json.dumps(table, sort_keys=True, default=str).encode()).hexdigest()


def done_sessions(out: Path, made_with: str, *, overlay: bool) -> list[Done]:
    """The sessions below `out` that saw their whole file and were made just so, oldest first."""
    found = []
    for path in sorted(out.glob("*/session.json")):
        try:
            session = read_table(path)
            source, ended = session["source"], session["ended"]
            done = Done(path.parent, int(source["bytes"]), str(source["sha256"]), ended == "source_cut")
        except (OSError, ValueError, KeyError, TypeError):
            continue  # older, or not a session femon wrote; it is simply not "done"
        whole = session.get("state") == "complete" and ended in ("source_end", "source_cut")
        drawn = not overlay or (path.parent / OVERLAY_FILE).is_file()
        if whole and drawn and source["sha256"] and session.get("made_with") == made_with:
            found.append(done)
    return found


def done_before(source: str, sessions: Sequence[Done], *, quiet: bool) -> Done | None:
    """The newest of these sessions that is of this file or folder of pictures; None for what cannot be read.

    They are read only when something of the same size is done.
    """
    path = Path(source)
    try:
        size = size_of(path)
        alike = [done for done in sessions if done.size == size]
        sha256 = _checksum(path, size or 0, quiet=quiet) if alike else None
    except OSError:
        return None  # the analysis says what is wrong with it
    return next((done for done in reversed(alike) if done.sha256 == sha256), None)


def _felt(table: dict[str, Any], unfelt: set[str]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name not in unfelt}


def _felt_of_model(contract: Contract) -> list[Any]:
    limits = (contract.temperature, contract.uncertain_below, contract.disagree_above, contract.views)
    return [contract.weights_sha256, limits, asdict(contract.crop), contract.neutral_reference]


def _checksum(path: Path, size: int, *, quiet: bool) -> str:
    digest = hashlib.sha256()
    bar = bar_over(path.name, "B", quiet=quiet)(total=size, unit_scale=True, delay=BAR_AFTER_S)
    with bar:
        for chunk in chunks_of(path):
            digest.update(chunk)
            bar.update(len(chunk))
    return digest.hexdigest()
