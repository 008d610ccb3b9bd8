"""Writing an ensemble: who may take part, where the members lie, and figures through the bundle itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from femon.bundle import Bundle, Stack, read_contract, sha256_of
from training import ensemble
from training.ensemble import Rule
from training.ensemble_bundle import make, write_bundle
from training.errors import TrainingError
from training.export import litert_float16
from training.fer2013 import Fer2013, Samples

PARAMETERS = 9 * 7 + 7  # of one tiny network


@pytest.fixture
def data(samples: Samples) -> Fer2013:
    """Eight Training rows and 56 of PublicTest, eight of each class."""
    labels = (np.arange(64) % 7).astype(np.uint8)
    usage = (np.arange(64) >= 8).astype(np.uint8)
    return Fer2013(
        Samples("fer2013", samples.images, labels, samples.rows), usage, np.zeros(64, np.bool_), "0" * 64
    )


@pytest.fixture(scope="module")
def trained(models: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two bundles of one tiny layer each, with random weights."""
    return [
        tiny_bundle(models, tmp_path_factory.mktemp("trained") / name, len(name)) for name in ("one", "three")
    ]


@pytest.fixture
def members(trained: list[Path], tmp_path: Path) -> list[Path]:
    """Both in a folder of models, to be changed."""
    return [Path(shutil.copytree(folder, tmp_path / "models" / folder.name)) for folder in trained]


def tiny_bundle(models: Path, folder: Path, seed: int) -> Path:
    crops = keras.Input((48, 48), dtype="uint8")
    pixels = keras.layers.Rescaling(1 / 16, -8.0)(keras.layers.Reshape((48, 48, 1))(crops))
    regions = keras.layers.Flatten()(keras.layers.AveragePooling2D(16)(pixels))
    start = keras.initializers.RandomNormal(stddev=3.0, seed=seed)
    network = keras.Model(crops, keras.layers.Dense(7, kernel_initializer=start)(regions))
    folder.mkdir()
    (folder / "model.tflite").write_bytes(litert_float16(network))
    known = json.loads((models / "femon-small" / "bundle.json").read_text(encoding="utf-8"))
    sums = {"model.tflite": sha256_of(folder / "model.tflite")}
    known |= {"id": folder.name, "sha256": sums, "params": PARAMETERS, "temperature": 1 + seed / 10}
    (folder / "bundle.json").write_text(json.dumps(known), encoding="utf-8")
    return folder


def rule(*shares: float) -> Rule:
    return Rule("given", np.repeat(np.array(shares)[:, None], 7, axis=1))


def test_an_ensemble_is_written_with_its_figures_and_serves_them(members: list[Path], data: Fer2013) -> None:
    folder = members[0].parent / "both"
    contract = write_bundle(folder, members, rule(0.25, 0.75), data, name="Both")
    assert contract == json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    assert not (folder / "members").exists()  # they lie beside it
    read = read_contract(folder)
    assert (read.params, read.views, read.kind) == (2 * PARAMETERS, 2, "ensemble")
    assert [entry.weights for entry in read.members] == [(0.25,) * 7, (0.75,) * 7]
    assert contract["temperature"] != 1
    public = data.public()
    judgement = Bundle.load(folder, device="cpu").judge(public.images)
    right = judgement.probabilities.argmax(axis=1) == public.labels
    assert contract["metrics"]["public_test"]["accuracy"] == pytest.approx(right.mean(), abs=1e-4)
    assert judgement.disagreement is not None
    assert contract["disagree_above"] == ensemble.disagree_above(judgement.disagreement, right)
    assert "Both" in (folder / "CARD.md").read_text(encoding="utf-8")


def test_members_from_elsewhere_are_copied_into_the_ensemble(
    members: list[Path], data: Fer2013, tmp_path: Path
) -> None:
    folder = tmp_path / "shipped" / "both"
    write_bundle(folder, members, rule(0.5, 0.5), data, name="Both")
    assert sorted(path.name for path in (folder / "members").iterdir()) == ["one", "three"]
    shutil.rmtree(members[0].parent)
    assert Bundle.load(folder, device="cpu").contract.id == "both"


def test_what_is_served_is_what_the_rule_says(members: list[Path], data: Fer2013) -> None:
    images = data.public().images
    answers = np.stack([Bundle.load(path, device="cpu").predict(images) for path in members])
    shares = np.random.default_rng(0).dirichlet(np.ones(2), 7).T
    kernel = tuple(map(tuple, np.random.default_rng(0).normal(size=(14, 7)).tolist()))
    for given in (
        Rule("class", shares),
        Rule("stacked", stack=Stack(kernel, (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6))),
    ):
        folder = members[0].parent / given.name
        contract = write_bundle(folder, members, given, data, name=given.name)
        powers = given.combine(answers).astype(np.float64) ** (1 / contract["temperature"])
        served = Bundle.load(folder, device="cpu").predict(images)
        np.testing.assert_allclose(served, powers / powers.sum(axis=1, keepdims=True), atol=1e-4)


def test_a_rule_is_fitted_on_public_test_and_named(members: list[Path], data: Fer2013) -> None:
    contract = make(members[0].parent / "both", members, "accuracy", data)
    public = data.public()
    answers = np.stack([Bundle.load(path, device="cpu").predict(public.images) for path in members])
    found = ensemble.accuracies(answers, public.labels)
    assert found[0] != found[1]
    assert contract["recipe"] == "ensemble-accuracy"
    assert contract["name"] == "Accuracy-weighted mean of one, three"
    weights = [entry["weights"] for entry in contract["members"]]
    np.testing.assert_allclose(weights, found / found.sum(), atol=1e-6)


def test_a_network_that_followed_a_published_protocol_may_not_take_part(
    members: list[Path], data: Fer2013
) -> None:
    replica = Path(shutil.copytree(members[0], members[0].parent / "replica"))
    known = json.loads((replica / "bundle.json").read_text(encoding="utf-8"))
    (replica / "bundle.json").write_text(json.dumps(known | {"protocol": "published"}), encoding="utf-8")
    folder = members[0].parent / "both"
    with pytest.raises(TrainingError, match="'replica' follows a published protocol"):
        write_bundle(folder, [*members, replica], rule(0.3, 0.3, 0.4), data, name="Three")
    with pytest.raises(TrainingError, match="'replica' follows a published protocol"):
        make(folder, [*members, replica], "simple", data)
    assert not folder.exists()


def test_ensembles_twins_and_loners_may_not_take_part(members: list[Path], data: Fer2013) -> None:
    folder = members[0].parent / "both"
    with pytest.raises(TrainingError, match="two or more members"):
        write_bundle(folder, members[:1], rule(1.0), data, name="One")
    with pytest.raises(TrainingError, match="with different names"):
        write_bundle(folder, members[:1] * 2, rule(0.5, 0.5), data, name="Twins")
    with pytest.raises(TrainingError, match="weights for 3 members, not 2"):
        write_bundle(folder, members, rule(0.3, 0.3, 0.4), data, name="Both")
    write_bundle(folder, members, rule(0.5, 0.5), data, name="Both")
    with pytest.raises(TrainingError, match="'both' is itself an ensemble"):
        write_bundle(folder.parent / "more", [members[0], folder], rule(0.5, 0.5), data, name="More")
