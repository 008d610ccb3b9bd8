"""femon-levels-long: network D on a long schedule with everything that made it better; an ensemble member.

Command:  python -m training train femon-levels-long --seed 1
Expect:   70 to 72 % on PublicTest in about 3.7 hours on two AVX-512 cores left alone.
Each picture is scaled by its own mean and deviation inside the network, so the light and the contrast of a
camera cancel; blur and noise stand for what cameras add.
"""

from training.networks import multi_level
from training.recipe import Augmentation, Cosine, Recipe

RECIPE = Recipe(
    id="femon-levels-long",
    title="Three-level compact CNN, long schedule",
    network=lambda: multi_level.build(each_picture=True),
    parameters=multi_level.PARAMETERS,
    epochs=100,
    batch=64,
    rate=Cosine(0.05, warm_up_epochs=3.0),
    label_smoothing=0.1,
    keep="average",
    standardised=True,
    size=40,
    small_size=32,
    small_share=0.5,
    window=40,
    augmentation=Augmentation(contrast=0.4, brightness=0.4, blur_probability=0.15, noise=0.15, mixup=0.2),
)
