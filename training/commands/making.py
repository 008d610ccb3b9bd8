"""Commands that train: bench, train, reproduce, distill."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from training import fer2013, runs
from training.errors import TrainingError
from training.recipe import Recipe, find_recipe, find_study

DATA = ("standard", "official", "clean", "clean-near", "refit")
MACHINES = "multiworker"


def add(commands: Any) -> None:
    """Add the commands of this file."""
    train = commands.add_parser("train", help="train a recipe; stops and goes on at any time")
    train.add_argument("recipe")
    _add_run_options(train, MACHINES)
    train.add_argument("--data", choices=DATA)
    train.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    train.set_defaults(command=train_recipe)

    distil = commands.add_parser("distill", help="train a student on the mean opinion of teachers")
    distil.add_argument("--student", required=True, metavar="RECIPE")
    distil.add_argument("--teachers", required=True, nargs="+", metavar="BUNDLE")
    _add_run_options(distil, MACHINES)
    distil.add_argument("--data", choices=DATA)
    distil.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    distil.set_defaults(command=distil_student)

    again = commands.add_parser("reproduce", help="train and score a system of a paper, such as P2b")
    again.add_argument("system", help="a recipe or study, by its id or its number in the papers")
    _add_run_options(again)
    again.add_argument("--protocol", choices=("published", "official"), default="published")
    again.add_argument("--weights", help="imagenet, none, or a Keras weight file without top")
    again.add_argument("--smoke", action="store_true", help="two steps on 64 pictures, to see that it runs")
    again.add_argument("--subset", type=int, metavar="N", help="train on N pictures only; marked so")
    again.set_defaults(command=reproduce_system)

    bench = commands.add_parser("bench", help="pictures per second of every number format on this machine")
    bench.add_argument("--net", default="femon-levels-long", metavar="RECIPE")
    bench.add_argument("--threads", type=int, default=0, help="0: all cores")
    bench.set_defaults(command=measure_speed)


def _add_run_options(command: argparse.ArgumentParser, *more_strategies: str) -> None:
    command.add_argument("--seed", type=int, default=1)
    length = command.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=int)
    length.add_argument("--budget-hours", type=float, metavar="H", help="as many epochs as fit")
    command.add_argument("--threads", type=int, default=0, help="0: all cores")
    command.add_argument(
        "--precision",
        choices=("auto", "float32", "bfloat16"),
        default="auto",
        help="auto: what bench found fastest here",
    )
    command.add_argument(
        "--strategy",
        choices=("one", "mirrored", *more_strategies),
        default="one",
        help="mirrored: all graphics cards"
        + ("; multiworker: the machines of TF_CONFIG" if MACHINES in more_strategies else ""),
    )


def train_recipe(options: argparse.Namespace) -> int:
    """Train a recipe to the end, or save it when interrupted."""
    return _train(find_recipe(options.recipe), options)


def distil_student(options: argparse.Namespace) -> int:
    """Train a student recipe on what teacher bundles think of every changed picture."""
    from training.distill import taught

    return _train(taught(find_recipe(options.student), tuple(options.teachers)), options)


def _train(recipe: Recipe, options: argparse.Namespace) -> int:
    from training.machine import prepared, worker

    strategy = prepared(options)
    if recipe.pretrained:
        raise TrainingError(f"{recipe.id} starts from trained weights; use reproduce with --weights.")
    from training import budget, distill, pretrained
    from training.fit import Interrupted, Training
    from training.reproduce import spelled, train
    from training.splits import find_split

    data = fer2013.load()
    split = find_split(data, options.data or recipe.data)
    if split.reads_private:
        raise TrainingError(
            f"The split '{split.name}' validates on PrivateTest; use: reproduce {recipe.paper or recipe.id}"
        )
    if len(split.classes) != len(find_split(data, recipe.data).classes):
        raise TrainingError(
            f"{recipe.id} does not tell the {len(split.classes)} classes of the split '{split.name}' apart; "
            "leave out --data."
        )
    runs.require_same_past(recipe, split)
    run = runs.RUNS / f"{recipe.id}-{split.name}-{options.seed}"
    if worker():
        run /= f"worker-{worker()}"  # every worker goes on from its own checkpoints; the first has the run
    more = {
        "strategy": strategy,
        "panel": distill.panel(recipe),
        "votes": data.vote_shares(split.train) if recipe.votes_weight else None,
        "network": pretrained.begun(recipe),
    }

    def make(trial: Recipe) -> Training:
        return Training(trial, split, run, seed=options.seed, **more)

    planned = budget.planned(recipe, run, make, epochs=options.epochs, hours=options.budget_hours)
    config = runs.settings(
        planned,
        seed=options.seed,
        split=split.name,
        data_sha256=data.sha256,
        protocol="official",
        precision=options.precision,
        budget_hours=options.budget_hours,
        **runs.inputs(planned, split, data),
    )
    runs.begin(run, config, resume=options.resume, command=spelled(options.given))
    try:
        train(planned, split, run, seed=options.seed, **more)
    except Interrupted:
        print(f"Saved in {run}; go on with --resume.", file=sys.stderr)
        return 0
    print(f"Finished: {run}")
    return 0


def reproduce_system(options: argparse.Namespace) -> int:
    """Run a recipe or every member of a study, score it, and write docs/results."""
    from training.machine import prepared

    strategy = prepared(options)
    from training import studies
    from training.fit import Interrupted
    from training.reproduce import Order, reproduce, spelled

    order = Order(
        protocol=options.protocol,
        seed=options.seed,
        weights=options.weights,
        smoke=options.smoke,
        subset=options.subset,
        epochs=options.epochs,
        budget_hours=options.budget_hours,
        precision=options.precision,
        strategy=strategy,
        command=spelled(options.given),
    )
    study = find_study(options.system)
    try:
        if study is not None:
            results = studies.run(study, order, fer2013.load())
        else:
            results = [reproduce(find_recipe(options.system), order, fer2013.load())]
    except Interrupted:
        print("Saved; the same command goes on.", file=sys.stderr)
        return 0
    for result in results:
        for part, figures in result["splits"].items():
            print(f"{result['run']} {part}: accuracy {figures['accuracy']:.2%} (n={figures['n']})")
    return 0


def measure_speed(options: argparse.Namespace) -> int:
    """Print and keep the pictures per second of each number format and normalisation."""
    from training.machine import set_threads

    set_threads(options.threads)
    from training import bench

    print(bench.table(bench.measure(find_recipe(options.net))))
    return 0
