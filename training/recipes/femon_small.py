"""femon-small: the compact network that femon-votes is trained on from, on a short schedule.

Command:  python -m training train femon-small --seed 1
          python -m training export runs/femon-small-standard-1 --name femon-small-first
Expect:   68 to 70 % on PublicTest in about 85 minutes on two AVX-512 cores left alone.
The schedule is short for a machine without a graphics card, so the changes of the pictures are milder than
the long recipes use, there is no mixup, and the batch is small to give enough steps.
"""

from training.networks import multi_level
from training.recipe import Augmentation, Cosine, Recipe

RECIPE = Recipe(
    id="femon-small",
    title="Three-level compact CNN, 48x48 grey, trained on FER-2013 alone",
    network=lambda: multi_level.build(dropout=0.3),
    parameters=multi_level.PARAMETERS,
    epochs=36,
    batch=64,
    rate=Cosine(0.04, warm_up_epochs=2.0),
    label_smoothing=0.1,
    keep="average",
    standardised=True,
    size=40,
    small_size=32,
    small_share=0.55,
    window=40,
    augmentation=Augmentation(
        rotation_deg=10.0, scale=0.12, shift=0.05, contrast=0.25, brightness=0.25, erase_probability=0.3
    ),
)
