"""Several inputs at once: every one has an outcome, whatever its process does, and all equal one process."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import working
from femon.cli import main
from femon.cli.engines import Finished, Processes, RayCluster
from femon.cli.exit_codes import DONE, INPUT, SOME_FAILED, UNEXPECTED

PROJECT = Path(__file__).parents[1]


def test_every_input_has_its_outcome(tmp_path: Path) -> None:
    sources = ["a", "b", "c"]
    done = {
        finished.source: finished for finished in Processes(2).run(partial(working.work, tmp_path), sources)
    }
    assert sorted(done) == sources
    assert done["b"].said == "b is done"


def test_an_input_whose_process_dies_is_tried_again_and_the_others_are_done(tmp_path: Path) -> None:
    sources = ["a", working.ONCE, working.ALWAYS, "b", "c", "d"]
    done = {
        finished.source: finished for finished in Processes(2).run(partial(working.work, tmp_path), sources)
    }
    assert sorted(done) == sorted(sources)
    assert [source for source, finished in done.items() if finished.code] == [working.ALWAYS]
    assert done[working.ALWAYS].code == UNEXPECTED
    assert "ended twice" in done[working.ALWAYS].complained
    assert len(list(tmp_path.glob(f"{working.ALWAYS}.*"))) in (2, 3)  # alone, and perhaps beside others


TWO = ("two_people_head_turn.gif", "woman_turns_head.gif")


@pytest.fixture(scope="module")
def alone(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sessions of two clips, made one after the other in this process."""
    out = tmp_path_factory.mktemp("alone")
    assert main(["analyze", *(str(clips / name) for name in TWO), "--out", str(out), "--quiet"]) == DONE
    return out


def session_of(out: Path, clip: str) -> Path:
    (found,) = (path.parent for path in out.glob("*/session.json") if clip in path.read_text())
    return found


def test_several_jobs_give_the_rows_of_one(clips: Path, alone: Path, tmp_path: Path) -> None:
    two = [str(clips / name) for name in TWO]
    out = str(tmp_path / "two")
    missing = str(tmp_path / "missing.mp4")
    assert main(["analyze", *two, missing, "--out", out, "--quiet", "--jobs", "2"]) == SOME_FAILED
    assert rows(tmp_path / "two") == rows(alone)
    assert set(rows(alone)) == set(TWO)


def test_what_is_done_is_skipped_and_an_input_that_fails_alone_gives_its_own_code(
    clips: Path, alone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip, out = str(clips / TWO[1]), str(shutil.copytree(alone, tmp_path / "out"))
    assert main(["analyze", clip, clip, "--out", out, "--quiet", "--jobs", "2"]) == DONE
    assert capsys.readouterr().out.count("already done") == 2
    missing = [str(tmp_path / name) for name in ("a.mp4", "b.mp4")]
    assert main(["analyze", *missing, "--out", out, "--quiet", "--jobs", "2"]) == INPUT


def test_a_ray_cluster_gives_the_rows_of_one_process_and_skips_what_is_done(
    clips: Path, alone: Path, tmp_path: Path
) -> None:
    done, new, missing = (*(str(clips / name) for name in TWO), "missing.mp4")
    ray, finished = tmp_path / "ray", session_of(alone, TWO[0])
    shutil.copytree(finished, ray / finished.name)
    outcome = on_ray(done, new, missing, "--out", str(ray))
    assert outcome.returncode == SOME_FAILED, outcome.stderr
    assert outcome.stdout.count("already done") == 1
    assert "'missing.mp4' was not found" in outcome.stderr
    assert rows(ray)[TWO[1]] == rows(alone)[TWO[1]]


class MadeUpRay(SimpleNamespace):
    """Ray itself leaves threads behind: this runs a task when its outcome is asked for."""

    def __init__(self, exceptions: object) -> None:
        super().__init__(exceptions=exceptions, init=lambda **_: None, shutdown=lambda: None)

    def remote(self, **_: object) -> Any:
        return lambda function: SimpleNamespace(remote=lambda *given: partial(function, *given))

    def wait(self, tasks: list[Any], **_: object) -> Any:
        return tasks[:1], tasks[1:]

    def get(self, task: Any) -> Any:
        return task()


@pytest.mark.parametrize(
    "name",
    ["WorkerCrashedError", "OutOfMemoryError", "NodeDiedError", "LocalRayletDiedError", "RayTaskError"],
)
def test_whatever_ray_says_of_one_task_the_other_inputs_are_done(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    exceptions = pytest.importorskip("ray.exceptions")
    given = {
        "OutOfMemoryError": ("10.0.0.7 is short of memory",),
        "NodeDiedError": ("10.0.0.7 is gone",),
        "RayTaskError": ("_call", "page after page", ValueError("x")),
    }
    error = getattr(exceptions, name)(*given.get(name, ()))
    error = error.as_instanceof_cause() if name == "RayTaskError" else error  # as ray.get raises it

    def work(source: str) -> Finished:
        if source == "bad":
            raise error
        return Finished(source, DONE)

    monkeypatch.setitem(sys.modules, "ray", MadeUpRay(exceptions))
    done = {finished.source: finished for finished in RayCluster().run(work, ["a", "bad", "b"])}
    assert {source: finished.code for source, finished in done.items()} == {"a": 0, "bad": 1, "b": 0}
    assert name in done["bad"].complained
    assert "10.0.0.7" not in done["bad"].complained
    assert len(done["bad"].complained.splitlines()) == 1


def on_ray(*arguments: str) -> subprocess.CompletedProcess[str]:
    """femon in a process of its own: Ray leaves threads behind."""
    command = [sys.executable, "main.py", "analyze", *arguments, "--quiet", "--engine", "ray"]
    environment = {**os.environ, "RAY_worker_niceness": "0"}
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)


def rows(out: Path) -> dict[str, Any]:
    """The rows of every session by its source, without the name of the session."""
    found: dict[str, Sequence[Sequence[str]]] = {}
    for path in out.glob("*/session.json"):
        with (path.parent / "frames.csv").open(newline="") as file:
            found[json.loads(path.read_text())["source"]["name"]] = [row[1:] for row in csv.reader(file)]
    return found
