"""The training program through main(): exit codes and sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training import commands
from training.commands import main


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
    assert "put it there" in capsys.readouterr().err


def test_an_unfinished_run_is_not_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(tmp_path)]) == 2
    assert "is not finished" in capsys.readouterr().err


def test_a_run_goes_on_only_with_its_own_settings(tmp_path: Path) -> None:
    run, config = tmp_path / "run", {"seed": 1}
    commands._check_config(run, config, resume=False)
    assert json.loads((run / "config.json").read_text())["commit"]
    commands._check_config(run, config, resume=True)
    with pytest.raises(commands.TrainingError, match="go on with --resume"):
        commands._check_config(run, config, resume=False)
    with pytest.raises(commands.TrainingError, match="other settings"):
        commands._check_config(run, {"seed": 2}, resume=True)
