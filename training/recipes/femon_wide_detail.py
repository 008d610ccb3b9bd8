"""femon-wide-detail: femon-wide-plain, to which one picture of three shows what cameras add.

Command:  python -m training train femon-wide-plain --seed 1 --threads 1
          python -m training train femon-wide-detail --seed 1 --threads 1
Expect:   69.4 % on PublicTest (48 px, two views), less than femon-wide-plain: not shipped, see the LOG.
Time:     26 minutes more of one core with bfloat16.
As femon-residual-detail.
"""

from dataclasses import replace

from training.recipe import Cosine
from training.recipes import femon_residual_detail, femon_wide_plain

RECIPE = replace(
    femon_wide_plain.RECIPE,
    id="femon-wide-detail",
    title="Network A: wide VGG, official labels alone, one picture of three as a camera shows it",
    epochs=8,
    rate=Cosine(0.03, warm_up_epochs=1.0),
    small_share=0.0,
    augmentation=femon_residual_detail.RECIPE.augmentation,
    begins_from="femon-wide-plain-standard-1",
)
