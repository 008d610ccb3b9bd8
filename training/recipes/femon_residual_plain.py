"""femon-residual-plain: network C on the official labels alone, its pictures changed but little.

Command:  python -m training train femon-residual-plain --seed 1 --threads 1
Expect:   70.7 % on PublicTest (40 or 48 px, two views, one cycle), but 17 points less under a blur of 1 px:
          a step on the way to femon-residual-detail, and nothing to ship.
Time:     77 minutes of one core with bfloat16.
Networks that learn the FER+ votes and what cameras add give the same answer to seven pictures of eight. One
that learns neither differs from them in one picture of five, and so adds more to a mean.
"""

from dataclasses import replace

from training.recipe import Augmentation, Cosine
from training.recipes import femon_residual

RECIPE = replace(
    femon_residual.RECIPE,
    id="femon-residual-plain",
    title="Network C: SE-ResNet, official labels, mild changes of the pictures",
    epochs=50,
    rate=Cosine(0.08, warm_up_epochs=2.0),
    label_smoothing=0.0,
    small_share=0.5,
    augmentation=Augmentation(
        rotation_deg=8.0, scale=0.1, shift=0.05, tone_probability=0.0, erase_probability=0.0
    ),
    votes_weight=0.0,
)
