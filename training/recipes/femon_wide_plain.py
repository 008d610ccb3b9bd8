"""femon-wide-plain: network A on the official labels alone, its pictures changed but little.

Command:  python -m training train femon-wide-plain --seed 1 --threads 1
Expect:   70.2 % on PublicTest (48 px, two views, one cycle), but 15 points less under a blur of 1 px.
Time:     110 minutes of one core with bfloat16.
As femon-residual-plain; femon-wide-detail goes on from it.
"""

from dataclasses import replace
from functools import partial

from training.networks import vgg
from training.recipes import femon_residual_plain, femon_vgg

RECIPE = replace(
    femon_residual_plain.RECIPE,
    id="femon-wide-plain",
    title="Network A: wide VGG, official labels, mild changes of the pictures",
    network=partial(vgg.build, vgg.WIDE),
    parameters=femon_vgg.RECIPE.parameters,
    epochs=44,
)
