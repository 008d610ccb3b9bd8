"""`femon analyze`: recorded videos, folders of them or of pictures, and streams to session folders."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from femon.address import shown
from femon.bundle import read_contract
from femon.cli.baseline import seconds
from femon.cli.engines import Engine, Finished, Processes, RayCluster
from femon.cli.excerpt import add_excerpt_options, excerpt_asked
from femon.cli.exit_codes import DONE, INPUT, INTERRUPTED, code_of
from femon.cli.finished import Done, done_before, done_sessions, made_with
from femon.cli.folders import OUT, inputs_given, recover
from femon.cli.job import Job, analyze, analyze_elsewhere
from femon.cli.modes import HELP, modes
from femon.cli.numbers import number_in
from femon.cli.overlays import OVERLAY_FILE, abandoned_overlays
from femon.cli.progress import bar_over
from femon.cli.purposes import add_purpose_options, recorded_purpose
from femon.recording import SessionRequest
from femon.settings import RANGES, Settings

MOST_JOBS = 64


def add_options(parser: argparse.ArgumentParser) -> None:
    """What this command understands."""
    parser.add_argument("inputs", nargs="+", metavar="FILE, FOLDER or URL")
    parser.add_argument(
        "--out",
        type=Path,
        default=OUT,
        metavar="DIR",
        help=f"folder for sessions; default: {OUT}/ in the working folder, whatever is set in the window",
    )
    parser.add_argument("--model", metavar="ID")
    parser.add_argument("--mode", dest="modes", type=modes, metavar="MODE,...", help=HELP)
    parser.add_argument("--device", choices=("auto", "cpu", "gpu"))
    parser.add_argument("--faces", dest="max_faces", type=int, choices=range(1, 5), metavar="1-4")
    half_life = number_in(*RANGES["analysis.half_life_s"])
    parser.add_argument(
        "--half-life", dest="half_life_s", type=half_life, metavar="S", help="of the time filter"
    )
    add_excerpt_options(parser)
    add_purpose_options(parser)
    parser.add_argument(
        "--baseline",
        type=seconds,
        metavar="FROM-TO",
        help="seconds in which the person looks at the camera, relaxed: measure them against these",
    )
    parser.add_argument("--video-overlay", action="store_true", help=f"also write {OVERLAY_FILE}")
    parser.add_argument("--force", action="store_true", help="analyse inputs again that are already done")
    parser.add_argument("--stop-on-error", action="store_true")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    at_once = parser.add_mutually_exclusive_group()
    at_once.add_argument("--jobs", type=_jobs, default=1, metavar="N", help="so many inputs at a time")
    at_once.add_argument(
        "--engine", choices=("ray",), help="a Ray cluster: that of RAY_ADDRESS, else one on this machine"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Analyse every input; the exit code tells whether all, some or none went well."""
    excerpt = excerpt_asked(options)
    options.inputs = inputs_given(options.inputs)
    request = SessionRequest(
        options.out.absolute(),
        options.participant,
        options.condition,
        purpose=recorded_purpose(options, settings),
        consent=options.consent,
    )
    watches = settings.modes.expression
    contract = read_contract(options.models / settings.model) if watches else None
    recover([options.out])
    for video in abandoned_overlays(options.out):
        with suppress(OSError):
            video.unlink()
    job = Job(
        replace(settings, lsl=False),  # what was recorded is not sent as if it happened now
        options.models,
        request,
        options.baseline,
        options.video_overlay,
        options.quiet,
        excerpt,
    )
    key = made_with(job, contract)
    done = [] if options.force else done_sessions(options.out, key, overlay=options.video_overlay)
    job = replace(job, request=replace(request, made_with=key))
    codes: list[int] = []
    for finished in _all_finished(job, done, options):
        if finished.complained:
            print(finished.complained, file=sys.stderr)
        if finished.said:
            print(finished.said)
        codes.append(finished.code)
        if finished.code == INTERRUPTED or (finished.code and options.stop_on_error):
            break
    return code_of(codes, len(options.inputs))


def _all_finished(job: Job, done: list[Done], options: argparse.Namespace) -> Iterator[Finished]:
    """What became of every input; those done before come first where several are worked on at once."""
    engine = _engine(options)
    if engine is None:
        for source in options.inputs:
            before = done_before(source, done, quiet=options.quiet)
            yield _skipped(source, before) if before else analyze(job, source)
        return
    left = []
    for source in options.inputs:
        if before := done_before(source, done, quiet=options.quiet):
            yield _skipped(source, before)
        else:
            left.append(source)
    threads = max(1, (os.cpu_count() or 1) // options.jobs) if options.jobs > 1 else 1
    shared = replace(
        job,
        settings=replace(job.settings, analysis=replace(job.settings.analysis, threads=threads)),
        quiet=True,
    )
    with bar_over("analyze", " files", quiet=options.quiet)(total=len(left)) as bar:
        for finished in engine.run(partial(analyze_elsewhere, shared), left):
            bar.update()
            yield finished


def _engine(options: argparse.Namespace) -> Engine | None:
    """What works on several inputs at once; None: one after the other in this process."""
    if options.engine == "ray":
        return RayCluster()
    return Processes(options.jobs) if options.jobs > 1 and len(options.inputs) > 1 else None


def _skipped(source: str, done: Done) -> Finished:
    """What a file that ends early is told again, so that no script takes it for whole."""
    again = f"already done in {done.folder} (--force does it again)"
    if done.cut:
        return Finished(source, INPUT, complained=f"{shown(source)}: ends early, {again}")
    return Finished(source, DONE, f"{shown(source)}: {again}")


def _jobs(text: str) -> int:
    """A number of jobs; raises argparse.ArgumentTypeError."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_JOBS:
        raise argparse.ArgumentTypeError(f"give a number from 1 to {MOST_JOBS}")
    return int(text)
