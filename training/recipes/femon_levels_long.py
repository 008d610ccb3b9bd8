"""femon-levels-long: network D from a random start on a long schedule, with what cameras add.

Command:  python -m training train femon-levels-long --seed 1
Expect:   69.8 % on PublicTest (44 px, two views) after 60 minutes on two cores with bfloat16.
The changes of the pictures and the second head for the FER+ votes are those of femon-votes from the first
epoch on, with more blur, because blur still cost femon-votes more than 2 points.
"""

from dataclasses import replace

from training.recipe import Cosine
from training.recipes import femon_votes

_CHANGES = femon_votes.RECIPE.augmentation
assert _CHANGES is not None

RECIPE = replace(
    femon_votes.RECIPE,
    id="femon-levels-long",
    title="Three-level compact CNN, long schedule, with the FER+ votes as a second target",
    epochs=100,
    rate=Cosine(0.05, warm_up_epochs=3.0),
    augmentation=replace(_CHANGES, blur_probability=0.4, erase_probability=0.3),
    begins_from="",
)
