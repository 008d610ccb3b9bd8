"""femon-levels-detail: femon-levels-longer trained on, with what cameras add in one picture of three.

Command:  python -m training train femon-levels-long --seed 1
          python -m training train femon-levels-longer --seed 1
          python -m training train femon-levels-detail --seed 1 --threads 1
Expect:   not measured yet; training/LOG.md says so when it is.
Time:     40 minutes more of one core with bfloat16 (an estimate).
As femon-residual-detail, but with the FER+ votes.
"""

from dataclasses import replace

from training.recipe import Cosine, seldom
from training.recipes import femon_levels_long

_CHANGES = femon_levels_long.RECIPE.augmentation
assert _CHANGES is not None

RECIPE = replace(
    femon_levels_long.RECIPE,
    id="femon-levels-detail",
    title="Three-level compact CNN, three cycles, the third with one picture of three as a camera shows it",
    epochs=50,
    rate=Cosine(0.04, warm_up_epochs=1.0),
    small_share=0.4,
    augmentation=seldom(_CHANGES),
    begins_from="femon-levels-longer-standard-1",
)
