"""Stand-ins for comparing models: bundles on disk that are contracts only, and what they answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from femon.crop import FER_SPEC, CropSpec
from femon.emotions import EMOTIONS
from femon.errors import ModelError
from femon.types import Judgement


def sure_of(label: str, probability: float = 0.88) -> list[float]:
    """Probabilities that favour one label; the others share the rest."""
    rest = (1 - probability) / (len(EMOTIONS) - 1)
    return [probability if name == label else rest for name in EMOTIONS]


def install(models: Path, model_id: str, *, text: str = "", crop: CropSpec = FER_SPEC) -> None:
    """A bundle with a contract and no weights; `text` replaces its bundle.json."""
    folder = models / model_id
    folder.mkdir(parents=True)
    entries = {
        "id": model_id,
        "name": f"Network {model_id}",
        "labels": list(EMOTIONS),
        "input_shape": [None, 48, 48],
        "crop": crop.to_dict(),
        "sha256": {"model.tflite": "ab" * 32},
        "temperature": 1.0,
    }
    (folder / "bundle.json").write_text(text or json.dumps(entries), encoding="utf-8")


class Answers:
    """Loads bundles that say the same to every crop; an id without an answer is damaged."""

    def __init__(self, **answers: list[float]) -> None:
        self.answers = answers
        self.loaded: list[str] = []
        self.crops: dict[str, list[NDArray[np.uint8]]] = {}
        self.on_call: Callable[[], None] = lambda: None

    def __call__(self, folder: Path, **options: Any) -> Any:
        self.loaded.append(folder.name)
        if folder.name not in self.answers:
            raise ModelError(f"The files of '{folder.name}' do not match their checksum and were not loaded.")
        contract = SimpleNamespace(
            id=folder.name, name=f"Network {folder.name}", uncertain_below=0.45, disagree_above=0.2
        )
        return SimpleNamespace(contract=contract, judge=lambda crops: self._judge(folder.name, crops))

    def _judge(self, model_id: str, crops: NDArray[np.uint8]) -> Judgement:
        self.on_call()
        self.crops.setdefault(model_id, []).append(crops)
        answer = np.array(self.answers[model_id], np.float32)
        return Judgement(np.tile(answer, (len(crops), 1)))
