"""How a machine computes: workers agree, number formats are measured, threads are set."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

keras = pytest.importorskip("keras")

from training import bench, machine  # noqa: E402
from training.recipe import Recipe, find_recipe  # noqa: E402

WORKER = Path(__file__).parents[1] / "distributed.py"
LIMIT_S = 240


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("localhost", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def start(tmp_path: Path, strategy: str, config: dict[str, object] | None = None) -> subprocess.Popen[str]:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(Path(__file__).parents[2])}
    environment.pop("TF_CONFIG", None)
    if config:
        environment["TF_CONFIG"] = json.dumps(config)
    command = [sys.executable, str(WORKER), strategy]
    return subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def weights(process: subprocess.Popen[str]) -> list[float]:
    out, errors = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, errors[-2000:]
    found: list[float] = json.loads(out.splitlines()[-1])
    return found


def test_two_workers_and_two_devices_train_the_network_that_one_does(tmp_path: Path) -> None:
    from distributed import sums

    addresses = [f"localhost:{port}" for port in free_ports(2)]
    folders = [tmp_path / name for name in ("mirrored", "first", "second")]
    for folder in folders:
        folder.mkdir()
    workers = [
        start(
            folder, "multiworker", {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": k}}
        )
        for k, folder in enumerate(folders[1:])
    ]
    first, second = (weights(worker) for worker in workers)
    mirrored = weights(start(folders[0], "mirrored"))
    one = sums(tmp_path / "one")
    assert first == second
    assert first == pytest.approx(one, rel=0.02)  # each half of a batch is normalised by its own statistics
    assert mirrored == pytest.approx(first, rel=1e-4)


def test_only_the_first_worker_owns_the_run() -> None:
    assert machine.worker({}) == 0
    assert machine.worker({"TF_CONFIG": json.dumps({"task": {"type": "worker", "index": 2}})}) == 2


def test_the_fastest_number_format_is_kept_for_later_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import recipe

    kept = tmp_path / "bench.json"
    assert machine.fastest_precision(kept) == "float32"

    def speed(tiny: Recipe, policy: str, norm: str, steps: int, batch: int) -> float:
        return {"float32": 10.0, "mixed_bfloat16": 25.0}[policy] * (2 if norm == "fused" else 1)

    monkeypatch.setattr(bench, "_speed", speed)
    result = bench.measure(recipe(), kept=kept)
    assert machine.fastest_precision(kept) == "bfloat16"
    assert "bfloat16, fused" in bench.table(result)
    assert " 5.0x" in bench.table(result)


def test_every_format_is_really_run(tmp_path: Path) -> None:
    from distributed import recipe

    result = bench.measure(recipe(), steps=1, batch=8, kept=tmp_path / "bench.json")
    assert all(speed > 0 for speed in result["pictures_per_s"].values())
    assert len(result["pictures_per_s"]) == 4


@pytest.mark.usefixtures("eagerly")
def test_a_network_that_starts_from_trained_weights_is_timed_without_them(tmp_path: Path) -> None:
    asked = []

    def network(*, weights: str) -> keras.Model:
        asked.append(weights)
        picture = keras.Input((48, 48, 1))
        return keras.Model(picture, keras.layers.Dense(7)(keras.layers.Flatten()(picture)))

    small = dataclasses.replace(find_recipe("P2c"), network=network, size=48)
    result = bench.measure(small, steps=1, batch=2, kept=tmp_path / "bench.json")
    assert all(speed > 0 for speed in result["pictures_per_s"].values())
    assert set(asked) == {"none"}


@pytest.mark.usefixtures("eagerly")
def test_the_benchmark_trains_a_recipe_that_is_guided_by_votes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks import training as benchmark
    from distributed import recipe

    guided = dataclasses.replace(recipe(), votes_weight=0.5)
    monkeypatch.setattr("training.recipe.find_recipe", lambda name: guided)
    monkeypatch.setattr(benchmark, "PICTURES", 32)
    monkeypatch.setattr(benchmark, "BATCH", 16)
    monkeypatch.setattr(benchmark, "PAIRS", 1)
    (pair,) = benchmark.turns(tmp_path)
    assert min(*pair.ours, *pair.plain) > 0
