"""Disturbances change pictures as they say, and what is measured reaches the bundle and its card."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("keras")

from training import card, evaluate, robustness, speed
from training.fer2013 import Samples

MODEL = Path(__file__).parents[2] / "models" / "femon-small"


@pytest.fixture
def bright_square() -> NDArray[np.uint8]:
    picture = np.zeros((48, 48), np.uint8)
    picture[20:28, 20:28] = 200
    return picture


def disturbed(name: str, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    (key,) = [each for each in robustness.DISTURBANCES if each.startswith(name)]
    return robustness.DISTURBANCES[key](picture[None])[0]


@pytest.mark.parametrize(
    ("name", "moved"), [("2 px to the left", (0, -2)), ("2 px to the right", (0, 2)), ("2 px up", (-2, 0))]
)
def test_a_shift_moves_the_picture(
    name: str, moved: tuple[int, int], bright_square: NDArray[np.uint8]
) -> None:
    np.testing.assert_array_equal(disturbed(name, bright_square), np.roll(bright_square, moved, (0, 1)))


@pytest.mark.parametrize(("name", "scale"), [("8% larger", 1.08), ("8% smaller", 0.92)])
def test_a_larger_picture_is_larger_by_as_much_as_it_says(name: str, scale: float) -> None:
    picture = np.zeros((48, 48), np.uint8)
    picture[8:40, 8:40] = 200
    area = disturbed(name, picture).sum() / picture.sum()
    assert area == pytest.approx(scale**2, abs=0.02)


@pytest.mark.parametrize(("name", "rises"), [("turned 8° left", 1), ("turned 8° right", -1)])
def test_a_turned_picture_rises_on_the_side_away_from_its_turn(name: str, rises: int) -> None:
    picture = np.zeros((48, 48), np.uint8)
    picture[23:25] = 200
    turned = disturbed(name, picture)
    height = [float(np.average(np.arange(48), weights=turned[:, x])) for x in (8, 39)]
    assert height[0] - height[1] == pytest.approx(rises * 31 * np.tan(np.radians(8)), abs=0.3)


def test_a_blurred_and_a_packed_picture_are_no_longer_the_same(bright_square: NDArray[np.uint8]) -> None:
    assert np.abs(np.diff(disturbed("blurred", bright_square).astype(int), axis=1)).max() < 120
    packed = disturbed("JPEG", bright_square).astype(int)
    assert 0 < np.abs(packed - bright_square).max() < 100


def test_light_and_contrast_change_as_named(bright_square: NDArray[np.uint8]) -> None:
    assert disturbed("dark", bright_square).max() == 100
    assert disturbed("bright", bright_square).max() == 255
    assert disturbed("bright", bright_square).min() == 60
    low = disturbed("low contrast", bright_square)
    assert low.max() - low.min() == 80
    assert low.mean() == pytest.approx(bright_square.mean(), abs=0.5)


def test_noise_is_the_same_every_time(bright_square: NDArray[np.uint8]) -> None:
    first, second = (disturbed("noise", bright_square) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert (first != bright_square).mean() > 0.3


def test_points_lost_and_labels_kept_are_counted(samples: Samples) -> None:
    def by_light(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.eye(7, dtype=np.float32)[(images.mean(axis=(1, 2)) > 90).astype(int)]

    rows = {row["name"]: row for row in robustness.measure(by_light, samples)}
    whole = rows["none"]["accuracy"]
    assert whole == pytest.approx((samples.labels == 1).mean(), abs=1e-4)
    dark = next(row for name, row in rows.items() if name.startswith("dark"))
    assert dark["stable"] == 0.0
    assert dark["lost_points"] == pytest.approx(100 * (whole - (samples.labels == 0).mean()), abs=0.01)


def test_what_is_measured_stands_in_the_bundle_and_on_its_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "femon-small"
    shutil.copytree(MODEL, folder)
    monkeypatch.setattr(speed, "WARM_UPS", 1)
    monkeypatch.setattr(speed, "RUNS", 3)
    monkeypatch.setattr(speed, "LARGE_RUNS", 1)
    cost = evaluate.score_speed(folder)
    assert cost["threads_1"]["ms_batch_1"] > 0
    assert json.loads((folder / "bundle.json").read_text(encoding="utf-8"))["cost"] == cost
    assert "ms per face" in (folder / "CARD.md").read_text(encoding="utf-8")


def test_the_card_says_what_was_not_measured_and_who_the_members_are() -> None:
    contract = json.loads((MODEL / "bundle.json").read_text(encoding="utf-8"))
    for name in ("robustness", "cost", "operating_point"):
        contract.pop(name, None)
    text = card.text(contract)
    assert "disturbances: not measured" in text
    assert "Time per face: not measured" in text
    member = {"id": "one", "temperature": 1.1, "weights": 1.0}
    ensemble = {**contract, "kind": "ensemble", "members": [member], "disagree_above": 0.2}
    assert "`one`, temperature 1.1, weight 1.0" in card.text(ensemble)
    refit = {**contract, "trained_on_validation": True, "twin": "other"}
    assert "A refit" in card.text(refit)
    rows = [{"name": "dark", "accuracy": 0.6, "lost_points": 8.4, "stable": 0.81}]
    assert "| dark | 60.00% | 8.40 | 81.0% |" in card.text({**contract, "robustness": rows})
