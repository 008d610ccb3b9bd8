"""Which runs stand for a claim of a paper, and how their figures stand to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from training.claims import Claim

Result = Mapping[str, Any]
TOLERANCE = 0.02  # "reproduced" means within two points
STATUS_ORDER = ("full", "cut", "subset")  # a smoke run never fills a cell
FULL_RUN = "; a full run would take about "  # between a status note and its hours
NOT_READ = "PrivateTest not read"
GRID, OPTIMISERS = "P4g", "P3s"  # claims about several networks together
NINE = 9
PAIRS = 24  # of optimiser and rate in P3s
CHOSEN_ON_TEST = "six-test"  # the validation part that holds PrivateTest
BASES = ("P4d", "P4s", "P4f")  # three of the nine models of P4g are these systems as they are
AMSGRAD = "P3s-amsgrad-1e-2"  # the pair that P3s claims, as its recipe numbers it
STUDIES = {GRID, OPTIMISERS, "P4e", "P2e"}  # their runs may carry a number of their own after the claim's


@dataclass(frozen=True, slots=True)
class Row:
    """A claim and the runs that fill its two result cells: under the paper's protocol and the honest one."""

    claim: Claim
    identical: tuple[Result, ...]
    honest: tuple[Result, ...]

    @property
    def runs(self) -> list[Result]:
        """The runs of both cells, each once."""
        return list({result["run"]: result for result in (*self.identical, *self.honest)}.values())

    @property
    def values(self) -> list[float]:
        """Our values of the claimed metric on the claimed part of the data, as far as they were measured."""
        figures = [result["splits"].get(self.part) for result in self.identical]
        if self.claim.metric == "binary accuracy":
            return [float(each["binary"]["accuracy"]) for each in figures if each]
        return [float(each["accuracy"]) for each in figures if each]

    @property
    def part(self) -> str:
        """The part of the data that the claim is about, as results name it."""
        if self.claim.id == OPTIMISERS:
            return "validation"
        return "private" if self.claim.official else "test"

    @property
    def difference(self) -> float | None:
        """Ours less the claimed figure; of the grid our best model counts."""
        if not self.values or self.claim.value is None:
            return None
        return (max(self.values) if self.claim.id == GRID else mean(self.values)) - self.claim.value


@dataclass(frozen=True, slots=True)
class Study:
    """The runs of the optimiser study, best validation accuracy first, and the place of AMSGrad .01."""

    runs: tuple[Result, ...]
    claimed: Result | None

    @property
    def verdict(self) -> str:
        """Reproduced when AMSGrad .01 is best; not ranked where the study is cut or intervals overlap."""
        if self.claimed is None:
            return "not run"
        if len(self.runs) < PAIRS:
            return f"incomplete ({len(self.runs)} of {PAIRS} pairs)"
        if any(result["status"] != "full" for result in self.runs):
            return "not ranked"
        if self.claimed is self.runs[0]:
            return "reproduced"
        return "not ranked (intervals overlap)" if self.overlaps_best(self.claimed) else "below"

    def overlaps_best(self, result: Result) -> bool:
        """Whether the 95 % interval of a run reaches that of the best one."""
        best: float = self.runs[0]["splits"]["validation"]["ci95"][0]
        reach: float = result["splits"]["validation"]["ci95"][1]
        return reach >= best


def row_of(claim: Claim, results: Sequence[Result]) -> Row:
    """The runs that may fill the cells of a claim, the most complete ones that there are."""
    own = [result for result in results if belongs(result, claim.id) and fills(result)]
    if claim.id == GRID:
        own = [
            result for base in BASES for result in results if result["paper"] == base and fills(result)
        ] + own
    elif claim.id != OPTIMISERS:
        own = _claimed_variant(claim, own)
    if claim.official:
        identical = [result for result in own if result["data"]["split"] == "official"]
    else:
        identical = [result for result in own if result["protocol"] == "published"]
    honest = [result for result in own if result["protocol"] == "official"] or list(filter(blind, own))
    standard = [result for result in honest if result["data"]["split"] == "standard"]
    if claim.id in {GRID, OPTIMISERS}:
        return Row(claim, _one_per_recipe(identical), _best_on_public(_one_per_recipe(standard or honest)))
    return Row(claim, _most_complete(identical), _most_complete(standard or honest))


def belongs(result: Result, claim_id: str) -> bool:
    """Whether a run is of this claim, as "P4g-m2" is of the study P4g; the variant "P1-caffe" is not."""
    paper = result["paper"]
    return bool(paper == claim_id or (claim_id in STUDIES and paper.startswith(f"{claim_id}-")))


def blind(result: Result) -> bool:
    """Whether nothing of a run was chosen on PrivateTest, so that its figures there are honest ones too."""
    return bool(result["data"]["validation"] != CHOSEN_ON_TEST)


def fills(result: Result) -> bool:
    """Whether a run may stand in a result cell: no smoke run, and no random start where weights belong."""
    return result["status"] in STATUS_ORDER and result["weights"] != "none"


def verdict(row: Row) -> str:
    """In a few words how our protocol-identical figure stands to the claim."""
    if row.claim.id == OPTIMISERS:
        word = optimiser_study(row.identical).verdict
    elif row.claim.id == GRID and 0 < len(row.values) < NINE:
        word = f"incomplete ({len(row.values)} of {NINE} models)"
    elif row.difference is None:
        return f"not run ({NOT_READ})" if row.identical else "not run"
    elif abs(row.difference) > TOLERANCE:
        word = "above" if row.difference > 0 else "below"
    else:
        word = "metric artefact" if _artefact(row) else "reproduced"
    status = max((result["status"] for result in row.identical), key=STATUS_ORDER.index, default="full")
    return word if status == "full" else f"{word} ({status} run)"


def optimiser_study(runs: Sequence[Result]) -> Study:
    """The study in order of validation accuracy; runs without that figure are left out."""
    measured = [result for result in runs if "validation" in result["splits"]]
    ordered = sorted(measured, key=lambda result: -float(result["splits"]["validation"]["accuracy"]))
    return Study(tuple(ordered), next((result for result in ordered if result["paper"] == AMSGRAD), None))


def is_exported(protocol: str, split: str) -> bool:
    """Whether a run becomes a bundle: not under protocols that touch PrivateTest, nor with six classes."""
    return protocol == "official" and split != "six-official"


def has_page(result: Result) -> bool:
    """Whether a run gets a page: smoke runs measure nothing, those of the optimiser study share a table."""
    return result["status"] != "smoke" and not result["paper"].startswith(f"{OPTIMISERS}-")


def run_link(result: Result, folder: str = "") -> str:
    """A link to the page of a run, or to its figures where it has none; `folder` ends with a slash."""
    return f"[{result['run']}]({folder}{result['run']}.{'md' if has_page(result) else 'json'})"


def status_text(result: Result) -> str:
    """The status of a run with its note, such as "cut: 30 of 60 epochs by --budget-hours"."""
    note = result.get("status_note")
    return f"{result['status']}: {note}" if note else str(result["status"])


def shown_part(result: Result) -> str | None:
    """The part of the data that reports and plots of a run show first: the most independent one measured."""
    return next(
        (name for name in ("private", "test", "public", "validation") if result["splits"].get(name)), None
    )


def _claimed_variant(claim: Claim, own: list[Result]) -> list[Result]:
    own = [result for result in own if len(result["classes"]) == claim.classes]
    own = [result for result in own if result["recipe"] == claim.recipe] or own
    for mark in claim.marks:
        own = [result for result in own if mark in f"{result['recipe']} {result['title']} ".lower()] or own
    return own


def _one_per_recipe(results: Sequence[Result]) -> tuple[Result, ...]:
    recipes = dict.fromkeys(result["recipe"] for result in results)
    own = [[result for result in results if result["recipe"] == recipe] for recipe in recipes]
    return tuple(_most_complete(group)[0] for group in own)


def _best_on_public(results: Sequence[Result]) -> tuple[Result, ...]:
    measured = [result for result in results if "public" in result["splits"]]
    return tuple(sorted(measured, key=lambda result: -float(result["splits"]["public"]["accuracy"]))[:1])


def _most_complete(results: Sequence[Result]) -> tuple[Result, ...]:
    for status in STATUS_ORDER:
        found = [result for result in results if result["status"] == status]
        if found:
            return tuple(sorted(found, key=lambda result: (result["recipe"], result["seed"])))
    return ()


def _artefact(row: Row) -> bool:
    """Whether the binary accuracy agrees with the claim while the top-1 accuracy is far below it."""
    if row.claim.metric != "binary accuracy" or row.claim.value is None:
        return False
    top = [result["splits"][row.part]["accuracy"] for result in row.identical if row.part in result["splits"]]
    return float(max(top)) < row.claim.value - TOLERANCE
