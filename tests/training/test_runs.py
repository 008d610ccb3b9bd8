"""What a run remembers of its inputs and its plan, and what it refuses when either has changed."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

pytest.importorskip("keras")

from femon.emotions import EMOTIONS
from training import budget, checkpoint, runs
from training.errors import TrainingError
from training.fer2013 import Fer2013, Samples
from training.recipe import Recipe, find_recipe
from training.splits import Split

RECIPE = find_recipe("femon-small")
GIT = shutil.which("git")


@pytest.fixture
def data(samples: Samples) -> Fer2013:
    usage = np.zeros(64, np.uint8)
    return Fer2013(samples, usage, np.zeros(64, np.bool_), "0" * 64, votes_sha256="1" * 64)


@pytest.fixture
def split(samples: Samples) -> Split:
    return Split("official", samples, samples, EMOTIONS)


def test_the_votes_are_recorded_where_they_choose_rows_or_teach(data: Fer2013, split: Split) -> None:
    assert runs.inputs(RECIPE, split, data) == {}
    votes = {"votes_sha256": "1" * 64}
    assert runs.inputs(RECIPE, dataclasses.replace(split, faces_only=True), data) == votes
    assert runs.inputs(dataclasses.replace(RECIPE, votes_weight=0.5), split, data) == votes


def test_the_weights_that_a_run_begins_from_are_recorded(
    data: Fer2013, split: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "RUNS", tmp_path)
    file = runs.network_file(tmp_path / "before")
    file.parent.mkdir(parents=True)
    begins = dataclasses.replace(RECIPE, begins_from="before")
    found = []
    for content in (b"one", b"two"):
        file.write_bytes(content)
        found.append(runs.inputs(begins, split, data)["begins_from_sha256"])
    assert found[0] != found[1]


@pytest.mark.parametrize(
    ("name", "told"), [("votes_sha256", "fer2013new.csv"), ("begins_from_sha256", "network to begin from")]
)
def test_a_run_does_not_go_on_with_other_inputs(tmp_path: Path, name: str, told: str) -> None:
    runs.begin(tmp_path, {"seed": 1, name: "a"}, resume=False, command="one")
    runs.begin(tmp_path, {"seed": 1, name: "a"}, resume=True, command="one")
    with pytest.raises(TrainingError, match=f"was started with another {told}"):
        runs.begin(tmp_path, {"seed": 1, name: "b"}, resume=True, command="one")


def test_a_run_from_before_inputs_were_recorded_goes_on(tmp_path: Path) -> None:
    runs.begin(tmp_path, {"seed": 1}, resume=False, command="one")
    now = {"seed": 1, "votes_sha256": "a", "begins_from_sha256": "b", "budget_hours": None}
    runs.begin(tmp_path, now, resume=True, command="one")
    assert set(runs.read(tmp_path)) == {"seed", "commit", "command"}


@pytest.mark.skipif(GIT is None, reason="git is not installed")
def test_the_commit_says_when_the_code_has_been_changed_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("training/code.py", "femon/code.py", "training/LOG.md", "docs/page.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("one", encoding="utf-8")
    who = ("-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    for arguments in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "-m", "one")):
        subprocess.run((str(GIT), *arguments), cwd=tmp_path, check=True)
    monkeypatch.setattr(runs, "CODE", tmp_path)
    clean = runs.commit()
    assert len(clean) >= 7
    for name in ("training/LOG.md", "docs/page.md", "training/untracked.py"):
        (tmp_path / name).write_text("two", encoding="utf-8")
    assert runs.commit() == clean
    for name in ("training/code.py", "femon/code.py"):
        (tmp_path / name).write_text("two", encoding="utf-8")
        assert runs.commit() == f"{clean}-dirty"
        (tmp_path / name).write_text("one", encoding="utf-8")
    assert runs.commit() == clean


def test_outside_of_a_repository_the_commit_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CODE", tmp_path)
    assert runs.commit() == "unknown"


def test_the_hours_that_were_asked_for_are_kept_with_the_plan(tmp_path: Path) -> None:
    (tmp_path / runs.CONFIG).write_text(json.dumps({"recipe": {"epochs": 3}}), encoding="utf-8")
    assert (runs.planned_epochs(tmp_path), runs.budget_hours(tmp_path)) == (3, None)
    (tmp_path / runs.CONFIG).write_text(
        json.dumps({"recipe": {"epochs": 3}, "budget_hours": 1.5}), encoding="utf-8"
    )
    assert runs.budget_hours(tmp_path) == 1.5


def begun_with(run: Path, *, epochs: int, budget_hours: float | None) -> Callable[..., Recipe]:
    """A run of P4d that was begun with such a plan; the result asks for another one."""
    whole = find_recipe("P4d")
    plan = budget.shortened(whole, epochs)
    config = runs.settings(plan, seed=1, split="official", data_sha256="", budget_hours=budget_hours)
    runs.begin(run, config, resume=False, command="")

    def never(trial: Recipe) -> NoReturn:
        pytest.fail("planned anew")

    def ask(epochs: int | None = None, hours: float | None = None) -> Recipe:
        return budget.planned(whole, run, never, epochs=epochs, hours=hours)

    return ask


def test_a_run_is_not_planned_anew_once_it_was_begun(tmp_path: Path) -> None:
    ask = begun_with(tmp_path, epochs=10, budget_hours=2.0)
    assert ask(epochs=10) == ask(hours=2.0) == ask()
    with pytest.raises(
        TrainingError, match=r"with 10 epochs for 2 hours, not 20; leave out --epochs.*delete"
    ):
        ask(epochs=20)
    with pytest.raises(TrainingError, match="with 10 epochs for 2 hours, not 3 hours; leave out --budget-h"):
        ask(hours=3.0)


def test_hours_are_refused_for_a_run_that_was_planned_without(tmp_path: Path) -> None:
    ask = begun_with(tmp_path, epochs=10, budget_hours=None)
    with pytest.raises(TrainingError, match="begun with 10 epochs, not 3 hours; leave out --budget-hours"):
        ask(hours=3.0)


def test_a_cut_run_that_goes_on_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = begun_with(tmp_path / "cut", epochs=10, budget_hours=None)
    assert ask().epochs == 10
    assert "cut keeps to the 10 of 120 epochs that it was begun with" in capsys.readouterr().err
    ask(epochs=10)
    begun_with(tmp_path / "whole", epochs=120, budget_hours=None)()
    assert capsys.readouterr().err == ""


def test_a_run_whose_checkpoints_are_all_damaged_is_not_begun_anew_in_silence(tmp_path: Path) -> None:
    for step in (1, 2):
        checkpoint.save(tmp_path, step, {"model": [np.zeros(9)]}, {})
    first, second = sorted(tmp_path.iterdir())
    first.write_bytes(first.read_bytes()[:-100])
    content = bytearray(second.read_bytes())
    content[content.index(b"NUMPY") + 130] ^= 1  # one bit of the numbers
    second.write_bytes(content)
    with pytest.raises(TrainingError, match=r"No checkpoint in .* can be read; delete the run"):
        checkpoint.newest(tmp_path)
