"""The recipes say what the papers ask for, and studies share the runs of their members."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from itertools import pairwise
from types import ModuleType

import pytest

keras = pytest.importorskip("keras")

import training.recipes  # noqa: E402
from training.recipe import (  # noqa: E402
    SGD,
    Augmentation,
    Cosine,
    Plateau,
    Recipe,
    all_recipes,
    all_studies,
    find_recipe,
    find_study,
)

MODULES = [
    importlib.import_module(f"training.recipes.{entry.name}")
    for entry in pkgutil.iter_modules(training.recipes.__path__)
]
RECIPES = tuple(all_recipes().values())
# The systems of the four papers: number, name, seeds that the plan asks for.
SYSTEMS = {
    "P1": ("p1-resnet50-mlp", 3),
    "P1b": ("p1-traditional-cnn", 3),
    "P2a": ("p2-scratch-cnn", 3),
    "P2b": ("p2-resnet50", 1),
    "P2c": ("p2-mobilenetv2", 1),
    "P2d": ("p2-inceptionv3", 1),
    "P3": ("p3-amsgrad-cnn", 3),
    "P4d": ("p4-deep-cnn", 3),
    "P4s": ("p4-shallow-cnn", 3),
    "P4f": ("p4-fully-convolutional", 3),
}
STUDIES = {
    "P2e": "p2-stack",
    "P3s": "p3-optimizer-study",
    "P4g": "p4-nine-models",
    "P4e": "p4-ensembles",
}


@pytest.mark.parametrize(("paper", "name", "seeds"), [(key, *value) for key, value in SYSTEMS.items()])
def test_every_system_of_the_papers_is_found_by_number_and_name(paper: str, name: str, seeds: int) -> None:
    recipe = find_recipe(paper)
    assert (recipe.id, recipe.seeds) == (name, seeds)
    assert find_recipe(name) is recipe
    assert recipe.published


@pytest.mark.parametrize(("paper", "name"), STUDIES.items())
def test_every_study_is_found_by_number_and_name(paper: str, name: str) -> None:
    study = find_study(paper)
    assert study is not None
    assert study is find_study(name)
    assert study.published
    assert study.id not in all_recipes()


def test_names_and_numbers_are_unique() -> None:
    names = [recipe.id for recipe in RECIPES] + [study.id for study in all_studies().values()]
    numbers = [recipe.paper for recipe in RECIPES if recipe.paper]
    numbers += [study.paper for study in all_studies().values()]
    assert len(set(names)) == len(names)
    assert len(set(numbers)) == len(numbers)
    assert not set(names) & set(numbers)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_page_names_its_command_and_what_to_expect(module: ModuleType) -> None:
    page = module.__doc__ or ""
    experiment = getattr(module, "RECIPE", None) or module.STUDY
    names = {experiment.id, experiment.paper} - {""}
    words = page.split()
    asked_for = {word for before, word in pairwise(words) if before in {"reproduce", "train", "--student"}}
    assert names & asked_for
    assert "Expect:" in page
    if experiment.paper:
        assert page.startswith(experiment.paper.partition("-")[0])
        assert "Claim:" in page
        assert "Time:" in page
    if getattr(experiment, "pretrained", ""):
        assert "--weights imagenet" in page


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.id)
def test_the_optimiser_is_one_that_keras_takes(recipe: Recipe) -> None:
    optimizer = getattr(keras.optimizers, recipe.optimizer.name)(
        learning_rate=1e-3, **recipe.optimizer.options
    )
    assert isinstance(optimizer, keras.optimizers.Optimizer)


def test_femon_small_is_trained_as_the_shipped_weights_were() -> None:
    recipe = find_recipe("femon-small")
    assert (recipe.epochs, recipe.batch, recipe.data, recipe.keep) == (36, 64, "standard", "average")
    assert (recipe.rate, recipe.optimizer, recipe.ema_decay) == (Cosine(0.04, 2.0), SGD, 0.999)
    assert (recipe.size, recipe.small_size, recipe.small_share, recipe.window) == (40, 32, 0.55, 40)
    assert (recipe.label_smoothing, recipe.standardised, recipe.l2) == (0.1, True, 0.0)
    assert recipe.augmentation == Augmentation(
        warp_probability=0.8,
        rotation_deg=10.0,
        scale=0.12,
        shift=0.05,
        flip=True,
        fill="reflect",
        tone_probability=0.5,
        contrast=0.25,
        brightness=0.25,
        erase_probability=0.3,
        erase_area=(0.02, 0.20),
    )


def test_the_long_recipe_keeps_the_values_that_its_run_was_begun_with() -> None:
    recipe = find_recipe("femon-levels-long")
    assert (recipe.epochs, recipe.batch, recipe.data, recipe.keep) == (100, 64, "standard", "average")
    assert (recipe.rate, recipe.optimizer, recipe.ema_decay) == (Cosine(0.05, 3.0), SGD, 0.999)
    assert (recipe.size, recipe.small_size, recipe.small_share, recipe.window) == (40, 32, 0.6, 40)
    assert (recipe.label_smoothing, recipe.standardised, recipe.l2) == (0.1, True, 0.0)
    assert (recipe.votes_weight, recipe.begins_from) == (0.5, "")
    assert recipe.augmentation == Augmentation(
        rotation_deg=10.0,
        scale=0.12,
        shift=0.05,
        contrast=0.25,
        brightness=0.25,
        blur_probability=0.4,
        noise=0.25,
        jpeg_probability=0.25,
        erase_probability=0.3,
    )


def test_the_widest_network_keeps_the_plan_it_was_drawn_up_with() -> None:
    recipe = find_recipe("femon-vgg")
    assert (recipe.epochs, recipe.rate, recipe.batch) == (70, Cosine(0.05, 3.0), 128)
    assert (recipe.size, recipe.small_size, recipe.small_share, recipe.window) == (40, 32, 0.45, 40)
    assert (recipe.label_smoothing, recipe.standardised, recipe.keep) == (0.1, True, "average")


@pytest.mark.parametrize(("name", "epochs"), [("residual", 72), ("narrow", 60)])
def test_members_of_the_ensemble_differ_from_the_long_run_by_network_and_length(
    name: str, epochs: int
) -> None:
    long, member = find_recipe("femon-levels-long"), find_recipe(f"femon-{name}")
    own = {"id": member.id, "title": member.title, "network": member.network}
    assert replace(long, **own, parameters=member.parameters, epochs=epochs) == member


@pytest.mark.parametrize(
    ("name", "longer", "epochs"),
    [
        ("femon-levels-long", "femon-levels-longer", 120),
        ("femon-residual", "femon-residual-longer", 68),
        ("femon-narrow", "femon-narrow-longer", 56),
    ],
)
def test_a_second_cycle_goes_on_from_the_first_at_a_somewhat_lower_rate(
    name: str, longer: str, epochs: int
) -> None:
    first, second = find_recipe(name), find_recipe(longer)
    assert second.begins_from == f"{first.id}-standard-1"
    assert second == replace(
        first,
        id=second.id,
        title=second.title,
        epochs=epochs,
        rate=Cosine(0.04, 1.0),
        small_share=0.5,
        begins_from=second.begins_from,
    )


def test_the_student_differs_from_the_long_run_by_its_network_alone() -> None:
    long, student = find_recipe("femon-levels-long"), find_recipe("femon-student")
    own = {"id": student.id, "title": student.title, "network": student.network}
    assert replace(long, **own, parameters=student.parameters) == student
    assert student.parameters < long.parameters


def test_replicas_take_grey_values_and_never_average_weights() -> None:
    for recipe in RECIPES:
        if recipe.paper:
            assert not recipe.standardised
            assert recipe.keep != "average"
            assert (recipe.size, recipe.window, recipe.small_share) == (48, 48, 0.0)
            assert recipe.label_smoothing == 0.0


def test_the_papers_pictures_are_warped_once_and_nothing_else() -> None:
    for recipe in RECIPES:
        if recipe.paper and recipe.augmentation:
            changes = recipe.augmentation
            assert (changes.warp_probability, changes.fill) == (1.0, "nearest")
            assert changes.tone_probability == changes.erase_probability == changes.mixup == 0.0


def test_the_nine_models_share_three_runs_with_the_single_recipes() -> None:
    study = find_study("P4g")
    assert study is not None
    members = study.members
    assert [member.id for member in members] == [
        "p4-deep-cnn", "p4-m2", "p4-m3",
        "p4-shallow-cnn", "p4-m5", "p4-m6",
        "p4-fully-convolutional", "p4-m8", "p4-m9",
    ]  # fmt: skip
    assert members[0] is find_recipe("P4d")
    assert members[3] is find_recipe("P4s")
    assert members[6] is find_recipe("P4f")
    assert [member.rate for member in members] == [
        Plateau(rate, 0.5, 6, 1e-6) for rate in (1e-2, 1e-3, 1e-3) * 3
    ]
    assert [member.l2 for member in members] == [1e-7, 1e-7, 1e-6] * 3
    ensembles = find_study("P4e")
    assert ensembles is not None
    assert ensembles.members == members


@pytest.mark.parametrize(
    ("name", "dropout"),
    [("p4-deep-cnn", 0.3), ("p4-m2", 0.3), ("p4-m3", 0.6), ("p4-m5", 0.3), ("p4-m6", 0.03)],
)
def test_each_of_the_nine_models_has_its_dropout(name: str, dropout: float) -> None:
    layers = find_recipe(name).network().layers
    assert {layer.rate for layer in layers if isinstance(layer, keras.layers.Dropout)} == {dropout}


def test_the_fully_convolutional_network_has_neither_dropout_nor_dense_layers() -> None:
    layers = find_recipe("P4f").network().layers
    assert not any(isinstance(layer, keras.layers.Dropout | keras.layers.Dense) for layer in layers)


def test_the_optimiser_study_has_eight_optimisers_at_three_rates() -> None:
    study = find_study("P3s")
    assert study is not None
    pairs = {
        (member.optimizer.name, *member.optimizer.options.items(), member.rate) for member in study.members
    }
    assert len(study.members) == len(pairs) == 24
    assert {member.epochs for member in study.members} == {15}
    assert find_recipe("p3-study-adam-1e-3").rate == Plateau(1e-3, 0.5, 5, 1e-5)


def test_the_stack_stands_on_the_three_pretrained_networks() -> None:
    study = find_study("P2e")
    assert study is not None
    assert study.members == tuple(find_recipe(paper) for paper in ("P2b", "P2c", "P2d"))
    assert all(member.pretrained for member in study.members)
