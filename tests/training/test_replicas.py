"""Replicas and PrivateTest: a part of a run never looks at it, and saving weights anew is not a new read."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras")
tensorflow = pytest.importorskip("tensorflow")

from femon.bundle import sha256_of  # noqa: E402
from training import ledger, reproduce, runs  # noqa: E402
from training.errors import LockedError  # noqa: E402
from training.fer2013 import Fer2013, Samples  # noqa: E402
from training.fit import Training  # noqa: E402
from training.recipe import Constant, Optimizer, Recipe  # noqa: E402
from training.reproduce import Order  # noqa: E402
from training.scoring import frozen_run  # noqa: E402

RUN = "tiny-published-1"


def network() -> keras.Model:
    picture = keras.Input((48, 48, 1))
    x = keras.layers.AveragePooling2D(16)(keras.layers.Rescaling(1 / 255)(picture))
    return keras.Model(picture, keras.layers.Dense(6)(keras.layers.Flatten()(x)))


REPLICA = Recipe(
    "tiny",
    "A tiny system",
    network,
    parameters=60,
    epochs=1,
    paper="PX",
    data="six",
    batch=16,
    optimizer=Optimizer("Adam"),
    rate=Constant(1e-2),
)
CHOOSES = dataclasses.replace(REPLICA, keep="best_loss", stop_patience=3)


@pytest.fixture
def data() -> Fer2013:
    usage = np.repeat([0, 1, 2], 70).astype(np.uint8)
    images = np.random.default_rng(1).integers(0, 256, (210, 48, 48), dtype=np.uint8)
    samples = Samples("fer2013", images, (np.arange(210) % 7).astype(np.uint8), np.arange(210))
    return Fer2013(samples, usage, np.zeros(210, np.bool_), "0" * 64)


pytestmark = pytest.mark.usefixtures("eagerly", "few_resamples")


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Runs, results and the list of reads belong to the working folder."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("order", [Order(subset=35), Order(smoke=True), Order(private=False)])
def test_a_run_that_may_not_read_private_test_does_not_choose_by_it(data: Fer2013, order: Order) -> None:
    result = reproduce.reproduce(CHOOSES, order, data)
    assert result["data"]["validation"] == "six-public"
    assert result["private_read"] is None
    assert ledger.entries() == []


def test_a_whole_replica_chooses_as_its_paper_did_and_the_read_is_counted(data: Fer2013) -> None:
    result = reproduce.reproduce(CHOOSES, Order(), data)
    assert result["data"]["validation"] == "six-test"
    assert [entry["kind"] for entry in ledger.entries()] == ["replica"]


def saved_anew(path: Path) -> None:
    """The same weights in a file of other bytes, as every save makes it."""
    before = sha256_of(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"saved a second later"
    assert sha256_of(path) != before


def test_the_same_weights_in_another_file_are_not_read_again(data: Fer2013) -> None:
    first = reproduce.reproduce(REPLICA, Order(), data)
    served = runs.RUNS / RUN / "final" / "served-model.keras"
    saved_anew(served)
    assert reproduce.reproduce(REPLICA, Order(), data)["splits"] == first["splits"]
    served.unlink()
    assert reproduce.reproduce(REPLICA, Order(), data)["splits"] == first["splits"]
    assert len(ledger.entries()) == 1


def test_other_weights_are_another_model(data: Fer2013) -> None:
    for seed in (1, 2):
        reproduce.reproduce(REPLICA, Order(seed=seed), data)
    assert len({entry["sha256"] for entry in ledger.entries()}) == 2


def test_a_read_that_was_written_down_by_the_checksum_of_the_file_still_counts(data: Fer2013) -> None:
    reproduce.reproduce(REPLICA, Order(private=False), data)
    run = runs.RUNS / RUN
    former = sha256_of(run / "final" / "served-model.keras")
    ledger.READS.parent.mkdir(parents=True, exist_ok=True)
    ledger.READS.write_text(json.dumps({"sha256": former, "run": RUN, "kind": "replica"}) + "\n")
    with pytest.raises(LockedError, match="was read before"):
        ledger.read_private(frozen_run(run, data), data, "again")
    kept = np.full((70, 6), 1 / 6, np.float32)
    ledger.KEPT.mkdir(parents=True)
    np.save(ledger.KEPT / f"{former}.npy", kept)
    _, found = ledger.read_private(frozen_run(run, data), data, None)
    np.testing.assert_array_equal(found, kept)
    assert len(ledger.entries()) == 1


def test_the_strategy_of_an_order_trains_its_run(data: Fer2013, monkeypatch: pytest.MonkeyPatch) -> None:
    strategy, used = tensorflow.distribute.OneDeviceStrategy("CPU:0"), []

    class Noted(Training):
        def __init__(self, *arguments: object, **options: object) -> None:
            used.append(options["strategy"])
            super().__init__(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(reproduce, "Training", Noted)
    reproduce.reproduce(REPLICA, Order(strategy=strategy, private=False), data)
    assert used == [strategy]
