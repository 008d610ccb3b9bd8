"""P1 with ResNet50's own preprocessing instead of v/255; Chen 2023 says "pixel normalization" (section 2.1).

Command:  python -m training reproduce p1-resnet50-mlp-caffe --weights imagenet
Claim:    as p1-resnet50-mlp.
Expect:   a lower loss than p1-resnet50-mlp: its weights were trained on values of 0 to 255 less a mean, and
          feeding them 0 to 1 is a likely cause of the paper's high loss (a hypothesis that this run tests).
Time:     about 70 minutes on two CPU cores.
"""

from dataclasses import replace
from functools import partial

from training.networks import chen_2023
from training.recipes import p1_resnet50_mlp

RECIPE = replace(
    p1_resnet50_mlp.RECIPE,
    id="p1-resnet50-mlp-caffe",
    title="ResNet50 and perceptron, ResNet50's own preprocessing",
    paper="P1-caffe",
    network=partial(chen_2023.resnet50_mlp, norm="caffe"),
    seeds=1,
)
