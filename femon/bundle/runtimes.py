"""What runs a network: LiteRT on the CPU, TensorFlow where it sees a graphics card."""

from __future__ import annotations

import importlib.util
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from femon.crop import CropSpec
from femon.emotions import EMOTIONS
from femon.errors import ModelError
from femon.native_messages import native_messages_logged

Logits = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def litert_logits(path: Path, threads: int) -> Logits:
    """A function from crops (n, 48, 48) uint8 to logits (n, 7) float32 that runs on the CPU through LiteRT.

    One interpreter is kept for each batch size, since resizing one costs more than running it.
    Raises ModelError when the file is not such a network.
    """
    from ai_edge_litert.interpreter import Interpreter

    content = path.read_bytes()
    size = CropSpec().size
    prepared: dict[int, tuple[Any, int, int]] = {}

    def prepare(count: int) -> tuple[Any, int, int]:
        try:
            with native_messages_logged():
                interpreter = Interpreter(model_content=content, num_threads=threads)
                entry, output = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
                interpreter.resize_tensor_input(entry["index"], (count, size, size))
                interpreter.allocate_tensors()
            if entry["dtype"] != np.uint8 or tuple(output["shape"][1:]) != (len(EMOTIONS),):
                raise ValueError("unexpected input or output")
        except (ValueError, RuntimeError) as error:
            raise _cannot_run(path, error) from error
        return interpreter, entry["index"], output["index"]

    def logits(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        count = len(crops)
        if count not in prepared:
            prepared[count] = prepare(count)
        interpreter, entry, output = prepared[count]
        try:
            interpreter.set_tensor(entry, crops)
            interpreter.invoke()
        except (ValueError, RuntimeError) as error:
            raise _cannot_run(path, error) from error
        result: NDArray[np.float32] = interpreter.get_tensor(output)
        return result

    logits(np.zeros((1, size, size), np.uint8))  # what does not run is refused now, not at the first face
    return logits


def _cannot_run(path: Path, error: Exception) -> ModelError:
    return ModelError(f"The weights of '{path.parent.name}' cannot be run ({error}). Choose another model.")


def tensorflow_logits(path: Path, *, require_gpu: bool, classes: int | None = len(EMOTIONS)) -> Logits:
    """The same function through TensorFlow; raises RuntimeError when a GPU is required and none is seen.

    Raises ValueError for a network of another number of classes (None: any will do), and whatever TensorFlow
    raises when it cannot run one.
    """
    import tensorflow as tf

    if require_gpu and not graphics_cards():
        raise RuntimeError("TensorFlow sees no graphics card")
    model = tf.keras.models.load_model(path, compile=False, safe_mode=True)
    size = CropSpec().size
    run = tf.function(
        lambda crops: model(crops, training=False),
        input_signature=[tf.TensorSpec((None, size, size), tf.uint8)],
    )

    def logits(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.asarray(run(crops), dtype=np.float32)

    shape = logits(np.zeros((1, size, size), np.uint8)).shape  # refused now, not at the first face
    if classes is not None and shape != (1, classes):
        raise ValueError(f"the network gives answers of the shape {shape}")
    return logits


def graphics_cards() -> list[str]:
    """The graphics cards that TensorFlow can use; ImportError when it is not installed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    return [device.name for device in tf.config.list_physical_devices("GPU")]


def may_have_graphics_card() -> bool:
    """Whether it is worth four seconds to import TensorFlow and look: a driver's trace and TensorFlow."""
    traces = ("/dev/nvidia0", "/dev/dxg", "/dev/kfd")
    driver = any(Path(trace).exists() for trace in traces) or platform.machine() == "arm64"
    return driver and importlib.util.find_spec("tensorflow") is not None
