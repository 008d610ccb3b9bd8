"""P4s: the shallower network after Alizadeh and Fazel (Bokányi and Mészégető, section IV); also m4 of P4g.

Command:  python -m training reproduce P4s
Claim:    about 60 %, "more than 9.5 million" parameters.
Expect:   .58 to .62 on PrivateTest (an estimate).
Time:     about 1.7 hours for 80 epochs on two CPU cores (53 MMAC).
Given:    the layers; training as p4-deep-cnn.
Chosen:   as p4-deep-cnn; normalisation, ReLU and dropout after the dense layer too.
"""

from dataclasses import replace

from training.networks import bokanyi
from training.recipes import p4_deep_cnn

RECIPE = replace(
    p4_deep_cnn.RECIPE,
    id="p4-shallow-cnn",
    title="Two convolutions and one dense layer",
    paper="P4s",
    published="about 60 %",
    network=bokanyi.shallow,
    parameters=9_518_599,
    trainable=9_517_191,
)
