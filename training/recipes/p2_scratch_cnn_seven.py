"""P2a with all seven classes on the official split, so that it can stand beside the other papers' networks.

Command:  python -m training reproduce p2-scratch-cnn-seven
Claim:    none; the paper (Sodhi and Chiu 2024, section 3.1) has six classes.
Expect:   .54 to .57 (an estimate): disgust is rare and often missed.
Time:     about 16 minutes on two CPU cores (23 MMAC).
"""

from dataclasses import replace
from functools import partial

from training.networks import sodhi_2024
from training.recipes import p2_scratch_cnn

RECIPE = replace(
    p2_scratch_cnn.RECIPE,
    id="p2-scratch-cnn-seven",
    title="CNN of 11 layers, seven classes",
    paper="P2a-seven",
    published="",
    network=partial(sodhi_2024.scratch, classes=7),
    parameters=683_527,
    data="official",
    seeds=1,
)
