"""The training program through main(): exit codes and sentences."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from training import recipe as recipe_module
from training import runs
from training.commands import main
from training.errors import TrainingError
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
    recipe = find_recipe("femon-levels-long")
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
    assert main(["distill", "--student", "femon-small", "--teachers", str(tmp_path)]) == 2
    assert "is not a bundle" in capsys.readouterr().err
