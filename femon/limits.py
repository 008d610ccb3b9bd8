"""What a label says and does not say, with the figures of the model in use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from femon.emotions import EMOTIONS

SPLITS: Final = {"private_test": "PrivateTest", "public_test": "PublicTest"}
_PLACES: Final = {"private_test": "On the test pictures", "public_test": "On the tuning pictures"}
NEVER_FOR: Final = (
    "Never for: hiring, monitoring or grading workers or students, proctoring, policing, border control, lie"
    " detection, diagnosis, or any decision about a person. Not a certified safety system."
)
_MEANING: Final = (
    "A label says which of seven words an observer of a photograph would probably choose for this face. It"
    " does not say what the person feels."
)
_ELSEWHERE: Final = "Accuracy for your camera, light and people was not measured."
_WORST: Final = 3


def best_measured(metrics: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The split a model should be judged by and its figures: PrivateTest, else PublicTest, else ("", {})."""
    for split in SPLITS:
        if metrics.get(split):
            return split, metrics[split]
    return "", {}


def labels_are_not_feelings(metrics: Mapping[str, Any]) -> str:
    """The limits text, with how often and on what a model errs as far as that was measured."""
    split, figures = best_measured(metrics)
    if figures.get("accuracy") is None:
        errors = "How often this model is wrong was not measured."
    else:
        share = f"{round(100 * (1 - figures['accuracy']))} of 100 cases"
        errors = f"{_PLACES[split]} this model is wrong in {share}{most_missed(figures.get('recall'))}."
    return f"{_MEANING} {errors} {_ELSEWHERE}"


def most_missed(recall: list[float] | None) -> str:
    """The three classes with the lowest recall, as the end of a sentence; empty when it was not measured."""
    if not recall:
        return ""
    names = sorted(EMOTIONS, key=lambda name: recall[EMOTIONS.index(name)])[:_WORST]
    return f", most often for {', '.join(names[:-1])} and {names[-1]}"
