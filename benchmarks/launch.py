"""femon in a process of its own, which tells on standard output when it reached what."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from femon.gui.controller import Controller
    from femon.types import Readings


def tell(what: str, value: object = "") -> None:
    """One line for the process that watches, at once."""
    print(what, value, flush=True)


def show_window(folder: Path) -> int:
    """`femon --source demo`, closed at the first named emotion; settings and sessions go into `folder`."""
    from femon.cli import main
    from femon.emotions import EMOTIONS
    from femon.gui import app
    from femon.gui.window import MainWindow

    class WatchedWindow(MainWindow):
        def __init__(self, controller: Controller) -> None:
            super().__init__(controller)
            self._waiting_for = ["face", "label"]
            self.ready.connect(lambda: tell("window"))  # after the first paint
            controller.readings_ready.connect(self._watch)

        def _watch(self, readings: Readings) -> None:
            labels = {reading.label for reading in readings.readings}
            if labels and "face" in self._waiting_for:
                self._waiting_for.remove("face")
                tell("face")
            if labels & set(EMOTIONS) and "label" in self._waiting_for:
                self._waiting_for.remove("label")
                tell("label")
                self.close()

    vars(app)["MainWindow"] = WatchedWindow
    settings, sessions = str(folder / "settings.json"), str(folder / "sessions")
    return main(["run", "--source", "demo", "--settings", settings, "--out", sessions])


def watch_clip(folder: Path) -> int:
    """The whole demo clip without a window, recorded into `folder`."""
    from femon.bundle import models_folder
    from femon.cli.batch import run_batch
    from femon.recording import SessionRequest
    from femon.settings import Settings

    outcome = run_batch("demo", Settings(), models=models_folder(), request=SessionRequest(folder))
    return 0 if outcome.state == "complete" else 1


def train_in_turns(folder: Path) -> int:
    """A few training steps through keras.fit and through femon's loop."""
    from benchmarks.training import turns

    for pair in turns(folder):
        tell("pair", f"{pair.plain[0]} {pair.ours[0]}")
    return 0


def peak_bytes() -> int:
    """The most memory that this process has held (resident set size)."""
    status = Path("/proc/self/status")
    if status.is_file():  # Linux: getrusage would count the process that started this one
        fields = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        return 1024 * int(fields["VmHWM"].split()[0])
    if sys.platform == "win32":
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    code = {"window": show_window, "clip": watch_clip, "training": train_in_turns}[sys.argv[1]](
        Path(sys.argv[2])
    )
    tell("peak", peak_bytes())
    raise SystemExit(code)
