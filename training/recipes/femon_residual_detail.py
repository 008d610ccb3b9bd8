"""femon-residual-detail: femon-residual-plain, to which one picture of three shows what cameras add.

Command:  python -m training train femon-residual-plain --seed 1 --threads 1
          python -m training train femon-residual-detail --seed 1 --threads 1
          python -m training export runs/femon-residual-detail-standard-1 --window 48 --views 2 \
              --vector-scaling
Expect:   71.3 % on PublicTest; the third member of femon-ensemble, which it takes from 71.8 to 73.0 %.
Time:     24 minutes more of one core with bfloat16.
Blur, noise and JPEG in most training pictures take the fine detail away that a plain network reads, and
with it what it adds to a mean; in one of three they make it stand most of what a camera does.
"""

from dataclasses import replace

from training.recipe import Cosine, seldom
from training.recipes import femon_residual_plain

_CHANGES = femon_residual_plain.RECIPE.augmentation
assert _CHANGES is not None

RECIPE = replace(
    femon_residual_plain.RECIPE,
    id="femon-residual-detail",
    title="Network C: SE-ResNet, official labels alone, one picture of three as a camera shows it",
    epochs=12,
    rate=Cosine(0.02, warm_up_epochs=1.0),
    small_share=0.0,
    augmentation=seldom(replace(_CHANGES, contrast=0.25, brightness=0.25, noise=0.25)),
    begins_from="femon-residual-plain-standard-1",
)
