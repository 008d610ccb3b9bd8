"""What femon may be used for: the purposes people choose from, and which modes each one allows."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Final

from femon.errors import PurposeError
from femon.settings import ModeSettings

NOT_STATED: Final = ""  # nobody has been asked yet
UNTIL_ASKED: Final = "self"  # what an unstated purpose is recorded as
_EXPRESSION: Final = "expression"
_ENGAGEMENT: Final = "engagement"


@dataclass(frozen=True, slots=True)
class Purpose:
    """One purpose: its answer to the question, its name in sentences, and its limits."""

    answer: str
    name: str
    allows: str  # in words
    never: frozenset[str] = frozenset()  # modes that cannot be switched on
    begins_with: ModeSettings | None = None  # None: the modes stay as they are


_SAFETY: Final = ModeSettings(expression=False, fatigue=True, attention=True)
# Regulation (EU) 2024/1689, Article 5(1)(f): no inferring of emotions at work and in education. Engagement is
# partly read from expressions, and no figure that a driver's safety needs.
PURPOSES: Final = MappingProxyType(
    {
        "self": Purpose("On myself, to learn or test.", "Myself", "Everything can be watched."),
        "research_consent": Purpose(
            "Research or tests with adults who agreed.",
            "Research with consent",
            "Everything can be watched; a session needs the consent of the person in view.",
        ),
        "driver_safety": Purpose(
            "Safety: warning a tired driver or operator.",
            "Driver or operator safety",
            "Fatigue and attention; expressions are off unless you switch them on.",
            frozenset({_ENGAGEMENT}),
            _SAFETY,
        ),
        "workplace_education": Purpose(
            "At work or in education, about workers or students.",
            "Workplace or education",
            "Fatigue and attention for safety only; expressions and engagement cannot be switched on.",
            frozenset({_EXPRESSION, _ENGAGEMENT}),
            _SAFETY,
        ),
    }
)
QUESTION: Final = "What will you use femon for?"
LAW: Final = (
    "The EU AI Act (Regulation 2024/1689, Article 5(1)(f)) forbids AI that infers emotions of people at work"
    " and in education, except for medical or safety reasons. Recital 18 does not count physical states such"
    " as fatigue or pain as emotions. Elsewhere emotion recognition is a high-risk use, and people exposed to"
    " it must be told (Article 50(3)). This is not legal advice."
)
FILMING_NOTICE: Final = "Video is being stored"
EXPRESSION_NOTICE: Final = "Expression recognition is on"  # Article 50(3): said while it runs
_CONSENT: Final = (  # version 2; session.json stores the version, the purpose and the modes
    "This program estimates {} from the camera. It stores"
    " numbers with times under the code below, and video only if ticked. Data stay on this computer. I may"
    " stop at any time and have my data deleted."
)
CONSENT_TICK: Final = "The person in view has read this and agrees."


def allows(purpose: str, mode: str) -> bool:
    """Whether a mode may be switched on for a purpose; an unstated purpose allows all."""
    return purpose == NOT_STATED or mode not in PURPOSES[purpose].never


def refused(purpose: str, modes: ModeSettings) -> tuple[str, ...]:
    """The modes that are on although the purpose forbids them."""
    names = (entry.name for entry in fields(ModeSettings))
    return tuple(name for name in names if getattr(modes, name) and not allows(purpose, name))


def permitted(purpose: str, modes: ModeSettings) -> ModeSettings:
    """The modes without those that the purpose forbids; what it begins with when none is left."""
    left = replace(modes, **dict.fromkeys(refused(purpose, modes), False))
    return left if left.monitored or left.expression else _SAFETY


def first_modes(purpose: str, modes: ModeSettings) -> ModeSettings:
    """The modes after a purpose was chosen."""
    return PURPOSES[purpose].begins_with or permitted(purpose, modes)


def not_available(purpose: str) -> str:
    """The sentence for a mode that the purpose forbids."""
    return f"Not available for the purpose '{PURPOSES[purpose].name}'. See Help > Purpose."


def consent_text(modes: ModeSettings) -> str:
    """What the person in view agrees to, which names all that the modes estimate and nothing else."""
    named = {
        "facial expression": modes.expression,
        "eye closure": True,  # both are in every row of a face
        "head direction": True,
        "tiredness": modes.fatigue,
        "attention": modes.attention,
        "engagement": modes.engagement,
    }
    *others, last = (name for name, estimated in named.items() if estimated)
    return _CONSENT.format(f"{', '.join(others)} and {last}")


def needs_consent(purpose: str) -> bool:
    """Whether somebody else than the user may be in view."""
    return purpose not in (NOT_STATED, UNTIL_ASKED)


def require_allowed(purpose: str, modes: ModeSettings) -> None:
    """Raise PurposeError when a mode is on that the purpose forbids."""
    if names := refused(purpose, modes):
        raise PurposeError(
            f"The mode {' and '.join(names)} is not available for the purpose '{PURPOSES[purpose].name}'."
            " Choose other modes or another purpose."
        )


def require_consent(purpose: str, consent: bool) -> None:
    """Raise PurposeError when research is to be recorded without the consent of the people in view."""
    if purpose == "research_consent" and not consent:
        raise PurposeError("The purpose research_consent needs --consent: the people in view have agreed.")
