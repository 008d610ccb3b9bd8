"""P4f: the fully convolutional network after Agrawal and Mittal (Bokányi and Mészégető, section IV).

Command:  python -m training reproduce P4f
Claim:    about 63 %, "464,000" trainable parameters.
Expect:   .60 to .64 on PrivateTest (an estimate).
Time:     about 3.6 hours for 80 epochs on two CPU cores (114 MMAC).
Given:    seven layers of two convolutions, normalisation and ReLU, filter size 8, no dense layer, no dropout.
Chosen:   widths 8, then 16 three times, then 32 three times, pooling after each group, one 6x6 convolution to
          the classes (463,847 trainable parameters); training as p4-deep-cnn. It is also m7 of P4g.
"""

from dataclasses import replace

from training.networks import bokanyi
from training.recipes import p4_deep_cnn

RECIPE = replace(
    p4_deep_cnn.RECIPE,
    id="p4-fully-convolutional",
    title="Fourteen 8x8 convolutions, no dense layer",
    paper="P4f",
    published="about 63 %",
    network=bokanyi.fully_convolutional,
    parameters=464_151,
    trainable=463_847,
)
