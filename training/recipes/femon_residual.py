"""femon-residual: network C, residual blocks with squeeze-and-excitation, from a random start.

Command:  python -m training train femon-residual --seed 1 --threads 1
Expect:   70.3 % on PublicTest (48 px, two views) after its first cycle; femon-residual-longer goes on.
Time:     just under 2 hours of one core with bfloat16 (173 MMAC at 40 px, 110 at 32 px).
As femon-levels-long: the camera's changes and the FER+ votes from the first epoch on. Meant as a member
of an ensemble, which gains from networks that are built differently.
"""

from dataclasses import replace

from training.networks import residual
from training.recipes import femon_levels_long

RECIPE = replace(
    femon_levels_long.RECIPE,
    id="femon-residual",
    title="Network C: SE-ResNet, with the FER+ votes as a second target",
    network=residual.build,
    parameters=2_817_047,
    epochs=72,
    small_share=0.6,
)
