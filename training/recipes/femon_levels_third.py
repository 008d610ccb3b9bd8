"""femon-levels-third: network D after its second cycle, taught by an ensemble.

Command:  python -m training train femon-levels-long --seed 1
          python -m training train femon-levels-longer --seed 1
          python -m training distill --student femon-levels-third --teachers models/femon-ensemble \
              --seed 1 --threads 1
Expect:   70.9 % on PublicTest (42 px, two views), no more than before: not shipped, see training/LOG.md.
Time:     100 minutes more of one core with bfloat16.
A warm restart, as femon-levels-longer. Its teachers are the networks of femon-levels-longer and
femon-residual-longer.
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
