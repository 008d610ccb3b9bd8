"""Teachers: who may teach, and that a panel says what its networks say."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

keras = pytest.importorskip("keras")

from femon.bundle import sha256_of  # noqa: E402
from femon.bundle.combination import softmax  # noqa: E402
from femon.errors import ModelError  # noqa: E402
from training import bundle_result, distill, runs  # noqa: E402
from training.augment import DEVIATION, MEAN  # noqa: E402
from training.errors import TrainingError  # noqa: E402
from training.export import served_model  # noqa: E402
from training.fer2013 import Samples  # noqa: E402
from training.recipe import Recipe, find_recipe  # noqa: E402
from training.splits import Split  # noqa: E402
from training.vector_scaling import VectorScaling  # noqa: E402

GREY = np.random.default_rng(1).integers(0, 256, (8, 48, 48, 1)).astype(np.float32)
CHANGED = (GREY / 255 - MEAN) / DEVIATION


def network(start: int, side: int | None = None) -> keras.Model:
    picture = keras.Input((side, side, 1))
    x = keras.layers.Conv2D(4, 3, kernel_initializer=keras.initializers.RandomNormal(seed=start))(picture)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(
        picture, keras.layers.Dense(7, kernel_initializer=keras.initializers.RandomNormal(seed=start))(x)
    )


def said(teacher: keras.Model, pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    return softmax(np.asarray(teacher(pictures)))


@pytest.fixture
def teacher(models: Path, tmp_path: Path) -> Callable[..., str]:
    """Writes a bundle whose contract is that of femon-small but for the changes."""

    def write(name: str, served: keras.Model | None = None, **changes: Any) -> str:
        known = json.loads((models / "femon-small" / "bundle.json").read_text(encoding="utf-8"))
        folder = tmp_path / name
        folder.mkdir()
        if served is not None:
            served.save(folder / "model.keras")
            (folder / "model.tflite").write_bytes(b"not read here")
            changes["sha256"] = {file.name: sha256_of(file) for file in folder.iterdir()}
        text = json.dumps(known | {"id": name} | changes)
        (folder / "bundle.json").write_text(text, encoding="utf-8")
        return str(folder)

    return write


@pytest.fixture
def ensemble(teacher: Callable[..., str]) -> Callable[..., str]:
    """Writes an ensemble of bundles beside it."""

    def write(name: str, *members: str) -> str:
        entries = []
        for member in map(Path, members):
            known = json.loads((member / "bundle.json").read_text(encoding="utf-8"))
            entries.append({key: known[key] for key in ("id", "sha256", "temperature")})
        return teacher(name, kind="ensemble", members=entries, sha256={})

    return write


def taught_by(*teachers: str, **changes: Any) -> Recipe:
    return dataclasses.replace(find_recipe("femon-small"), teachers=teachers, **changes)


@pytest.mark.parametrize("views", [1, 2])
@pytest.mark.parametrize("standardised", [True, False])
def test_a_panel_says_what_the_bare_networks_of_its_teachers_say_on_average(
    teacher: Callable[..., str], ensemble: Callable[..., str], views: int, standardised: bool
) -> None:
    first, second, third = network(1), network(2), network(3)
    scaling = VectorScaling((2.0,) * 7, (0.5,) * 7)
    scaled = scaling.applied(served_model(first, window=42, views=views), normalised=views > 1)
    grey = served_model(third, window=48, views=views, standardised=False)
    both = ensemble(
        "both", teacher("one", scaled), teacher("two", served_model(second, window=48, views=views))
    )
    made = distill.panel(taught_by(both, teacher("three", grey), standardised=standardised))
    assert made is not None
    panel = made()
    answers = said(first, CHANGED), said(second, CHANGED), said(third, GREY)
    shown = CHANGED if standardised else GREY
    np.testing.assert_allclose(panel(shown), np.mean(answers, axis=0), atol=1e-4)
    assert panel(shown[:, :32, :32]).shape == (8, 7)
    assert panel.trainable_variables == []


def test_a_panel_computes_in_the_number_format_of_the_run(
    teacher: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = teacher("one", served_model(network(1), window=48, views=1))
    monkeypatch.setattr(
        keras.config, "dtype_policy", lambda: keras.dtype_policies.DTypePolicy("mixed_bfloat16")
    )
    made = distill.panel(taught_by(folder))
    assert made is not None
    panel = made()
    (twin,) = (layer for layer in panel.layers if isinstance(layer, keras.Model))
    assert {layer.compute_dtype for layer in twin.layers[1:]} == {"bfloat16"}
    assert panel(CHANGED).dtype == "float32"
    np.testing.assert_allclose(panel(CHANGED), said(network(1), CHANGED), atol=0.02)


def test_without_teachers_there_is_no_panel() -> None:
    assert distill.panel(taught_by()) is None


def test_a_teacher_of_one_size_is_refused(teacher: Callable[..., str]) -> None:
    folder = teacher("stiff", served_model(network(1, 48), window=48, views=1))
    with pytest.raises(TrainingError, match="'stiff' takes pictures of one size only; leave it out"):
        distill.panel(taught_by(folder))


def test_a_teacher_whose_weights_have_changed_is_refused(teacher: Callable[..., str]) -> None:
    folder = teacher("one", served_model(network(1), window=48, views=1))
    (Path(folder) / "model.keras").write_bytes(b"other")
    with pytest.raises(ModelError, match="'one' do not match their checksum"):
        distill.panel(taught_by(folder))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"trained_on_validation": True}, "was trained on PublicTest"),
        ({"protocol": "published"}, "follows a published protocol"),
    ],
)
def test_a_refit_or_a_replica_teaches_nobody_alone_or_in_an_ensemble(
    teacher: Callable[..., str], ensemble: Callable[..., str], changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(TrainingError, match=f"'alone' {reason}.*leave it out"):
        distill.panel(taught_by(teacher("alone", **changes)))
    with pytest.raises(TrainingError, match=f"'two' {reason}.*leave it out"):
        distill.panel(taught_by(ensemble("both", teacher("one"), teacher("two", **changes))))


def test_a_student_of_a_split_without_copies_has_no_past_with_them(
    teacher: Callable[..., str], samples: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "RUNS", tmp_path)
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "config.json").write_text('{"split": "standard"}', encoding="utf-8")
    kept = Split("standard", samples, samples)
    removed = Split("clean", samples, samples, copies_removed="exact ones")
    begun = dataclasses.replace(find_recipe("femon-small"), begins_from="first")
    learnt = "has learnt pictures that the split 'clean' leaves out"
    for recipe, name in ((begun, "first"), (taught_by(teacher("wise")), "wise")):
        runs.require_same_past(recipe, kept)
        with pytest.raises(TrainingError, match=f"{name}.* {learnt}"):
            runs.require_same_past(recipe, removed)
    known = json.loads((Path(teacher("other")) / "bundle.json").read_text(encoding="utf-8"))
    clean = teacher("clean", data=known["data"] | {"copies_removed": "exact ones"})
    runs.require_same_past(taught_by(clean), removed)


def test_the_result_of_a_student_names_its_recipe() -> None:
    student = distill.taught(find_recipe("femon-small"), ("models/wise",))
    found = bundle_result.recipe_of(runs.described(student))
    assert (found.id, found.teachers, found.label_smoothing) == (
        "femon-small-distilled",
        ("models/wise",),
        0.0,
    )
    assert bundle_result.recipe_of(runs.described(find_recipe("femon-small"))).id == "femon-small"
