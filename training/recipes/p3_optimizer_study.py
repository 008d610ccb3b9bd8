"""P3s: eight optimisers at three rates (Bodapati, Maturi and Tanneru, section IV.C).

Command:  python -m training reproduce P3s
Claim:    "AMSGrad .01 is best"; the paper prints no table.
Expect:   adaptive methods and momentum within a point or two of each other at their best rates (an estimate).
Time:     about half an hour each, 11 hours for all 24, on two CPU cores (86 MMAC).
Chosen:   the grid itself. This is the quick study: half the widths of P3 and 15 epochs, otherwise as P3,
          so its figures are lower than P3's and only their order is compared with the claim.
"""

from dataclasses import replace
from functools import partial

from training.networks import bodapati
from training.recipe import Optimizer, Plateau, Study
from training.recipes import p3_amsgrad_cnn

OPTIMIZERS = {
    "sgd": Optimizer("SGD"),
    "nesterov": Optimizer("SGD", {"momentum": 0.9, "nesterov": True}),
    "rmsprop": Optimizer("RMSprop"),
    "adagrad": Optimizer("Adagrad"),
    "adam": Optimizer("Adam"),
    "amsgrad": Optimizer("Adam", {"amsgrad": True}),
    "adamax": Optimizer("Adamax"),
    "nadam": Optimizer("Nadam"),
}
RATES = {"1e-2": 1e-2, "1e-3": 1e-3, "1e-4": 1e-4}
NETWORK = partial(bodapati.build, widths=(32, 64, 128))

STUDY = Study(
    id="p3-optimizer-study",
    title="Eight optimisers at three rates, half the widths, 15 epochs",
    paper="P3s",
    published='"AMSGrad .01 is best"; no table',
    members=tuple(
        replace(
            p3_amsgrad_cnn.RECIPE,
            id=f"p3-study-{name}-{rate}",
            title=f"CNN of half the widths, {name} at {rate}",
            paper=f"P3s-{name}-{rate}",
            published="",
            network=NETWORK,
            parameters=1_470_951,
            trainable=1_469_543,
            seeds=1,
            epochs=15,
            optimizer=optimizer,
            rate=Plateau(start, factor=0.5, patience=5, minimum=1e-5),
        )
        for name, optimizer in OPTIMIZERS.items()
        for rate, start in RATES.items()
    ),
    kind="choice",
)
