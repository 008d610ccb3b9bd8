"""P4d: the deeper network after Alizadeh and Fazel (Bokányi and Mészégető, section IV); also m1 of P4g.

Command:  python -m training reproduce P4d
Claim:    about 66 %, "4.5 million" parameters.
Expect:   .64 to .67 on PrivateTest (an estimate).
Time:     about 9 hours for 80 epochs on two CPU cores (290 MMAC), 14 if it runs to 120.
Given:    the layers, Adam, early stopping, rate reduced on a plateau, L2, flip, rotation and shift, about 80
          epochs; rate .01, weight decay 1e-7, dropout .3.
Chosen:   v/255, rotation 10, shift .10, batch 128, at most 120 epochs, the rate halved after 6 epochs without
          gain, stop after 20 with the best weights restored, weight decay as L2 on all kernels.
"""

from training.networks import bokanyi
from training.recipe import Optimizer, Plateau, Recipe, classic

RECIPE = Recipe(
    id="p4-deep-cnn",
    title="Four convolutions and two dense layers",
    paper="P4d",
    published="about 66 %",
    network=bokanyi.deep,
    parameters=4_478_727,
    trainable=4_474_759,
    data="official",
    seeds=3,
    epochs=120,
    batch=128,
    optimizer=Optimizer("Adam"),
    rate=Plateau(1e-2, factor=0.5, patience=6, minimum=1e-6),
    l2=1e-7,
    keep="best_loss",
    stop_patience=20,
    augmentation=classic(10.0, 0.10, flip=True),
)
