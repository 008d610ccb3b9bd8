"""femon-narrow-longer: femon-narrow trained on, its rate rising and falling a second time.

Command:  python -m training train femon-narrow --seed 1 --threads 1
          python -m training train femon-narrow-longer --seed 1 --threads 1
Expect:   70.6 % on PublicTest (44 px, two views); femon-narrow had 69.6 % after its first cycle.
Time:     just under 2 hours more of one core with bfloat16.
A warm restart, as femon-levels-longer, which gained 1.2 points for network D.
"""

from dataclasses import replace

from training.recipe import Cosine
from training.recipes import femon_narrow

RECIPE = replace(
    femon_narrow.RECIPE,
    id="femon-narrow-longer",
    title="Network B: narrow VGG, two cycles, with the FER+ votes as a second target",
    epochs=56,
    rate=Cosine(0.04, warm_up_epochs=1.0),
    small_share=0.5,
    begins_from="femon-narrow-standard-1",
)
