"""Bundles that somebody damaged or made to do harm: refused in a sentence, and never left."""

from __future__ import annotations

import ast
import io
import json
import os
import pickle
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import femon
import hostile
from femon.bundle import BrokenBundle, Bundle, list_bundles, tensorflow_logits, verify_weights
from femon.cli import main
from femon.errors import ModelError

FOLDER = "femon-small"


@pytest.fixture
def copy(models: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "models" / FOLDER
    shutil.copytree(models / FOLDER, folder, ignore=shutil.ignore_patterns("*.keras"))
    entries = json.loads((folder / "bundle.json").read_text())
    del entries["sha256"]["model.keras"]
    (folder / "bundle.json").write_text(json.dumps(entries))
    return folder


def changed(folder: Path, **entries: Any) -> None:
    table = json.loads((folder / "bundle.json").read_text()) | entries
    (folder / "bundle.json").write_text(json.dumps(table))


def test_a_damaged_contract_is_refused_or_usable_everywhere(copy: Path) -> None:
    table = json.loads((copy / "bundle.json").read_text())
    for chance in hostile.cases(30, share=0.25):
        (copy / "bundle.json").write_bytes(hostile.table_bytes(table, chance))
        commands = (["list"], ["list", "--json"], ["show", FOLDER], ["verify"])
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as errors:
            codes = [main(["models", *command, "--models", str(copy.parent)]) for command in commands]
        assert set(codes) <= {0, 4, 8}, errors.getvalue()


def test_a_damaged_contract_never_stops_the_details_of_a_model(copy: Path) -> None:
    from femon.limits import labels_are_not_feelings

    table = json.loads((copy / "bundle.json").read_text())
    for chance in hostile.cases(50, share=0.02):
        (copy / "bundle.json").write_bytes(hostile.table_bytes(table, chance))
        (entry,) = list_bundles(copy.parent)
        if not isinstance(entry, BrokenBundle):
            assert labels_are_not_feelings(entry.metrics)
            assert entry.temperature > 0
            assert 0 <= entry.uncertain_below <= 1


@pytest.mark.parametrize("name", ["../secret.bin", "/dev/zero", "a/b", "..", "", "model.tflite\0", "C:\\x"])
def test_a_bundle_names_only_its_own_files(copy: Path, name: str) -> None:
    sums = json.loads((copy / "bundle.json").read_text())["sha256"]
    changed(copy, sha256={**sums, name: "00" * 32})
    with pytest.raises(ModelError, match="plain file name"):
        verify_weights(copy)


@pytest.mark.parametrize("name", ["../../x", "/etc", "..", ""])
def test_a_bundle_has_a_plain_name(copy: Path, name: str) -> None:
    changed(copy, id=name)
    with pytest.raises(ModelError, match="Choose another model"):
        verify_weights(copy)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_in_place_of_a_file_is_refused_at_once(copy: Path) -> None:
    (copy / "model.tflite").unlink()
    os.mkfifo(copy / "model.tflite")
    with pytest.raises(ModelError):
        verify_weights(copy)
    (copy / "bundle.json").unlink()
    os.mkfifo(copy / "bundle.json")
    with pytest.raises(ModelError):
        verify_weights(copy)


def test_every_change_of_the_weights_is_noticed(copy: Path) -> None:
    weights = (copy / "model.tflite").read_bytes()
    for chance in hostile.cases(10, share=0.01):
        broken = hostile.mutated(weights, chance)
        (copy / "model.tflite").write_bytes(broken)
        if broken != weights:
            with pytest.raises(ModelError, match="checksum"):
                Bundle.load(copy, device="cpu")


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_weights_made_to_fit_their_checksum_neither_crash_nor_hang(copy: Path, tmp_path: Path) -> None:
    """What LiteRT's own verifier and femon's checks of the shapes let through must at least run."""
    found = hostile.fates("weights", [copy], tmp_path, hostile.count(8, share=0.1))
    assert not [fate for fate in found if fate.outcome not in ("fine", "refused")]


def test_weights_that_load_and_do_not_run_are_refused_when_they_load(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ai_edge_litert.interpreter import Interpreter

    def invoke(self: Interpreter) -> None:
        raise RuntimeError("Input tensor 1 lacks data")

    monkeypatch.setattr(Interpreter, "invoke", invoke)
    with pytest.raises(ModelError, match="cannot be run"):
        Bundle.load(models / FOLDER, device="cpu")


def test_a_weights_file_that_is_a_pickle_is_not_opened_as_one(copy: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, ...]:
            return pytest.fail, ("a pickle was run",)

    from femon.bundle import sha256_of

    (copy / "model.tflite").write_bytes(pickle.dumps(Bomb()))
    changed(copy, sha256={"model.tflite": sha256_of(copy / "model.tflite")})
    with pytest.raises(ModelError):
        Bundle.load(copy, device="cpu")


def test_nothing_in_femon_runs_what_it_reads() -> None:
    """No unpickling and no evaluation, and Keras only with its safe mode written out."""
    forbidden = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve"}
    for path in Path(femon.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name.split(".")[0] for alias in node.names}
                names.add((getattr(node, "module", None) or "").split(".")[0])
                assert not names & forbidden, path
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                options = {option.arg: ast.unparse(option.value) for option in node.keywords}
                assert name not in ("eval", "exec") or isinstance(node.func, ast.Attribute), path
                assert options.get("allow_pickle", "False") == "False", path
                assert name != "load_model" or options["safe_mode"] == "True", path


def test_a_keras_file_with_code_in_it_is_refused(tmp_path: Path) -> None:
    keras = pytest.importorskip("keras")
    layer = keras.layers.Lambda(lambda crops: crops * 2)
    keras.Sequential([keras.Input((48, 48)), layer]).save(tmp_path / "model.keras")
    with pytest.raises(ValueError, match=r"(?i)lambda|unsafe|safe_mode"):
        tensorflow_logits(tmp_path / "model.keras", require_gpu=False)


def test_crops_are_data_even_when_they_hold_nonsense(models: Path) -> None:
    bundle = Bundle.load(models / FOLDER, device="cpu", threads=1)
    noise = np.random.default_rng(hostile.SEED).integers(0, 256, (3, 48, 48), np.uint8)
    assert np.isfinite(bundle.predict(noise)).all()


@pytest.mark.parametrize("name", ["neutral_reference", "train_prior"])
def test_shares_are_one_for_each_label_or_none(copy: Path, name: str) -> None:
    """A calibration would divide by them in the middle of a session."""
    changed(copy, **{name: []})
    verify_weights(copy)
    changed(copy, **{name: [0.5, 0.5]})
    with pytest.raises(ModelError, match=f"'{name}' is not a number for each label"):
        verify_weights(copy)


def test_a_bundle_bears_the_name_of_its_folder(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is chosen, loaded and verified by that: a copy must not pass for what it was copied from."""
    shutil.copytree(copy, copy.with_name("second"))
    (copy.with_name("second") / "model.tflite").write_bytes(b"damaged")
    assert [entry.id for entry in list_bundles(copy.parent)] == [FOLDER, "second"]
    assert main(["models", "verify", "--models", str(copy.parent)]) == 8
    told = capsys.readouterr().out.splitlines()
    assert told[0].split() == ["ok", FOLDER]
    assert told[1].startswith("fail  second: ")
