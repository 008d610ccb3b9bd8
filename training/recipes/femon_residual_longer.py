"""femon-residual-longer: femon-residual trained on, its rate rising and falling a second time.

Command:  python -m training train femon-residual --seed 1 --threads 1
          python -m training train femon-residual-longer --seed 1 --threads 1
          python -m training export runs/femon-residual-longer-standard-1 --name femon-residual \
              --window 40 --views 2 --vector-scaling
Expect:   71.5 % on PublicTest; with femon-small 71.8 %; a member of femon-ensemble.
Time:     just under 2 hours more of one core with bfloat16.
A warm restart, as femon-levels-longer, which gained 1.2 points for network D.
"""

from dataclasses import replace

from training.recipe import Cosine
from training.recipes import femon_residual

RECIPE = replace(
    femon_residual.RECIPE,
    id="femon-residual-longer",
    title="Network C: SE-ResNet, two cycles, with the FER+ votes as a second target",
    epochs=68,
    rate=Cosine(0.04, warm_up_epochs=1.0),
    small_share=0.5,
    begins_from="femon-residual-standard-1",
)
