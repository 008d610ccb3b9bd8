"""The neutral baseline: how a person's relaxed face corrects what the model says."""

from __future__ import annotations

import numpy as np
import pytest

from femon.emotions import EMOTIONS
from femon.monitors.baseline import NeutralBaseline

EVEN = (1 / 7,) * 7
SAD = EMOTIONS.index("sad")


def shares(**named: float) -> np.ndarray:
    rest = (1 - sum(named.values())) / (len(EMOTIONS) - len(named))
    return np.array([named.get(name, rest) for name in EMOTIONS], np.float32)


def test_a_relaxed_face_becomes_the_neutral_face_of_the_model() -> None:
    reference, measured = shares(neutral=0.6, sad=0.1), shares(neutral=0.4, sad=0.25)
    corrected = NeutralBaseline(measured.tolist(), reference.tolist()).corrected(measured)
    np.testing.assert_allclose(corrected, reference, atol=1e-6)


def test_no_class_is_changed_more_than_threefold_before_they_sum_to_one_again() -> None:
    measured = shares(sad=0.94)
    raw = shares(sad=0.5)
    corrected = NeutralBaseline(measured.tolist(), EVEN).corrected(raw)
    weights = corrected / raw
    assert weights.max() / weights.min() == pytest.approx(9, rel=1e-3)
    assert corrected.sum() == pytest.approx(1)
    assert corrected.dtype == np.float32


def test_a_person_who_looks_like_the_average_is_not_changed() -> None:
    raw = shares(happy=0.8)
    np.testing.assert_allclose(NeutralBaseline(EVEN, EVEN).corrected(raw), raw, atol=1e-6)


def test_a_class_that_was_never_seen_does_not_break_the_correction() -> None:
    measured = [0.0] * 7
    measured[SAD] = 1.0
    corrected = NeutralBaseline(measured, EVEN).corrected(shares(sad=0.5))
    assert np.isfinite(corrected).all()


def test_both_need_a_share_for_each_class() -> None:
    with pytest.raises(ValueError, match="7 shares twice, not 7 and 0"):
        NeutralBaseline(EVEN, ())
