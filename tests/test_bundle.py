"""Bundles: the contract is kept, a broken one is refused with a sentence, and both runtimes agree."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from femon.bundle import (
    BrokenBundle,
    Bundle,
    Contract,
    list_bundles,
    read_contract,
    tensorflow_logits,
    verify_weights,
)
from femon.bundle.bundle import MOST_AT_ONCE
from femon.emotions import EMOTIONS
from femon.errors import ModelError
from femon.shipped import models_folder

SHIPPED = [path.parent for path in sorted(models_folder().glob("*/bundle.json"))]
NETWORKS = [folder for folder in SHIPPED if not read_contract(folder).members]


@pytest.fixture
def crops() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (5, 48, 48), dtype=np.uint8)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A bundle to damage."""
    return Path(shutil.copytree(NETWORKS[0], tmp_path / "copy"))


def change(folder: Path, **entries: object) -> None:
    path = folder / "bundle.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | entries))


def test_femon_ships_a_model() -> None:
    assert SHIPPED


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_every_bundle_gives_probabilities_for_any_number_of_faces(
    folder: Path, crops: NDArray[np.uint8]
) -> None:
    bundle = Bundle.load(folder, device="cpu")
    for count in range(len(crops) + 1):
        probabilities = bundle.predict(crops[:count])
        assert probabilities.shape == (count, len(EMOTIONS))
        assert probabilities.dtype == np.float32
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_the_answer_of_a_network_is_divided_by_its_temperature(copy: Path, crops: NDArray[np.uint8]) -> None:
    change(copy, temperature=1.0)
    logits = np.log(Bundle.load(copy, device="cpu").predict(crops).astype(np.float64))
    for temperature in (0.5, 4.0):
        change(copy, temperature=temperature)
        powers = np.exp(logits / temperature)
        expected = powers / powers.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(Bundle.load(copy, device="cpu").predict(crops), expected, atol=1e-4)


def test_more_faces_than_go_through_at_once_are_all_answered(copy: Path) -> None:
    many = np.random.default_rng(1).integers(0, 256, (MOST_AT_ONCE + 3, 48, 48), dtype=np.uint8)
    bundle = Bundle.load(copy, device="cpu")
    ends = np.concatenate([bundle.predict(many[:2]), bundle.predict(many[-4:])])
    np.testing.assert_allclose(bundle.predict(many)[[0, 1, -4, -3, -2, -1]], ends, atol=1e-5)


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_face_gets_the_same_answer_alone_and_in_company(folder: Path, crops: NDArray[np.uint8]) -> None:
    bundle = Bundle.load(folder, device="cpu")
    alone = np.concatenate([bundle.predict(crop[None]) for crop in crops])
    np.testing.assert_allclose(bundle.predict(crops), alone, atol=1e-5)


@pytest.mark.parametrize("folder", NETWORKS, ids=lambda folder: folder.name)
def test_the_int8_weights_of_one_runtime_agree_with_the_floats_of_the_other(
    folder: Path, crops: NDArray[np.uint8]
) -> None:
    pytest.importorskip("tensorflow")
    contract = read_contract(folder)
    on_cpu = Bundle.load(folder, device="cpu")
    through_tensorflow = Bundle(
        contract,
        tensorflow_logits(folder / "model.keras", require_gpu=False),
        runtime="tensorflow",
        device="cpu",
        fallback=None,
    )
    np.testing.assert_allclose(on_cpu.predict(crops), through_tensorflow.predict(crops), atol=0.02)


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_every_bundle_carries_its_figures_and_a_card(folder: Path) -> None:
    contract = read_contract(folder)
    figures = contract.metrics["public_test"]
    assert figures["n"] == 3589
    assert figures["ci95"][0] < figures["accuracy"] < figures["ci95"][1]
    assert np.sum(figures["confusion"]) == figures["n"]
    assert np.trace(figures["confusion"]) / figures["n"] == pytest.approx(figures["accuracy"], abs=1e-4)
    assert f"{figures['accuracy']:.2%}" in (folder / "CARD.md").read_text(encoding="utf-8")
    assert 0 < contract.uncertain_below < 1


def test_without_a_graphics_card_the_cpu_is_used_and_the_reason_is_kept(copy: Path) -> None:
    tensorflow = pytest.importorskip("tensorflow")
    if tensorflow.config.list_physical_devices("GPU"):
        pytest.skip("this machine has a graphics card")
    bundle = Bundle.load(copy, device="gpu")
    assert (bundle.device, bundle.runtime) == ("cpu", "litert")
    assert bundle.fallback


def test_a_missing_bundle_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"is not installed in .* python -m training"):
        Bundle.load(tmp_path / "absent")


def test_damaged_weights_are_not_loaded(copy: Path) -> None:
    weights = copy / "model.tflite"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\0")
    with pytest.raises(ModelError, match="do not match their checksum"):
        Bundle.load(copy)
    with pytest.raises(ModelError, match="do not match their checksum"):
        verify_weights(copy)


def test_missing_weights_are_told(copy: Path) -> None:
    (copy / "model.keras").unlink()
    with pytest.raises(ModelError, match=r"model\.keras of 'copy' cannot be read|cannot be read"):
        Bundle.load(copy)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"labels": sorted(EMOTIONS)}, "names its classes angry, disgust"),
        ({"labels": list(EMOTIONS[:6])}, "names its classes"),
        ({"input_shape": [None, 64, 64]}, r"wants pictures of \(None, 64, 64\)"),
        ({"crop": {"size": 64, "left_eye": [20, 20], "right_eye": [44, 20]}}, "wants pictures"),
        ({"crop": {}}, "cannot be read"),
        ({"temperature": 0}, "lacks a checksum or a temperature"),
        ({"temperature": "warm"}, "cannot be read"),
        ({"sha256": {}}, "lacks a checksum"),
        ({"kind": "ensemble"}, "of the kind 'ensemble' and names 0 members"),
    ],
)
def test_a_foreign_contract_is_refused(copy: Path, entries: dict[str, object], sentence: str) -> None:
    change(copy, **entries)
    with pytest.raises(ModelError, match=sentence):
        Bundle.load(copy)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "\x00\xff"])
def test_an_unreadable_contract_is_refused(copy: Path, content: str) -> None:
    (copy / "bundle.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be read"):
        read_contract(copy)


def test_weights_that_are_no_model_are_refused(copy: Path) -> None:
    from femon.bundle import sha256_of

    (copy / "model.tflite").write_bytes(b"this is not a network")
    sums = {name: sha256_of(copy / name) for name in ("model.tflite", "model.keras")}
    change(copy, sha256=sums)
    with pytest.raises(ModelError, match="cannot be run"):
        Bundle.load(copy)


def test_a_list_of_bundles_names_the_broken_ones(copy: Path) -> None:
    shutil.copytree(NETWORKS[0], copy.parent / "whole")
    (copy / "bundle.json").write_text("{")
    broken, whole = list_bundles(copy.parent)
    assert isinstance(broken, BrokenBundle)
    assert broken.id == "copy"
    assert "cannot be read" in broken.reason
    assert isinstance(whole, Contract)
    assert whole.size_bytes > 1_000_000
