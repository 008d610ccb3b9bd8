"""P4g: nine models, the three networks at three settings each (Bokányi and Mészégető, section IV).

Command:  python -m training reproduce P4g
Claim:    eight of nine over 55 %, the best 66 %.
Expect:   .55 to .67 on PrivateTest (an estimate).
Time:     about 43 hours for 80 epochs each on two CPU cores; p4-deep-cnn alone takes nine of them.
Given:    rate, weight decay and dropout each at a base value, a tenth and ten times it; nine trained models.
Chosen:   which nine of the combinations, and dropout .6 for "ten times .3". The members m1, m4 and m7 are the
          recipes p4-deep-cnn, p4-shallow-cnn and p4-fully-convolutional, so that one run serves both.
"""

from dataclasses import replace
from functools import partial

from training.networks import bokanyi
from training.recipe import Plateau, Recipe, Study
from training.recipes import p4_deep_cnn, p4_fully_convolutional, p4_shallow_cnn


def _slow(base: Recipe, number: int, l2: float, note: str) -> Recipe:
    """A member at a tenth of the base's rate."""
    return replace(
        base,
        id=f"p4-m{number}",
        title=f"{base.title}; {note}",
        paper=f"P4g-m{number}",
        published="",
        seeds=1,
        rate=Plateau(1e-3, factor=0.5, patience=6, minimum=1e-6),
        l2=l2,
    )


DEEP, SHALLOW, CONVOLUTIONAL = p4_deep_cnn.RECIPE, p4_shallow_cnn.RECIPE, p4_fully_convolutional.RECIPE
MEMBERS = (
    DEEP,
    _slow(DEEP, 2, 1e-7, "rate 1e-3"),
    replace(
        _slow(DEEP, 3, 1e-6, "rate 1e-3, L2 1e-6, dropout .6"), network=partial(bokanyi.deep, dropout=0.6)
    ),
    SHALLOW,
    _slow(SHALLOW, 5, 1e-7, "rate 1e-3"),
    replace(
        _slow(SHALLOW, 6, 1e-6, "rate 1e-3, L2 1e-6, dropout .03"),
        network=partial(bokanyi.shallow, dropout=0.03),
    ),
    CONVOLUTIONAL,
    _slow(CONVOLUTIONAL, 8, 1e-7, "rate 1e-3"),
    _slow(CONVOLUTIONAL, 9, 1e-6, "rate 1e-3, L2 1e-6"),
)

STUDY = Study(
    id="p4-nine-models",
    title="Three networks at three settings each",
    paper="P4g",
    published="8 of 9 over 55 %, best 66 %",
    members=MEMBERS,
    kind="grid",
)
