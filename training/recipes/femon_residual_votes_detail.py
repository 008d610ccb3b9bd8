"""femon-residual-votes-detail: femon-residual-longer with what cameras add in one picture of three.

Command:  python -m training train femon-residual --seed 1 --threads 1
          python -m training train femon-residual-longer --seed 1 --threads 1
          python -m training train femon-residual-votes-detail --seed 1 --threads 1
Expect:   not measured yet; training/LOG.md says so when it is.
Time:     50 minutes more of one core with bfloat16 (an estimate).
As femon-levels-detail.
"""

from dataclasses import replace

from training.recipes import femon_levels_detail, femon_residual_longer

RECIPE = replace(
    femon_residual_longer.RECIPE,
    id="femon-residual-votes-detail",
    title="Network C: SE-ResNet, three cycles, the third with one picture of three as a camera shows it",
    epochs=36,
    small_share=0.4,
    augmentation=femon_levels_detail.RECIPE.augmentation,
    begins_from="femon-residual-longer-standard-1",
)
