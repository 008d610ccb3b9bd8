"""femon-levels-third: network D after its second cycle, meant to learn from an ensemble.

Command:  python -m training train femon-levels-long --seed 1
          python -m training train femon-levels-longer --seed 1
          python -m training distill --student femon-levels-third --teachers models/femon-ensemble \
              --seed 1 --threads 1
Time:     about 2 hours more of one core with bfloat16.
A warm restart, as femon-levels-longer.
"""

from dataclasses import replace

from training.recipe import Cosine
from training.recipes import femon_levels_long

RECIPE = replace(
    femon_levels_long.RECIPE,
    id="femon-levels-third",
    title="Three-level compact CNN, three long cycles, with the FER+ votes as a second target",
    epochs=58,
    rate=Cosine(0.04, warm_up_epochs=1.0),
    small_share=0.5,
    begins_from="femon-levels-longer-standard-1",
)
