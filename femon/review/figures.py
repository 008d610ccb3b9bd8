"""What is known about the model of a session: its measured figures, and the text on what labels mean."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from femon.bundle import PLAIN_NAME, Contract, read_contract
from femon.errors import ModelError
from femon.limits import labels_are_not_feelings

log = logging.getLogger(__name__)

NOT_MEASURED: Final = "not measured"


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """One bundle as far as it is known; `contract` is None when its measured figures are not at hand."""

    id: str
    contract: Contract | None
    missing: str  # why there is no contract, one sentence
    used: Mapping[str, Any]  # what session.json says of it; empty for a bundle that came in later


def model_figures(model_id: str, used: Mapping[str, Any], models: Path | None) -> ModelFigures:
    """Read models/<id>/bundle.json; figures of other weights than the session used are not taken."""
    if models is None:
        return ModelFigures(model_id, None, "", used)
    try:
        if not PLAIN_NAME.fullmatch(model_id):
            raise ModelError(f"'{model_id}' is not the name of a model.")
        contract = read_contract(models / model_id)
    except ModelError as error:
        log.info("the report has no figures of %s: %s", model_id, error)
        text = f"The bundle '{model_id}' is not at hand, so its measured figures are missing."
        return ModelFigures(model_id, None, text, used)
    sha256 = used.get("sha256")
    if sha256 and contract.weights_sha256 != sha256:
        text = f"The installed '{model_id}' has other weights than this session; its figures do not apply."
        return ModelFigures(model_id, None, text, used)
    return ModelFigures(model_id, contract, "", used)


def accuracy_text(figures: ModelFigures, split: str) -> str:
    """Accuracy with interval and count on "public_test" or "private_test", or "not measured"."""
    metrics = _metrics(figures.contract, split)
    if metrics:
        low, high = (100 * float(end) for end in metrics["ci95"])
        return (
            f"{100 * float(metrics['accuracy']):.1f} % "
            f"(95 % interval {low:.1f} to {high:.1f} %, {int(metrics['n'])} pictures)"
        )
    known = figures.used.get("test_accuracy") if split == "private_test" else None
    return f"{100 * float(known):.1f} %" if isinstance(known, int | float) else NOT_MEASURED


def limits_text(contract: Contract | None) -> str:
    """ "Labels are not feelings", with the figures of the bundle where it has some."""
    return labels_are_not_feelings(contract.metrics if contract else {})


def _metrics(contract: Contract | None, split: str) -> Mapping[str, Any] | None:
    metrics = contract.metrics.get(split) if contract else None
    complete = isinstance(metrics, dict) and {"accuracy", "ci95", "n"} <= metrics.keys()
    return metrics if complete else None
