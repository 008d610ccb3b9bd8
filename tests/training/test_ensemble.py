"""Rules of combination on answers small enough to check by hand, and what the curve and the limit say."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from training import ensemble
from training.ensemble import RULES, Rule
from training.errors import TrainingError

LABELS = np.array([0, 0, 1, 1], np.uint8)
# Two members, four pictures, two classes. The first is right on pictures 0, 1 and 2, the second on 2 and 3
# of class 1 and on none of class 0.
MEMBERS = np.array(
    [
        [[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.7, 0.3]],
        [[0.4, 0.6], [0.3, 0.7], [0.1, 0.9], [0.0, 1.0]],
    ],
    np.float32,
)


def spread_out(labels: NDArray[np.uint8], right: NDArray[np.bool_], classes: int = 3) -> NDArray[np.float32]:
    """Answers (n, c) with .8 on the label, or on the next class where the answer is not right."""
    answers = np.full((len(labels), classes), 0.2 / (classes - 1), np.float32)
    answers[np.arange(len(labels)), (labels + ~right) % classes] = 0.8
    return answers


def test_the_plain_mean_takes_every_member_alike() -> None:
    rule = ensemble.simple(MEMBERS, LABELS)
    np.testing.assert_allclose(rule.combine(MEMBERS), MEMBERS.mean(axis=0), atol=1e-6)


def test_members_weigh_as_much_as_they_are_accurate() -> None:
    rule = ensemble.accuracy_weighted(MEMBERS, LABELS)  # accuracies 3/4 and 2/4
    np.testing.assert_allclose(rule.weights, [[0.6, 0.6], [0.4, 0.4]])
    np.testing.assert_allclose(
        rule.combine(MEMBERS)[0], [0.6 * 0.9 + 0.4 * 0.4, 0.6 * 0.1 + 0.4 * 0.6], atol=1e-6
    )


def test_each_class_is_weighed_by_the_recalls_of_it() -> None:
    rule = ensemble.class_weighted(MEMBERS, LABELS)  # recalls 1 and 1/2; 0 and 1
    np.testing.assert_allclose(rule.weights, [[1, 1 / 3], [0, 2 / 3]], atol=1e-7)
    raw = np.array([0.9, 0.1 / 3 + 0.6 * 2 / 3])
    np.testing.assert_allclose(rule.combine(MEMBERS)[0], raw / raw.sum(), atol=1e-6)


def test_a_class_that_nobody_finds_is_weighed_equally() -> None:
    blind = MEMBERS[..., ::-1]
    never = np.concatenate([blind[:, :, :1] * 0, blind], axis=2)  # a third class in front that never wins
    rule = ensemble.class_weighted(never, LABELS + 1)
    assert rule.weights is not None
    np.testing.assert_allclose(rule.weights[:, 0], [0.5, 0.5])


def test_the_exponent_with_the_best_accuracy_is_taken_and_the_smallest_of_equals() -> None:
    # Accuracies of 3/4 and 2/4. All four are right where the first weighs .667 to .714: beta from 2.8 to 3.6.
    rule = ensemble.exponential(MEMBERS, LABELS, (1.0, 10.0, 3.5, 3.0))
    assert rule.name == "exponential-3"
    share = 1 / (1 + np.exp(-3 / 4))
    np.testing.assert_allclose(rule.weights, [[share, share], [1 - share, 1 - share]])


def test_a_stack_learns_which_member_to_believe() -> None:
    labels = np.tile(np.arange(3), 60).astype(np.uint8)
    chance = np.random.default_rng(0)
    good = spread_out(labels, np.ones(180, np.bool_))
    noise = spread_out(labels, chance.random(180) < 1 / 3)
    members = np.stack([noise, good])
    rule = ensemble.stacked(members, labels)
    assert rule.stack is not None
    assert np.shape(rule.stack.kernel) == (6, 3)
    assert (rule.combine(members).argmax(axis=1) == labels).all()
    out_of_fold = ensemble.stacked_out_of_fold(members, labels)
    assert out_of_fold.shape == (180, 3)
    np.testing.assert_allclose(out_of_fold.sum(axis=1), 1, atol=1e-5)
    assert (out_of_fold.argmax(axis=1) == labels).mean() > 0.95


def test_a_stack_says_what_the_fitted_layer_says() -> None:
    chance = np.random.default_rng(1)
    members = chance.dirichlet(np.ones(3), (2, 90)).astype(np.float32)
    labels = (np.arange(90) % 3).astype(np.uint8)
    layer = ensemble._layer().fit(ensemble.side_by_side(members), labels)
    expected = layer.predict_proba(ensemble.side_by_side(members))
    np.testing.assert_allclose(ensemble.stacked(members, labels).combine(members), expected, atol=1e-5)


def test_a_stack_of_noise_is_no_better_than_chance_out_of_fold() -> None:
    chance = np.random.default_rng(2)
    members = chance.dirichlet(np.ones(3), (4, 300)).astype(np.float32)
    labels = (np.arange(300) % 3).astype(np.uint8)
    assert (ensemble.stacked_out_of_fold(members, labels).argmax(axis=1) == labels).mean() < 0.45


def test_a_stack_needs_every_class() -> None:
    members = np.random.default_rng(0).dirichlet(np.ones(3), (2, 20)).astype(np.float32)
    with pytest.raises(TrainingError, match="all 3 classes and got 2"):
        ensemble.stacked(members, (np.arange(20) % 2).astype(np.uint8))


@pytest.mark.parametrize("name", RULES)
def test_every_rule_gives_probabilities_of_members_that_it_was_not_fitted_on(name: str) -> None:
    chance = np.random.default_rng(3)
    members = chance.dirichlet(np.ones(7), (3, 70)).astype(np.float32)
    rule = RULES[name](members, (np.arange(70) % 7).astype(np.uint8))
    others = chance.dirichlet(np.ones(7), (3, 5)).astype(np.float32)
    assert isinstance(rule, Rule)
    assert rule.combine(others).shape == (5, 7)
    np.testing.assert_allclose(rule.combine(others).sum(axis=1), 1, atol=1e-5)


def test_the_curve_adds_the_members_from_the_best_to_the_worst() -> None:
    labels = np.zeros(4, np.uint8)
    sure, mild = [0.9, 0.1], [0.4, 0.6]
    members = np.array(
        [[mild, mild, mild, sure], [sure, sure, mild, mild], [sure, mild, sure, sure]], np.float32
    )
    assert ensemble.accuracies(members, labels).tolist() == [0.25, 0.5, 0.75]
    assert ensemble.ranking(members, labels).tolist() == [2, 1, 0]
    assert ensemble.curve(members, labels).tolist() == [0.75, 1.0, 1.0]


def test_equal_members_keep_their_order() -> None:
    assert ensemble.ranking(MEMBERS[[0, 1, 0]], LABELS).tolist() == [0, 2, 1]


def test_two_members_disagree_where_their_labels_differ() -> None:
    np.testing.assert_array_equal(ensemble.pairwise_disagreement(MEMBERS), [[0, 0.75], [0.75, 0]])


def test_the_limit_lies_where_most_labels_above_are_wrong() -> None:
    disagreement = np.linspace(0, 0.5, 1001, dtype=np.float32)
    # Right below .3: above a limit d the share right is (.3 - d) / (.5 - d), one half at d = .1.
    assert ensemble.disagree_above(disagreement, disagreement < 0.3) == pytest.approx(0.10, abs=0.011)


def test_the_limit_has_a_default_when_labels_stay_right_or_pictures_are_few() -> None:
    disagreement = np.linspace(0, 0.5, 1001, dtype=np.float32)
    assert ensemble.disagree_above(disagreement, np.ones(1001, np.bool_)) == 0.20
    assert ensemble.disagree_above(disagreement, disagreement < 0.497) == 0.20
