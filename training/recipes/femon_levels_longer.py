"""femon-levels-longer: femon-levels-long trained on, its rate rising and falling a second time.

Command:  python -m training train femon-levels-long --seed 1
          python -m training train femon-levels-longer --seed 1
          python -m training export runs/femon-levels-longer-standard-1 --name femon-small \
              --window 42 --views 2 --vector-scaling
Expect:   71.0 % on PublicTest after 70 to 100 minutes more on two cores with bfloat16; it ships.
A warm restart (Loshchilov and Hutter 2017): after its first 100 epochs the network still learnt, on changed
pictures too, and a second cycle costs no more than the first.
"""

from dataclasses import replace

from training.recipe import Cosine
from training.recipes import femon_levels_long

RECIPE = replace(
    femon_levels_long.RECIPE,
    id="femon-levels-longer",
    title="Three-level compact CNN, two long cycles, with the FER+ votes as a second target",
    epochs=120,
    rate=Cosine(0.04, warm_up_epochs=1.0),
    small_share=0.5,
    begins_from="femon-levels-long-standard-1",
)
