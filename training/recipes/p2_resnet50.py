"""P2b: ResNet50 at 224 px, the last 35 layers trained (Sodhi and Chiu 2024, section 3.2).

Command:  python -m training reproduce P2b --weights imagenet
Claim:    accuracy .6822 train, .6484 validation (loss .875, .9714), six classes; validated on the
          test folder.
Expect:   .63 to .67 with ImageNet weights (an estimate); without them the figure cannot be expected.
Time:     about 7 hours on two CPU cores (3,856 MMAC, a fifth of it trained); minutes on a graphics card.
Given:    resize to 224, 35 layers, the head's layers, rotation 15, shift .15, zoom .15, flip, early stopping,
          RMSprop, 10 epochs.
Chosen:   bilinear resize, ResNet50's own preprocessing, dense 256, dropout .5, RMSprop 1e-4, batch 32,
          patience 3 with the best weights restored, frozen normalisation in inference mode.
"""

from training.networks import sodhi_2024
from training.recipe import Constant, Optimizer, Recipe, classic

RECIPE = Recipe(
    id="p2-resnet50",
    title="ResNet50 at 224 px, last 35 layers trained, six classes",
    paper="P2b",
    published="train .6822, val .6484 (loss .875/.9714)",
    network=sodhi_2024.resnet50,
    pretrained="ResNet50",
    parameters=24_114_822,
    trainable=15_504_646,
    data="six",
    epochs=10,
    batch=32,
    optimizer=Optimizer("RMSprop"),
    rate=Constant(1e-4),
    keep="best_loss",
    stop_patience=3,
    augmentation=classic(15.0, 0.15, 0.15, flip=True),
)
