"""femon in a process of its own, which tells on standard output when it reached what."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from femon.gui.controller import Controller
    from femon.types import Readings

LIVE_S, QUICK_LIVE_S = 120.0, 20.0
WARM_UP_FRAMES = 90


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


def watch_live(folder: Path, seconds: float) -> int:
    """`femon --record` on a webcam for some seconds; tells how late labels came, and ticks."""
    from PySide6.QtCore import QTimer

    from benchmarks.stalls import Stalls
    from benchmarks.webcam import SPEC, open_webcam
    from femon.gui import app
    from femon.gui.window import MainWindow
    from femon.pipeline import Parts, Pipeline
    from femon.settings import Settings
    from femon.shipped import models_folder

    class WatchedWindow(MainWindow):
        def __init__(self, controller: Controller) -> None:
            super().__init__(controller)
            self._stalls: Stalls | None = None
            self._cpu_s = 0.0
            self._latencies: list[float] = []
            controller.readings_ready.connect(self._watch)

        def _watch(self, readings: Readings) -> None:
            self._latencies.append(readings.latency_s or 0.0)
            if self._stalls is None and len(self._latencies) == WARM_UP_FRAMES:
                self._latencies.clear()
                self._stalls, self._cpu_s = Stalls(self), time.thread_time()
                QTimer.singleShot(round(1000 * seconds), self._end)

        def _end(self) -> None:
            assert self._stalls is not None
            tell("interface", 1000 * (time.thread_time() - self._cpu_s) / len(self._latencies))
            tell("latencies", " ".join(f"{latency:.4f}" for latency in self._latencies))
            tell("stalls", " ".join(f"{late:.4f}" for late in self._stalls.all_s))
            self.close_unasked()

    vars(app)["MainWindow"] = WatchedWindow
    settings = Settings(purpose="self", sessions=str(folder / "sessions"))
    make = partial(Pipeline, parts=Parts(open_source=open_webcam))
    return app.run(
        SPEC,
        settings,
        settings_path=folder / "s.json",
        models=models_folder(),
        make_pipeline=make,
        record=True,
    )


def watch_clip(folder: Path) -> int:
    """The whole demo clip without a window, recorded into `folder`."""
    from femon.cli.batch import run_batch
    from femon.recording import SessionRequest
    from femon.settings import Settings
    from femon.shipped import models_folder

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
    works: dict[str, Callable[[Path], int]] = {
        "window": show_window,
        "clip": watch_clip,
        "training": train_in_turns,
        "live": partial(watch_live, seconds=LIVE_S),
        "live-quick": partial(watch_live, seconds=QUICK_LIVE_S),
    }
    code = works[sys.argv[1]](Path(sys.argv[2]))
    tell("peak", peak_bytes())
    raise SystemExit(code)
