"""P4e: four ensembles of the nine models (Bokányi and Mészégető, section V).

Command:  python -m training reproduce P4e
Claim:    simple averaging about 69 %, every weighting less than a point below it.
Expect:   .67 to .70 on PrivateTest (an estimate); the weightings within a point of the plain average.
Time:     minutes once the nine models of P4g are trained.
Given:    simple, accuracy-weighted, class-weighted and exponentially weighted averages; weights from the
          validation part; the best ensemble had eight members.
Chosen:   recall as a class's accuracy, weights proportional to exp(b * accuracy) with b chosen on PublicTest;
          both all nine members and the best eight.
"""

from training.recipe import Study
from training.recipes import p4_nine_models

STUDY = Study(
    id="p4-ensembles",
    title="Four averages of the nine models",
    paper="P4e",
    published="simple average about 69 %, the others less than 1 point below",
    members=p4_nine_models.MEMBERS,
    kind="ensembles",
)
