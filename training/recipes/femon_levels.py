"""femon-levels: network D, which classifies from three levels of detail, trained at length.

Command:  python -m training train femon-levels --seed 1
Expect:   about 71 % on PrivateTest with mirrored views (an estimate; PublicTest about one point lower).
Time:     about 4.5 hours on two CPU cores (111 MMAC at 40 px, 71 at 32 px).
As femon-vgg, for 120 epochs; femon-small is the same network after a shorter and milder training.
"""

from dataclasses import replace

from training.networks import multi_level
from training.recipes import femon_vgg

RECIPE = replace(
    femon_vgg.RECIPE,
    id="femon-levels",
    title="Network D: three levels of detail",
    network=multi_level.build,
    parameters=multi_level.PARAMETERS,
    epochs=120,
)
