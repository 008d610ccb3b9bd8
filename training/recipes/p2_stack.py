"""P2e: one dense layer over the outputs of P2b, P2c and P2d (Sodhi and Chiu 2024, section 3.5).

Command:  python -m training reproduce P2e --weights imagenet
Claim:    accuracy "72.07" (%) train, .6672 validation, six classes; validated on the test folder.
Expect:   .66 to .68 with ImageNet weights, and about as much from their plain average (an estimate).
Time:     about 1.6 hours on two CPU cores for the outputs of the trained members, then seconds.
Given:    frozen members, 18 outputs concatenated, one dense layer, Adam, early stopping with patience 3,
          10 epochs.
Chosen:   softmax outputs, Adam 1e-3, training pictures without augmentation. Because the stack learns from
          outputs for pictures that its members were trained on, one fitted on PublicTest stands beside it.
"""

from training.recipe import Study
from training.recipes import p2_inceptionv3, p2_mobilenetv2, p2_resnet50

STUDY = Study(
    id="p2-stack",
    title="Stack of the three pretrained networks, six classes",
    paper="P2e",
    published="train 72.07 (%), val .6672",
    members=(p2_resnet50.RECIPE, p2_mobilenetv2.RECIPE, p2_inceptionv3.RECIPE),
    kind="stack",
)
