"""How this machine computes: threads, number format, and one or many devices; set before a run begins."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BENCH = Path("runs/bench.json")
POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def prepared(options: argparse.Namespace) -> Any:
    """Apply --threads, --precision and --strategy; returns the distribution strategy, or None for one device.

    `options.precision` becomes the number format that was chosen.
    """
    set_threads(options.threads)
    import keras
    import tensorflow as tf

    strategy = None
    if options.strategy == "mirrored":
        strategy = tf.distribute.MirroredStrategy()
    elif options.strategy == "multiworker":
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
    if options.precision == "auto":
        options.precision = fastest_precision()
    keras.config.set_dtype_policy(POLICIES[options.precision])
    return strategy


def worker(environment: Mapping[str, str] = os.environ) -> int:
    """The number of this worker among those of TF_CONFIG; 0 for the first and for a machine on its own."""
    task = json.loads(environment.get("TF_CONFIG") or "{}").get("task", {})
    return int(task.get("index", 0))


def set_threads(threads: int) -> None:
    """Let TensorFlow use this many threads; 0 leaves the choice to it."""
    import tensorflow as tf

    if threads:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)


def fastest_precision(bench: Path = BENCH) -> str:
    """The number format that `bench` found fastest on this machine; float32 where it never ran."""
    if not bench.exists():
        return "float32"
    return str(json.loads(bench.read_text(encoding="utf-8"))["precision"])
