"""P2a: a network of 11 layers from scratch (Sodhi and Chiu 2024, section 3.1).

Command:  python -m training reproduce P2a
Claim:    accuracy .6148 train, .5776 validation (loss 1.1917, 1.275), six classes; the validation part is the
          test folder, on which every choice was made.
Expect:   .56 to .59 (an estimate).
Time:     about 16 minutes on two CPU cores (23 MMAC).
Given:    kinds of the 11 layers, dropout .4, L2 .001 on the dense layer, RMSprop, 30 epochs, no augmentation.
Chosen:   filters 32, 64, 128, dense 128, grey input, RMSprop 1e-3, batch 32, the last epoch's weights.
"""

from training.networks import sodhi_2024
from training.recipe import Constant, Optimizer, Recipe

RECIPE = Recipe(
    id="p2-scratch-cnn",
    title="CNN of 11 layers, six classes",
    paper="P2a",
    published="train .6148, val .5776 (loss 1.1917/1.275)",
    network=sodhi_2024.scratch,
    parameters=683_398,
    data="six",
    seeds=3,
    epochs=30,
    batch=32,
    optimizer=Optimizer("RMSprop"),
    rate=Constant(1e-3),
)
