"""What may stand in a field for a participant code, and what is wrong with it otherwise."""

from __future__ import annotations

from typing import Final

from femon.profiles import PARTICIPANT
from femon.recording.session import PARTICIPANT_LENGTH

CODE_HINT: Final = f"Use a code, not a name: at most {PARTICIPANT_LENGTH} letters, digits, - or _"


def code_fault(text: str) -> str:
    """Why a text is no participant code, in a few words; empty for a code and for none at all."""
    if not text or PARTICIPANT.fullmatch(text):
        return ""
    if all(PARTICIPANT.fullmatch(letter) for letter in text):
        return f"The code has {len(text)} characters; at most {PARTICIPANT_LENGTH} are possible."
    return CODE_HINT
