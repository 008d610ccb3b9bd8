"""Rules that make one answer of many, fitted on PublicTest, and how much each further member brings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from femon.bundle import DEFAULT_DISAGREE_ABOVE, Stack
from femon.bundle.combination import Members, mean_logits, side_by_side, softmax, stacked_logits
from training.errors import TrainingError
from training.metrics import Labels, Probabilities

BETAS: Final = (5.0, 10.0, 20.0, 50.0, 100.0)  # ours; the paper does not give its constant
FOLDS: Final = 5
LEAST_DOUBTFUL: Final = 20  # pictures; a share of fewer is chance


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """How members are combined: by weights (m, c) that sum to 1 over the members, or by a stack."""

    name: str
    weights: NDArray[np.float64] | None = None
    stack: Stack | None = None

    def combine(self, members: Members) -> Probabilities:
        """One probability (n, c) of the members' (m, n, c), by the arithmetic of the served bundle."""
        if self.stack is not None:
            return softmax(stacked_logits(members, self.stack.kernel, self.stack.bias))
        assert self.weights is not None
        return softmax(mean_logits(members, self.weights))


def simple(members: Members, labels: Labels) -> Rule:
    """The plain mean; labels (n,) have no say."""
    return Rule("simple", _shared(np.ones(len(members)), members))


def accuracy_weighted(members: Members, labels: Labels) -> Rule:
    """Weights in proportion to the members' accuracies (Bokányi & Mészégető, accuracy-weighted)."""
    return Rule("accuracy", _shared(accuracies(members, labels), members))


def class_weighted(members: Members, labels: Labels) -> Rule:
    """Each class by the members' recalls of it (Bokányi & Mészégető, categorical; our reading: recall).

    Where no member ever finds a class, all have the same weight for it.
    """
    right = members.argmax(axis=2) == labels
    recall = np.stack([_mean_where(right, labels == label) for label in range(members.shape[2])], axis=1)
    recall[:, recall.sum(axis=0) == 0] = 1
    return Rule("class", recall / recall.sum(axis=0))


def exponential(members: Members, labels: Labels, betas: Sequence[float] = BETAS) -> Rule:
    """Weights exp(beta * accuracy), beta the one with the best accuracy here (after Kim et al. 2016).

    Of equally good ones the smallest, which stays nearest to the plain mean.
    """
    found = accuracies(members, labels)
    rules = [
        Rule(f"exponential-{beta:g}", _shared(np.exp(beta * (found - found.max())), members))
        for beta in sorted(betas)
    ]
    return max(rules, key=lambda rule: float(np.mean(rule.combine(members).argmax(axis=1) == labels)))


def stacked(members: Members, labels: Labels) -> Rule:
    """A linear layer with softmax on all members' probabilities (Sodhi & Chiu, stacked ensemble).

    Fitted to its optimum instead of by epochs. Raises TrainingError when a class has no picture.
    """
    layer = _layer().fit(side_by_side(members), labels)
    classes = members.shape[2]
    if len(layer.classes_) < classes:
        raise TrainingError(
            f"A stack needs pictures of all {classes} classes and got {len(layer.classes_)}; fit it on more."
        )
    kernel = tuple(tuple(map(float, row)) for row in layer.coef_.T)
    return Rule("stacked", stack=Stack(kernel, tuple(map(float, layer.intercept_))))


RULES: Final[dict[str, Callable[[Members, Labels], Rule]]] = {
    "simple": simple,
    "accuracy": accuracy_weighted,
    "class": class_weighted,
    "exponential": exponential,
    "stacked": stacked,
}


def stacked_out_of_fold(members: Members, labels: Labels, folds: int = FOLDS) -> Probabilities:
    """Probabilities (n, c) of a stack for pictures it was not fitted on: stratified folds, seed 0.

    Without this a stack is judged by the pictures it has seen.
    """
    parts = StratifiedKFold(folds, shuffle=True, random_state=0)
    rows = side_by_side(members)
    return np.asarray(
        cross_val_predict(_layer(), rows, labels, cv=parts, method="predict_proba"), dtype=np.float32
    )


def accuracies(members: Members, labels: Labels) -> NDArray[np.float64]:
    """The accuracy (m,) of each member."""
    return np.asarray((members.argmax(axis=2) == labels).mean(axis=1), np.float64)


def ranking(members: Members, labels: Labels) -> NDArray[np.int64]:
    """The members (m,) from the best accuracy to the worst; equal ones keep their order."""
    return np.argsort(-accuracies(members, labels), kind="stable")


def curve(members: Members, labels: Labels) -> NDArray[np.float64]:
    """The accuracy (m,) of the plain mean of the best 1, 2, ... m members."""
    ordered = members[ranking(members, labels)]
    combined = [
        simple(ordered[:count], labels).combine(ordered[:count]) for count in range(1, len(ordered) + 1)
    ]
    return accuracies(np.stack(combined), labels)


def pairwise_disagreement(members: Members) -> NDArray[np.float64]:
    """The share (m, m) of pictures to which two members give different labels."""
    labels = members.argmax(axis=2)
    return np.asarray((labels[:, None] != labels[None]).mean(axis=2), np.float64)


def disagree_above(disagreement: NDArray[np.float32], right: NDArray[np.bool_]) -> float:
    """The smallest disagreement above which fewer than half of the labels are right, else 0.20.

    disagreement (n,) is that of the bundle, right (n,) whether its label is right.
    """
    for limit in np.arange(0.01, 1.0, 0.01):
        above = right[disagreement > limit]
        if len(above) >= LEAST_DOUBTFUL and above.mean() < 0.5:
            return round(float(limit), 2)
    return DEFAULT_DISAGREE_ABOVE


def _shared(weights: NDArray[np.float64], members: Members) -> NDArray[np.float64]:
    """The same weights for every class, (m,) to (m, c), summing to 1."""
    return np.repeat((weights / weights.sum())[:, None], members.shape[2], axis=1)


def _mean_where(right: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The mean (m,) over the chosen pictures; 0 when there are none."""
    return np.asarray(right[:, chosen].sum(axis=1) / max(1, int(chosen.sum())), np.float64)


def _layer() -> LogisticRegression:
    return LogisticRegression(max_iter=1000)
