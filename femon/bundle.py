"""A bundle, models/<id>/: weights and their contract; the object that is scored is the one served."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from femon.crop import CropSpec
from femon.emotions import EMOTIONS
from femon.errors import ModelError
from femon.native_messages import native_messages_logged

log = logging.getLogger(__name__)

CONTRACT_FILE = "bundle.json"
LANDMARKER_FILE = "face_landmarker.task"  # MediaPipe's, beside the bundles
LITERT_FILE = "model.tflite"
KERAS_FILE = "model.keras"
DEFAULT_UNCERTAIN_BELOW = 0.45
MOST_AT_ONCE = 64  # crops in one call of the runtime; bounds its memory

Logits = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Contract:
    """What bundle.json promises; figures that were never measured are missing from `metrics`."""

    id: str
    name: str
    labels: tuple[str, ...]
    input_shape: tuple[int | None, ...]  # (n, 48, 48) uint8
    crop: CropSpec
    sha256: Mapping[str, str]  # of each weights file
    temperature: float  # divides the logits; fitted on PublicTest
    kind: str = "network"
    uncertain_below: float = DEFAULT_UNCERTAIN_BELOW
    views: int = 1
    params: int | None = None
    mmac: float | None = None  # million multiply-accumulates per face
    train_prior: tuple[float, ...] = ()
    neutral_reference: tuple[float, ...] = ()
    seeds: tuple[int, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    licence: str = ""
    recipe: str = ""
    run: str = ""
    commit: str = ""
    metrics: Mapping[str, Any] = field(default_factory=dict)
    private_reads: int = 0
    published: Mapping[str, Any] | None = None
    size_bytes: int = 0


@dataclass(frozen=True, slots=True)
class BrokenBundle:
    """A folder that looks like a bundle and cannot be used, with the reason in one sentence."""

    id: str
    folder: Path
    reason: str


class Bundle:
    """A loaded bundle. Use it from one thread."""

    def __init__(
        self, contract: Contract, logits: Logits, *, runtime: str, device: str, fallback: str | None
    ) -> None:
        self.contract = contract
        self.runtime = runtime
        self.device = device
        self.fallback = fallback  # why an asked graphics card is not used
        self._logits = logits

    @property
    def id(self) -> str:
        """The name of the bundle's folder."""
        return self.contract.id

    @classmethod
    def load(cls, folder: Path, *, device: str = "auto", threads: int = 2) -> Bundle:
        """Check the contract and the weights, then load: LiteRT on the CPU, TensorFlow where it sees a GPU.

        Raises ModelError when the bundle is missing, damaged or made for another contract.
        """
        contract = read_contract(folder)
        for name in contract.sha256:
            _verify(folder / name, contract)
        fallback = None
        if device != "cpu":
            try:
                if device == "gpu" or _may_have_gpu():
                    logits = tensorflow_logits(folder / KERAS_FILE, require_gpu=True)
                    return cls(contract, logits, runtime="tensorflow", device="gpu", fallback=None)
            except (ImportError, RuntimeError, OSError, ValueError) as error:
                fallback = str(error).splitlines()[0]
                log.info("the graphics card is not used: %s", fallback)
        logits = litert_logits(folder / LITERT_FILE, contract, threads)
        return cls(
            contract, logits, runtime="litert", device="cpu", fallback=fallback if device == "gpu" else None
        )

    def predict(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities (n, 7) float32 in the order of EMOTIONS for crops (n, 48, 48) uint8, n >= 0."""
        if len(crops) == 0:
            return np.zeros((0, len(EMOTIONS)), np.float32)
        parts = [
            self._logits(crops[start : start + MOST_AT_ONCE]) for start in range(0, len(crops), MOST_AT_ONCE)
        ]
        scaled = np.concatenate(parts) / np.float32(self.contract.temperature)
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def models_folder() -> Path:
    """Where the shipped models lie: inside an installed femon, or at the top of the project."""
    installed = Path(__file__).parent / "models"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "models"


def list_bundles(models: Path) -> list[Contract | BrokenBundle]:
    """Every bundle of a folder in order of its id; a broken one carries its reason."""
    found: list[Contract | BrokenBundle] = []
    for path in sorted(models.glob(f"*/{CONTRACT_FILE}")):
        try:
            found.append(read_contract(path.parent))
        except ModelError as error:
            found.append(BrokenBundle(path.parent.name, path.parent, str(error)))
    return found


def read_contract(folder: Path) -> Contract:
    """The contract of a bundle without its weights; raises ModelError when it does not fit this femon."""
    path = folder / CONTRACT_FILE
    if not path.is_file():
        raise ModelError(
            f"The model '{folder.name}' is not installed in {folder.parent}. "
            "Choose another, or run: python -m training"
        )
    try:
        contract = _contract(folder, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{CONTRACT_FILE} of '{folder.name}' cannot be read ({error}). Choose another model."
        ) from error
    _check(contract)
    return contract


def verify_weights(folder: Path) -> None:
    """Compare every weights file with its checksum; raises ModelError."""
    contract = read_contract(folder)
    for name in contract.sha256:
        _verify(folder / name, contract)


def sha256_of(path: Path) -> str:
    """The checksum of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _contract(folder: Path, entries: Any) -> Contract:
    if not isinstance(entries, dict):
        raise TypeError("it is not a table")
    known = {entry.name for entry in dataclasses.fields(Contract)} - {"size_bytes"}
    values = {name: value for name, value in entries.items() if name in known}
    values["crop"] = CropSpec.from_dict(entries["crop"])
    for name in ("labels", "input_shape", "train_prior", "neutral_reference", "seeds"):
        values[name] = tuple(entries.get(name) or ())
    values["temperature"] = float(entries["temperature"])
    files = [folder / name for name in entries["sha256"]]
    return Contract(**values, size_bytes=sum(path.stat().st_size for path in files if path.is_file()))


def _check(contract: Contract) -> None:
    if contract.labels != EMOTIONS:
        raise ModelError(
            f"'{contract.id}' names its classes {', '.join(contract.labels)}; "
            f"femon needs {', '.join(EMOTIONS)} in this order. Choose another model."
        )
    size = contract.crop.size
    if contract.input_shape != (None, size, size) or size != CropSpec().size:
        raise ModelError(
            f"'{contract.id}' wants pictures of {contract.input_shape}; femon gives (n, {CropSpec().size}, "
            f"{CropSpec().size}) grey crops. Choose another model."
        )
    if LITERT_FILE not in contract.sha256 or not contract.temperature > 0:
        raise ModelError(
            f"{CONTRACT_FILE} of '{contract.id}' lacks a checksum or a temperature. Choose another model."
        )


def _verify(path: Path, contract: Contract) -> None:
    try:
        intact = sha256_of(path) == contract.sha256[path.name]
    except OSError as error:
        raise ModelError(f"{path.name} of '{contract.id}' cannot be read. Choose another model.") from error
    if not intact:
        raise ModelError(f"The files of '{contract.id}' do not match their checksum and were not loaded.")


def litert_logits(path: Path, contract: Contract, threads: int) -> Logits:
    """A function from crops (n, 48, 48) uint8 to logits (n, 7) float32 that runs on the CPU through LiteRT.

    One interpreter is kept for each batch size, since resizing one costs more than running it.
    """
    from ai_edge_litert.interpreter import Interpreter

    content = path.read_bytes()
    prepared: dict[int, tuple[Any, int, int]] = {}

    def prepare(count: int) -> tuple[Any, int, int]:
        try:
            with native_messages_logged():
                interpreter = Interpreter(model_content=content, num_threads=threads)
                entry, output = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
                interpreter.resize_tensor_input(entry["index"], (count, *contract.input_shape[1:]))
                interpreter.allocate_tensors()
            if entry["dtype"] != np.uint8 or tuple(output["shape"][1:]) != (len(EMOTIONS),):
                raise ValueError("unexpected input or output")
        except (ValueError, RuntimeError) as error:
            raise ModelError(
                f"The weights of '{contract.id}' cannot be run ({error}). Choose another model."
            ) from error
        return interpreter, entry["index"], output["index"]

    def logits(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        count = len(crops)
        if count not in prepared:
            prepared[count] = prepare(count)
        interpreter, entry, output = prepared[count]
        interpreter.set_tensor(entry, crops)
        interpreter.invoke()
        result: NDArray[np.float32] = interpreter.get_tensor(output)
        return result

    prepared[1] = prepare(1)
    return logits


def tensorflow_logits(path: Path, *, require_gpu: bool) -> Logits:
    """The same function through TensorFlow; raises RuntimeError when a GPU is required and none is seen."""
    import tensorflow as tf

    if require_gpu and not graphics_cards():
        raise RuntimeError("TensorFlow sees no graphics card")
    model = tf.keras.models.load_model(path, compile=False)
    size = CropSpec().size
    run = tf.function(
        lambda crops: model(crops, training=False),
        input_signature=[tf.TensorSpec((None, size, size), tf.uint8)],
    )
    return lambda crops: np.asarray(run(crops), dtype=np.float32)


def graphics_cards() -> list[str]:
    """The graphics cards that TensorFlow can use; ImportError when it is not installed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    return [device.name for device in tf.config.list_physical_devices("GPU")]


def _may_have_gpu() -> bool:
    """Whether it is worth four seconds to import TensorFlow and look: a driver's trace and TensorFlow."""
    import importlib.util
    import platform

    traces = ("/dev/nvidia0", "/dev/dxg", "/dev/kfd")
    driver = any(Path(trace).exists() for trace in traces) or platform.machine() == "arm64"
    return driver and importlib.util.find_spec("tensorflow") is not None
