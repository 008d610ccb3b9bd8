"""P2c: MobileNetV2 at 224 px, the first 30 layers frozen (Sodhi and Chiu 2024, section 3.3).

Command:  python -m training reproduce P2c --weights imagenet
Claim:    accuracy .6535 train, .6290 validation (loss .9133, .9866), six classes; validated on the
          test folder.
Expect:   .61 to .65 with ImageNet weights (an estimate); without them the figure cannot be expected.
Time:     1.2 hours on two CPU cores by its 299 MMAC; expect twice that, depthwise layers are slow there.
Given:    resize to 224, 30 layers, pooling and dense layer, Adam at a lowered rate, augmentation 10 %,
          10 epochs.
Chosen:   rotation 15, shift .10, zoom .10, flip, values -1 to 1, dense 256, Adam 1e-4, batch 32, no early
          stopping since none is mentioned, frozen normalisation in inference mode.
"""

from training.networks import sodhi_2024
from training.recipe import Constant, Optimizer, Recipe, classic

RECIPE = Recipe(
    id="p2-mobilenetv2",
    title="MobileNetV2 at 224 px, first 30 layers frozen, six classes",
    paper="P2c",
    published="train .6535, val .6290 (loss .9133/.9866)",
    network=sodhi_2024.mobilenetv2,
    pretrained="MobileNetV2",
    parameters=2_587_462,
    trainable=2_533_814,
    data="six",
    epochs=10,
    batch=32,
    optimizer=Optimizer("Adam"),
    rate=Constant(1e-4),
    augmentation=classic(15.0, 0.10, 0.10, flip=True),
)
