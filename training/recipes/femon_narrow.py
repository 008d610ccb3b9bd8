"""femon-narrow: network B, deeper and narrower than A, from a random start.

Command:  python -m training train femon-narrow --seed 1 --threads 1
Expect:   69.6 % on PublicTest (42 px, two views) after its first cycle; femon-narrow-longer goes on.
Time:     just under 2 hours of one core with bfloat16 (239 MMAC at 40 px, 153 at 32 px).
As femon-levels-long: the camera's changes and the FER+ votes from the first epoch on. Meant as a member
of an ensemble, which gains from networks that are built differently.
"""

from dataclasses import replace
from functools import partial

from training.networks import vgg
from training.recipes import femon_levels_long

RECIPE = replace(
    femon_levels_long.RECIPE,
    id="femon-narrow",
    title="Network B: narrow VGG, with the FER+ votes as a second target",
    network=partial(vgg.build, vgg.NARROW, each_picture=True),
    parameters=2_635_591,
    epochs=60,
    small_share=0.6,
)
