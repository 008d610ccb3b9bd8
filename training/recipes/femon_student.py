"""femon-student: network S, the small one that learns from others.

Command:  python -m training train femon-student --seed 1
Expect:   69 to 70 % on PublicTest without teachers (an estimate), more with them.
Time:     about 3.5 hours on two CPU cores (82 MMAC at 40 px, 52 at 32 px).
As femon-vgg, for 120 epochs; distillation adds its teachers' opinion and switches smoothing off.
"""

from dataclasses import replace
from functools import partial

from training.networks import vgg
from training.recipes import femon_vgg

RECIPE = replace(
    femon_vgg.RECIPE,
    id="femon-student",
    title="Network S: small VGG, 32 to 256 filters",
    network=partial(vgg.build, vgg.SMALL),
    parameters=1_176_359,
    epochs=120,
)
