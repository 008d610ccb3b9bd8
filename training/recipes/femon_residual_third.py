"""femon-residual-third: network C after its second cycle, taught by an ensemble.

Command:  python -m training train femon-residual --seed 1 --threads 1
          python -m training train femon-residual-longer --seed 1 --threads 1
          python -m training distill --student femon-residual-third --teachers models/femon-ensemble \
              --seed 1 --threads 1
Expect:   71.1 % on PublicTest (48 px, two views), truer probabilities than before, and no higher accuracy:
          not shipped, see training/LOG.md.
Time:     100 minutes more of one core with bfloat16.
A warm restart, as femon-residual-longer, with more blur, which cost that network more than 2 points. Its
teachers are the networks of femon-levels-longer and femon-residual-longer.
"""

from dataclasses import replace

from training.recipe import Cosine
from training.recipes import femon_residual

_CHANGES = femon_residual.RECIPE.augmentation
assert _CHANGES is not None

RECIPE = replace(
    femon_residual.RECIPE,
    id="femon-residual-third",
    title="Network C: SE-ResNet, three cycles, with the FER+ votes as a second target",
    epochs=42,
    rate=Cosine(0.04, warm_up_epochs=1.0),
    augmentation=replace(_CHANGES, blur_probability=0.55),
    small_share=0.5,
    begins_from="femon-residual-longer-standard-1",
)
