"""A graphics card is used only for weights that were checked, and only when it works."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from femon.bundle import Bundle, tensorflow_logits


@pytest.fixture
def copy(models: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(models / "femon-small", tmp_path / "femon-small"))


def loaded_keras(monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> list[Path]:
    """A graphics card that works, or fails with this error; the files that are given to it."""
    given: list[Path] = []

    def logits(path: Path, *, require_gpu: bool) -> Any:
        given.append(path)
        if error is not None:
            raise error
        return lambda crops: np.zeros((len(crops), 7), np.float32)

    monkeypatch.setattr("femon.bundle.bundle.tensorflow_logits", logits)
    return given


def test_the_file_for_the_graphics_card_is_checked_before_it_is_opened(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = loaded_keras(monkeypatch)
    assert Bundle.load(copy, device="gpu").device == "gpu"
    assert given == [copy / "model.keras"]


def test_a_file_without_a_checksum_is_not_given_to_the_graphics_card(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = json.loads((copy / "bundle.json").read_text())
    del table["sha256"]["model.keras"]
    (copy / "bundle.json").write_text(json.dumps(table))
    (copy / "model.keras").write_bytes(b"anything")
    given = loaded_keras(monkeypatch)
    bundle = Bundle.load(copy, device="gpu")
    assert (bundle.device, given) == ("cpu", [])
    assert bundle.fallback is not None
    assert "no checksum" in bundle.fallback


class DriverError(Exception):
    """As TensorFlow's own errors: none of the built-in kinds."""


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            DriverError("DNN library initialization failed.\nat node conv"),
            "DNN library initialization failed.",
        ),
        (AttributeError("_ARRAY_API not found"), "_ARRAY_API not found"),
        (RuntimeError(), "RuntimeError"),
    ],
)
def test_whatever_the_graphics_card_fails_with_the_cpu_goes_on(
    copy: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    loaded_keras(monkeypatch, error)
    bundle = Bundle.load(copy, device="gpu")
    assert (bundle.device, bundle.fallback) == ("cpu", reason)


def test_a_network_that_does_not_run_on_the_card_is_noticed_when_it_loads(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tensorflow = pytest.importorskip("tensorflow")

    class Model:
        def __call__(self, crops: Any, training: bool) -> Any:
            raise tensorflow.errors.InternalError(None, None, "DNN library initialization failed")

    monkeypatch.setattr(tensorflow.keras.models, "load_model", lambda *_, **__: Model())
    with pytest.raises(tensorflow.errors.InternalError):
        tensorflow_logits(copy / "model.keras", require_gpu=False)


def test_a_network_with_other_answers_is_refused_when_it_loads(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tensorflow = pytest.importorskip("tensorflow")

    def model(crops: Any, training: bool) -> Any:
        return tensorflow.zeros((1, 6))

    monkeypatch.setattr(tensorflow.keras.models, "load_model", lambda *_, **__: model)
    with pytest.raises(ValueError, match=r"answers of the shape \(1, 6\)"):
        tensorflow_logits(copy / "model.keras", require_gpu=False)
