"""An exported run: what its contract and card say of its data and teachers, and that a read one stays frozen."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from femon.bundle import Bundle  # noqa: E402
from femon.bundle.combination import softmax  # noqa: E402
from training import card, ledger, runs  # noqa: E402
from training.bundle_result import write_result  # noqa: E402
from training.ensemble import Rule  # noqa: E402
from training.ensemble_bundle import write_bundle  # noqa: E402
from training.errors import TrainingError  # noqa: E402
from training.evaluate import score_private, score_public, score_robustness  # noqa: E402
from training.export import calibrate, export  # noqa: E402
from training.fer2013 import Fer2013, Samples  # noqa: E402
from training.markdown import percent  # noqa: E402
from training.readme import figures_table  # noqa: E402
from training.recipe import find_recipe  # noqa: E402
from training.summary import summary  # noqa: E402

pytestmark = pytest.mark.usefixtures("few_resamples")
NO_COPIES = "Copies of test pictures removed: none, for comparability with the literature."


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Runs, bundles and the list of reads belong to the working folder."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def data() -> Fer2013:
    chance = np.random.default_rng(1)
    usage = np.repeat([0, 1, 2], 42).astype(np.uint8)
    images = chance.integers(0, 256, (126, 48, 48), dtype=np.uint8)
    samples = Samples("fer2013", images, (np.arange(126) % 7).astype(np.uint8), np.arange(126))
    return Fer2013(samples, usage, np.zeros(126, np.bool_), "0" * 64)


@pytest.fixture
def finished() -> Callable[..., Path]:
    """Makes the folder of a finished run of one tiny layer."""

    def make(split: str, name: str = "tiny", **choices: Any) -> Path:
        picture = keras.Input((48, 48, 1))
        x = keras.layers.Flatten()(keras.layers.AveragePooling2D(16)(picture))
        start = keras.initializers.RandomNormal(seed=len(name))
        run = Path("runs") / name
        runs.network_file(run).parent.mkdir(parents=True)
        keras.Model(picture, keras.layers.Dense(7, kernel_initializer=start)(x)).save(runs.network_file(run))
        recipe = dataclasses.replace(find_recipe("P4d"), parameters=70, **choices)
        config = runs.settings(recipe, seed=1, split=split, data_sha256="", protocol="official")
        runs.begin(run, config, resume=False, command="")
        return run

    return make


def test_a_new_export_of_weights_that_were_read_counts_the_read_and_stays_frozen(
    finished: Callable[..., Path], data: Fer2013
) -> None:
    run = finished("official")
    first = export(run, Path("models/one"), data)
    assert first["private_reads"] == 0
    calibrate(Path("models/one"), data)
    score_private(Path("models/one"), data, "frozen")
    again = export(run, Path("models/two"), data)
    assert again["private_reads"] == 1
    assert again["temperature"] == first["temperature"]
    assert "reads so far for this file: 1." in Path("models/two/CARD.md").read_text(encoding="utf-8")
    with pytest.raises(TrainingError, match="'two' was read on PrivateTest"):
        calibrate(Path("models/two"), data)
    assert len(ledger.entries()) == 1


def test_a_window_that_the_network_cannot_take_is_refused_before_anything_is_written(
    finished: Callable[..., Path], data: Fer2013
) -> None:
    with pytest.raises(TrainingError, match=r"The network of tiny takes no pictures of 42 px\."):
        export(finished("official"), Path("models/one"), data, window=42)
    assert not Path("models").exists()


def test_a_vector_scaling_is_part_of_the_network_and_its_figures_before_are_those_without(
    finished: Callable[..., Path], data: Fer2013
) -> None:
    run = finished("official")
    plain = export(run, Path("models/plain"), data)
    scaled = export(run, Path("models/scaled"), data, vector_scaling=True)
    assert plain["vector_scaling"] is None
    assert scaled["sha256"] != plain["sha256"]
    before, after = plain["metrics"]["public_test"], scaled["metrics"]["public_test"]
    assert after["nll"] < before["nll"]
    assert after["ece_before"] == pytest.approx(before["ece_before"], abs=0.01)
    again = score_public(Path("models/scaled"), data)
    assert again["ece_before"] == pytest.approx(after["ece_before"], abs=1e-3)
    text = Path("models/scaled/CARD.md").read_text(encoding="utf-8")
    assert "ends in a vector scaling" in text
    assert "vector scaling" not in Path("models/plain/CARD.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("views", [1, 2])
def test_what_is_served_with_a_vector_scaling_is_scaled_from_what_is_served_without(
    finished: Callable[..., Path], data: Fer2013, views: int
) -> None:
    run = finished("official")
    plain, scaled = Path("models/plain"), Path("models/scaled")
    for folder in (plain, scaled):
        export(run, folder, data, views=views, vector_scaling=folder == scaled)
        contract = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
        (folder / "bundle.json").write_text(json.dumps(contract | {"temperature": 1.0}), encoding="utf-8")
    entry = contract["vector_scaling"]
    images = data.public().images
    before = Bundle.load(plain, device="cpu").predict(images)
    after = Bundle.load(scaled, device="cpu").predict(images)
    wanted = softmax(np.log(before) * np.array(entry["scale"]) + np.array(entry["offset"]))
    np.testing.assert_allclose(after, wanted, atol=1e-4)


def test_the_result_of_a_bundle_tells_its_views_and_how_its_run_computed(
    finished: Callable[..., Path], data: Fer2013
) -> None:
    run = finished("official")
    export(run, Path("models/one"), data, views=2)
    config = runs.read(run) | {"precision": "bfloat16", "commit": "", "command": ""}
    (run / runs.CONFIG).write_text(json.dumps(config), encoding="utf-8")
    result = write_result(Path("models/one"), data)
    assert result["splits"]["public"]["views"] == 2
    assert result["policy"].startswith("bfloat16")


def test_a_bundle_that_was_read_is_not_calibrated_whatever_its_contract_says(
    finished: Callable[..., Path], data: Fer2013
) -> None:
    folder = Path("models/one")
    export(finished("official"), folder, data)
    score_private(folder, data, "frozen")
    contract = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    forgetful = json.dumps(contract | {"private_reads": 0})
    (folder / "bundle.json").write_text(forgetful, encoding="utf-8")
    with pytest.raises(TrainingError, match="was read on PrivateTest"):
        calibrate(folder, data)
    assert (folder / "bundle.json").read_text(encoding="utf-8") == forgetful


def test_an_ensemble_that_is_written_again_remembers_its_read(
    finished: Callable[..., Path], data: Fer2013
) -> None:
    members = [Path("models") / name for name in ("first", "next")]
    for member in members:
        export(finished("official", member.name), member, data)
    rule = Rule("simple", np.full((2, 7), 0.5))
    answers = np.full((2, 42, 7), 1 / 7, np.float32)
    for reads in (0, 1):
        contract = write_bundle(Path("models/both"), members, rule, data, answers=answers, name="Both")
        assert contract["private_reads"] == reads
        score_private(Path("models/both"), data, "frozen")


@pytest.mark.parametrize(
    ("split", "removed", "outside"),
    [
        ("official", "none, for comparability with the literature", "none"),
        (
            "standard",
            "none, for comparability with the literature",
            "FER+ votes only to leave out rows that are not a face",
        ),
        (
            "clean",
            "exact ones of PublicTest and PrivateTest",
            "FER+ votes only to leave out rows that are not a face",
        ),
        (
            "clean-near",
            "exact and near ones of PublicTest and PrivateTest",
            "FER+ votes only to leave out rows that are not a face",
        ),
    ],
)
def test_the_card_says_of_each_split_which_copies_and_rows_it_left_out(
    finished: Callable[..., Path], data: Fer2013, split: str, removed: str, outside: str
) -> None:
    contract = export(finished(split), Path("models/one"), data)
    text = Path("models/one/CARD.md").read_text(encoding="utf-8")
    assert f"Copies of test pictures removed: {removed}.\n" in text
    assert f"Outside data: {outside}. ImageNet" in text
    assert contract["data"]["outside_data"] == outside


def test_the_votes_as_a_target_are_told_without_rows_that_nobody_left_out(
    finished: Callable[..., Path], data: Fer2013
) -> None:
    contract = export(finished("official", votes_weight=0.5), Path("models/one"), data)
    assert contract["data"]["outside_data"] == (
        "FER+ votes as a second target of the training pictures (weight 0.5)"
    )


def test_an_ensemble_tells_which_copies_its_members_left_out(
    finished: Callable[..., Path], data: Fer2013
) -> None:
    members = [Path("models") / name for name in ("clean", "near")]
    for member, split in zip(members, ("clean", "clean-near"), strict=True):
        export(finished(split, member.name), member, data)
    answers = np.full((2, 42, 7), 1 / 7, np.float32)
    rule = Rule("simple", np.full((2, 7), 0.5))
    write_bundle(Path("models/both"), members, rule, data, answers=answers, name="Both")
    assert (
        "removed: exact ones of PublicTest and PrivateTest and exact and near ones of PublicTest and PrivateTest."
    ) in Path("models/both/CARD.md").read_text(encoding="utf-8")


def test_an_ensemble_tells_which_members_learnt_votes(finished: Callable[..., Path], data: Fer2013) -> None:
    members = [Path("models") / name for name in ("voted", "plain")]
    export(finished("official", "voted", votes_weight=0.5), members[0], data)
    export(finished("official", "plain"), members[1], data)
    answers = np.full((2, 42, 7), 1 / 7, np.float32)
    rule = Rule("simple", np.full((2, 7), 0.5))
    both = write_bundle(Path("models/both"), members, rule, data, answers=answers, name="Both")
    voted = "voted: FER+ votes as a second target of the training pictures (weight 0.5)"
    assert both["data"]["outside_data"] == f"{voted}; plain: none"


def test_a_student_names_its_teachers_without_their_folders(
    finished: Callable[..., Path], data: Fer2013
) -> None:
    run = finished("official", teachers=("/somewhere/models/wise", "models/old"))
    contract = export(run, Path("models/one"), data)
    assert contract["teachers"] == ["wise", "old"]
    assert "It learnt from the mean opinion of `wise` and `old`." in Path("models/one/CARD.md").read_text(
        encoding="utf-8"
    )


def test_the_card_of_a_contract_from_before_these_entries_is_as_it_was(models: Path) -> None:
    folder = models / "femon-small"
    contract = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    assert card.text(contract) == (folder / "CARD.md").read_text(encoding="utf-8")
    assert NO_COPIES in card.text(contract)


def test_a_refit_takes_what_public_test_fits_from_a_twin_that_has_not_learnt_it(
    finished: Callable[..., Path], data: Fer2013
) -> None:
    twin, folder = Path("models/twin"), Path("models/refit")
    known = export(finished("standard", "before"), twin, data, views=2, vector_scaling=True)
    contract = export(finished("refit", "after"), folder, data, views=1, twin=twin)
    for name in ("window", "views", "vector_scaling", "temperature", "uncertain_below"):
        assert contract[name] == known[name]
    assert contract["metrics"] == {}
    assert "operating_point" not in contract
    assert json.loads((folder / "bundle.json").read_text(encoding="utf-8")) == contract
    text = (folder / "CARD.md").read_text(encoding="utf-8")
    assert "Training and PublicTest, refit: 84 rows. A refit" in text
    assert "taken from `twin`" in text
    assert "fitted on PublicTest" not in text
    assert "| learnt | not measured |" in figures_table(Path("models"))
    assert "removed: exact ones of PrivateTest.\nOutside data: FER+ votes only to leave out" in text
    for measure in (score_public, score_robustness, calibrate, write_result):
        with pytest.raises(TrainingError, match="'refit' was trained on PublicTest"):
            measure(folder, data)
    private = score_private(folder, data, "frozen")
    measured = {"metrics": {"private_test": private}}
    assert "refit: " not in summary([], [contract | measured])
    assert f"before: {percent(private['accuracy'])}" in summary([], [known | measured | {"id": "before"}])


def test_a_refit_without_a_fitting_twin_is_not_exported(finished: Callable[..., Path], data: Fer2013) -> None:
    run = finished("refit", "after")
    with pytest.raises(TrainingError, match="has learnt PublicTest"):
        export(run, Path("models/refit"), data)
    export(finished("standard", "other", id="another"), Path("models/other"), data)
    with pytest.raises(TrainingError, match="is of the recipe another"):
        export(run, Path("models/refit"), data, twin=Path("models/other"))
    export(finished("standard", "before"), Path("models/twin"), data)
    export(run, Path("models/refit"), data, twin=Path("models/twin"))
    with pytest.raises(TrainingError, match="'refit' was trained on PublicTest"):
        export(run, Path("models/again"), data, twin=Path("models/refit"))
    assert not Path("models/again").exists()
