"""What femon may be used for, in the words people choose from, and the consent they are asked for."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

PURPOSES: Final = MappingProxyType(
    {
        "self": "On myself, to learn or test",
        "research_consent": "Research or tests with adults who agreed",
        "driver_safety": "Safety: warning a tired driver or operator",
        "workplace_education": "At work or in education, about workers or students",
    }
)
# Regulation (EU) 2024/1689, Article 5(1)(f): no inferring of emotions at work and in education.
WITHOUT_EXPRESSION: Final = frozenset({"workplace_education"})
NOT_AVAILABLE: Final = (
    "Not available for the purpose 'Workplace or education': the EU AI Act (Article 5(1)(f)) forbids"
    " inferring emotions there, except for medical or safety reasons."
)
CONSENT_TEXT: Final = (  # version 1; session.json stores the version
    "This program estimates facial expression, eye closure and head direction from the camera. It stores"
    " numbers with times under the code below, and video only if ticked. Data stay on this computer. I may"
    " stop at any time and have my data deleted."
)
CONSENT_TICK: Final = "The person in view has read this and agrees."


def needs_consent(purpose: str) -> bool:
    """Whether somebody else than the user may be in view."""
    return purpose != "self"
