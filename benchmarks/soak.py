"""Hours of stream through femon as fast as it goes, recorded, and what grows: `python -m benchmarks.soak`.

A short film is played again and again as a live camera in lockstep: the next picture is decoded when the one
before has been answered, so nothing is dropped. Every ten minutes of stream the camera is away for three
seconds, and once a minute somebody sets a marker. In the loop are the decoding of motion JPEG, the shipped
model, smoothing, the monitors with their alarms and evidence, the session's files, and either the drawing of
the overlay or, with --window, the whole window. MediaPipe finds the faces of one round of the film; later
rounds take what it found then, unless --everything is given. With --light, for a busy machine, the film is a
file that loses nothing, the model's answers too are those of the first round, and every tenth picture is
decoded and drawn: what remains is femon's own memory.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from benchmarks.figures import Figure
from benchmarks.film import FPS, Film, Remembering, load_remembering
from benchmarks.growth import Growth
from benchmarks.report import as_json, machine_line, table, this_machine
from femon.bundle import Bundle
from femon.faces import FaceFinder
from femon.overlay_picture import draw_readings
from femon.pipeline import Parts, Pipeline
from femon.recording import SessionRequest, SessionSummary
from femon.settings import ModeSettings, Settings
from femon.shipped import models_folder
from femon.types import Notice, Readings

MARK_EVERY_S: Final = 60
ALL_MODES = ModeSettings(expression=True, fatigue=True, attention=True, engagement=True)
DONE, BUDGET_MISSED = 0, 8


def soak(
    film: Film,
    folder: Path,
    *,
    everything: bool = False,
    also: Callable[[Readings], None] = lambda readings: None,
) -> SessionSummary:
    """Play the film to its end without a window; `also` gets every answer. Raises RuntimeError."""
    notices: SimpleQueue[Notice] = SimpleQueue()
    info = film.info

    def take(readings: Readings) -> None:
        if readings.frame.index % film.drawn_every == 0:
            draw_readings(readings, (info.width, info.height))
        also(readings)
        if readings.frame.index % (MARK_EVERY_S * FPS) == 0:
            pipeline.mark("marker", "minute")
        film.answer(readings)

    pipeline = Pipeline(
        "0",
        Settings(modes=ALL_MODES),
        models=models_folder(),
        on_readings=take,
        on_notice=notices.put,
        record=SessionRequest(folder),
        parts=parts_of(film, everything=everything),
    )
    pipeline.start()
    told: dict[str, Notice] = {}
    while not told.keys() & {"ended", "error", "recording_error"}:
        notice = notices.get()
        told[notice.kind] = notice
    pipeline.stop()
    return _summary(told)


def parts_of(film: Film, *, everything: bool) -> Parts:
    """The pipeline's own parts with the film in the place of the camera."""
    finder = FaceFinder if everything else partial(Remembering, film.length)
    load = load_remembering if film.light else Bundle.load
    return Parts(lambda *_, **__: film, finder, load, film.clock)  # type: ignore[arg-type]


def soak_window(film: Film, folder: Path, *, everything: bool = False) -> SessionSummary:
    """The same with the whole window, whose newest picture is the one that is answered."""
    from PySide6.QtWidgets import QApplication

    from femon.gui import app
    from femon.gui.controller import Controller
    from femon.gui.window import MainWindow

    told: dict[str, Notice] = {}

    class WatchedWindow(MainWindow):
        def __init__(self, controller: Controller) -> None:
            super().__init__(controller)
            self.sessions.silent = True
            controller.readings_ready.connect(self._answer)
            controller.notice.connect(self._note)

        def _answer(self, readings: Readings) -> None:
            QApplication.processEvents()  # paint it
            film.answer(readings)

        def _note(self, notice: Notice) -> None:
            told[notice.kind] = notice
            if notice.kind in ("ended", "error", "recording_error"):
                self.close_unasked()

    vars(app)["MainWindow"] = WatchedWindow
    settings = Settings(modes=ALL_MODES, sessions=str(folder), purpose="self")
    app.run(
        "0", settings, settings_path=folder / "settings.json", models=models_folder(), record=True,
        make_pipeline=partial(Pipeline, parts=parts_of(film, everything=everything)),
    )  # fmt: skip
    return _summary(told)


def _summary(told: dict[str, Notice]) -> SessionSummary:
    for kind in ("error", "recording_error"):
        if kind in told:
            raise RuntimeError(told[kind].text)
    summary = told["recorded"].details["summary"]
    assert isinstance(summary, SessionSummary)
    return summary


def main() -> int:
    """Soak and report: 0, or 8 when something grows."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0, help="of stream (default: 2)")
    parser.add_argument("--source", default="demo", metavar="FILE", help="the film (default: the demo)")
    parser.add_argument("--everything", action="store_true", help="find the faces of every picture anew")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--light", action="store_true", help="femon's own work alone, for a busy machine")
    form.add_argument("--window", action="store_true", help="with the window instead of the overlay alone")
    parser.add_argument("--json", action="store_true", help="instead of the table")
    options = parser.parse_args()
    total = round(options.hours * 3600 * FPS)
    growth = Growth(total, every=max(1, min(total // 100, round(10 * FPS))))
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        film = Film(options.source, total, growth, light=options.light)
        run = soak_window if options.window else soak
        summary = run(film, Path(folder), everything=options.everything)
    wall_s = time.perf_counter() - begun
    figures = [*growth.figures(), *account(summary, total, wall_s)]
    machine = this_machine()
    print(as_json(figures, machine) if options.json else f"{table(figures)}\n\n{machine_line(machine)}")
    return BUDGET_MISSED if any(figure.holds is False for figure in figures) else DONE


def account(summary: SessionSummary, total: int, wall_s: float) -> list[Figure]:
    """What the session says of itself."""
    missing = abs(summary.unaccounted) + abs(total - summary.captured) + (summary.integrity != "ok")
    return [
        Figure("frames without their row", missing, at_most=0, note=summary.integrity),
        Figure("  frames dropped", summary.dropped),
        Figure("  times faster than the stream", summary.duration_s / wall_s, "x"),
    ]


if __name__ == "__main__":
    sys.exit(main())
