"""What a session is asked for and recorded with, and session.json."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import femon
from femon.alarms import limits_of, thresholds_of
from femon.errors import SessionError
from femon.plain_files import create_owner_only
from femon.recording.excerpt_entry import excerpt_table
from femon.recording.ledger import Ledger, SessionSummary
from femon.recording.timeline import Timeline, utc_text
from femon.settings import AnalysisSettings, Settings
from femon.source_content import size_of
from femon.types import SourceInfo

SCHEMA: Final = "1.0"
CONSENT_TEXT_VERSION: Final = 2
SESSION_FILE: Final = "session.json"
FRAMES_FILE: Final = "frames.csv"
EVENTS_FILE: Final = "events.csv"
VIDEO_FILE: Final = "video.mp4"
PARTICIPANT_LENGTH: Final = 32


def _expression_only() -> dict[str, bool]:
    return {"expression": True, "fatigue": False, "attention": False, "engagement": False}


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """What the user asks for when a recording starts."""

    root: Path
    participant: str = ""  # a code; empty: the name of the file, else `anon`
    condition: str = ""
    notes: str = ""
    glasses: bool | None = None
    purpose: str = "self"
    consent: bool = False
    rested: bool = False  # the person says so: their blinks become what later ones are held against
    video: bool = False  # also store the pictures, of a live source
    paused: bool = False  # from its first frame: a source that comes back while the others are paused
    made_with: str = ""  # checksum of all that decides what an analysis gives; empty: somebody watches


@dataclass(frozen=True, slots=True)
class SessionContext:
    """What a session is recorded with; model and landmarker go into session.json as they are."""

    source: SourceInfo
    model: Mapping[str, Any]
    landmarker: Mapping[str, Any]
    settings: Settings
    modes: Mapping[str, bool] = field(default_factory=_expression_only)  # as in ModeSettings


def films(request: SessionRequest, source: SourceInfo) -> bool:
    """Whether a session gets a video: it was asked for, and the source is not one itself."""
    return request.video and source.live


def participant_from(path: Path) -> str:
    """The participant code for a file: its name without suffix; what a code may not contain becomes `-`."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", path.stem)[:PARTICIPANT_LENGTH] or "anon"


def check_participant(code: str) -> str:
    """The same participant code; raises SessionError when it is none."""
    if not re.fullmatch(rf"[A-Za-z0-9_-]{{1,{PARTICIPANT_LENGTH}}}", code):
        raise SessionError(
            "Use a code, not a name, for the participant: "
            f"up to {PARTICIPANT_LENGTH} letters, digits, '-' and '_'."
        )
    return code


def participant_of(request: SessionRequest, source: SourceInfo) -> str:
    """The participant code of a session; raises SessionError when the asked one is not a code."""
    if request.participant:
        return check_participant(request.participant)
    return participant_from(source.path) if source.path is not None and not source.live else "anon"


def write_session(folder: Path, content: Mapping[str, Any]) -> None:
    """Replace session.json as a whole; raises OSError and leaves the old one.

    Raises ValueError for a number that JSON does not know.
    """
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    new = folder / f"{SESSION_FILE}.new"
    with create_owner_only(new) as file:
        file.write(text.encode("utf-8", errors="replace"))
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / SESSION_FILE)


def session_content(
    request: SessionRequest,
    context: SessionContext,
    *,
    session_id: str,
    participant: str,
    started_utc: datetime,
) -> dict[str, Any]:
    """What stays the same through a session, with empty places for the account, in the printed order."""
    settings = context.settings.analysis
    consent_at = utc_text(started_utc) if request.consent else None
    return {
        "schema": SCHEMA,
        "state": "recording",
        "ended": None,
        "session_id": session_id,
        "app_version": femon.__version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()}-{platform.release()}-{platform.machine()}",
        "packages": {
            "mediapipe": _version("mediapipe"),
            "opencv": _version("opencv-contrib-python"),
            "numpy": _version("numpy"),
        },
        "participant": participant,
        "condition": request.condition,
        "notes": request.notes,
        "glasses": request.glasses,
        "purpose": request.purpose,
        "consent": {"given": request.consent, "at": consent_at, "text_version": CONSENT_TEXT_VERSION},
        "modes": dict(context.modes),
        "source": _source(context),
        "clock": {
            "start_utc": utc_text(started_utc) if context.source.live else None,
            "utc_offset_min": _offset_min(started_utc),
            "utc_drift_s": None,
            "media": context.source.media_clock,
        },
        "model": dict(context.model),
        "landmarker": dict(context.landmarker),
        "filters": _filters(settings, context.model),
        "crop": {"size": 48, "margin": settings.crop_margin},
        "quality_gate": {"min": settings.quality_minimum},
        "class_prior_gamma": 0.0,
        "made_with": request.made_with or None,
        "faces": {},
        "calibration": {},
        "thresholds": thresholds_of(limits_of(context.settings.alarms)),
        "video": {"recorded": films(request, context.source), "faces_blurred": False},
        "counts": {},
        "latency_ms": {},
        "integrity": None,
        "files": {},
    }


def with_account(content: dict[str, Any], ledger: Ledger, summary: SessionSummary) -> dict[str, Any]:
    """The content of session.json with state and account filled in, keys in the same order."""
    rate = None if content["source"]["kind"] == "images" else ledger.frames_per_second
    return content | {
        "state": summary.state,
        "source": content["source"] | {"fps_measured": None if rate is None else round(rate, 2)},
        "faces": ledger.faces(content["participant"]),
        "counts": {
            "captured": summary.captured,
            "analysed": summary.analysed,
            "dropped": summary.dropped,
            "paused": summary.paused,
            "rows": summary.rows,
            "camera_lost_s": round(summary.camera_lost_s, 3),
        },
        "latency_ms": {"p50": summary.latency_p50_ms, "p95": summary.latency_p95_ms},
        "integrity": None if summary.state == "recording" else summary.integrity,
    }


def with_clock(content: dict[str, Any], timeline: Timeline) -> dict[str, Any]:
    """The content of session.json with the anchor that the rows use, local time there and the drift since."""
    start, drift = timeline.start_utc, timeline.drift_s
    clock: dict[str, Any] = {"start_utc": start, "utc_drift_s": None if drift is None else round(drift, 4)}
    if start is not None:  # a film may be of another season than its analysis
        clock["utc_offset_min"] = _offset_min(datetime.fromisoformat(start))
    return content | {"clock": content["clock"] | clock}


def _source(context: SessionContext) -> dict[str, Any]:
    source = context.source
    return {
        "kind": source.kind,
        "name": source.name,
        "path": None if source.path is None else str(source.path),
        "bytes": None if source.path is None else size_of(source.path),
        "sha256": None,
        "index": source.index,
        "backend": source.backend,
        "width": source.width,
        "height": source.height,
        "fps_asked": context.settings.camera.fps if source.kind == "camera" else None,
        "fps_measured": None,
        "exposure": None,
        "auto_exposure": None,
        "excerpt": excerpt_table(source.excerpt),
    }


def _filters(settings: AnalysisSettings, model: Mapping[str, Any]) -> dict[str, Any]:
    low_prob = model.get("uncertain_below") if settings.low_prob is None else settings.low_prob
    doubt = {
        "low_prob": low_prob,
        "margin": settings.margin,
        "disagreement": model.get("disagree_above"),
    }
    return {
        "half_life_s": settings.half_life_s,
        "hysteresis": {"lead": settings.lead, "hold_s": settings.hold_s},
        "uncertain": doubt,
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _offset_min(moment: datetime) -> int | None:
    """Local time minus UTC at this moment; None where the system does not know it."""
    try:
        offset = moment.astimezone().utcoffset()
    except (OSError, OverflowError):  # Windows, before 1970
        return None
    return None if offset is None else int(offset.total_seconds() // 60)
