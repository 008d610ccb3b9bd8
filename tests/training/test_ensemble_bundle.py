"""Writing an ensemble: who may take part, where the members lie, and figures through the bundle itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from femon.bundle import Bundle, Stack, read_contract, sha256_of
from femon.bundle.runtimes import Logits
from training import commands, comparisons, ensemble
from training.ensemble import Rule
from training.ensemble_bundle import make, write_bundle
from training.errors import TrainingError
from training.evaluate import ranked
from training.export import litert_int8
from training.fer2013 import Fer2013, Samples
from training.remembered import Remembered
from training.summary import summary

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
    (folder / "model.tflite").write_bytes(litert_int8(network))
    known = json.loads((models / "femon-small" / "bundle.json").read_text(encoding="utf-8"))
    sums = {"model.tflite": sha256_of(folder / "model.tflite")}
    known |= {"id": folder.name, "sha256": sums, "params": PARAMETERS, "temperature": 1 + seed / 10}
    (folder / "bundle.json").write_text(json.dumps(known), encoding="utf-8")
    return folder


def answers_of(members: list[Path], data: Fer2013) -> np.ndarray:  # type: ignore[type-arg]
    return np.stack([Bundle.load(member, device="cpu").predict(data.public().images) for member in members])


def written(folder: Path, members: list[Path], rule: Rule, data: Fer2013, *, name: str) -> dict[str, Any]:
    return write_bundle(folder, members, rule, data, answers=answers_of(members, data), name=name)


def rule(*shares: float) -> Rule:
    return Rule("given", np.repeat(np.array(shares)[:, None], 7, axis=1))


def test_an_ensemble_is_written_with_its_figures_and_serves_them(members: list[Path], data: Fer2013) -> None:
    folder = members[0].parent / "both"
    contract = written(folder, members, rule(0.25, 0.75), data, name="Both")
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
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    assert "Both" in card
    labels = answers_of(members, data).argmax(axis=2)
    apart = float((labels[0] != labels[1]).mean())
    assert contract["pairwise_disagreement"] == [[0, round(apart, 4)], [round(apart, 4), 0]]
    assert f"| three | {100 * round(apart, 4):.2f} % | – |" in card


def test_members_from_elsewhere_are_copied_into_the_ensemble(
    members: list[Path], data: Fer2013, tmp_path: Path
) -> None:
    folder = tmp_path / "shipped" / "both"
    written(folder, members, rule(0.5, 0.5), data, name="Both")
    assert sorted(path.name for path in (folder / "members").iterdir()) == ["one", "three"]
    shutil.rmtree(members[0].parent)
    assert Bundle.load(folder, device="cpu").contract.id == "both"


def test_what_is_served_is_what_the_rule_says(members: list[Path], data: Fer2013) -> None:
    images = data.public().images
    answers = answers_of(members, data)
    shares = np.random.default_rng(0).dirichlet(np.ones(2), 7).T
    kernel = tuple(map(tuple, np.random.default_rng(0).normal(size=(14, 7)).tolist()))
    for given in (
        Rule("class", shares),
        Rule("stacked", stack=Stack(kernel, (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6))),
    ):
        folder = members[0].parent / given.name
        contract = written(folder, members, given, data, name=given.name)
        powers = given.combine(answers).astype(np.float64) ** (1 / contract["temperature"])
        served = Bundle.load(folder, device="cpu").predict(images)
        np.testing.assert_allclose(served, powers / powers.sum(axis=1, keepdims=True), atol=1e-4)


def test_a_rule_is_fitted_on_public_test_and_named(members: list[Path], data: Fer2013) -> None:
    contract = make(members[0].parent / "both", members, "accuracy", data)
    public = data.public()
    answers = answers_of(members, data)
    found = ensemble.accuracies(answers, public.labels)
    assert found[0] != found[1]
    assert contract["recipe"] == "ensemble-accuracy"
    assert contract["name"] == "Accuracy-weighted mean of one, three"
    weights = [entry["weights"] for entry in contract["members"]]
    np.testing.assert_allclose(weights, found / found.sum(), atol=1e-6)


def test_the_command_prints_the_figures_and_how_far_the_members_lie_apart(
    members: list[Path], data: Fer2013, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands.models, "MODELS", members[0].parent)
    monkeypatch.setattr(commands.models.fer2013, "load", lambda: data)
    assert commands.main(["ensemble", *map(str, members), "--name", "both"]) == 0
    first, header, _, *rows = capsys.readouterr().out.splitlines()
    assert first.startswith("both public_test: accuracy ")
    assert header == "| different labels on PublicTest | one | three |"
    assert [row.split(" | ")[0] for row in rows] == ["| one", "| three"]


def test_every_two_bundles_are_ranked_on_public_test_and_the_summary_says_so(
    members: list[Path], data: Fer2013, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands.figures, "MODELS", members[0].parent)
    monkeypatch.setattr(commands.figures, "RESULTS", results := members[0].parents[1] / "results")
    monkeypatch.setattr(commands.models.fer2013, "load", lambda: data)
    assert commands.main(["rank"]) == 0
    (compared,) = comparisons.read(results)
    assert capsys.readouterr().out == f"{compared.text()}\n"
    assert (compared.first, compared.second, compared.split, compared.n) == ("one", "three", "PublicTest", 56)
    assert compared.text() in summary([], [], [compared])
    assert commands.main(["rank", str(members[0])]) == 2
    assert "two or more bundles" in capsys.readouterr().err


def test_a_network_that_has_learnt_public_test_is_not_ranked_by_it(
    members: list[Path], data: Fer2013
) -> None:
    known = json.loads((members[0] / "bundle.json").read_text(encoding="utf-8"))
    refit = json.dumps(known | {"trained_on_validation": True})
    (members[0] / "bundle.json").write_text(refit, encoding="utf-8")
    with pytest.raises(TrainingError, match="'one' was trained on PublicTest"):
        ranked(members, data)


def test_a_network_that_followed_a_published_protocol_may_not_take_part(
    members: list[Path], data: Fer2013
) -> None:
    replica = Path(shutil.copytree(members[0], members[0].parent / "replica"))
    known = json.loads((replica / "bundle.json").read_text(encoding="utf-8"))
    (replica / "bundle.json").write_text(json.dumps(known | {"protocol": "published"}), encoding="utf-8")
    folder = members[0].parent / "both"
    with pytest.raises(TrainingError, match="'replica' follows a published protocol"):
        written(folder, [*members, replica], rule(0.3, 0.3, 0.4), data, name="Three")
    with pytest.raises(TrainingError, match="'replica' follows a published protocol"):
        make(folder, [*members, replica], "simple", data)
    assert not folder.exists()


def test_ensembles_twins_and_loners_may_not_take_part(members: list[Path], data: Fer2013) -> None:
    folder = members[0].parent / "both"
    with pytest.raises(TrainingError, match="two or more members"):
        written(folder, members[:1], rule(1.0), data, name="One")
    with pytest.raises(TrainingError, match="with different names"):
        written(folder, members[:1] * 2, rule(0.5, 0.5), data, name="Twins")
    with pytest.raises(TrainingError, match="weights for 3 members, not 2"):
        written(folder, members, rule(0.3, 0.3, 0.4), data, name="Both")
    written(folder, members, rule(0.5, 0.5), data, name="Both")
    with pytest.raises(TrainingError, match="'both' is itself an ensemble"):
        written(folder.parent / "more", [members[0], folder], rule(0.5, 0.5), data, name="More")


def test_remembered_answers_are_those_of_the_bundle(members: list[Path], data: Fer2013) -> None:
    folder, images = members[0].parent / "both", data.public().images
    make(folder, members, "simple", data)
    runs: list[Path] = []

    class Counting(Remembered):
        def logits(self, weights: Path, threads: int) -> Logits:
            runs.append(weights)
            return super().logits(weights, threads)

    known = Counting()
    loaded = [Bundle.load(folder, device="cpu", on_cpu=known.logits) for _ in range(2)]
    expected = Bundle.load(folder, device="cpu").predict(images)
    for bundle in loaded:
        np.testing.assert_array_equal(bundle.predict(images), expected)
    assert len(runs) == 4
    assert len(known) == 2  # each network once, however often it is loaded
