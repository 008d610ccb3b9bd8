"""P1: ResNet50 with a small perceptron, the last four layers trained (Chen 2023, sections 2.2 and 2.3).

Command:  python -m training reproduce P1 --weights imagenet
Claim:    accuracy .8580 train, .8581 validation, .8571 test (loss 1.71, 1.68, 1.78). With seven outputs a
          binary accuracy at .5 is 6/7 = .8571 for any network that is never sure, so it is printed too.
Expect:   binary accuracy .857 and 25 to 45 % of the pictures right (an estimate).
Time:     about 70 minutes on two CPU cores (203 MMAC, mostly forward).
Given:    the layers of the perceptron, shift .1, rotation 15, batch 64, dropout .5, Adam, 50 epochs, a
          split of 80:20.
Chosen:   rate 1e-3, pictures as v/255 (see p1-resnet50-mlp-caffe), "last four layers" as in Keras' list of
          layers, linear layers of 32 since BN and ReLU follow, random split with seed 0, PrivateTest as the
          test part, the last epoch's weights.
"""

from training.networks import chen_2023
from training.recipe import Constant, Optimizer, Recipe, classic

RECIPE = Recipe(
    id="p1-resnet50-mlp",
    title="ResNet50 and perceptron, last four layers trained",
    paper="P1",
    published="train/val/test .8580/.8581/.8571 (loss 1.71/1.68/1.78)",
    network=chen_2023.resnet50_mlp,
    pretrained="ResNet50",
    parameters=23_885_383,
    trainable=1_335_815,
    data="p1",
    seeds=3,
    epochs=50,
    batch=64,
    optimizer=Optimizer("Adam"),
    rate=Constant(1e-3),
    augmentation=classic(15.0, 0.1),
)
