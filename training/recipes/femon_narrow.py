"""femon-narrow: network B, deeper and narrower than A.

Command:  python -m training train femon-narrow --seed 1
Expect:   about 72 % on PrivateTest with mirrored views (an estimate; PublicTest about one point lower).
Time:     about 7 hours on two CPU cores (239 MMAC at 40 px, 153 at 32 px).
As femon-vgg, for 90 epochs.
"""

from dataclasses import replace
from functools import partial

from training.networks import vgg
from training.recipes import femon_vgg

RECIPE = replace(
    femon_vgg.RECIPE,
    id="femon-narrow",
    title="Network B: narrow VGG, ten convolutions of 64 to 256 filters",
    network=partial(vgg.build, vgg.NARROW),
    parameters=2_635_591,
    epochs=90,
)
