"""P2d: InceptionV3 at 299 px, only the first 90 layers trained (Sodhi and Chiu 2024, section 3.4).

Command:  python -m training reproduce P2d --weights imagenet
Claim:    accuracy .6516 train, .6593 validation (loss .9284, .9183), six classes; validated on the
          test folder.
Expect:   .63 to .67 with ImageNet weights (an estimate); without them the figure cannot be expected.
Time:     about 17 hours on two CPU cores (5,711 MMAC; gradients pass through all of it).
Given:    resize to 299, the first 90 layers trained and all later ones frozen, dense layer, two dropouts
          of .5, Adam, augmentation 20 %, early stopping, 10 epochs.
Chosen:   dropout before and after a dense layer of 256, rotation 20, shift .20, zoom .20, flip, values
          -1 to 1, Adam 1e-4, batch 32, patience 3 with the best weights restored, frozen normalisation in
          inference mode.
"""

from training.networks import sodhi_2024
from training.recipe import Constant, Optimizer, Recipe, classic

RECIPE = Recipe(
    id="p2-inceptionv3",
    title="InceptionV3 at 299 px, first 90 layers trained, six classes",
    paper="P2d",
    published="train .6516, val .6593 (loss .9284/.9183)",
    network=sodhi_2024.inceptionv3,
    pretrained="InceptionV3",
    parameters=22_328_870,
    trainable=1_533_926,
    data="six",
    epochs=10,
    batch=32,
    optimizer=Optimizer("Adam"),
    rate=Constant(1e-4),
    keep="best_loss",
    stop_patience=3,
    augmentation=classic(20.0, 0.20, 0.20, flip=True),
)
