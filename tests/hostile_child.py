"""Tries damaged files, each in a fork of its own, and prints a line of JSON for each: what became of it."""

from __future__ import annotations

import json
import os
import random
import resource
import select
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from functools import partial
from itertools import islice, product
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np

from femon.bundle import Bundle, sha256_of
from femon.camera import open_source
from femon.errors import FemonError
from femon.settings import CameraSettings
from femon.types import Frame
from hostile import CASE_LIMIT_S, MEMORY_LIMIT_BYTES, SEED, mutated

MOST_FRAMES = 40
FIRST_BYTES = 200_000
REFUSED = 3
WAITING_LIMIT_S = 60  # for what waits without working; a busy machine must not look like a hang


def try_weights(base: Path, folder: Path, chance: random.Random) -> None:
    """Damaged weights whose checksum fits: somebody made them so."""
    shutil.copytree(base, folder, ignore=shutil.ignore_patterns("*.keras"))
    weights = folder / "model.tflite"
    weights.write_bytes(mutated(weights.read_bytes(), chance))
    contract = json.loads((folder / "bundle.json").read_text())
    contract["sha256"] = {"model.tflite": sha256_of(weights)}
    (folder / "bundle.json").write_text(json.dumps(contract))
    bundle = Bundle.load(folder, device="cpu", threads=1)
    answer = bundle.predict(np.zeros((2, 48, 48), np.uint8))
    assert answer.shape == (2, 7)


def try_source(base: Path, folder: Path, chance: random.Random) -> None:
    """The start of a video, or a picture, with accidents."""
    folder.mkdir()
    path = folder / base.name
    path.write_bytes(mutated(base.read_bytes()[:FIRST_BYTES], chance))
    source = open_source(str(path), CameraSettings())
    try:
        for frame in islice(source.frames(lambda: False), MOST_FRAMES):
            assert isinstance(frame, Frame)
            assert frame.image_bgr.ndim == 3
    finally:
        source.close()


TRIALS: dict[str, Callable[[Path, Path, random.Random], None]] = {
    "weights": try_weights,
    "source": try_source,
}


def fate(trial: Callable[[], None]) -> tuple[str, str]:
    """Run in a fork with limits on time and memory; the detail is what it says before it ends."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        os._exit(_child(trial, writing))
    os.close(writing)
    ended = bool(select.select([reading], [], [], WAITING_LIMIT_S)[0])  # a pipe ends with its process
    detail = os.read(reading, 4096).decode(errors="replace") if ended else ""
    os.close(reading)
    if not ended:
        os.kill(process, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if not ended or code == -signal.SIGXCPU:
        return "hang", detail
    if code < 0:
        return "crash", signal.Signals(-code).name
    return {0: "fine", REFUSED: "refused"}.get(code, "error"), detail


def _child(trial: Callable[[], None], writing: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (CASE_LIMIT_S, CASE_LIMIT_S + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    try:
        trial()
    except FemonError as error:
        os.write(writing, str(error)[:1000].encode(errors="replace"))
        return REFUSED
    except BaseException:  # noqa: BLE001 - whatever it is, the test shall see it
        os.write(writing, traceback.format_exc()[-3000:].encode(errors="replace"))
        return 1
    return 0


def main(kind: str, scratch: str, number: str, *bases: str) -> None:
    trial: Any = TRIALS[kind]
    for base, place in product(map(Path, bases), range(int(number))):
        seed, folder = SEED + place, Path(scratch) / str(place)
        outcome, detail = fate(partial(trial, base, folder, random.Random(seed)))
        shutil.rmtree(folder, ignore_errors=True)
        line = {"base": base.name, "seed": seed, "outcome": outcome, "detail": detail}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
