"""A system of a paper from recipe to result, on small made-up data and with a tiny network."""

from __future__ import annotations

import copy
import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

keras = pytest.importorskip("keras")

import made_up_results  # noqa: E402
from femon.bundle import read_contract  # noqa: E402
from femon.errors import ModelError  # noqa: E402
from training import ledger, log, reproduce, runs, stacking, studies  # noqa: E402
from training.errors import LockedError, TrainingError  # noqa: E402
from training.export import export  # noqa: E402
from training.fer2013 import Fer2013, Samples  # noqa: E402
from training.fit import Interrupted, Training  # noqa: E402
from training.recipe import Constant, Optimizer, Plateau, Recipe, Study  # noqa: E402
from training.reproduce import Order  # noqa: E402
from training.scoring import BUNDLES, frozen_run  # noqa: E402

pytestmark = pytest.mark.usefixtures("eagerly", "few_resamples")
ROWS = {0: 140, 1: 70, 2: 70}


def network(classes: int = 7) -> keras.Model:
    picture = keras.Input((48, 48, 1))
    x = keras.layers.AveragePooling2D(16)(keras.layers.Rescaling(1 / 255)(picture))
    return keras.Model(picture, keras.layers.Dense(classes)(keras.layers.Flatten()(x)))


def recipe(**changes: object) -> Recipe:
    values = {
        "paper": "PX",
        "published": "99 %",
        "parameters": 70,
        "trainable": 70,
        "epochs": 3,
        "batch": 32,
        "optimizer": Optimizer("Adam"),
        "rate": Constant(1e-2),
        "data": "official",
        **changes,
    }
    return Recipe("tiny", "A tiny system", network, **values)  # type: ignore[arg-type]


@pytest.fixture
def data() -> Fer2013:
    """Pictures of seven brightnesses, so that a linear network learns something."""
    chance, usage = np.random.default_rng(1), np.repeat(list(ROWS), list(ROWS.values())).astype(np.uint8)
    labels = (np.arange(len(usage)) % 7).astype(np.uint8)
    images = chance.integers(0, 60, (len(usage), 48, 48), dtype=np.uint8) + 25 * labels[:, None, None]
    samples = Samples("fer2013", images.astype(np.uint8), labels, np.arange(len(usage)))
    return Fer2013(samples, usage, np.zeros(len(usage), np.bool_), "0" * 64)


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Runs, results and the list of reads belong to the working folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def known() -> dict[Order, tuple[dict[str, Any], Path]]:
    return {}


@pytest.fixture
def reproduced(
    data: Fer2013,
    known: dict[Order, tuple[dict[str, Any], Path]],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Order], dict[str, Any]]:
    """The tiny system reproduced in the working folder: done once for each order, then copied."""

    def run(order: Order) -> dict[str, Any]:
        if order not in known:
            home = tmp_path_factory.mktemp("reproduced")
            with monkeypatch.context() as there:
                there.chdir(home)
                known[order] = reproduce.reproduce(recipe(), order, data), home
        result, home = known[order]
        shutil.copytree(home, tmp_path, dirs_exist_ok=True)
        return copy.deepcopy(result)

    return run


WHOLE = Order(command="the command")
PUBLIC = Order(epochs=1, private=False)


def test_an_official_run_is_scored_through_its_exported_bundle(
    reproduced: Callable[[Order], dict[str, Any]],
) -> None:
    result = reproduced(WHOLE)
    assert (BUNDLES / "tiny-official-1" / "model.tflite").exists()
    contract = json.loads((BUNDLES / "tiny-official-1" / "bundle.json").read_text(encoding="utf-8"))
    assert contract["protocol"] == "official"
    assert set(result["splits"]) == {"public", "private"}
    assert result["splits"]["private"]["n"] == ROWS[2]
    assert all(
        part["ece_before"] is not None for part in result["splits"].values()
    )  # a temperature is fitted
    subsets = result["splits"]["private"]["subsets"]
    assert {name: each["n"] for name, each in subsets.items()} == dict.fromkeys(
        ("dedup", "dedup-tp", "near"), 70
    )
    assert (result["status"], result["epochs"], result["protocol"]) == ("full", 3, "official")
    stored = json.loads(Path("docs/results/tiny-official-1.json").read_text(encoding="utf-8"))
    assert stored["command"] == "the command"
    assert stored["private_read"]["kind"] == "official"
    assert "## " in (entry := Path("training/LOG.md").read_text(encoding="utf-8"))
    assert "`tiny-official-1`" in entry


def test_a_finished_run_is_neither_trained_nor_read_again(
    data: Fer2013, reproduced: Callable[[Order], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = reproduced(WHOLE)
    monkeypatch.setattr(Training, "finish", lambda self: pytest.fail("trained again"))
    again = reproduce.reproduce(recipe(), Order(), data)
    assert again["splits"] == first["splits"]
    assert len(ledger.entries()) == 1
    assert Path("training/LOG.md").read_text(encoding="utf-8").count("`tiny-official-1`\n") == 1


def test_a_run_that_fails_leaves_its_reason_in_the_log(data: Fer2013) -> None:
    wild = recipe(optimizer=Optimizer("SGD"), rate=Constant(1e38))
    with pytest.raises(TrainingError, match="no longer finite"):
        reproduce.reproduce(wild, Order(), data)
    assert "no longer finite" in Path("training/LOG.md").read_text(encoding="utf-8")


def test_a_published_protocol_is_scored_on_its_own_test_part_and_never_exported(data: Fer2013) -> None:
    six = dataclasses.replace(recipe(data="six", parameters=60), network=lambda: network(6))
    result = reproduce.reproduce(six, Order(), data)
    assert result["classes"] == ["angry", "fear", "happy", "sad", "surprise", "neutral"]
    assert result["splits"]["test"]["n"] == (ROWS[1] + ROWS[2]) * 6 // 7
    assert result["private_read"]["kind"] == "replica"
    assert (
        result["data"]["validation"] == "six-public"
    )  # nothing was chosen, so PrivateTest was not looked at
    with pytest.raises(TrainingError, match="never exported"):
        export(runs.RUNS / result["run"], Path("models/x"), data)


def test_the_official_twin_of_a_published_protocol_leaves_the_private_part_alone(data: Fer2013) -> None:
    six = dataclasses.replace(recipe(data="six", parameters=60), network=lambda: network(6))
    result = reproduce.reproduce(six, Order(protocol="official", private=False), data)
    assert (result["protocol"], result["data"]["split"]) == ("official", "six-official")
    assert set(result["splits"]) == {"train", "public"}
    assert ledger.entries() == []


def test_a_smoke_run_reads_nothing_and_says_what_it_is(data: Fer2013) -> None:
    result = reproduce.reproduce(recipe(), Order(smoke=True), data)
    assert (result["status"], result["run"]) == ("smoke", "tiny-official-1-smoke")
    assert result["data"]["rows"] == 64
    assert ledger.entries() == []


def test_a_subset_keeps_the_classes_in_proportion(data: Fer2013) -> None:
    result = reproduce.reproduce(recipe(), Order(subset=70, private=False), data)
    assert result["data"]["rows"] == 70
    assert result["status_note"].startswith("70 training pictures")


def test_a_shorter_run_is_marked_cut(data: Fer2013, reproduced: Callable[[Order], dict[str, Any]]) -> None:
    result = reproduced(PUBLIC)
    assert (result["status"], result["status_note"]) == ("cut", "1 of 3 epochs")
    again = reproduce.reproduce(recipe(), Order(private=False), data)  # without saying the epochs again
    assert again["epochs"] == 1


def test_a_cut_run_tells_how_much_patience_it_had(data: Fer2013) -> None:
    whole = recipe(rate=Plateau(1e-2, patience=2), stop_patience=3)
    result = reproduce.reproduce(whole, Order(epochs=1, private=False), data)
    assert (
        result["status_note"] == "1 of 3 epochs; patience in epochs: rate 1 instead of 2, stop 2 instead of 3"
    )


def test_an_interrupted_run_goes_on_with_the_same_command(
    data: Fer2013, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        run_epoch = Training._run_epoch

        def one_epoch(self: Training) -> None:
            run_epoch(self)
            raise Interrupted

        stopped.setattr(Training, "_run_epoch", one_epoch)
        with pytest.raises(Interrupted):
            reproduce.reproduce(recipe(), Order(private=False), data)
    assert reproduce.reproduce(recipe(), Order(private=False), data)["epochs"] == 3


def test_a_pretrained_system_asks_for_its_weights(data: Fer2013) -> None:
    with pytest.raises(TrainingError, match="--weights imagenet"):
        reproduce.reproduce(recipe(pretrained="ResNet50"), Order(), data)


def test_another_seed_is_another_run_but_other_settings_are_refused(
    data: Fer2013, reproduced: Callable[[Order], dict[str, Any]]
) -> None:
    reproduced(PUBLIC)
    assert reproduce.reproduce(recipe(), Order(seed=2, epochs=1, private=False), data)["seed"] == 2
    with pytest.raises(TrainingError, match="started with another recipe"):
        reproduce.reproduce(recipe(batch=8), Order(epochs=1, private=False), data)


def test_weights_are_read_once_and_only_with_a_reason(
    data: Fer2013, reproduced: Callable[[Order], dict[str, Any]]
) -> None:
    reproduced(PUBLIC)
    model = frozen_run(runs.RUNS / "tiny-official-1", data)
    with pytest.raises(LockedError, match="unlock-private"):
        ledger.read_private(model, data, None)
    ledger.read_private(model, data, "frozen")
    ledger.read_private(model, data, None)  # what was saved
    for kept in ledger.KEPT.iterdir():
        kept.unlink()
    with pytest.raises(LockedError, match="read before"):
        ledger.read_private(model, data, "once more")


def test_a_study_makes_the_four_averages_of_all_members_and_of_all_but_one(data: Fer2013) -> None:
    members = tuple(
        dataclasses.replace(recipe(), id=f"tiny-{k}", paper=f"PX-{k}", rate=Constant(0.01 * (k + 1)))
        for k in range(3)
    )
    study = Study("pair", "Averages", "PE", "70 %", members, "ensembles")
    results = studies.run(study, Order(epochs=1, command="python -m training reproduce PE"), data)
    names = [result["run"] for result in results[3:]]
    assert names == [
        f"pair-{rule}-{count}" for count in (3, 2) for rule in ("simple", "accuracy", "class", "exponential")
    ]
    assert len(results[3]["curve"]) == 3
    read = [entry["sha256"] for entry in ledger.entries()]
    assert len(read) == len(set(read)) >= 3 + 2  # equal weights of two rules are one model
    assert results[3]["status"] == "cut"
    assert results[3]["private_read"]["kind"] == "official"
    assert [result["status_note"] for result in results[3:]] == [
        f"{count} of {count} members are cut runs" for count in (3, 3, 3, 3, 2, 2, 2, 2)
    ]
    assert results[3]["command"] == "python -m training reproduce PE"
    for entry in read_contract(BUNDLES / "pair-simple-3").members:
        assert entry.temperature == 1.0  # the paper averages what the networks said


def test_a_choice_is_made_without_the_private_part(data: Fer2013) -> None:
    study = Study("choice", "Rates", "PC", "none", (recipe(data="p3"),), "choice")
    (result,) = studies.run(study, Order(epochs=1), data)
    assert set(result["splits"]) == {"train", "validation", "public"}
    assert ledger.entries() == []


def test_a_stack_stands_beside_the_mean_of_its_members(data: Fer2013) -> None:
    members = tuple(
        dataclasses.replace(
            recipe(data="six", parameters=60), id=f"six-{k}", paper=f"PX-{k}", network=lambda: network(6)
        )
        for k in range(2)
    )
    study = Study("stack", "Stack", "PE", ".66", members, "stack")
    results = studies.run(study, Order(epochs=1), data)
    stack, mean, folds = results[2:]
    assert [result["run"] for result in (stack, mean, folds)] == [
        "stack-stack-published-1",
        "stack-mean-published-1",
        "stack-stack-by-folds-published-1",
    ]
    assert {"public", "private", "test"} <= set(stack["splits"]) & set(mean["splits"])
    assert list(folds["splits"]) == ["public"]  # it has no answer for pictures that it was not asked about
    assert {entry["kind"] for entry in ledger.entries()} == {"replica"}
    assert stack["parameters"] == 12 * 6 + 6


def test_a_stack_over_a_part_of_the_data_learns_from_the_same_part(
    data: Fer2013, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def frozen(run: Path, data: Fer2013) -> ledger.Frozen:
        model = frozen_run(run, data)

        def predict(images: NDArray[np.uint8]) -> NDArray[np.float32]:
            asked.append(len(images))
            return model.predict(images)

        return dataclasses.replace(model, predict=predict)

    monkeypatch.setattr(stacking, "frozen_run", frozen)
    member = recipe(data="six", parameters=60)
    members = (dataclasses.replace(member, id="six-part", network=lambda: network(6)),)
    study = Study("stack", "Stack", "PE", ".66", members, "stack")
    stack = studies.run(study, Order(epochs=1, subset=70), data)[1]
    assert stack["run"] == "stack-stack-published-1-subset70"
    assert stack["data"]["rows"] == 70
    assert stack["status_note"] == "70 training pictures, 1 of 3 epochs; over six-part-published-1-subset70"
    assert asked == [70]  # its answers on PublicTest were kept when it was scored
    assert ledger.entries() == []


def test_a_run_that_is_made_again_is_logged_again_only_with_other_figures(tmp_path: Path) -> None:
    result = made_up_results.result("P3", "p3", {"public": made_up_results.figures(0.5)})
    for right in (0.5, 0.5, 0.6):
        result["splits"] = {"public": {"accuracy": right, "n": 10}}
        log.finished(result, tmp_path / "LOG.md")
    assert (tmp_path / "LOG.md").read_text(encoding="utf-8").count(f"`{result['run']}`\n") == 2


def test_a_damaged_bundle_of_a_run_is_not_scored(
    data: Fer2013, reproduced: Callable[[Order], dict[str, Any]]
) -> None:
    reproduced(PUBLIC)
    (BUNDLES / "tiny-official-1" / "model.tflite").write_bytes(b"damaged")
    with pytest.raises(ModelError, match="checksum"):
        reproduce.reproduce(recipe(), Order(private=False), data)
