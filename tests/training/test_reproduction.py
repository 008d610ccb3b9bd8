"""The reproduction report from made-up results: what fills a cell, what stands beside it, how it is worded."""

from __future__ import annotations

import re
from typing import Any

import pytest

from femon.emotions import EMOTIONS
from made_up_results import figures, result, unsure
from training.claims import CLAIMS, P1_TABLE, P3_TABLE
from training.evidence import binary_line, differences_behind
from training.reproduction import reproduction
from training.standing import row_of, verdict

CLAIM = {claim.id: claim for claim in CLAIMS}
SIX = {
    "split": "six",
    "train": "six-train",
    "rows": 28273,
    "validation": "six-test",
    "validation_rows": 7067,
    "sha256": "f" * 64,
}
P3_DATA = SIX | {"split": "p3", "train": "p3-train"}


def row(text: str, claim_id: str) -> list[str]:
    """The cells of a system's row in the first table."""
    (line,) = [
        line
        for line in text.split("## Runs that fill", maxsplit=1)[0].splitlines()
        if line.startswith(f"| {claim_id} |")
    ]
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_every_system_has_a_row_even_when_nothing_was_run() -> None:
    text = reproduction([], [])
    for claim in CLAIMS:
        cells = row(text, claim.id)
        expected = "not run (ImageNet weights not available)" if claim.imagenet else "not run (compute)"
        assert cells[3:] == [expected, expected, "–", "not run", expected]
    assert "PrivateTest was not read." in text


def test_a_run_near_the_claim_is_reproduced_with_its_mean_and_range() -> None:
    runs = [
        result("P2a", "p2-scratch-cnn", {"test": figures(right, classes=6)}, six=True, data=SIX, seed=seed)
        for seed, right in ((1, 0.56), (2, 0.60))
    ]
    cells = row(reproduction(runs, []), "P2a")
    assert cells[3] == "accuracy 58.00 % (56.00 to 60.00, 2 runs) (n=200)"
    assert cells[5:] == ["+0.2 points", "reproduced", "full"]


@pytest.mark.parametrize(("right", "word"), [(0.7, "above"), (0.5, "below"), (0.66, "reproduced")])
def test_the_verdict_allows_two_points(right: float, word: str) -> None:
    run = result("P3", "p3-amsgrad-cnn", {"test": figures(right)}, data=P3_DATA)
    assert verdict(row_of(CLAIM["P3"], [run])) == word


def test_the_official_figures_stand_with_intervals_and_without_copies() -> None:
    splits = {"public": figures(0.64, no_copy=True), "private": figures(0.65, no_copy=True)}
    run = result("P4d", "p4-deep-cnn", splits, protocol="official")
    cells = row(reproduction([run], []), "P4d")
    assert cells[3] == "accuracy 65.00 % (n=200)"
    assert re.fullmatch(
        r"Pub 64.00 % \[5\d.\d, 7\d.\d\]; Priv 65.00 % \[5\d.\d, 7\d.\d\]; "
        r"Priv-dedup 6\d.\d\d % \[5\d.\d, 7\d.\d\]; macro-F1 0.\d{3}; trained on official",
        cells[4],
    )
    assert cells[6] == "reproduced"


def test_an_official_run_without_private_test_says_so() -> None:
    run = result("P4d", "p4-deep-cnn", {"public": figures(0.64)}, protocol="official")
    cells = row(reproduction([run], []), "P4d")
    assert cells[3] == "PrivateTest not read"
    assert cells[4].startswith("Pub 64.00 %")
    assert cells[6] == "not run (PrivateTest not read)"


def test_a_cut_run_fills_its_cell_and_says_so() -> None:
    run = result(
        "P3", "p3-amsgrad-cnn", {"test": figures(0.6)}, data=P3_DATA,
        status="cut", status_note="20 of 60 epochs (--budget-hours 2)",
    )  # fmt: skip
    cells = row(reproduction([run], []), "P3")
    assert cells[6:] == ["below (cut run)", "cut: 20 of 60 epochs (--budget-hours 2)"]


def test_a_full_run_is_preferred_to_a_cut_one_which_stands_beside() -> None:
    cut = result("P3", "p3-amsgrad-cnn", {"test": figures(0.6)}, data=P3_DATA, status="cut", run="short")
    full = result("P3", "p3-amsgrad-cnn", {"test": figures(0.65)}, data=P3_DATA, run="long")
    text = reproduction([cut, full], [])
    assert row(text, "P3")[3] == "accuracy 65.00 % (n=200)"
    assert "[short](results/short.md)" in text.split("## Runs that fill no cell")[1].split("##")[0]


@pytest.mark.parametrize("changes", [{"status": "smoke"}, {"weights": "none"}])
def test_smoke_runs_and_random_starts_never_fill_a_cell(changes: dict[str, Any]) -> None:
    run = result("P1", "p1-resnet50-mlp", {"test": unsure()}, run="small", **changes)
    text = reproduction([run], [])
    assert row(text, "P1")[3:] == [
        "not run (ImageNet weights not available)",
        "not run (ImageNet weights not available)",
        "–",
        "not run",
        "not run (ImageNet weights not available)",
    ]
    beside = text.split("## Runs that fill no cell")[1].split("##")[0]
    assert "small" in beside
    assert ("weights none (random start)" if "weights" in changes else "smoke") in beside


def test_six_classes_do_not_fill_the_cell_of_seven_nor_variants_that_of_the_system() -> None:
    seven = result("P2a", "p2-scratch-cnn", {"test": figures(0.58)}, data=SIX)
    variant = result("P2a-seven", "p2-scratch-cnn-seven", {"test": figures(0.58)})
    text = reproduction([seven, variant], [])
    assert row(text, "P2a")[6] == "not run"
    assert "p2-scratch-cnn-seven-1" in text


def test_p1_is_a_metric_artefact_only_when_our_own_run_shows_it() -> None:
    unsure_run = result("P1", "p1-resnet50-mlp", {"test": unsure()}, weights="imagenet")
    assert verdict(row_of(CLAIM["P1"], [unsure_run])) == "metric artefact"
    good = result("P1", "p1-resnet50-mlp", {"test": figures(0.99)}, weights="imagenet")
    assert verdict(row_of(CLAIM["P1"], [good])) == "above"
    cells = row(reproduction([unsure_run], []), "P1")
    assert cells[3].startswith("binary accuracy 85.71 % (n=200); top-1 ")


def test_the_identity_line_has_our_counts_and_the_claim() -> None:
    found = unsure() | {"n": 3589}
    assert re.fullmatch(
        r"P1 test n=3589  BA=\.8571 = 6/7\+\(C-W\)/7N \(C=0, W=0\)  top-1=\.\d{4} "
        r"\[\.\d{4}, \.\d{4}\]  NLL=\d\.\d{3}  claimed BA=\.8571",
        binary_line("P1", "test", found, "claimed BA=.8571"),
    )
    run = result("P1", "p1-resnet50-mlp", {"test": unsure()}, weights="none")
    text = reproduction([run], [])
    assert "claimed BA=.8571  right side 0.857143  outputs>.5 on 0.0% of the pictures" in text
    assert "(seed 1, weights none)" in text


def test_the_printed_shares_of_p1_bound_its_surplus_of_sure_pictures() -> None:
    bounds = {name: differences_behind(printed, n) for name, n, printed, _ in P1_TABLE}
    assert bounds == {"train": (130, 145), "validation": (37, 40), "test": (-2, 0)}


def test_the_classes_of_p3_are_told_by_their_supports() -> None:
    assert {printed.true for printed in P3_TABLE} == set(EMOTIONS)
    assert sum(printed.support for printed in P3_TABLE) == 7177
    assert [abs(printed.official - printed.support) for printed in P3_TABLE] == [1, 0, 0, 0, 0, 0, 0]
    run = result("P3", "p3-amsgrad-cnn", {"test": figures(0.65)}, data=P3_DATA)
    text = reproduction([run], [])
    assert "imply an accuracy of 0.640 to 0.650" in text
    assert "0.666, 0.621 and 0.640" in text
    assert re.search(r"\| happy \| \*\*angry\*\* \| 0.56 \| 0.55 \| 0.56 \| 957 \| 958 \| 0.\d\d", text)


def test_the_nine_models_are_counted_with_the_three_systems_as_they_are() -> None:
    bases = (
        ("P4d", "p4-deep-cnn", 0.66),
        ("P4s", "p4-shallow-cnn", 0.6),
        ("P4f", "p4-fully-convolutional", 0.5),
    )
    members = [(f"P4g-m{number}", f"p4-m{number}", 0.58) for number in (2, 3, 5, 6, 8, 9)]
    runs = [
        result(paper, recipe, {"private": figures(right)}, protocol="official")
        for paper, recipe, right in (*bases, *members)
    ]
    cells = row(reproduction(runs, []), "P4g")
    assert cells[3] == "8 of 9 above 55 %, best 66.00 % (n=200)"
    assert cells[5:7] == ["+0.0 points", "reproduced"]
    assert row(reproduction(runs[:4], []), "P4g")[6] == "incomplete (4 of 9 models)"


def test_the_simple_average_of_eight_stands_for_the_ensembles() -> None:
    runs = [
        result(
            "P4e",
            f"p4e-{rule}",
            {"private": figures(right)},
            protocol="official",
            title=f"{rule} average of {members} members",
        )
        for rule, members, right in (
            ("simple", 9, 0.67),
            ("simple", 8, 0.68),
            ("accuracy", 8, 0.6),
        )
    ]
    for number, run in enumerate(runs):
        run["run"] = f"ensemble-{number}"
    text = reproduction(runs, [])
    assert row(text, "P4e")[3] == "accuracy 68.00 % (n=200)"
    assert all(f"ensemble-{number}" in text for number in range(3))


def test_the_claimed_stack_is_told_from_what_stands_beside_it() -> None:
    runs = [
        result(
            "P2e", "p2-stack", {"test": figures(right, classes=6)}, six=True, data=SIX, weights="imagenet",
            title=f"Stack of three: {name}", run=f"p2-stack-{name}-1",
        )
        for name, right in (("stack", 0.66), ("mean", 0.68), ("stack-by-folds", 0.7))
    ]  # fmt: skip
    assert row(reproduction(runs, []), "P2e")[3] == "accuracy 66.00 % (n=200)"


def optimiser_runs(amsgrad: float, best_other: float) -> list[dict[str, Any]]:
    """All pairs of the study: the claimed one, another, and the rest far below both."""
    rights = {"amsgrad-1e-2": amsgrad, "adam-1e-3": best_other} | {f"other-{k}": 0.1 for k in range(22)}
    return [
        result(f"P3s-{name}", f"p3-study-{name}", {"validation": figures(right)}, data=P3_DATA)
        for name, right in rights.items()
    ]


@pytest.mark.parametrize(
    ("rights", "word"),
    [((0.7, 0.5), "reproduced"), ((0.6, 0.62), "not ranked (intervals overlap)"), ((0.3, 0.7), "below")],
)
def test_the_optimiser_study_ranks_only_where_the_intervals_allow_it(
    rights: tuple[float, float], word: str
) -> None:
    text = reproduction(optimiser_runs(*rights), [])
    assert row(text, "P3s")[6] == word
    assert "AMSGrad .01 is number" in row(text, "P3s")[3]


def test_the_optimiser_study_does_not_rank_parts_of_it_nor_parts_of_the_data() -> None:
    some = optimiser_runs(0.3, 0.7)[:-1]
    assert row(reproduction(some, []), "P3s")[6] == "incomplete (23 of 24 pairs)"
    short = [run | {"status": "subset"} for run in optimiser_runs(0.3, 0.7)]
    assert row(reproduction(short, []), "P3s")[6] == "not ranked (subset run)"


def test_a_study_counts_its_runs_by_status_and_leaves_their_hours_to_their_pages() -> None:
    notes = ("500 pictures, 2 of 15 epochs", "500 pictures, 2 of 15 epochs", "500 pictures, 1 of 15 epochs")
    runs = [
        result(
            f"P3s-{number}", f"p3-study-{number}", {"validation": figures(0.6)}, data=P3_DATA, run=f"study-{number}",
            status="subset", status_note=f"{note}; a full run would take about {number}.0 h here",
        )
        for number, note in enumerate(notes)
    ]  # fmt: skip
    status = row(reproduction(runs, []), "P3s")[7]
    assert status == f"2 of the runs subset: {notes[0]}; 1 of the runs subset: {notes[2]}"


def test_the_appendix_shows_private_test_without_copies_where_that_was_measured() -> None:
    private = figures(0.65, no_copy=True)
    subsets = {"dedup": 0.64, "near": 0.63}
    measured = private | {
        "subsets": {
            name: {"accuracy": right, "ci95": [0.6, 0.7], "n": 180} for name, right in subsets.items()
        }
    }
    runs = [
        result("P4d", "p4-deep-cnn", {"private": measured}, protocol="official"),
        result("P4s", "p4-shallow-cnn", {"private": private}, protocol="official"),
    ]
    appendix = reproduction(runs, []).split("## Appendix: PrivateTest without copies")[1].split("\n## ")[0]
    assert (
        "| p4-deep-cnn-1 | 65.00 % (58.50 to 71.50, n=200) | 64.00 % (60.00 to 70.00, n=180) | – "
        "| 63.00 % (60.00 to 70.00, n=180) |"
    ) in appendix
    assert "p4-shallow-cnn" not in appendix
    assert "No result holds these figures yet." in reproduction(runs[1:], [])


def test_private_reads_are_counted_by_kind() -> None:
    reads = [
        {"time": "2026-01-01", "kind": kind, "run": "r", "reason": "frozen"}
        for kind in ("official", "replica", "replica")
    ]
    assert "3 so far: 1 of kind *official*, 2 of kind *replica*." in reproduction([], reads)


def test_no_paper_is_called_wrong() -> None:
    text = reproduction([], []).lower()
    for word in (" wrong.", "fake", "fraud", "is wrong", "false claim", "cheat"):
        assert word not in text


def test_every_figure_in_the_cells_leads_to_a_run_and_a_command() -> None:
    run = result("P3", "p3-amsgrad-cnn", {"test": figures(0.65)}, data=P3_DATA)
    text = reproduction([run], [])
    sources = text.split("## Where the figures come from")[1].split("##")[0]
    assert "[p3-amsgrad-cnn-1](results/p3-amsgrad-cnn-1.md)" in sources
    assert "`python -m training reproduce p3-amsgrad-cnn`" in sources
    assert "[learning curves](results/p3-amsgrad-cnn-1-learning.png)" in sources
