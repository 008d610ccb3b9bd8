"""femon-vgg: network A, the widest of our candidates.

Command:  python -m training train femon-vgg --seed 1
Expect:   71.6 to 73 % on PrivateTest with mirrored views (an estimate; PublicTest about one point lower).
Time:     about 7.5 hours on two CPU cores (325 MMAC at 40 px, 208 at 32 px).
One warp, tone, blur, noise and erasing per picture, mixup on every second batch, one cosine, and averaged
weights at the end: the same recipe serves the networks B, C and S, which change only what their size asks.
"""

from functools import partial

from training.networks import vgg
from training.recipe import Augmentation, Cosine, Recipe

RECIPE = Recipe(
    id="femon-vgg",
    title="Network A: wide VGG, 64 to 512 filters",
    network=partial(vgg.build, vgg.WIDE),
    parameters=4_693_575,
    epochs=70,
    rate=Cosine(0.05),
    label_smoothing=0.1,
    keep="average",
    standardised=True,
    size=40,
    small_size=32,
    small_share=0.45,
    window=40,
    augmentation=Augmentation(mixup=0.2, blur_probability=0.15, noise=0.15),
)
