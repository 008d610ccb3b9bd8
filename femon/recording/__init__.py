"""Session folders: what is written while recording, and how interrupted recordings are put right."""

from femon.recording.ledger import SessionSummary
from femon.recording.recorder import SessionRecorder
from femon.recording.recovery import recover_sessions
from femon.recording.session import SessionContext, SessionRequest, participant_from

__all__ = [
    "SessionContext",
    "SessionRecorder",
    "SessionRequest",
    "SessionSummary",
    "participant_from",
    "recover_sessions",
]
