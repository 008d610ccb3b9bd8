"""`femon doctor`: one line for each thing femon needs or stores, with advice where something is wrong."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from femon import __version__
from femon.bundle import (
    LANDMARKER_FILE,
    BrokenBundle,
    graphics_cards,
    list_bundles,
    sha256_of,
    verify_weights,
)
from femon.camera import CameraInfo, list_cameras
from femon.cli.doctor_camera import camera_check
from femon.cli.doctor_check import Check
from femon.cli.doctor_privacy import privacy_checks
from femon.cli.exit_codes import CHECK_FAILED, DONE
from femon.cli.watch import DISPLAYS, has_display
from femon.errors import ModelError
from femon.landmarks import LANDMARKER_SHA256
from femon.recording.disk import NEEDED_BYTES
from femon.settings import Settings

PACKAGES = (
    "ai-edge-litert",
    "av",
    "mediapipe",
    "numpy",
    "opencv-contrib-python",
    "PySide6-Essentials",
)
OTHER_CV2 = ("opencv-python", "opencv-python-headless", "opencv-contrib-python-headless")


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this command understands."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--camera",
        nargs="?",
        const="",
        metavar="N or NAME",
        help="also open this camera, or the first one, and look at its picture",
    )
    what.add_argument("--privacy", action="store_true", help="what is stored where, and for whom")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print every check; the exit code is 8 when one failed."""
    found = (
        privacy_checks(settings, options.settings)
        if options.privacy
        else all_checks(options.models, settings, options.camera)
    )
    checks = list(found)
    if options.json:
        print(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        for check in checks:
            print(f"{check.state:4}  {check.name:14} {check.text}")
    return CHECK_FAILED if any(check.state == "fail" for check in checks) else DONE


def all_checks(models: Path, settings: Settings, camera: str | None = None) -> Iterator[Check]:
    """Every check in the order in which femon needs things; opens a camera only if one is named ("": any)."""
    yield Check("femon", "ok", f"{__version__} on Python {sys.version.split()[0]}")
    yield _packages()
    yield _one_cv2()
    yield _display()
    cameras = list_cameras()
    yield from _cameras(cameras)
    if camera is not None:
        yield camera_check(camera, settings.camera, cameras=cameras)
    yield _landmarker(models)
    yield from _bundles(models, settings)
    yield _gpu()
    yield from _folder(settings.sessions_folder)


def _packages() -> Check:
    missing = []
    for name in PACKAGES:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check("packages", "fail", f"missing: {', '.join(missing)}. Install femon again.")
    return Check("packages", "ok", ", ".join(f"{name} {version(name)}" for name in PACKAGES))


def _one_cv2() -> Check:
    others = []
    for name in OTHER_CV2:
        try:
            others.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    if others:
        text = (
            f"{', '.join(others)} overwrites opencv-contrib-python. Uninstall both, then install femon again."
        )
        return Check("opencv", "fail", text)
    return Check("opencv", "ok", "one cv2 package")


def _display() -> Check:
    if not has_display():
        return Check("display", "warn", "none: femon runs in the terminal. `femon analyze` needs none.")
    named = [f"{name}={os.environ[name]}" for name in DISPLAYS if os.environ.get(name)]
    return Check("display", "ok", ", ".join(named) or sys.platform)


def _cameras(cameras: list[CameraInfo]) -> Iterator[Check]:
    if not cameras:
        yield Check("camera", "warn", "none found. Connect one, or try: femon --source demo")
    for camera in cameras:
        device = Path(f"/dev/video{camera.index}")
        if device.exists() and not os.access(device, os.R_OK | os.W_OK):
            advice = (
                f"'{camera.name}' may not be opened. Add your user to the group 'video', then log in again."
            )
            yield Check("camera", "fail", advice)
        else:
            yield Check("camera", "ok", f"{camera.index}: {camera.name} ({camera.backend})")


def _landmarker(models: Path) -> Check:
    path = models / LANDMARKER_FILE
    try:
        if not path.is_file():
            text = f"{path} is missing. Faces cannot be found without it; install femon again."
            return Check("landmarker", "fail", text)
        if sha256_of(path) != LANDMARKER_SHA256:
            return Check("landmarker", "fail", f"{path} is damaged. Install femon again.")
    except OSError as error:
        text = f"{path} cannot be read ({error.strerror or error}). Check its rights."
        return Check("landmarker", "fail", text)
    return Check("landmarker", "ok", f"{LANDMARKER_FILE}, checksum fits")


def _bundles(models: Path, settings: Settings) -> Iterator[Check]:
    found = list_bundles(models)
    if settings.model not in [entry.id for entry in found]:
        text = f"'{settings.model}' is not installed in {models}. Choose another, or run: python -m training"
        yield Check("model", "fail", text)
    for entry in found:
        try:
            verify_weights(models / entry.id)
        except ModelError as error:
            yield Check("model", "fail" if entry.id == settings.model else "warn", str(error))
        else:
            name = entry.id if isinstance(entry, BrokenBundle) else f"{entry.id}, checksum fits"
            yield Check("model", "ok", name)


def _gpu() -> Check:
    if find_spec("tensorflow") is None:
        return Check("graphics card", "ok", "not used: the CPU runs the model")
    try:
        cards = graphics_cards()
    except Exception as error:  # noqa: BLE001 - a half installed TensorFlow fails in many ways
        text = f"TensorFlow cannot be loaded ({error}): the CPU runs the model. Install TensorFlow again."
        return Check("graphics card", "warn", text)
    return Check("graphics card", "ok", ", ".join(cards) or "TensorFlow sees none: the CPU runs the model")


def _folder(folder: Path) -> Iterator[Check]:
    try:
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        with tempfile.TemporaryFile(dir=existing):
            free = shutil.disk_usage(existing).free
    except (OSError, StopIteration):  # nothing exists on a drive that is not connected
        yield Check("sessions", "fail", f"femon cannot write to {folder}. Choose another folder.")
        return
    yield Check("sessions", "ok", f"{folder} can be written")
    state: Literal["ok", "warn"] = "ok" if free > NEEDED_BYTES else "warn"
    yield Check("disk", state, f"{free / 1e9:.1f} GB free; a recording needs 0.5 GB to start")
