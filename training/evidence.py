"""The evidence below the table of docs/reproduction.md: each remark on a paper with the lines it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from training.claims import P1_TABLE, P1B_TABLE, P3_TABLE
from training.markdown import decimals, percent, short, table
from training.standing import Result, belongs, optimiser_study

Runs = Mapping[str, Sequence[Result]]
CLASSES = 7


def sections(runs: Runs, results: Sequence[Result]) -> list[str]:
    """Markdown blocks; `runs` are the runs that fill the cells of each id, `results` are all runs."""
    return [
        "## P1: 85.71 % and 6/7",
        _p1(results),
        "## P2: the test folder as validation part",
        _p2(runs),
        "## P3: names of the classes",
        _p3(runs),
        "## P3s: optimisers and learning rates",
        _p3s(runs["P3s"]),
        "## P4: figures that differ within the paper",
        _p4(results),
    ]


def differences_behind(printed: float, n: int) -> tuple[int, int]:
    """The least and largest C - W for which 6/7 + (C - W)/(7 n) is printed as this four-digit share."""
    fits = [
        surplus
        for surplus in range(-n, n + 1)
        if round((CLASSES - 1) / CLASSES + surplus / (CLASSES * n), 4) == printed
    ]
    return fits[0], fits[-1]


def binary_line(paper: str, part: str, figures: Mapping[str, Any], claimed: str) -> str:
    """The binary accuracy of one split of a seven-class run beside its top-1 accuracy."""
    binary = figures["binary"]
    low, high = figures["ci95"]
    return (
        f"{paper} {part} n={figures['n']}  BA={short(binary['accuracy'])} = 6/7+(C-W)/7N "
        f"(C={binary['right']}, W={binary['wrong']})  top-1={short(figures['accuracy'])} "
        f"[{short(low)}, {short(high)}]  NLL={figures['nll']:.3f}  {claimed}"
    )


def _p1(results: Sequence[Result]) -> str:
    surplus = [
        (name, short(printed), "{} to {}".format(*differences_behind(printed, n)), f"{n:,}")
        for name, n, printed, _ in P1_TABLE
    ]
    lines = [
        line
        for paper, rows in (("P1", P1_TABLE), ("P1-caffe", P1_TABLE), ("P1b", P1B_TABLE))
        for line in _p1_lines(paper, rows, results)
    ]
    lines += _own_line(results)
    measured = "```\n" + "\n".join(lines) + "\n```" if lines else "No run of P1 or P1b has been measured yet."
    return (
        "On one-hot labels of seven classes at most one softmax output exceeds .5. Let C (W) be the number "
        "of pictures whose output above .5 belongs to the right (a wrong) class. Then the *binary* accuracy "
        "is BA = 6/7 + (C − W)/(7N), whatever the top-1 accuracy; a network without an output above .5 "
        "scores .857143. The printed figures correspond to:\n\n"
        + table(("split", "printed", "C − W by rounding", "N"), surplus)
        + "\n\nThe printed test loss of 1.78 is close to the 1.815 nats that the class frequencies of "
        "Training cost on PrivateTest, and the row of the baseline (.9613/.6314/.6420) behaves like ordinary "
        "accuracy, so the two rows of Table 2 probably hold two metrics. “The validation accuracy remains "
        "above 85%” (section 3) is what the floor of 6/7 gives. Equation (1) prints the cross-entropy "
        "without its minus sign. The paper does not name its metric; this reading rests on the arithmetic "
        "above and on our own figures:\n\n" + measured
    )


def _p1_lines(
    paper: str, printed: Sequence[tuple[str, int, float, float]], results: Sequence[Result]
) -> list[str]:
    name = "accuracy" if paper == "P1b" else "BA"
    claimed = {part: f"claimed {name}={short(value)}" for part, _, value, _ in printed}
    lines = []
    for result in results:
        if result["paper"] != paper or len(result["classes"]) != CLASSES or result["protocol"] != "published":
            continue
        for part, figures in result["splits"].items():
            text = binary_line(paper, part, figures, claimed.get(part, "")).rstrip()
            lines.append(f"{text}  {_sure(figures)}{_label(result)}")
    return lines


def _own_line(results: Sequence[Result]) -> list[str]:
    """For comparison the best of our own networks on PublicTest."""
    own = [
        result["splits"]["public"] | {"run": result["run"]}
        for result in results
        if not result["paper"] and "public" in result["splits"] and len(result["classes"]) == CLASSES
    ]
    if not own:
        return []
    best = max(own, key=lambda figures: float(figures["accuracy"]))
    return [f"{binary_line(best['run'], 'public', best, '').rstrip()}  {_sure(best)}"]


def _sure(figures: Mapping[str, Any]) -> str:
    binary = figures["binary"]
    identity = f"right side {binary['identity']:.6f}"
    return (
        f"{identity}  outputs>.5 on {(binary['right'] + binary['wrong']) / figures['n']:.1%} of the pictures"
    )


def _label(result: Result) -> str:
    marks = [f"seed {result['seed']}"]
    if result["weights"] == "none":
        marks.append("weights none")
    if result["status"] != "full":
        marks.append(f"{result['status']} run")
    return f"  ({', '.join(marks)})"


def _p2(runs: Runs) -> str:
    points = (
        "- “the ‘Testing’ folder as the validation dataset” (section 3.1), with “the intent of maximizing "
        "the model's validation accuracy” (abstract): the choices were made on these pictures, so the "
        "printed accuracies are not those of an untouched test part.\n"
        "- Six classes: the printed class sizes (happy 7215, surprise 3171; section 4) are those of FER-2013 "
        "Training, which without disgust makes 28,273 training and 7,067 test pictures, 35,340 in all. The "
        "printed “28,079 files” fits neither. Six-class figures must not be put beside seven-class ones.\n"
        "- The paper does not say what its AUROC of .75 for the from-scratch model (section 3.1) is made "
        "from. Predicted labels give about as much at such an accuracy: the mean over classes of (recall + 1 "
        "− false positive rate)/2. Ours, from labels and from probabilities, stands below.\n"
        "- Section 4 supposes that the size of the class “may explain” why happy is recognised better than "
        "surprise. Our recall of each class stands below with its support.\n"
        "- The individual accuracies are plausible for this protocol."
    )
    rows = [
        (
            paper,
            result["run"],
            percent(figures["accuracy"]),
            decimals(figures["hard_auroc"]),
            decimals(figures["macro_auc"]),
            ", ".join(
                f"{name} {recall:.2f} ({support})"
                for name, recall, support in zip(
                    result["classes"], figures["recall"], figures["support"], strict=True
                )
            ),
        )
        for paper in ("P2a", "P2b", "P2c", "P2d", "P2e")
        for result in runs[paper]
        if result["protocol"] == "published" and (figures := result["splits"].get("test"))
    ]
    if not rows:
        return f"{points}\n\nNo run of P2 has been measured yet."
    header = ("id", "run", "accuracy", "AUROC from labels", "AUROC from probabilities", "recall (support)")
    return f"{points}\n\n{table(header, rows)}"


def _p3(runs: Runs) -> str:
    total = sum(row.support for row in P3_TABLE)
    low, high = (
        sum((row.recall + edge) * row.support for row in P3_TABLE) / total for edge in (-0.005, 0.005)
    )
    means = [
        sum(getattr(row, name) for row in P3_TABLE) / len(P3_TABLE) for name in ("precision", "recall", "f1")
    ]
    figures, run = _p3_figures(runs["P3"])
    header = ["printed name", "class by its support", "precision", "recall", "F1", "support", "Pub+Priv"]
    return (
        "The supports of Table 1 tell the classes apart, since no two classes of FER-2013 have the same "
        "number of test pictures. In this reading the rows are in alphabetical order and the printed names "
        "are not.\n\n"
        + table(
            [*header, "ours: precision", "recall", "F1", "support"],
            [_p3_row(row, figures) for row in P3_TABLE],
        )
        + f"\n\nOurs: {run}.\n\n"
        f"- The printed recalls imply an accuracy of {low:.3f} to {high:.3f}, which includes the printed "
        f".65; the unweighted means are {means[0]:.3f}, {means[1]:.3f} and {means[2]:.3f}. So the accuracy "
        "agrees with the rows, and the printed names do not agree with the supports.\n"
        f"- The supports sum to {total:,}: PublicTest and PrivateTest (7,178) less one angry picture; the "
        "one black picture of PublicTest is labelled angry. Section IV A names a test set of 3,589. 567 of "
        "these pictures have exact copies in Training.\n"
        "- Section III speaks of a validation set without describing one; the printed formula of accuracy is "
        "that of two classes.\n"
        "- The 93.7 % that section II cites was reached on FER-2013 together with CK+ and cannot be compared."
    )


def _p3_figures(runs: Sequence[Result]) -> tuple[Mapping[str, Mapping[str, Any]], str]:
    """Our figures by class name on the published test part, and what they come from."""
    for result in runs:
        figures = result["splits"].get("test")
        if result["protocol"] == "published" and figures:
            columns = ("precision", "recall", "f1", "support")
            by_class = {
                name: {column: figures[column][index] for column in columns}
                for index, name in enumerate(result["classes"])
            }
            return by_class, f"run {result['run']}, {percent(figures['accuracy'])} of {figures['n']:,}"
    return {}, "not run yet"


def _p3_row(row: Any, figures: Mapping[str, Mapping[str, Any]]) -> list[object]:
    printed = [
        row.printed,
        f"**{row.true}**",
        *(f"{value:.2f}" for value in (row.precision, row.recall, row.f1)),
    ]
    ours = figures.get(row.true)
    own = (
        ["–"] * 4
        if ours is None
        else [*(f"{ours[name]:.2f}" for name in ("precision", "recall", "f1")), ours["support"]]
    )
    return [*printed, row.support, row.official, *own]


def _p3s(runs: Sequence[Result]) -> str:
    claim = (
        "The paper names “the AMSGrad optimizer with a learning rate of 0.01” a crucial factor and prints no "
        "table (section IV C)."
    )
    study = optimiser_study(runs)
    if not study.runs:
        return f"{claim} Not run (compute)."
    rows = []
    for result in study.runs:
        figures = result["splits"]["validation"]
        low, high = figures["ci95"]
        rows.append(
            (
                result["title"],
                result["run"],
                result["seed"],
                result["epochs"],
                percent(figures["accuracy"]),
                f"{100 * low:.1f} to {100 * high:.1f}",
                "yes" if study.overlaps_best(result) else "no",
                result["status"],
            )
        )
    header = (
        "optimiser and rate",
        "run",
        "seed",
        "epochs",
        "validation",
        "95 % CI",
        "reaches the best",
        "status",
    )
    return (
        f"{claim} Ours, by validation accuracy; runs whose interval reaches that of the best are not ranked "
        "against it. One seed each: the spread over seeds is not in these "
        f"intervals.\n\n{table(header, rows)}"
    )


def _p4(results: Sequence[Result]) -> str:
    points = (
        "- Abstract: “9 trained models achieving human-like 61-67% accuracy”. Section IV: “9 models, of "
        "which 8 yielded accuracy levels over 55% and the best could achieve 66%”, the shallow one 60 %; "
        "section V: three members “not better than 60.2%”. The table above is compared with section IV.\n"
        "- Impact statement: “the best results are provided by simple accuracy-weighted averaging”. Sections "
        "V and VI: simple averaging is best and the weighted averages “always performed a bit worse”. The "
        "table is compared with section V.\n"
        "- The tested part is called “the official test sample”; it is read as PrivateTest.\n"
        "- The “over 80%” that section II cites for FERAtt is said of “different FER datasets”, not of this "
        "one.\n"
        "- The procedure is sound: weights come from the validation part (section V)."
    )
    ensembles = [
        (
            result["title"],
            result["run"],
            *(_accuracy_in(result, part) for part in ("public", "private")),
            result["status"],
        )
        for result in results
        if belongs(result, "P4e") and result["status"] != "smoke"
    ]
    if not ensembles:
        return f"{points}\n\nNo ensemble of P4 has been measured yet."
    return f"{points}\n\n{table(('ensemble', 'run', 'Pub', 'Priv', 'status'), ensembles)}"


def _accuracy_in(result: Result, part: str) -> str:
    figures = result["splits"].get(part)
    return "not read" if figures is None else percent(figures["accuracy"])
