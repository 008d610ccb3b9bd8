"""Pretrained weights are found and checked, or refused in one sentence; a random start is never silent."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import h5py
import numpy as np
import pytest

keras = pytest.importorskip("keras")

from training.errors import WeightsError  # noqa: E402
from training.pretrained import backbone  # noqa: E402

SHAPE = (32, 32, 3)


class Offline:
    """keras.utils.get_file on a machine without a network: the error is a plain Exception there."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, name: str, origin: str, **_: object) -> NoReturn:
        self.asked.append(name)
        raise Exception(f"URL fetch failure on {origin}: None -- [Errno -2] Name or service not known")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Offline:
    fetch = Offline()
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", fetch)
    return fetch


@pytest.fixture(scope="module")
def mobilenet() -> keras.Model:
    return backbone("MobileNetV2", weights="none", input_shape=SHAPE)


@pytest.fixture(scope="module", params=["right.weights.h5", "right.h5"])
def right_file(
    request: pytest.FixtureRequest, mobilenet: keras.Model, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The present format of Keras, and the old one that its own ImageNet files have."""
    path: Path = tmp_path_factory.mktemp("weights") / request.param
    mobilenet.save_weights(path) if path.name.endswith(".weights.h5") else save_the_old_way(mobilenet, path)
    return path


def save_the_old_way(model: keras.Model, path: Path) -> None:
    """Layers and their weights at the root of the file."""
    whole = path.with_name("whole.h5")
    model.save(whole)
    with h5py.File(whole) as source, h5py.File(path, "w") as target:
        layers = source["model_weights"]
        for name in layers:
            layers.copy(name, target)
        target.attrs.update(layers.attrs)


@pytest.mark.parametrize("name", ["ResNet50", "MobileNetV2", "InceptionV3"])
def test_imagenet_weights_that_cannot_be_fetched_end_in_one_sentence(name: str, offline: Offline) -> None:
    with pytest.raises(WeightsError) as caught:
        backbone(name, weights="imagenet", input_shape=(96, 96, 3))
    assert str(caught.value) == (
        f"ImageNet weights for {name} are not available offline. Give a file with --weights PATH, or "
        "--weights none (random start; the paper's figure cannot be expected)."
    )
    assert caught.value.exit_code == 4
    assert len(offline.asked) == 1


def test_no_weights_asks_for_no_file(offline: Offline, mobilenet: keras.Model) -> None:
    assert mobilenet.count_params() == 2_257_984
    assert offline.asked == []


def test_a_right_file_fills_the_network_whatever_the_picture_size(
    right_file: Path, mobilenet: keras.Model
) -> None:
    filled = backbone("MobileNetV2", weights=str(right_file), input_shape=(64, 64, 3))
    for given, found in zip(mobilenet.get_weights(), filled.get_weights(), strict=True):
        np.testing.assert_array_equal(given, found)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"absent\.h5 cannot be read as a weight file"):
        backbone("MobileNetV2", weights=str(tmp_path / "absent.h5"), input_shape=SHAPE)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.h5"
    path.write_text("not weights")
    with pytest.raises(WeightsError, match="give a Keras no-top weight file of MobileNetV2"):
        backbone("MobileNetV2", weights=str(path), input_shape=SHAPE)


def test_a_file_of_another_size_is_refused_with_both_counts(tmp_path: Path) -> None:
    small = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    small.save_weights(tmp_path / "small.weights.h5")
    with pytest.raises(WeightsError, match=r"holds 8 parameters, but MobileNetV2 .* has 2,257,984"):
        backbone("MobileNetV2", weights=str(tmp_path / "small.weights.h5"), input_shape=SHAPE)


@pytest.mark.parametrize("name", ["flat.weights.h5", "flat.h5"])
def test_a_file_of_the_same_size_but_other_shapes_is_refused(name: str, tmp_path: Path) -> None:
    flat = keras.Sequential([keras.Input((2_257_983,)), keras.layers.Dense(1)])
    flat.save_weights(tmp_path / name) if name.endswith(".weights.h5") else flat.save(tmp_path / name)
    with pytest.raises(WeightsError, match="do not fit the layers of MobileNetV2"):
        backbone("MobileNetV2", weights=str(tmp_path / name), input_shape=SHAPE)


def test_a_file_that_would_leave_a_layer_at_its_random_start_is_refused(
    mobilenet: keras.Model, tmp_path: Path
) -> None:
    path = tmp_path / "moved.weights.h5"
    mobilenet.save_weights(path)
    with h5py.File(path, "r+") as file:
        file.move("layers/conv2d", "layers/renamed")
    with pytest.raises(WeightsError, match="do not fit the layers of MobileNetV2"):
        backbone("MobileNetV2", weights=str(path), input_shape=SHAPE)
