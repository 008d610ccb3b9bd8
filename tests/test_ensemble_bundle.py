"""Ensembles: what their members say together, which contracts are refused, and the way into the log."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from fakes import FakeFinder, FakeSource, Notices, make_frame
from femon.bundle import (
    BrokenBundle,
    Bundle,
    Contract,
    disagreement,
    list_bundles,
    read_contract,
    verify_weights,
)
from femon.bundle.combination import mean_logits, softmax, stacked_logits
from femon.cli import main
from femon.emotions import EMOTIONS
from femon.errors import ModelError
from femon.pipeline import Parts, Pipeline
from femon.recording import SessionRequest, SessionSummary
from femon.settings import Settings
from femon.shipped import models_folder

MEMBERS = {"sharp": 0.1, "soft": 8.0}  # the same network with two temperatures: sure, and undecided
Change = Callable[[Path, dict[str, Any]], object]


def write_member(folder: Path, temperature: float) -> dict[str, Any]:
    """A copy of the shipped network; gives what an ensemble says of it."""
    shipped = models_folder() / "femon-small"
    folder.mkdir(parents=True)
    shutil.copy(shipped / "model.tflite", folder)
    entries = json.loads((shipped / "bundle.json").read_text(encoding="utf-8"))
    sums = {"model.tflite": entries["sha256"]["model.tflite"]}
    change(folder, **entries | {"id": folder.name, "sha256": sums, "temperature": temperature})
    return {"id": folder.name, "sha256": sums, "temperature": temperature, "weights": 1.0}


def change(folder: Path, **entries: object) -> None:
    path = folder / "bundle.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps(known | entries), encoding="utf-8")


def write_ensemble(models: Path, *, inside: bool = False) -> Path:
    folder = models / "both"
    home = folder / "members" if inside else models
    entries = [write_member(home / name, temperature) for name, temperature in MEMBERS.items()]
    folder.mkdir(exist_ok=True)
    one = json.loads((home / "sharp" / "bundle.json").read_text(encoding="utf-8"))
    kept = {key: one[key] for key in ("labels", "input_shape", "crop", "train_prior", "data", "views")}
    change(
        folder, **kept, id="both", name="Both", kind="ensemble", members=entries, sha256={}, temperature=1.5
    )
    change(folder, params=2 * one["params"], uncertain_below=0.4, disagree_above=0.3)
    return folder


@pytest.fixture
def ensemble(tmp_path: Path) -> Path:
    """models/both with the members sharp and soft beside it."""
    return write_ensemble(tmp_path / "models")


@pytest.fixture
def crops() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (3, 48, 48), dtype=np.uint8)


# --- the arithmetic ---

HALF = np.array([[[0.5, 0.3, 0.2]], [[0.1, 0.6, 0.3]]], np.float32)  # two members, one picture, three classes


def test_equal_weights_give_the_mean() -> None:
    mean = softmax(mean_logits(HALF, np.ones((2, 3))))
    np.testing.assert_allclose(mean, [[0.3, 0.45, 0.25]], atol=1e-6)


def test_each_class_has_its_own_weights_and_the_sum_is_one_again() -> None:
    weights = [[3, 1, 0], [1, 1, 2]]
    # 3/4 * .5 + 1/4 * .1 = .4; (.3 + .6) / 2 = .45; .3; together 1.15
    combined = softmax(mean_logits(HALF, weights))
    np.testing.assert_allclose(combined, [[0.4 / 1.15, 0.45 / 1.15, 0.3 / 1.15]], atol=1e-6)


def test_the_temperature_divides_the_logarithm_of_the_mean() -> None:
    roots = np.sqrt([0.3, 0.45, 0.25])
    warm = softmax(mean_logits(HALF, np.ones((2, 3))), 2.0)
    np.testing.assert_allclose(warm, [roots / roots.sum()], atol=1e-6)


def test_a_stack_is_a_linear_layer_on_member_after_member() -> None:
    kernel = np.zeros((6, 3))
    kernel[0, 0], kernel[4, 1], kernel[5, 2] = 1, 2, 10
    logits = stacked_logits(HALF, kernel, [0, 0.1, -1])
    np.testing.assert_allclose(logits, [[0.5, 1.3, 2.0]], atol=1e-6)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param([[0.2, 0.8], [0.2, 0.8]], 0.0, id="the same"),
        pytest.param([[1, 0], [0, 1]], 1.0, id="the opposite"),
        # H(.75, .25) = .56234, mean of H(1, 0) and H(.5, .5) = .34657; the difference over ln 2
        pytest.param([[1, 0], [0.5, 0.5]], (0.562335 - 0.346574) / log(2), id="in between"),
        pytest.param([[1, 0], [0, 1], [0, 1], [1, 0]], 1.0, id="more members than classes"),
        pytest.param([[1, 0, 0], [0, 1, 0]], 1.0, id="fewer members than classes"),
        # H(2/3, 1/3) over ln 3
        pytest.param([[1, 0, 0], [1, 0, 0], [0, 1, 0]], 0.636514 / log(3), id="one against two"),
    ],
)
def test_disagreement_is_the_share_of_the_largest_divergence(
    members: list[list[float]], expected: float
) -> None:
    value = disagreement(np.array(members, np.float32)[:, None, :])
    np.testing.assert_allclose(value, [expected], atol=1e-5)


# --- the bundle ---


@pytest.mark.parametrize("inside", [True, False])
def test_an_ensemble_answers_with_the_tempered_mean_of_its_calibrated_members(
    tmp_path: Path, crops: NDArray[np.uint8], inside: bool
) -> None:
    folder = write_ensemble(tmp_path, inside=inside)
    home = folder / "members" if inside else tmp_path
    sharp, soft = (Bundle.load(home / name, device="cpu").predict(crops) for name in MEMBERS)
    bundle = Bundle.load(folder, device="cpu")
    np.testing.assert_allclose(bundle.predict_members(crops), [sharp, soft], atol=1e-6)
    powers = ((sharp + soft) / 2).astype(np.float64) ** (1 / 1.5)
    expected = powers / powers.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(bundle.predict(crops), expected, atol=1e-5)
    judgement = bundle.judge(crops)
    np.testing.assert_array_equal(judgement.probabilities, bundle.predict(crops))
    assert judgement.disagreement is not None
    np.testing.assert_allclose(judgement.disagreement, disagreement(np.stack([sharp, soft])))
    assert (judgement.disagreement > 0.1).all()


def test_a_single_network_has_no_disagreement(ensemble: Path, crops: NDArray[np.uint8]) -> None:
    bundle = Bundle.load(ensemble.parent / "soft", device="cpu")
    assert bundle.judge(crops).disagreement is None
    np.testing.assert_array_equal(bundle.predict_members(crops), [bundle.predict(crops)])


def test_an_ensemble_answers_for_no_face_too(ensemble: Path) -> None:
    judgement = Bundle.load(ensemble, device="cpu").judge(np.zeros((0, 48, 48), np.uint8))
    assert judgement.probabilities.shape == (0, len(EMOTIONS))
    assert judgement.disagreement is not None
    assert judgement.disagreement.shape == (0,)


def test_weights_may_stand_for_a_member_or_for_each_class(ensemble: Path, crops: NDArray[np.uint8]) -> None:
    soft_only = [0.0, [1.0] * 7]
    members = json.loads((ensemble / "bundle.json").read_text())["members"]
    weighted = [entry | {"weights": weights} for entry, weights in zip(members, soft_only, strict=True)]
    change(ensemble, members=weighted, temperature=1.0)
    alone = Bundle.load(ensemble.parent / "soft", device="cpu").predict(crops)
    np.testing.assert_allclose(Bundle.load(ensemble, device="cpu").predict(crops), alone, atol=1e-6)


def test_a_stack_takes_the_place_of_the_weights(ensemble: Path, crops: NDArray[np.uint8]) -> None:
    kernel = np.vstack([np.zeros((7, 7)), np.eye(7)])
    change(ensemble, stack={"kernel": kernel.tolist(), "bias": [0.0] * 7}, temperature=0.5)
    bundle = Bundle.load(ensemble, device="cpu")
    _, soft = bundle.predict_members(crops)
    np.testing.assert_allclose(bundle.predict(crops), softmax(soft, 0.5), atol=1e-6)


def test_the_size_and_the_checksums_are_those_of_the_members(ensemble: Path) -> None:
    contract = read_contract(ensemble)
    member = read_contract(ensemble.parent / "soft")
    assert contract.size_bytes == 2 * member.size_bytes > 0
    assert list(contract.checksums) == ["sharp/model.tflite", "soft/model.tflite"]
    verify_weights(ensemble)


def test_one_checksum_changes_with_everything_that_is_combined(ensemble: Path) -> None:
    before = read_contract(ensemble).weights_sha256
    assert len(before) == 64
    change(ensemble, temperature=2.0)  # moves no label, as with a single network
    assert read_contract(ensemble).weights_sha256 == before
    members = json.loads((ensemble / "bundle.json").read_text())["members"]
    change(ensemble, members=[members[0] | {"weights": 2.0}, members[1]])
    assert read_contract(ensemble).weights_sha256 != before
    soft = read_contract(ensemble.parent / "soft")
    assert soft.weights_sha256 == soft.sha256["model.tflite"]


def test_without_a_limit_of_its_own_an_ensemble_gets_the_default(ensemble: Path) -> None:
    change(ensemble, disagree_above=None)
    assert read_contract(ensemble).disagree_above == 0.20


# --- what is refused ---


def edit_member(number: int, **entries: object) -> Change:
    def edit(folder: Path, contract: dict[str, Any]) -> None:
        contract["members"][number] |= entries

    return edit


REFUSED: list[tuple[Change, str]] = [
    (lambda folder, contract: shutil.rmtree(folder.parent / "soft"), "'soft' is not installed"),
    (edit_member(1, id="../soft"), r"'\.\./soft', which is not a plain folder name"),
    (edit_member(1, id="sub/soft"), "not a plain folder name"),
    (edit_member(1, id="sub\\soft"), "not a plain folder name"),
    (edit_member(1, id=".."), "not a plain folder name"),
    (edit_member(1, id=""), "not a plain folder name"),
    (edit_member(1, id="sharp"), "two or more different members"),
    (edit_member(1, id="both"), "'both' of 'both' is itself an ensemble"),
    (edit_member(1, sha256={"model.tflite": "0" * 64}), "made with another version of 'soft'"),
    (edit_member(1, sha256={}), "lacks a checksum"),
    (edit_member(1, temperature=3.0), "made with another version of 'soft'"),
    (edit_member(1, weights=[1.0] * 6), "one weight for each member, or 7"),
    (edit_member(1, weights=float("nan")), "one weight for each member, or 7"),
    (edit_member(1, weights=1.7e308), "one weight for each member, or 7"),
    (edit_member(1, weights=-1.0), "a negative weight"),
    (
        lambda folder, contract: [entry.update(weights=0) for entry in contract["members"]],
        "every weight is 0",
    ),
    (lambda folder, contract: contract["members"].pop(), "two or more different members"),
    (lambda folder, contract: contract.update(members=[]), "names 0 members"),
    (lambda folder, contract: contract.update(members=["soft", "sharp"]), "cannot be read"),
    (lambda folder, contract: contract.update(kind="network"), "names 2 members"),
    (lambda folder, contract: contract.update(stack={"kernel": [[1.0] * 7] * 7, "bias": [0] * 7}), "14 x 7"),
    (
        lambda folder, contract: contract.update(stack={"kernel": [[1e308] * 7] * 14, "bias": [0] * 7}),
        "14 x 7",
    ),
    (lambda folder, contract: contract.update(stack={"kernel": 3, "bias": [0] * 7}), "cannot be read"),
    (
        lambda folder, contract: contract["crop"].update(left_eye=[10.0, 10.0]),
        "made with another version of 'sharp'",
    ),
]


@pytest.mark.parametrize(("edit", "sentence"), REFUSED)
def test_an_ensemble_that_does_not_fit_is_refused(ensemble: Path, edit: Change, sentence: str) -> None:
    entries = json.loads((ensemble / "bundle.json").read_text())
    edit(ensemble, entries)
    change(ensemble, **entries)
    with pytest.raises(ModelError, match=sentence):
        read_contract(ensemble)
    with pytest.raises(ModelError, match=sentence):
        Bundle.load(ensemble, device="cpu")
    (found,) = [entry for entry in list_bundles(ensemble.parent) if entry.id == "both"]
    assert isinstance(found, BrokenBundle)


def test_an_ensemble_of_an_ensemble_is_refused(ensemble: Path) -> None:
    other = Path(shutil.copytree(ensemble, ensemble.parent / "other"))
    entries = json.loads((ensemble / "bundle.json").read_text())
    members = [entries["members"][0], entries["members"][1] | {"id": "both"}]
    change(other, id="other", members=members)
    with pytest.raises(ModelError, match="'both' of 'other' is itself an ensemble"):
        read_contract(other)


def test_damaged_weights_of_a_member_are_not_loaded(ensemble: Path) -> None:
    (ensemble.parent / "soft" / "model.tflite").write_bytes(b"x")
    with pytest.raises(ModelError, match="The files of 'soft' do not match their checksum"):
        Bundle.load(ensemble, device="cpu")


# --- the app ---


def test_an_ensemble_is_listed_shown_and_verified(ensemble: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = str(ensemble.parent)
    assert isinstance(list_bundles(ensemble.parent)[0], Contract)
    assert main(["models", "--models", models]) == 0
    assert "4,061,774" in capsys.readouterr().out  # parameters of both members
    assert main(["models", "verify", "both", "--models", models]) == 0
    capsys.readouterr()
    assert main(["models", "show", "both", "--models", models]) == 0
    shown = capsys.readouterr().out
    assert "sharp, soft" in shown
    assert "0.3" in shown
    assert main(["models", "show", "both", "--json", "--models", models]) == 0
    assert json.loads(capsys.readouterr().out)["members"][1]["id"] == "soft"


def recorded(models: Path, model_id: str, folder: Path) -> Path:
    """The session folder of ten frames of one face."""
    notices = Notices()
    pipeline = Pipeline(
        "fake",
        Settings(model=model_id, device="cpu"),
        models=models,
        on_readings=lambda readings: None,
        on_notice=notices,
        record=SessionRequest(folder),
        parts=Parts(
            open_source=lambda *_, **__: FakeSource([make_frame(index) for index in range(20)]),
            make_finder=FakeFinder(1),  # type: ignore[arg-type]
        ),
    )
    pipeline.start()
    try:
        summary = notices.until("recorded", "error").details["summary"]
    finally:
        pipeline.stop()
    assert isinstance(summary, SessionSummary)
    return summary.folder


def test_the_disagreement_of_an_ensemble_reaches_the_log(ensemble: Path, tmp_path: Path) -> None:
    crop = np.full((1, 48, 48), 1, np.uint8)  # what the finder of the tests finds
    judgement = Bundle.load(ensemble, device="cpu").judge(crop)
    assert judgement.disagreement is not None
    value = float(judgement.disagreement[0])
    change(ensemble, disagree_above=value / 2)
    folder = recorded(ensemble.parent, "both", tmp_path / "sessions")
    table = pd.read_csv(folder / "frames.csv")
    np.testing.assert_allclose(table.disagreement, value, atol=1e-4)
    np.testing.assert_allclose(table.raw_happy, judgement.probabilities[0, 3], atol=1e-4)
    assert set(table.uncertain_why) == {"warmup", "disagreement"}
    session = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    assert session["model"]["members"] == ["sharp", "soft"]
    assert session["model"]["sha256"] == read_contract(ensemble).weights_sha256
    assert session["filters"]["uncertain"]["disagreement"] == value / 2


def test_a_single_network_leaves_the_disagreement_empty(ensemble: Path, tmp_path: Path) -> None:
    folder = recorded(ensemble.parent, "soft", tmp_path / "sessions")
    assert pd.read_csv(folder / "frames.csv").disagreement.isna().all()
    session = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    assert session["model"]["members"] == []
    assert session["filters"]["uncertain"]["disagreement"] is None
