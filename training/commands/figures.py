"""Commands that measure and write: list, audit, evaluate, rank, report, compare, readme, geometry."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from femon.bundle import CONTRACT_FILE
from training import fer2013
from training.errors import TrainingError
from training.recipe import Recipe, Study, all_recipes, all_studies

MODELS = Path("models")
README = Path("README.md")
DOCS = Path("docs")
RESULTS = DOCS / "results"


def add(commands: Any) -> None:
    """Add the commands of this file."""
    listing = commands.add_parser("list", help="every recipe and study, and how far each is")
    listing.set_defaults(command=list_recipes)

    audit = commands.add_parser("audit", help="count copies, blanks and labels; writes docs/results/audit.*")
    audit.set_defaults(command=audit_data)

    evaluate = commands.add_parser("evaluate", help="score a bundle, or a finished run, as femon loads it")
    evaluate.add_argument("bundle", type=Path, metavar="BUNDLE_OR_RUN")
    evaluate.add_argument("--split", choices=("public", "private"), default="public")
    evaluate.add_argument("--unlock-private", metavar="REASON", help="read PrivateTest once; counted")
    what = evaluate.add_mutually_exclusive_group()
    what.add_argument(
        "--robustness", action="store_true", help="PublicTest under shifts, blur, noise, light and JPEG"
    )
    what.add_argument("--speed", action="store_true", help="ms per face on this machine")
    what.add_argument(
        "--result", action="store_true", help="write docs/results/RUN.json, of which report makes a page"
    )
    evaluate.set_defaults(command=evaluate_bundle)

    rank = commands.add_parser("rank", help="compare bundles two by two on PublicTest, for summary.md")
    rank.add_argument(
        "bundles", nargs="*", type=Path, metavar="BUNDLE_OR_RUN", help="default: all in models/"
    )
    rank.set_defaults(command=rank_bundles)

    report = commands.add_parser("report", help="write docs/reproduction.md and the pages of docs/results")
    report.set_defaults(command=write_reports)

    compare = commands.add_parser("compare", help="one picture, the probabilities of every bundle")
    compare.add_argument("pictures", nargs="+", type=Path, metavar="PICTURE")
    compare.add_argument("--models", type=Path, default=MODELS)
    compare.set_defaults(command=compare_pictures)

    readme = commands.add_parser("readme", help="write the figures of all bundles into README.md")
    readme.set_defaults(command=update_readme)

    geometry = commands.add_parser("geometry", help="measure where the eyes lie in FER-2013")
    geometry.add_argument(
        "--every", type=_step, default=1, metavar="N", help="take each Nth Training picture"
    )
    geometry.set_defaults(command=measure_geometry)


def _step(text: str) -> int:
    """A number of pictures from 1; raises argparse.ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("give a whole number from 1")
    return int(text)


def list_recipes(options: argparse.Namespace) -> int:
    """Print every recipe and study."""
    from training import state

    for recipe in all_recipes().values():
        print(_line(recipe, f"{recipe.parameters:,}", state.of_recipe(recipe)))
    for study in all_studies().values():
        print(_line(study, f"{len(study.members)} members", state.of_study(study)))
    return 0


def _line(entry: Recipe | Study, size: str, state: str) -> str:
    return (
        f"{entry.id:26} {entry.paper:17} {size:>12}  {entry.published or '-':46.46} {state:22} {entry.title}"
    )


def audit_data(options: argparse.Namespace) -> int:
    """Measure the data set and write what was found."""
    from training import audit

    audit.write(audit.measure(fer2013.load()), RESULTS)
    print((RESULTS / "audit.md").read_text(encoding="utf-8"))
    return 0


def evaluate_bundle(options: argparse.Namespace) -> int:
    """Score the exported folder through Bundle.load; all but PublicTest goes into the bundle."""
    from training.evaluate import score_private, score_public, score_robustness, score_speed

    _check_split(options)
    folder = bundle_folder(options.bundle)
    if options.speed:
        print("\n".join(f"{name}: {value}" for name, value in score_speed(folder).items()))
        return 0
    data = fer2013.load()
    if options.result:
        from training.bundle_result import write_result

        print(f"Written: {RESULTS / write_result(folder, data)['run']}.json")
        return 0
    if options.robustness:
        for row in score_robustness(folder, data):
            print(
                f"{row['name']:32} accuracy {row['accuracy']:.2%}  lost {row['lost_points']:5.2f} points  "
                f"same label {row['stable']:.2%}"
            )
        return 0
    if options.split == "public":
        print_figures(folder, "public_test", score_public(folder, data))
    else:
        figures = score_private(folder, data, options.unlock_private)
        print_figures(folder, "private_test", figures)
    return 0


def _check_split(options: argparse.Namespace) -> None:
    """Refuse options of which one would be dropped in silence."""
    private = options.split == "private"
    if options.unlock_private and not private:
        raise TrainingError(
            "A reason reads nothing by itself; add --split private, or leave out --unlock-private."
        )
    if private and (options.robustness or options.speed):
        raise TrainingError("--robustness and --speed never read PrivateTest; leave out --split private.")
    if private and options.result:
        raise TrainingError(
            "--result takes PrivateTest only where that was read before; leave out --split private."
        )


def bundle_folder(given: Path) -> Path:
    """The bundle meant by a bundle folder or a run folder; raises TrainingError."""
    from training.scoring import BUNDLES

    for folder in (given, BUNDLES / given.name, MODELS / given.name):
        if (folder / CONTRACT_FILE).exists():
            return folder
    raise TrainingError(f"{given} is neither a bundle nor an exported run; export it first.")


def print_figures(folder: Path, split: str, figures: dict[str, Any]) -> None:
    """One line with accuracy and its interval, accuracy without copies, macro F1 and calibration error."""
    low, high = figures["ci95"]
    print(
        f"{folder.name} {split}: accuracy {figures['accuracy']:.2%} "
        f"(95 % CI {low:.2%} to {high:.2%}, n={figures['n']}), "
        f"without Training copies {figures['dedup_accuracy']:.2%} (n={figures['dedup_n']}), "
        f"macro F1 {figures['macro_f1']:.3f}, ECE {figures['ece_after']:.3f}"
    )


def rank_bundles(options: argparse.Namespace) -> int:
    """Say of every two bundles which is better, where the pictures allow it; kept for the summary."""
    from training import comparisons
    from training.evaluate import ranked

    installed = sorted(path.parent for path in MODELS.glob(f"*/{CONTRACT_FILE}"))
    found = ranked([bundle_folder(given) for given in options.bundles] or installed, fer2013.load())
    comparisons.write(found, RESULTS)
    print("\n".join(each.text() for each in found))
    return 0


def write_reports(options: argparse.Namespace) -> int:
    """Write every page that is generated from docs/results/*.json."""
    from training import pages

    pages.write_all(RESULTS, DOCS / "reproduction.md", MODELS)
    print(f"Written: {DOCS / 'reproduction.md'} and {RESULTS}")
    return 0


def compare_pictures(options: argparse.Namespace) -> int:
    """Print each bundle's probabilities for each picture."""
    from training.compare import compare

    return compare(options.pictures, options.models)


def update_readme(options: argparse.Namespace) -> int:
    """Put the table of figures into README.md."""
    from training.readme import figures_table, with_table

    README.write_text(with_table(README.read_text(encoding="utf-8"), figures_table(MODELS)), encoding="utf-8")
    return 0


def measure_geometry(options: argparse.Namespace) -> int:
    """Print the eye geometry of FER-2013 beside the one that femon.crop uses."""
    from training.geometry import measure

    print(json.dumps(measure(fer2013.load(), every=options.every), indent=2))
    return 0
