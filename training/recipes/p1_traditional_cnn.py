"""P1b: the "traditional CNN" that the paper compares with (Chen 2023, section 3, table 2).

Command:  python -m training reproduce P1b
Claim:    accuracy .9613 train, .6314 validation, .6420 test (loss .13, 2.11, 1.98).
Expect:   over .95 on the training part, .55 to .62 on the validation part: it overfits, as printed.
Time:     about 25 minutes on two CPU cores (24 MMAC).
Chosen:   everything, since the paper only names it: three convolutions of 32, 64 and 128 filters, a dense
          layer of 512, v/255, Adam 1e-3, batch 64, 50 epochs, no augmentation.
"""

from training.networks import chen_2023
from training.recipe import Constant, Optimizer, Recipe

RECIPE = Recipe(
    id="p1-traditional-cnn",
    title="Plain CNN without regularisation",
    paper="P1b",
    published="train/val/test .9613/.6314/.6420 (loss .13/2.11/1.98)",
    network=chen_2023.traditional_cnn,
    parameters=2_456_071,
    data="p1",
    seeds=3,
    epochs=50,
    batch=64,
    optimizer=Optimizer("Adam"),
    rate=Constant(1e-3),
)
