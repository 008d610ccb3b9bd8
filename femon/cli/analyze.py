"""`femon analyze`: recorded videos, picture folders and streams to session folders, every frame."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self

from tqdm import tqdm

from femon.bundle import read_contract, sha256_of
from femon.cli.batch import Outcome, run_batch
from femon.cli.exit_codes import DONE, INTERRUPTED, NOT_ALLOWED, SOME_FAILED, exit_code
from femon.cli.modes import HELP, modes
from femon.errors import SessionError
from femon.plain_files import read_table
from femon.recording import SessionRequest, recover_sessions
from femon.settings import ModeSettings, Settings
from femon.types import Readings, SourceInfo

if TYPE_CHECKING:
    from femon.overlay_video import OverlayVideo

LINE_EVERY_S = 10.0  # without a terminal
OVERLAY_FILE = "overlay.mp4"


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add this command to the parser."""
    parser = commands.add_parser("analyze", parents=[common], help="analyse videos, pictures or streams")
    parser.add_argument("inputs", nargs="+", metavar="FILE, FOLDER or URL")
    parser.add_argument("--out", type=Path, default=Path("sessions"), metavar="DIR", help="default: sessions")
    parser.add_argument("--model", metavar="ID")
    parser.add_argument("--mode", dest="modes", type=modes, metavar="MODE,...", help=HELP)
    parser.add_argument("--device", choices=("auto", "cpu", "gpu"))
    parser.add_argument("--faces", dest="max_faces", type=int, choices=range(1, 5), metavar="1-4")
    parser.add_argument("--half-life", dest="half_life_s", type=float, metavar="S", help="of the time filter")
    parser.add_argument("--participant", default="", metavar="CODE")
    parser.add_argument("--condition", default="")
    parser.add_argument("--purpose", default="self", choices=("self", "research_consent", "driver_safety"))
    parser.add_argument("--consent", action="store_true", help="the people in view have agreed")
    parser.add_argument("--video-overlay", action="store_true", help=f"also write {OVERLAY_FILE}")
    parser.add_argument("--force", action="store_true", help="analyse inputs again that are already done")
    parser.add_argument("--stop-on-error", action="store_true")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Analyse every input; the exit code tells whether all, some or none went well."""
    if options.purpose == "research_consent" and not options.consent:
        print(
            "The purpose research_consent needs --consent: the people in view have agreed.", file=sys.stderr
        )
        return NOT_ALLOWED
    watches = settings.modes.expression
    model = read_contract(options.models / settings.model).weights_sha256 if watches else None
    for session in recover_sessions(options.out):
        print(
            f"Recovered {session.rows} rows of an interrupted session in {session.folder}.", file=sys.stderr
        )
    finished = {} if options.force else _finished(options.out, model, settings.modes)
    codes: list[int] = []
    for source in options.inputs:
        done = finished.get(_source_key(source))
        code = _skip(source, done) if done else _analyze(source, options, settings)
        codes.append(code)
        if code == INTERRUPTED or (code and options.stop_on_error):
            break
    if INTERRUPTED in codes:
        return INTERRUPTED
    failed = [code for code in codes if code]
    if not failed:
        return DONE
    return failed[0] if len(failed) == len(options.inputs) else SOME_FAILED


def _analyze(source: str, options: argparse.Namespace, settings: Settings) -> int:
    request = SessionRequest(
        options.out, options.participant, options.condition, purpose=options.purpose, consent=options.consent
    )
    with ExitStack() as stack:
        progress = stack.enter_context(Progress(source, quiet=options.quiet))
        overlay = stack.enter_context(_Overlay(options.out)) if options.video_overlay else None

        def on_open(info: SourceInfo) -> None:
            progress.open(info)
            if overlay is not None:
                overlay.open(info)

        def on_readings(readings: Readings) -> None:
            progress.step(readings)
            if overlay is not None:
                overlay.write(readings)

        outcome = run_batch(
            source, settings, models=options.models, request=request, on_open=on_open, on_readings=on_readings
        )
        if overlay is not None:
            overlay.finish(outcome)
    return _tell(source, outcome)


def _tell(source: str, outcome: Outcome) -> int:
    if outcome.error is not None:
        print(outcome.error, file=sys.stderr)
    if outcome.summary is not None:
        done = outcome.summary
        print(
            f"{source}: {done.captured} frames: {done.analysed} analysed, {done.dropped} dropped, "
            f"{done.unaccounted} unaccounted -> {done.folder}"
        )
    if outcome.state == "interrupted":
        return INTERRUPTED
    return exit_code(outcome.error) if outcome.error is not None else DONE


def _skip(source: str, folder: Path) -> int:
    print(f"{source}: already done in {folder} (--force does it again)")
    return DONE


def _finished(out: Path, model: str | None, modes: ModeSettings) -> dict[str, Path]:
    """Complete sessions below `out` with this model and these modes, by the checksum of their source."""
    found = {}
    for path in sorted(out.glob("*/session.json")):
        try:
            session = read_table(path)
            same = session["model"].get("sha256") == model and session["modes"] == asdict(modes)
            if session["state"] == "complete" and same:
                found[session["source"]["sha256"]] = path.parent
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # not a session femon wrote; it is simply not "done"
    found.pop(None, None)
    return found


def _source_key(source: str) -> str:
    path = Path(source)
    return sha256_of(path) if path.is_file() else ""


class Progress:
    """A bar on standard error: percent, frames, rate and time left; a line every 10 s without a terminal."""

    def __init__(self, source: str, *, quiet: bool) -> None:
        interval = 0.2 if sys.stderr.isatty() else LINE_EVERY_S
        self._make = partial(
            tqdm,
            desc=Path(source).name or source,
            unit=" frames",
            disable=quiet,
            mininterval=interval,
            maxinterval=interval,
        )
        self._bar: tqdm[NoReturn] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def open(self, info: SourceInfo) -> None:
        """The number of frames is known now, if the source tells it."""
        self._bar = self._make(total=info.frame_count)

    def step(self, readings: Readings) -> None:
        """One more frame is done."""
        assert self._bar is not None  # opened before the first frame
        self._bar.update()


class _Overlay:
    """The annotated video of one input; it moves into the session folder once that is closed."""

    def __init__(self, out: Path) -> None:
        self._path = out / f".{OVERLAY_FILE}"
        self._video: OverlayVideo | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._video is not None:
            self._video.discard()

    def open(self, info: SourceInfo) -> None:
        """Start the video of a source."""
        from femon.overlay_video import OverlayVideo  # loads the encoder, which only this option needs

        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            folder = self._path.parent
            raise SessionError(f"femon cannot write to {folder}. Choose another folder.") from error
        self._video = OverlayVideo(self._path, info)

    def write(self, readings: Readings) -> None:
        """Draw and encode one frame."""
        assert self._video is not None  # opened before the first frame
        self._video.write(readings)

    def finish(self, outcome: Outcome) -> None:
        """Move the video to the session, or forget it when there is none."""
        if self._video is not None and outcome.summary is not None:
            self._video.close()
            self._path.replace(outcome.summary.folder / OVERLAY_FILE)
            self._video = None
