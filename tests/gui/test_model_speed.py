"""What a face costs each model: measured in the background, shown in the picker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from answering import install
from femon.bundle.speed import ms_per_face
from femon.errors import ModelError
from femon.gui.dialogs.model_figures import COLUMNS
from femon.gui.dialogs.model_picker import ModelPicker
from femon.gui.dialogs.model_speed import ModelSpeed
from femon.settings import AnalysisSettings, Settings
from later import Later

PER_FACE = list(COLUMNS).index("Per face")
MS = {"large": 7.31, "small": 1.57}


class CountedBundle:
    def __init__(self) -> None:
        self.sizes: list[int] = []

    def judge(self, crops: Any) -> None:
        self.sizes.append(len(crops))


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for model_id in MS:
        write(tmp_path, model_id)
    return tmp_path


def write(models: Path, model_id: str) -> None:
    install(models, model_id)
    (models / model_id / "model.tflite").write_bytes(b"weights")


def speed_of(models: Path, background: Any, loaded: list[Any], refused: str = "") -> ModelSpeed:
    def load(folder: Path, **options: Any) -> str:
        loaded.append((folder.name, options))
        if folder.name == refused:
            raise ModelError("The files do not match their checksum.")
        return folder.name

    settings = Settings(device="cpu", analysis=AnalysisSettings(threads=3))
    return ModelSpeed(
        models, settings, background, load_bundle=load, measure=lambda bundle, _crop: MS[bundle]
    )


def shown(picker: ModelPicker) -> list[str]:
    return [picker._table.item(row, PER_FACE).text() for row in range(picker._table.rowCount())]


def test_the_median_of_a_few_calls_counts_and_the_first_does_not() -> None:
    bundle, times = CountedBundle(), iter([0.0, 0.002, 1.0, 1.009, 2.0, 2.003, 3.0, 3.004, 4.0, 4.001])
    assert ms_per_face(bundle, np.zeros((48, 48), np.uint8), clock=lambda: next(times)) == pytest.approx(3.0)
    assert bundle.sizes == [1] * 6


def test_figures_come_when_they_are_measured_with_the_settings_in_use(qtbot: Any, models: Path) -> None:
    background, loaded = Later(), []
    picker = ModelPicker(models, "small", speed=speed_of(models, background, loaded))
    qtbot.addWidget(picker)
    assert shown(picker) == ["not measured", "not measured"]
    background.go()
    assert shown(picker) == ["7.3 ms", "1.6 ms"]
    assert loaded == [(name, {"device": "cpu", "threads": 3}) for name in ("large", "small")]


def test_a_refresh_measures_only_what_is_new(
    qtbot: Any, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    background, loaded = Later(), []
    picker = ModelPicker(models, "small", speed=speed_of(models, background, loaded))
    qtbot.addWidget(picker)
    background.go()
    monkeypatch.setitem(MS, "fresh", 4.0)
    write(models, "fresh")
    picker.refresh()
    background.go()
    assert shown(picker) == ["4.0 ms", "7.3 ms", "1.6 ms"]
    assert [name for name, _ in loaded] == ["large", "small", "fresh"]


def test_a_model_that_cannot_be_loaded_is_not_measured(qtbot: Any, models: Path) -> None:
    background, loaded = Later(), []
    picker = ModelPicker(models, "small", speed=speed_of(models, background, loaded, refused="large"))
    qtbot.addWidget(picker)
    background.go()
    assert shown(picker) == ["not measured", "1.6 ms"]


def test_a_closed_picker_measures_no_more(qtbot: Any, models: Path) -> None:
    background, loaded = Later(), []
    picker = ModelPicker(models, "small", speed=speed_of(models, background, loaded))
    qtbot.addWidget(picker)
    picker.show()
    picker.reject()
    background.go()
    assert loaded == []
