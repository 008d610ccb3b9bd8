"""Closed sessions that began some days ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from femon.recording import SessionRecorder, SessionRequest
from femon.recording.session import SessionContext
from femon.settings import Settings
from femon.types import SourceInfo

LIVE = SourceInfo("camera", "Desk camera", 64, 48, live=True, fps=10.0, index=0, backend="TEST")


def old_session(root: Path, participant: str, days: float) -> Path:
    """The folder of an empty session of a participant."""
    recorder = SessionRecorder(
        SessionRequest(root, participant),
        SessionContext(LIVE, {}, {}, Settings()),
        started_utc=datetime.now().astimezone() - timedelta(days=days),
        clock=lambda: 0.0,
        free_bytes=lambda _: 10**10,
    )
    return recorder.close("user").folder
