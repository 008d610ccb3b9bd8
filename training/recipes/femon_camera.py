"""femon-camera: femon-small made robust against what cameras add.

Command:  python -m training train femon-small --seed 1
          python -m training train femon-camera --seed 1
Expect:   66 % on PublicTest after 55 minutes on one shared core, 2.3 below the run it begins from, with
          less lost under blur, noise and JPEG. Not shipped: see training/LOG.md.
Each picture is scaled by its own mean and deviation inside the network, so light and contrast cancel; blur,
noise and JPEG stand for the rest.
"""

from training.networks import multi_level
from training.recipe import Augmentation, Cosine, Recipe

RECIPE = Recipe(
    id="femon-camera",
    title="Three-level compact CNN, trained on FER-2013 alone, for cameras",
    network=lambda: multi_level.build(dropout=0.3, each_picture=True),
    parameters=multi_level.PARAMETERS,
    epochs=10,
    batch=64,
    rate=Cosine(0.02, warm_up_epochs=0.5),
    label_smoothing=0.1,
    keep="average",
    standardised=True,
    size=40,
    window=40,
    augmentation=Augmentation(
        rotation_deg=12.0,
        scale=0.15,
        shift=0.06,
        contrast=0.3,
        brightness=0.3,
        blur_probability=0.4,
        noise=0.35,
        jpeg_probability=0.3,
        erase_probability=0.25,
    ),
    begins_from="femon-small-standard-1",
)
