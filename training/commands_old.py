"""The commands of `python -m training`: arguments in, exit codes out."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from training import fer2013
from training.errors import TrainingError
from training.recipe import Recipe, all_recipes, find_recipe

RUNS = Path("runs")
MODELS = Path("models")
README = Path("README.md")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 good, 2 usage, 3 data, 5 PrivateTest locked."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        return int(options.command(options))
    except TrainingError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training", description="Train femon's networks on FER-2013."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="every recipe")
    listing.set_defaults(command=list_recipes)
    train = commands.add_parser("train", help="train a recipe; stops and goes on at any time")
    train.add_argument("recipe")
    train.add_argument("--data", choices=("standard", "official"))
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--epochs", type=int)
    train.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    train.add_argument("--threads", type=int, default=0, help="0: all cores")
    train.set_defaults(command=train_recipe)
    export = commands.add_parser("export", help="a finished run becomes a bundle that femon loads")
    export.add_argument("run", type=Path)
    export.add_argument("--name", help="folder below models/; default: the recipe's id")
    export.add_argument(
        "--window", type=int, choices=(40, 44, 48), default=44, help="px of the crop that are used"
    )
    export.add_argument("--views", type=int, choices=(1, 2), default=2, help="2: with the mirror image")
    export.set_defaults(command=export_run)
    evaluate = commands.add_parser("evaluate", help="score a bundle as femon loads it")
    evaluate.add_argument("bundle", type=Path)
    evaluate.add_argument("--split", choices=("public", "private"), default="public")
    evaluate.add_argument("--unlock-private", metavar="REASON", help="read PrivateTest once; counted")
    evaluate.set_defaults(command=evaluate_bundle)
    readme = commands.add_parser("readme", help="write the figures of all bundles into README.md")
    readme.set_defaults(command=update_readme)
    geometry = commands.add_parser("geometry", help="measure where the eyes lie in FER-2013")
    geometry.add_argument("--every", type=int, default=1, help="take each Nth Training picture")
    geometry.set_defaults(command=measure_geometry)
    return parser


def list_recipes(options: argparse.Namespace) -> int:
    """Print every recipe."""
    for recipe in all_recipes().values():
        print(
            f"{recipe.id:16} {recipe.parameters:>10,} parameters  {recipe.epochs:>3} epochs  {recipe.title}"
        )
    return 0


def train_recipe(options: argparse.Namespace) -> int:
    """Train a recipe to the end, or save it when interrupted."""
    recipe = _chosen_recipe(options)
    run = RUNS / f"{recipe.id}-{recipe.data}-{options.seed}"
    data = fer2013.load()
    _check_config(run, _config(recipe, options.seed, data.sha256), resume=options.resume)
    import tensorflow as tf

    from training.fit import Interrupted, Training

    if options.threads:
        tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    training = Training(recipe, data.training(recipe.data), data.public(), run, options.seed)
    training.resume()
    try:
        model = training.finish()
    except Interrupted:
        print(f"Saved after step {training.step}; go on with --resume.", file=sys.stderr)
        return 0
    (run / "final").mkdir(exist_ok=True)
    model.save(run / "final" / "model.keras")
    print(f"Finished: {run}")
    return 0


def export_run(options: argparse.Namespace) -> int:
    """Write models/<name>/ and print its PublicTest figures."""
    if not (options.run / "final" / "model.keras").exists():
        raise TrainingError(f"{options.run} is not finished; run train with --resume first.")
    from training.export import export

    recipe = json.loads((options.run / "config.json").read_text(encoding="utf-8"))["recipe"]["id"]
    folder = MODELS / (options.name or recipe)
    contract = export(options.run, folder, fer2013.load(), window=options.window, views=options.views)
    _print_figures(folder, "public_test", contract["metrics"]["public_test"])
    return 0


def evaluate_bundle(options: argparse.Namespace) -> int:
    """Score the exported folder through Bundle.load; PrivateTest figures go into the bundle."""
    from training.evaluate import score_private, score_public

    data = fer2013.load()
    if options.split == "public":
        _print_figures(options.bundle, "public_test", score_public(options.bundle, data))
    else:
        _print_figures(
            options.bundle, "private_test", score_private(options.bundle, data, options.unlock_private)
        )
    return 0


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


def _print_figures(folder: Path, split: str, figures: dict[str, Any]) -> None:
    low, high = figures["ci95"]
    print(
        f"{folder.name} {split}: accuracy {figures['accuracy']:.2%} "
        f"(95 % CI {low:.2%} to {high:.2%}, n={figures['n']}), "
        f"without Training copies {figures['dedup_accuracy']:.2%} (n={figures['dedup_n']}), "
        f"macro F1 {figures['macro_f1']:.3f}, ECE {figures['ece_after']:.3f}"
    )


def _chosen_recipe(options: argparse.Namespace) -> Recipe:
    changes = {
        name: getattr(options, name) for name in ("data", "epochs") if getattr(options, name) is not None
    }
    return dataclasses.replace(find_recipe(options.recipe), **changes)


def _config(recipe: Recipe, seed: int, sha256: str) -> dict[str, object]:
    values = {name: value for name, value in dataclasses.asdict(recipe).items() if name != "network"}
    packages = {name: version(name) for name in ("tensorflow", "keras", "numpy")}
    config = {"recipe": values, "seed": seed, "data_sha256": sha256, "packages": packages}
    stored: dict[str, object] = json.loads(json.dumps(config))  # tuples become lists, as in the file
    return stored


def commit() -> str:
    """The commit of the code, as far as git knows it."""
    done = subprocess.run(
        ("git", "rev-parse", "--short", "HEAD"), capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def _check_config(run: Path, config: dict[str, object], *, resume: bool) -> None:
    """Write config.json for a new run, or refuse to go on with another configuration."""
    path = run / "config.json"
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))
        before.pop("commit", None)  # the code may go on while a run does
        if not resume:
            raise TrainingError(f"{run} exists; go on with --resume, or delete it.")
        if before != config:
            raise TrainingError(f"{run} was started with other settings, data or packages; start it anew.")
        return
    run.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**config, "commit": commit()}, indent=2) + "\n", encoding="utf-8")
