"""femon-residual: network C, residual blocks with squeeze-and-excitation.

Command:  python -m training train femon-residual --seed 1
Expect:   about 72 % on PrivateTest with mirrored views (an estimate; PublicTest about one point lower).
Time:     about 6 hours on two CPU cores (173 MMAC at 40 px, 110 at 32 px).
As femon-vgg, for 100 epochs at twice the rate. The network standardises each picture by itself, so that an
ensemble has a member that sees contrast differently.
"""

from dataclasses import replace

from training.networks import residual
from training.recipe import Cosine
from training.recipes import femon_vgg

RECIPE = replace(
    femon_vgg.RECIPE,
    id="femon-residual",
    title="Network C: SE-ResNet, each picture standardised by itself",
    network=residual.build,
    parameters=2_817_047,
    epochs=100,
    rate=Cosine(0.1),
)
