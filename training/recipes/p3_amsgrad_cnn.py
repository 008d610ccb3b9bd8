"""P3: a CNN trained by AMSGrad at a rate of .01 (Bodapati, Maturi and Tanneru, sections III and IV).

Command:  python -m training reproduce P3
Claim:    accuracy .65 on 7,177 pictures (both test parts; table I names the classes in a wrong order).
Expect:   .64 to .67 (an estimate).
Time:     about 7 hours on two CPU cores (343 MMAC).
Given:    kinds of layers, 48x48x1 input, cross-entropy, AMSGrad, rate .01, "blank images and emojis" removed.
Chosen:   widths 64, 128, 256 and dense 256 (the table of layers is only a figure), dropout .25 and .5,
          batch 64, 60 epochs, the rate halved after 5 epochs without gain, no augmentation, the best epoch
          by accuracy on a tenth of the training part; only pictures of one grey value are left out.
"""

from training.networks import bodapati
from training.recipe import Optimizer, Plateau, Recipe

RECIPE = Recipe(
    id="p3-amsgrad-cnn",
    title="CNN of three double convolutions, AMSGrad .01",
    paper="P3",
    published=".65 on 7,177",
    network=bodapati.build,
    parameters=3_510_215,
    trainable=3_507_911,
    data="p3",
    seeds=3,
    epochs=60,
    batch=64,
    optimizer=Optimizer("Adam", {"amsgrad": True, "epsilon": 1e-7}),
    rate=Plateau(0.01, factor=0.5, patience=5, minimum=1e-5),
    keep="best_accuracy",
)
