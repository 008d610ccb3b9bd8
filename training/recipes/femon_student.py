"""femon-student: network S, the small one that learns from others.

Command:  python -m training train femon-student --seed 1
Expect:   67 to 69 % on PublicTest without teachers (an estimate), more with them.
Time:     about 40 minutes on two cores with bfloat16 (an estimate; 82 MMAC at 40 px, 52 at 32 px).
As femon-levels-long: what cameras add and the FER+ votes; `distill` adds its teachers' opinion.
"""

from dataclasses import replace
from functools import partial

from training.networks import vgg
from training.recipes import femon_levels_long

RECIPE = replace(
    femon_levels_long.RECIPE,
    id="femon-student",
    title="Network S: small VGG, 32 to 256 filters, with the FER+ votes as a second target",
    network=partial(vgg.build, vgg.SMALL, dropout=0.3, each_picture=True),
    parameters=1_176_359,
)
