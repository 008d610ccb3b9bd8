"""One picture, every model: what is asked of whom, and what is made of the answers."""

import csv
import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from answering import Answers, install, sure_of
from fakes import FakeFinder
from femon.bundle import LANDMARKER_FILE, Bundle
from femon.camera.video import VideoSource
from femon.comparison import COLUMNS, Comparison, compare, read_picture, table, write_csv
from femon.crop import CropSpec
from femon.emotions import EMOTIONS
from femon.errors import CameraError, ModelError, SessionError
from femon.settings import AnalysisSettings, Settings

PICTURE = np.full((120, 160, 3), 90, np.uint8)
HAPPY, SAD = sure_of("happy"), sure_of("sad")


@pytest.fixture
def two_models(tmp_path: Path) -> Path:
    for model_id in ("one", "two"):
        install(tmp_path, model_id)
    return tmp_path


def compared(models: Path, answers: Answers, *tracks: int, **options: Any) -> Comparison:
    options = {"image_bgr": PICTURE, "settings": Settings(), "make_finder": FakeFinder(*tracks)} | options
    return compare(models=models, load_bundle=answers, **options)


def test_every_model_answers_for_every_face(two_models: Path) -> None:
    found = compared(two_models, Answers(one=HAPPY, two=SAD), 1, 2)
    assert [face.track for face in found.faces] == [1, 2]
    assert [(model.id, model.name) for model in found.models] == [
        ("one", "Network one"),
        ("two", "Network two"),
    ]
    assert [[one.label for one in model.readings] for model in found.models] == [["happy"] * 2, ["sad"] * 2]
    np.testing.assert_allclose(found.probabilities(1), [HAPPY, SAD], rtol=1e-6)
    assert not found.taken_as_crop


def test_the_mean_counts_every_model_the_same(two_models: Path) -> None:
    mean = compared(two_models, Answers(one=HAPPY, two=SAD), 1).mean(0)
    assert mean is not None
    assert dict(zip(EMOTIONS, mean.tolist(), strict=True)) == pytest.approx(
        {name: 0.45 if name in ("happy", "sad") else 0.02 for name in EMOTIONS}
    )


def test_models_that_say_the_same_do_not_disagree_and_opposites_fully_do(two_models: Path) -> None:
    assert compared(two_models, Answers(one=HAPPY, two=HAPPY), 1).disagreement(0) == pytest.approx(
        0, abs=1e-6
    )
    apart = Answers(one=sure_of("happy", 1.0), two=sure_of("sad", 1.0))
    assert compared(two_models, apart, 1).disagreement(0) == pytest.approx(1)


def test_the_disagreement_of_a_worked_example(two_models: Path) -> None:
    # Halves on two labels against one of them alone: (H(3/4, 1/4) - H(1/2, 1/2) / 2) / log 2 = 0.3113.
    half = [0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 0.0]
    apart = Answers(one=half, two=sure_of("happy", 1.0))
    assert compared(two_models, apart, 1).disagreement(0) == pytest.approx(0.3113, abs=1e-4)


def test_a_single_model_has_neither_mean_nor_disagreement(tmp_path: Path) -> None:
    install(tmp_path, "one")
    found = compared(tmp_path, Answers(one=HAPPY), 1)
    assert found.mean(0) is None
    assert found.disagreement(0) is None


def test_doubt_follows_the_rules_of_the_app(two_models: Path) -> None:
    answers = Answers(one=sure_of("happy", 0.4), two=[0.0, 0.0, 0.0, 0.46, 0.5, 0.04, 0.0])
    reasons = [model.readings[0].uncertain for model in compared(two_models, answers, 1).models]
    assert reasons == ["low_prob", "small_margin"]
    settings = Settings(analysis=AnalysisSettings(low_prob=0.3, margin=0.0))
    labels = [m.readings[0].label for m in compared(two_models, answers, 1, settings=settings).models]
    assert labels == ["happy", "sad"]


def test_a_broken_contract_and_damaged_weights_are_listed_with_their_reason(two_models: Path) -> None:
    install(two_models, "torn", text="{")
    found = compared(two_models, Answers(one=HAPPY), 1)
    assert [model.id for model in found.models] == ["one"]
    reasons = {bundle.id: bundle.reason for bundle in found.broken}
    assert reasons["two"] == "The files of 'two' do not match their checksum and were not loaded."
    assert "cannot be read" in reasons["torn"]


def test_without_a_face_no_model_is_loaded(two_models: Path) -> None:
    answers = Answers(one=HAPPY, two=SAD)
    found = compared(two_models, answers)
    assert (found.faces, found.models, answers.loaded) == ((), (), [])
    assert table(found, "empty.png") == [list(COLUMNS)]


def test_a_small_square_picture_without_a_face_is_a_crop_as_it_is(tmp_path: Path) -> None:
    install(tmp_path, "one")
    pixels = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)
    answers = Answers(one=HAPPY)
    found = compared(tmp_path, answers, image_bgr=np.repeat(pixels[..., None], 3, axis=2))
    assert found.taken_as_crop
    np.testing.assert_array_equal(found.faces[0].crop, pixels)
    np.testing.assert_array_equal(answers.crops["one"][0], [pixels])
    assert found.models[0].readings[0].label == "happy"


@pytest.mark.parametrize(
    ("size", "taken"),
    [((96, 96), True), ((24, 24), True), ((97, 97), False), ((8, 8), False), ((48, 50), False)],
)
def test_only_small_square_pictures_are_taken_as_crops(
    tmp_path: Path, size: tuple[int, int], taken: bool
) -> None:
    install(tmp_path, "one")
    found = compared(tmp_path, Answers(one=HAPPY), image_bgr=np.zeros((*size, 3), np.uint8))
    assert found.taken_as_crop == taken
    assert [face.crop.shape for face in found.faces] == [(48, 48)] * taken


def test_a_model_gets_crops_of_its_own_geometry(two_models: Path) -> None:
    wide = CropSpec(left_eye=(16.0, 18.0), right_eye=(31.0, 18.0))
    install(two_models, "wide", crop=wide)
    asked: list[CropSpec] = []

    class Finder(FakeFinder):
        def __call__(self, model: Path, **options: Any) -> FakeFinder:
            asked.append(options["spec"])
            assert options["stills"]
            return self

    compared(two_models, Answers(one=HAPPY, two=SAD, wide=SAD), make_finder=Finder(1))
    assert asked == [CropSpec(), wide]  # one search serves all models of a geometry


def test_the_time_is_the_median_of_calls_after_the_first(tmp_path: Path) -> None:
    install(tmp_path, "one")
    answers, now = Answers(one=HAPPY), [0.0]
    costs: Iterator[float] = iter([9.0, 9.0, 0.002, 0.001, 0.005, 0.002, 7.0])

    def pass_time() -> None:
        now[0] += next(costs)

    answers.on_call = pass_time
    found = compared(tmp_path, answers, 1, 2, clock=lambda: now[0])
    assert found.models[0].ms_per_face == pytest.approx(2.0)
    assert [len(crops) for crops in answers.crops["one"]] == [2, 1, 1, 1, 1, 1, 1]


def test_progress_is_told_and_the_rest_is_left_out_once_stopped(two_models: Path) -> None:
    told: list[tuple[int, int]] = []
    asks = count()
    found = compared(
        two_models,
        Answers(one=HAPPY, two=SAD),
        1,
        on_progress=lambda done, total: told.append((done, total)),
        stopped=lambda: next(asks) > 0,
    )
    assert told == [(0, 2), (1, 2)]
    assert [model.id for model in found.models] == ["one"]


def test_without_models_the_way_to_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"No model is installed in .* python -m training"):
        compared(tmp_path, Answers(), 1)


def test_the_table_has_a_row_per_face_and_model_and_the_mean(two_models: Path) -> None:
    install(two_models, "zero")
    found = compared(two_models, Answers(one=HAPPY, two=sure_of("sad", 0.4)), 1, 2, clock=lambda: 0.0)
    header, *rows = table(found, "a.png")
    assert header == list(COLUMNS)
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(row["face"], row["model"]) for row in cells] == [
        (face, model) for face in ("1", "2") for model in ("one", "two", "zero", "mean")
    ]
    assert {row["picture"] for row in cells} == {"a.png"}
    one, two, zero, mean = cells[:4]
    assert (one["happy"], one["label"], one["note"], one["ms_per_face"]) == ("0.8800", "happy", "", "0.00")
    assert (two["label"], two["note"]) == ("uncertain", "no label likely enough")
    assert (zero["happy"], zero["label"], zero["ms_per_face"]) == ("", "", "")
    assert "checksum" in zero["note"]
    assert mean["label"] == ""
    assert 0 < float(mean["disagreement"]) < 1


def test_a_table_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    rows = [["picture", "note"], ["a.png", 'says "so", twice']]
    write_csv(rows, tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == rows
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(SessionError, match=r"cannot write the table .*folder\.csv"):
        write_csv(rows, tmp_path / "folder.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.csv", "table.csv"]


def test_a_picture_is_read_as_it_is(tmp_path: Path) -> None:
    pixels: NDArray[np.uint8] = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "a.png"), pixels)
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png"), pixels)


def test_what_is_no_picture_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("hello")
    for path, sentence in (
        (tmp_path / "text.png", "it is not a picture"),
        (tmp_path / "absent.png", "was not found"),
        (tmp_path, "it is a folder"),
    ):
        with pytest.raises(CameraError, match=sentence):
            read_picture(path)


def test_the_shipped_model_reads_a_real_face_as_the_app_does(
    tmp_path: Path, clips: Path, models: Path
) -> None:
    shutil.copy(models / LANDMARKER_FILE, tmp_path)
    shutil.copytree(models / "femon-small", tmp_path / "femon-small")
    with closing(VideoSource(clips / "single_face.mp4")) as source:
        image = next(iter(source.frames(lambda: False))).image_bgr
    found = compare(image, models=tmp_path, settings=Settings())
    (face,), (model,) = found.faces, found.models
    expected = Bundle.load(tmp_path / "femon-small").predict(face.crop[None])[0]
    np.testing.assert_allclose(model.readings[0].raw, expected, atol=1e-6)
    assert model.ms_per_face > 0
