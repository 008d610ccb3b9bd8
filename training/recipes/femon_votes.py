"""femon-votes: femon-small trained on, with the FER+ votes as a second target and what cameras add.

Command:  python -m training train femon-small --seed 1
          python -m training train femon-votes --seed 1
Expect:   67.7 % on PublicTest after 113 minutes on one shared core; a disturbance costs at most 2.9 points.
A second warm start: the rate rises and falls once more. Ten votes on a picture say more than one label, so
a second head learns them; only the head of the labels is kept. Each picture is scaled by its own mean and
deviation inside the network, so light and contrast cancel; blur, noise and JPEG are those of a webcam.
"""

from dataclasses import replace

from training.networks import multi_level
from training.recipe import Augmentation, Cosine
from training.recipes import femon_small

RECIPE = replace(
    femon_small.RECIPE,
    id="femon-votes",
    title="Three-level compact CNN, trained on FER-2013 with the FER+ votes as a second target",
    network=lambda: multi_level.build(dropout=0.3, each_picture=True),
    epochs=28,
    rate=Cosine(0.03, warm_up_epochs=1.0),
    small_share=0.6,
    augmentation=Augmentation(
        rotation_deg=10.0,
        scale=0.12,
        shift=0.05,
        contrast=0.25,
        brightness=0.25,
        blur_probability=0.3,
        noise=0.25,
        jpeg_probability=0.25,
        erase_probability=0.25,
    ),
    begins_from="femon-small-standard-1",
    votes_weight=0.5,
)
