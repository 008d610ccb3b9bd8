"""The training program through main(): exit codes and sentences."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training import fer2013, ledger, runs
from training import recipe as recipe_module
from training.commands import main
from training.errors import TrainingError
from training.fer2013 import Fer2013, Samples
from training.recipe import find_recipe


def test_the_recipes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert "femon-small" in capsys.readouterr().out


def test_an_unknown_recipe_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "absent"]) == 2
    assert "femon-small" in capsys.readouterr().err


def test_missing_data_have_their_own_exit_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FEMON_DATA", str(tmp_path))
    assert main(["train", "femon-small"]) == 3
    assert "put FER-2013 there" in capsys.readouterr().err


def test_an_unfinished_run_is_not_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.json").write_text(
        json.dumps({"recipe": {"id": "x", "window": 48}, "split": "official"})
    )
    assert main(["export", str(tmp_path)]) == 2
    assert "is not finished" in capsys.readouterr().err


def test_a_bundle_of_another_run_is_not_replaced_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"recipe": {"id": "x"}, "split": "official"}))
    held = tmp_path / "models" / "x" / "bundle.json"
    held.parent.mkdir(parents=True)
    held.write_text(json.dumps({"run": "the shipped one"}))
    monkeypatch.setattr("training.commands.models.MODELS", tmp_path / "models")
    assert main(["export", str(tmp_path)]) == 2
    assert "holds the run the shipped one" in capsys.readouterr().err
    assert json.loads(held.read_text()) == {"run": "the shipped one"}


def test_a_missing_tensorflow_is_told_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert main(["list"]) == 2
    assert "uv sync --extra train" in capsys.readouterr().err


def test_a_folder_that_is_no_run_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(tmp_path)]) == 2
    assert "is not a run" in capsys.readouterr().err
    assert main(["evaluate", str(tmp_path)]) == 2
    assert "neither a bundle nor an exported run" in capsys.readouterr().err


def test_a_run_goes_on_only_with_its_own_settings(tmp_path: Path) -> None:
    run, config = tmp_path / "run", {"seed": 1, "recipe": {"epochs": 3}}
    runs.begin(run, config, resume=False, command="one")
    assert json.loads((run / "config.json").read_text())["commit"]
    runs.begin(run, config, resume=True, command="another")
    assert runs.planned_epochs(run) == 3
    with pytest.raises(TrainingError, match="go on with --resume"):
        runs.begin(run, config, resume=False, command="one")
    with pytest.raises(TrainingError, match="started with another seed"):
        runs.begin(run, {**config, "seed": 2}, resume=True, command="one")


def test_a_run_goes_on_after_recipes_have_got_further_choices(tmp_path: Path) -> None:
    recipe = find_recipe("femon-small")
    config = runs.settings(recipe, seed=1, split="standard", data_sha256="")
    older = json.loads(json.dumps(config))
    del older["recipe"]["begins_from"], older["recipe"]["augmentation"]["jpeg_probability"]
    runs.begin(tmp_path, older, resume=False, command="one")
    runs.begin(tmp_path, config, resume=True, command="two")
    began = runs.settings(replace(recipe, begins_from="a-run"), seed=1, split="standard", data_sha256="")
    with pytest.raises(TrainingError, match="started with another recipe"):
        runs.begin(tmp_path, began, resume=True, command="three")


def test_every_recipe_can_be_told_from_every_other() -> None:
    for recipe in recipe_module.all_recipes().values():
        assert recipe_module.find_recipe(recipe.id) is recipe
        json.dumps(runs.settings(recipe, seed=1, split="official", data_sha256=""))


def test_a_pretrained_network_is_not_trained_from_nothing_in_silence(
    capsys: pytest.CaptureFixture[str], real_data: object
) -> None:
    assert main(["reproduce", "P2b", "--smoke"]) == 2
    assert "--weights imagenet" in capsys.readouterr().err


def test_weights_that_cannot_be_had_have_their_own_exit_code(
    capsys: pytest.CaptureFixture[str], real_data: object, tmp_path: Path
) -> None:
    assert main(["reproduce", "P2b", "--smoke", "--weights", str(tmp_path / "absent.h5")]) == 4
    assert "absent.h5" in capsys.readouterr().err


def test_comparing_a_picture_that_is_none_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.png").write_text("not a picture")
    assert main(["compare", str(tmp_path / "text.png")]) == 2
    assert "text.png" in capsys.readouterr().err


def test_a_student_needs_teachers_that_are_bundles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], real_data: object
) -> None:
    order = ["distill", "--student", "femon-small", "--teachers", str(tmp_path), "--precision", "float32"]
    assert main(order) == 2
    assert "is not a bundle" in capsys.readouterr().err


def test_a_damaged_bundle_is_one_sentence(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], real_data: object
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(models / "femon-small", broken)
    with (broken / "model.tflite").open("ab") as file:
        file.write(b"x")
    assert main(["rank", str(models / "femon-small"), str(broken)]) == 2
    assert "do not match their checksum" in capsys.readouterr().err


@pytest.fixture
def small_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Fer2013:
    """The working folder is empty, and FER-2013 has 42 pictures in each of its three parts."""
    monkeypatch.chdir(tmp_path)
    usage, labels = np.repeat([0, 1, 2], 42).astype(np.uint8), (np.arange(126) % 7).astype(np.uint8)
    images = np.random.default_rng(1).integers(0, 256, (126, 48, 48), dtype=np.uint8)
    data = Fer2013(
        Samples("fer2013", images, labels, np.arange(126)), usage, np.zeros(126, np.bool_), "0" * 64
    )
    monkeypatch.setattr(fer2013, "load", lambda: data)
    return data


@pytest.mark.parametrize(
    "command", [["train", "P2a"], ["distill", "--student", "P2a", "--teachers", "models/any"]]
)
def test_a_split_that_validates_on_private_test_is_left_to_reproduce(
    command: list[str], small_data: Fer2013, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 2
    assert "validates on PrivateTest; use: reproduce P2a" in capsys.readouterr().err
    assert not runs.RUNS.exists()
    assert ledger.entries() == []


def test_a_network_of_six_classes_does_not_learn_a_split_of_seven(
    small_data: Fer2013, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "P2a", "--data", "official"]) == 2
    assert "does not tell the 7 classes of the split 'official' apart" in capsys.readouterr().err
    assert not runs.RUNS.exists()


@pytest.mark.parametrize("strategy", ["one", "mirrored"])
def test_reproduce_hands_the_strategy_on(
    strategy: str, small_data: Fer2013, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training import machine, reproduce

    devices = {"one": None, "mirrored": object()}
    orders: list[reproduce.Order] = []

    def prepared(options: argparse.Namespace) -> object:
        options.precision = "float32"
        return devices[options.strategy]

    def kept(recipe: object, order: reproduce.Order, data: object) -> dict[str, object]:
        orders.append(order)
        return {"run": "one", "splits": {}}

    monkeypatch.setattr(machine, "prepared", prepared)
    monkeypatch.setattr(reproduce, "reproduce", kept)
    assert main(["reproduce", "P2a", "--strategy", strategy]) == 0
    assert [order.strategy for order in orders] == [devices[strategy]]


def test_reproduce_does_not_offer_several_machines(
    small_data: Fer2013, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["reproduce", "P2a", "--strategy", "multiworker"])
    assert "invalid choice: 'multiworker'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ["--unlock-private", "a reason"],
        ["--split", "private", "--unlock-private", "a reason", "--robustness"],
        ["--split", "private", "--speed"],
        ["--split", "private", "--result"],
    ],
)
def test_a_reason_to_read_private_test_is_never_dropped_in_silence(
    options: list[str], models: Path, small_data: Fer2013, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(models / "femon-small", "bundle")
    assert main(["evaluate", str(folder), *options]) == 2
    said = capsys.readouterr()
    assert "--split private" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    "two", [["--speed", "--robustness"], ["--result", "--robustness"], ["--speed", "--result"]]
)
def test_one_evaluation_measures_one_thing(two: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["evaluate", "bundle", *two])
    assert "not allowed with argument" in capsys.readouterr().err


@pytest.mark.parametrize("every", ["0", "-1", "1.5"])
def test_the_geometry_is_measured_in_every_nth_picture_from_1(
    every: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["geometry", f"--every={every}"])
    assert "give a whole number from 1" in capsys.readouterr().err


def begun(recipe_id: str, name: str, *, epochs: int, done: int | None = None, **config: object) -> None:
    """A run of a recipe as it lies on disk; finished where `done` counts its epochs."""
    run = runs.RUNS / f"{recipe_id}-{name}"
    values = {"recipe": {"id": recipe_id, "epochs": epochs}, **config}
    run.mkdir(parents=True)
    (run / runs.CONFIG).write_text(json.dumps(values), encoding="utf-8")
    if done is not None:
        runs.network_file(run).parent.mkdir()
        runs.network_file(run).touch()
        (run / "history.csv").write_text("epoch\n" + "1\n" * done, encoding="utf-8")


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    assert main(["list"]) == 0
    return {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}


def test_the_list_tells_cut_runs_and_runs_of_a_part_from_finished_ones(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runs, "RUNS", tmp_path)
    begun("p4-deep-cnn", "official-1", epochs=8, done=8)
    begun("p4-shallow-cnn", "official-1", epochs=8, done=5)
    begun("p4-shallow-cnn", "official-2", epochs=120, done=70)
    begun("p4-m2", "official-1-subset500", epochs=120, done=120, subset=500)
    begun("p4-m3", "official-1-smoke", epochs=1, done=1, smoke=True)
    begun("p4-m5", "official-1", epochs=120)
    lines = listed(capsys)
    states = {
        "p4-deep-cnn": "cut: 8 of 120 epochs",
        "p4-shallow-cnn": "finished",
        "p4-m2": "subset",
        "p4-m3": "smoke",
        "p4-m5": "begun",
        "p4-m6": " - ",
    }
    assert {name: state for name, state in states.items() if state not in lines[name]} == {}


def test_the_list_counts_the_finished_runs_of_a_study(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runs, "RUNS", tmp_path)
    begun("p4-deep-cnn", "official-1", epochs=120, done=120)
    begun("p4-m2", "official-1", epochs=120, done=100)
    begun("p4-m3", "official-1", epochs=120)
    begun("p4-m5", "official-1-smoke", epochs=1, done=1, smoke=True)
    begun("p3-study-sgd-1e-2", "published-1-subset9", epochs=2, done=2, subset=9)
    lines = listed(capsys)
    assert "2 of 9 runs  " in lines["p4-nine-models"]
    assert "1 of 24 runs, subset" in lines["p3-optimizer-study"]
    assert "0 of 3 runs" in lines["p2-stack"]
