"""Which inputs `femon analyze` has already done, as far as the settings that matter were the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from femon.alarms import limits_of, thresholds_of
from femon.bundle import sha256_of
from femon.cli.baseline import Seconds
from femon.plain_files import read_table
from femon.settings import Settings


def finished_sessions(
    out: Path, model: str | None, settings: Settings, baseline: Seconds | None
) -> dict[str, Path]:
    """Complete sessions below `out` made with all of these, by the checksum of their source."""
    found, modes = {}, settings.modes
    thresholds = thresholds_of(limits_of(settings.alarms))
    for path in sorted(out.glob("*/session.json")):
        try:
            session = read_table(path)
            same = session["model"].get("sha256") == model and session["modes"] == asdict(modes)
            same = same and (not modes.monitored or session["thresholds"] == thresholds)
            same = same and _stretches(session["calibration"]) == ([f"{baseline} s"] if baseline else [])
            if session["state"] == "complete" and same:
                found[session["source"]["sha256"]] = path.parent
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # not a session femon wrote; it is simply not "done"
    found.pop(None, None)
    return found


def _stretches(calibration: Mapping[str, Any]) -> list[str]:
    """The seconds a session was measured against, as source_of() ends."""
    return [str(entry["source"]).rpartition(", ")[2] for entry in calibration.values()]


def source_key(source: str) -> str:
    """The checksum of a file; empty for anything else, which is never taken for done."""
    path = Path(source)
    return sha256_of(path) if path.is_file() else ""
