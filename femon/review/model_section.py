"""The parts of the report about the model, the settings, and what the figures cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import femon
from femon.limits import NEVER_FOR
from femon.purpose import PURPOSES
from femon.review.blocks import Block, Definitions, Footer, Heading, Note, Paragraph
from femon.review.figures import ModelFigures, accuracy_text, limits_text, model_figures
from femon.review.quantities import percent
from femon.review.session_log import SessionLog
from femon.review.summary import Summary

MONITORS_ARE_NOT_SAFETY: Final = (
    "femon is not a certified safety system. Its fatigue index, levels and engagement have not been"
    " validated; long closures were found on every clear clip that was tried, which is a demonstration, not"
    " an accuracy. Most lapses happen with open eyes and are not seen."
)
_PRIVATE: Final = (
    "Everything stayed on this machine: the recording was analysed here, and this page loads nothing from "
    "elsewhere."
)


def models_of(log: SessionLog, summary: Summary, models: Any) -> list[ModelFigures]:
    """What is known of the bundles that judged the session; `models` is their folder or None."""
    used = [share.name for share in summary.models] or [str(log.table("model").get("id", ""))]
    return [model_figures(name, _used(log, name), models) for name in used if name]


def model_section(figures: Sequence[ModelFigures], summary: Summary) -> Iterator[Block]:
    """An extract of each model's card."""
    if not figures:
        return
    yield Heading(2, "Model")
    shares = {share.name: share.share for share in summary.models}
    for model in figures:
        contract, used = model.contract, model.used
        title = (
            model.id if len(figures) == 1 else f"{model.id} ({percent(shares.get(model.id))} of the faces)"
        )
        yield Heading(3, title)
        yield Definitions(
            (
                ("Description", contract.name if contract else ""),
                ("Accuracy, PrivateTest", accuracy_text(model, "private_test")),
                ("Accuracy, PublicTest", _public_accuracy(model)),
                ("Temperature", used.get("temperature", contract.temperature if contract else "")),
                (
                    "Uncertain below",
                    used.get("uncertain_below", contract.uncertain_below if contract else ""),
                ),
                ("Networks", ", ".join(used.get("members") or ())),
                ("Ran on", ", ".join(str(used[key]) for key in ("runtime", "device") if used.get(key))),
                ("Weights, sha256", used.get("sha256", "")),
            )
        )
        if model.missing:
            yield Paragraph(model.missing, "quiet")


def _public_accuracy(model: ModelFigures) -> str:
    if model.contract and model.contract.trained_on_validation:
        return "not measured, because the model has learnt these pictures"
    return f"{accuracy_text(model, 'public_test')}; the temperature was fitted on it"


def settings_section(log: SessionLog) -> Iterator[Block]:
    """How the session was measured."""
    filters, about = log.table("filters"), log.about
    hysteresis, doubt = log.table("filters", "hysteresis"), log.table("filters", "uncertain")
    consent = log.table("consent")
    purpose = str(about.get("purpose") or "")
    glasses = about.get("glasses")
    yield Heading(2, "How it was measured")
    yield Definitions(
        (
            ("Watched", ", ".join(str(name) for name, on in log.table("modes").items() if on is True)),
            ("Calibration", _calibration(log)),
            ("Glasses", "" if glasses is None else "yes" if glasses is True else "no"),
            ("Smoothing", _sentence("half-life {} s", filters.get("half_life_s"))),
            (
                "Label changes",
                _sentence("a lead of {} held for {} s", hysteresis.get("lead"), hysteresis.get("hold_s")),
            ),
            (
                "Uncertain when",
                _sentence(
                    "the best label is below {} or leads by less than {}",
                    doubt.get("low_prob"),
                    doubt.get("margin"),
                ),
            ),
            ("Or the networks disagree", _sentence("by more than {}", doubt.get("disagreement"))),
            ("Picture quality", _sentence("at least {}", log.table("quality_gate").get("min"))),
            ("Faces looked for", log.table("landmarker").get("num_faces")),
            ("Purpose", PURPOSES[purpose].name if purpose in PURPOSES else purpose),
            (
                "Consent",
                f"given {consent.get('at') or ''}".strip() if consent.get("given") else "not recorded",
            ),
            ("femon", f"{about.get('app_version', '')}, log format {about.get('schema', '')}"),
            ("System", f"Python {about.get('python', '')} on {about.get('platform', '')}"),
        )
    )


def limits_section(figures: Sequence[ModelFigures], *, labelled: bool, monitored: bool) -> Iterator[Block]:
    """What labels and monitors do not say, and the end of the page."""
    contract = figures[0].contract if figures else None
    paragraphs = [Paragraph(limits_text(contract))] if labelled or not monitored else []
    paragraphs += [Paragraph(MONITORS_ARE_NOT_SAFETY)] if monitored else []
    yield Heading(2, "Labels are not feelings" if labelled or not monitored else "What this cannot say")
    yield Note((*paragraphs, Paragraph(NEVER_FOR)))
    yield Footer((Paragraph(_PRIVATE), Paragraph(f"Written by femon {femon.__version__}.")))


def _calibration(log: SessionLog) -> str:
    """When the person whose eyes are watched was calibrated."""
    used = [
        entry for entry in log.table("calibration").values() if isinstance(entry, dict) and entry.get("used")
    ]
    if used:
        return f"made {used[-1].get('made_at') or 'at an unknown time'}"
    modes = log.table("modes")
    watched = any(modes.get(name) is True for name in ("fatigue", "attention", "engagement"))
    return "none: average eyes were assumed" if watched else ""


def _used(log: SessionLog, model_id: str) -> Mapping[str, object]:
    model = log.table("model")
    return dict(model) if model.get("id") == model_id else {}


def _sentence(form: str, *values: object) -> str:
    return "" if None in values else form.format(*values)
