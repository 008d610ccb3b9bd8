"""Commands that turn finished runs into bundles: export, ensemble, calibrate."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from femon.bundle import CONTRACT_FILE
from femon.plain_files import read_table
from training import fer2013, runs
from training.commands.figures import MODELS, bundle_folder, print_figures
from training.errors import TrainingError


def add(commands: Any) -> None:
    """Add the commands of this file."""
    export = commands.add_parser("export", help="a finished run becomes a bundle that femon loads")
    export.add_argument("run", type=Path)
    export.add_argument("--name", help="folder below models/; default: the recipe's id")
    export.add_argument("--window", type=int, choices=(40, 42, 44, 48), help="px of the crop that are used")
    export.add_argument("--views", type=int, choices=(1, 2), default=2, help="2: with the mirror image")
    export.add_argument(
        "--vector-scaling", action="store_true", help="end in a scale and an offset for each class"
    )
    export.add_argument(
        "--twin",
        type=Path,
        metavar="BUNDLE",
        help="for a refit, which has learnt PublicTest: a bundle of the same recipe that has not; "
        "window, views and all that is fitted are taken from it",
    )
    export.add_argument("--replace", action="store_true", help="in place of a bundle of another run")
    export.set_defaults(command=export_run)

    ensemble = commands.add_parser("ensemble", help="several bundles become one that averages them")
    ensemble.add_argument("members", type=Path, nargs="+", metavar="BUNDLE_OR_RUN")
    ensemble.add_argument(
        "--rule", choices=("simple", "accuracy", "class", "exponential", "stacked"), default="simple"
    )
    ensemble.add_argument("--name", default="femon-ensemble", help="folder below models/")
    ensemble.set_defaults(command=make_ensemble)

    calibrate = commands.add_parser("calibrate", help="fit temperature and doubt of a bundle anew")
    calibrate.add_argument("bundle", type=Path, metavar="BUNDLE_OR_RUN")
    calibrate.set_defaults(command=calibrate_bundle)


def export_run(options: argparse.Namespace) -> int:
    """Write models/<name>/ and print its PublicTest figures."""
    from training.export import export

    recipe = runs.read(options.run)["recipe"]["id"]
    folder = MODELS / (options.name or recipe)
    if not options.replace:
        _refuse_another_run(folder, options.run.name)
    contract = export(
        options.run,
        folder,
        fer2013.load(),
        window=options.window,
        views=options.views,
        vector_scaling=options.vector_scaling,
        twin=options.twin,
    )
    if contract["trained_on_validation"]:
        print(f"Written: {folder}, a refit; only PrivateTest can measure it.")
    else:
        print_figures(folder, "public_test", contract["metrics"]["public_test"])
    return 0


def _refuse_another_run(folder: Path, run: str) -> None:
    """The shipped network must not be lost to an experiment; raises TrainingError."""
    path = folder / CONTRACT_FILE
    held = str(read_table(path).get("run", "")) if path.exists() else run
    if held != run:
        raise TrainingError(
            f"{folder} holds the run {held or 'of somebody else'}; give another --name, or --replace it."
        )


def make_ensemble(options: argparse.Namespace) -> int:
    """Write an ensemble of bundles; print its PublicTest figures and how far its members lie apart."""
    from training import card, ensemble_bundle

    members = [bundle_folder(member) for member in options.members]
    folder = MODELS / options.name
    contract = ensemble_bundle.make(folder, members, options.rule, fer2013.load())
    print_figures(folder, "public_test", contract["metrics"]["public_test"])
    print(card.members_apart(contract))
    return 0


def calibrate_bundle(options: argparse.Namespace) -> int:
    """Fit the temperature and the doubt of a bundle on PublicTest and write them into its contract."""
    from training.export import calibrate

    folder = bundle_folder(options.bundle)
    contract = calibrate(folder, fer2013.load())
    print_figures(folder, "public_test", contract["metrics"]["public_test"])
    return 0
