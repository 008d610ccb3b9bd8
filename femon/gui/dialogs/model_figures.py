"""The figures of a bundle as text: every missing one says "not measured"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from femon.bundle import Contract
from femon.gui.drawing import NOT_MEASURED, counted, percent, size_text
from femon.limits import SPLITS, best_measured

_NONE_PUBLISHED: Final = "\N{EN DASH}"


def accuracy_text(contract: Contract) -> str:
    """ "73.1 % (71.6 to 74.5 %), n 3 589"."""
    _, figures = best_measured(contract.metrics)
    if figures.get("accuracy") is None:
        return NOT_MEASURED
    text = percent(figures["accuracy"], 1)
    if figures.get("ci95"):
        low, high = figures["ci95"]
        text += f" ({100 * low:.1f} to {percent(high, 1)})"
    return text + (f", n {counted(figures['n'])}" if figures.get("n") else "")


def figure_text(contract: Contract, name: str, show: Callable[[Any], str]) -> str:
    """One figure of the split that the model is judged by."""
    value = best_measured(contract.metrics)[1].get(name)
    return NOT_MEASURED if value is None else show(value)


def published_text(contract: Contract) -> str:
    """The accuracy a paper reports, marked where it cannot be compared with ours."""
    published = contract.published
    if not published or published.get("accuracy") is None:
        return _NONE_PUBLISHED
    mark = "" if published.get("comparable") else ", not comparable"
    return percent(published["accuracy"], 1) + mark


def table_row(contract: Contract, ms_per_face: float | None = None) -> tuple[str, ...]:
    """The cells of COLUMNS; `ms_per_face` was measured on this machine."""
    split, _ = best_measured(contract.metrics)
    return (
        contract.id,
        contract.kind,
        str(len(contract.labels)),
        accuracy_text(contract),
        SPLITS.get(split, NOT_MEASURED),
        figure_text(contract, "dedup_accuracy", lambda value: percent(value, 1)),
        figure_text(contract, "macro_f1", lambda value: f"{value:.3f}"),
        published_text(contract),
        NOT_MEASURED if contract.params is None else counted(contract.params),
        NOT_MEASURED if ms_per_face is None else f"{ms_per_face:.1f} ms",
        size_text(contract.size_bytes),
    )


COLUMNS: Final = {
    "Model": "",
    "Kind": "",
    "Classes": "",
    "Test accuracy": "Share of test pictures with the right label, 95 % interval, number of pictures",
    "Measured on": "PrivateTest is read once; PublicTest was also used to choose and calibrate the model",
    "Without copies": "Accuracy without test pictures that also stand in the training part",
    "Macro F1": "Mean F1 of the seven classes, each counting the same",
    "Published": "What the paper of this network reports",
    "Parameters": "",
    "Per face": "What one face takes on this machine, measured now beside all else that runs",
    "Size": "",
}


def facts(contract: Contract) -> dict[str, str]:
    """Everything else that is known about a bundle, in the order it is shown."""
    data, published = contract.data, contract.published or {}
    told = {
        "Calibration error": _calibration_text(contract),
        "Temperature": f"{contract.temperature:g}",
        "Uncertain below": percent(contract.uncertain_below),
        "Networks": ", ".join(member.id for member in contract.members),
        "Disagreement above": f"{contract.disagree_above:.2f} is uncertain" if contract.members else "",
        "Copies left out": figure_text(contract, "dedup_n", lambda n: f"{counted(n)} pictures remain"),
        "Published": _published_sentence(contract),
        "Training data": str(data.get("name") or "not stated"),
        "Outside data": str(data.get("outside_data") or "not stated"),
        "Seeds": ", ".join(map(str, contract.seeds)),
        "Recipe": contract.recipe,
        "Commit": contract.commit,
        "Licence": contract.licence or "not stated",
        "PrivateTest reads": str(contract.private_reads),
    }
    if not published:
        del told["Published"]
    return {name: text for name, text in told.items() if text}


def _calibration_text(contract: Contract) -> str:
    before = figure_text(contract, "ece_before", lambda value: f"{value:.3f}")
    after = figure_text(contract, "ece_after", lambda value: f"{value:.3f}")
    return before if before == after else f"{before} before, {after} after calibration"


def _published_sentence(contract: Contract) -> str:
    published = contract.published or {}
    if published.get("accuracy") is None:
        return NOT_MEASURED
    text = f"{percent(published['accuracy'], 1)}, {published.get('paper') or 'no paper named'}"
    if published.get("comparable"):
        return text
    return f"{text}; not comparable: {published.get('reason') or 'another protocol'}"
