"""What session.json says of the source and the models."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from femon.bundle.judge import Judge
from femon.landmarks import LANDMARKER_SHA256
from femon.recording.session import SessionContext
from femon.settings import ModeSettings, Settings
from femon.types import SourceInfo


def session_context(info: SourceInfo, bundle: Judge | None, settings: Settings) -> SessionContext:
    """The surroundings of a session that records this source now; `bundle` is None without expressions."""
    model = _model(bundle, settings) if bundle else {}
    landmarker = {
        "sha256": LANDMARKER_SHA256,
        "num_faces": 1 if settings.modes.monitored else settings.analysis.max_faces,
        "mode": "image" if info.stills else "video",
    }
    # Unrelated pictures have no time in which anybody could be watched.
    modes = ModeSettings(expression=settings.modes.expression) if info.stills else settings.modes
    return SessionContext(info, model, landmarker, settings, asdict(modes))


def _model(bundle: Judge, settings: Settings) -> dict[str, Any]:
    contract = bundle.contract
    private = contract.metrics.get("private_test") or {}
    return {
        "id": contract.id,
        "sha256": contract.weights_sha256,
        "members": [member.id for member in contract.members],
        "runtime": bundle.runtime,
        "device": bundle.device,
        "threads": settings.analysis.threads,
        "labels": list(contract.labels),
        "temperature": contract.temperature,
        "uncertain_below": contract.uncertain_below,
        "disagree_above": contract.disagree_above if contract.members else None,
        "test_accuracy": private.get("accuracy"),
    }
