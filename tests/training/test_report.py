"""The pages of single runs and the summary, from made-up results, and all pages written in one go."""

from __future__ import annotations

import json
import re
from pathlib import Path

from femon.emotions import EMOTIONS
from made_up_results import figures, result
from training import comparisons, pages, plots
from training.comparisons import Comparison
from training.markdown import PLOTS
from training.report import headline, run_report
from training.summary import summary


def test_an_ensemble_shows_what_each_member_brings(tmp_path: Path) -> None:
    run = result("P4e", "p4-ensembles", {}, history=[], curve=[0.6, 0.62, 0.64])
    text = run_report(run, tmp_path, reads=12).read_text(encoding="utf-8")
    assert "p4-ensembles-1-members.png" in text
    assert "learning" not in text
    assert "| PrivateTest reads of all models so far | 12 |" in text


def test_a_run_report_writes_its_text_and_plots_and_nothing_else(tmp_path: Path) -> None:
    splits = {"public": figures(0.64, no_copy=True), "private": figures(0.65, no_copy=True)}
    votes = {"plurality_accuracy": 0.6, "cross_entropy": 1.2, "n": 190}
    splits["private"]["votes"] = votes
    run = result("", "femon-vgg", splits, protocol="official")
    path = run_report(run, tmp_path)
    text = path.read_text(encoding="utf-8")
    drawn = {f"femon-vgg-1-{kind}.png" for kind in PLOTS if kind != "members"}
    assert {file.name for file in tmp_path.iterdir()} == drawn | {"femon-vgg-1.md"}
    assert set(re.findall(r"\((.*?\.png)\)", text)) == drawn
    assert all(file.stat().st_size < 60_000 for file in tmp_path.iterdir())
    assert "Accuracy on PrivateTest 65.00 % (58.50 to 71.50, n=200)" in headline(run)
    assert "without Training copies" in headline(run)
    assert "60.00 % agree with the plurality" in text
    for title in ("Data and protocol", "Figures", "Each class", "Plots", "Cost", "Limits"):
        assert f"## {title}" in text


def test_a_page_names_the_run_that_a_run_began_from(tmp_path: Path) -> None:
    told = {"": "| start | random |", "first-run": "| start | the weights of run `first-run`, whose training"}
    for begins_from, line in told.items():
        run = result("", "femon-vgg", {}, history=[], begins_from=begins_from)
        assert line in run_report(run, tmp_path).read_text(encoding="utf-8")


def test_the_same_figures_give_the_same_file(tmp_path: Path) -> None:
    found = figures(0.64)
    for name in ("first", "second"):
        plots.roc_curves(found["roc"], found["auc"], EMOTIONS, tmp_path / name)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_the_plots_of_ensembles_and_of_doubt_are_drawn(tmp_path: Path) -> None:
    plots.ensemble_members({"simple": [0.6, 0.63], "class": [0.6, 0.62]}, tmp_path / "members.png")
    plots.coverage(figures(0.64)["coverage"], tmp_path / "coverage.png")
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in tmp_path.iterdir())


def test_the_report_of_a_smoke_run_warns_in_its_first_line(tmp_path: Path) -> None:
    found = {
        name: value for name, value in figures(0.2, classes=6).items() if name not in ("roc", "coverage")
    }
    changes = {"status": "smoke", "weights": "none", "history": []}
    run = result("P2b", "p2-resnet50", {"public": found}, six=True, **changes)
    assert headline(run).startswith("**Smoke. Random start in place of ImageNet weights. accuracy")
    text = run_report(run, tmp_path).read_text(encoding="utf-8")
    assert "disgust" not in text
    assert "roc.png" not in text


def test_the_summary_shows_targets_the_leak_and_only_allowed_rankings(models: Path) -> None:
    bundle = json.loads((models / "femon-small" / "bundle.json").read_text(encoding="utf-8"))
    standard = {"split": "standard", "train": "standard", "rows": 1, "validation": "public"}
    own = [
        result(
            "", "femon-vgg", {"public": figures(right, no_copy=True)}, run=split, protocol="official",
            data=standard | {"split": split},
        )
        for split, right in (("standard", 0.7), ("clean", 0.69))
    ]  # fmt: skip
    near = Comparison("a", "b", "public", 100, 12, 10, 0.83, 0.02, (-0.07, 0.11))
    text = summary(own, [bundle], [near])
    best = bundle["metrics"]["private_test"]["accuracy"]
    missed = f"missed by {100 * (0.72 - best):.1f} points"
    assert f"| one network | 72.00 % | femon-small: {100 * best:.2f} % | {missed} |" in text
    assert "| four networks averaged | 73.80 % | – | not measured |" in text
    assert "| standard | clean | public | 70.00 % against 69.00 % | +1.00 points |" in text
    assert "`a` and `b` are not ranked" in text
    assert "| `a` | – | 0.83 |" in text


def test_the_summary_stands_without_any_result() -> None:
    text = summary([], [])
    assert "nothing is ranked" in text
    assert "There are none." in text


def test_all_pages_are_the_same_when_they_are_written_again(tmp_path: Path, models: Path) -> None:
    folder, page = tmp_path / "results", tmp_path / "reproduction.md"
    folder.mkdir()
    runs = [
        result("P4d", "p4-deep-cnn", {"private": figures(0.65, no_copy=True)}, protocol="official"),
        result("P4s", "p4-shallow-cnn", {"public": figures(0.6)}, status="smoke"),
        result("P3s-adam-1e-3", "p3-study-adam-1e-3", {"validation": figures(0.6)}),
    ]
    for run in runs:
        (folder / f"{run['run']}.json").write_text(json.dumps(run), encoding="utf-8")
    (folder / "audit.json").write_text(json.dumps({"rows": 35887}), encoding="utf-8")
    comparisons.write(
        [near := Comparison("a", "b", "PublicTest", 100, 12, 10, 0.83, 0.02, (-0.07, 0.11))], folder
    )

    def written() -> dict[str, bytes]:
        pages.write_all(folder, page, models)
        return {path.name: path.read_bytes() for path in (page, *folder.iterdir())}

    first = written()
    assert [name for name in first if name.endswith("-1.md")] == ["p4-deep-cnn-1.md"]
    assert near.text() in first["summary.md"].decode()
    assert "p3-study-adam-1e-3-1" in first["reproduction.md"].decode()
    assert written() == first
