"""`compare` in the terminal: a table per face, and one sentence when it cannot be."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from answering import Answers, install, sure_of
from fakes import FakeFinder
from femon.comparison import compare as compare_models
from femon.settings import Settings
from training.compare import compare, lines
from training.errors import TrainingError


@pytest.fixture
def told(tmp_path: Path) -> list[str]:
    """The lines about two faces, two models and one that is damaged."""
    for model_id in ("one", "two", "zero"):
        install(tmp_path, model_id)
    comparison = compare_models(
        np.full((120, 160, 3), 90, np.uint8),
        models=tmp_path,
        settings=Settings(),
        make_finder=FakeFinder(1, 2),
        load_bundle=Answers(one=sure_of("happy"), two=sure_of("sad", 0.4)),
        clock=lambda: 0.0,
    )
    return lines(comparison, "a.png")


def test_every_face_has_a_table_with_a_row_per_model_and_their_mean(told: list[str]) -> None:
    assert [line for line in told if line.startswith("a.png")] == [
        "a.png, face 1 of 2, good quality",
        "a.png, face 2 of 2, good quality",
    ]
    assert told[1].split() == [
        "model",
        "angry",
        "disgust",
        "fear",
        "happy",
        "sad",
        "surprise",
        "neutral",
        "label",
        "ms",
    ]
    assert told[2].split() == [
        "one",
        "0.020",
        "0.020",
        "0.020",
        "0.880",
        "0.020",
        "0.020",
        "0.020",
        "happy",
        "0.00",
    ]
    assert told[3].endswith("uncertain    0.00  no label likely enough")
    assert told[4].startswith("mean     0.060")
    assert "disagreement 0." in told[4]


def test_a_damaged_model_is_told_at_the_end(told: list[str]) -> None:
    assert told[-1].startswith("zero cannot be used: The files of 'zero' do not match")


def test_columns_stand_below_each_other(told: list[str]) -> None:
    assert {line.index(".") for line in told[2:5]} == {told[2].index(".")}


def test_a_picture_without_a_face_says_so_and_is_no_failure(
    tmp_path: Path, models: Path, capsys: Any
) -> None:
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((120, 160, 3), 90, np.uint8))
    assert compare([tmp_path / "grey.png"], models) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'grey.png'}: No face found in this picture.\n\n"


def test_an_unreadable_picture_ends_with_one_sentence_and_the_code_of_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("hello")
    with pytest.raises(TrainingError, match=r"^'text\.png' cannot be read") as caught:
        compare([tmp_path / "text.png"], tmp_path)
    assert caught.value.exit_code == 2


def test_without_models_the_way_to_one_is_told(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((120, 160, 3), 90, np.uint8))
    with pytest.raises(TrainingError, match=r"No model is installed in .* python -m training"):
        compare([tmp_path / "grey.png"], tmp_path)


def test_each_model_is_loaded_once_for_all_pictures(tmp_path: Path, capsys: Any) -> None:
    install(tmp_path, "one")
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((120, 160, 3), 90, np.uint8))
    answers = Answers(one=sure_of("happy"))
    pictures = [tmp_path / "grey.png"] * 3
    assert compare(pictures, tmp_path, make_finder=FakeFinder(1), load_bundle=answers) == 0
    assert answers.loaded == ["one"]
    assert capsys.readouterr().out.count("face 1 of 1") == 3


def test_a_small_square_picture_is_said_to_be_taken_as_a_crop(tmp_path: Path, capsys: Any) -> None:
    install(tmp_path, "one")
    cv2.imwrite(str(tmp_path / "small.png"), np.full((48, 48, 3), 90, np.uint8))
    answers = Answers(one=sure_of("happy"))
    assert compare([tmp_path / "small.png"], tmp_path, make_finder=FakeFinder(), load_bundle=answers) == 0
    first, *rows = capsys.readouterr().out.splitlines()
    assert first.endswith(
        "small.png: No face was found, but the picture is small and square: it is taken as a crop itself."
    )
    assert rows[1].split()[:2] == ["one", "0.020"]
