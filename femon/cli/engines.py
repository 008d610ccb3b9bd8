"""Many inputs at once, in processes here or on a Ray cluster; one whose process dies is tried again."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final, Protocol

from femon.address import shown
from femon.cli.exit_codes import UNEXPECTED
from femon.errors import SettingsError

log = logging.getLogger(__name__)

DIED: Final = "{}: the process that analysed it ended twice without a word. Try it alone, without --jobs."
LOST: Final = "{}: the Ray cluster did not finish it ({}). Try it alone, without --engine ray."
TRIES: Final = 2
CANCEL_LIMIT_S: Final = 10.0  # for the tasks of a cluster to close their sessions


@dataclass(frozen=True, slots=True)
class Finished:
    """How one input went; `said` is for standard output, `complained` for standard error."""

    source: str
    code: int
    said: str = ""
    complained: str = ""


Work = Callable[[str], Finished]  # found by its name in other processes, as is all that it holds


class Engine(Protocol):
    """Does the work for every input, in any order."""

    def run(self, work: Work, sources: Sequence[str]) -> Iterator[Finished]:
        """Yield each input's outcome as it comes; one that cannot be had is an outcome too."""
        ...


class Processes:
    """Some inputs at a time, each in a process of this machine."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs

    def run(self, work: Work, sources: Sequence[str]) -> Iterator[Finished]:
        """Yield each input's outcome as it comes."""
        left = list(sources)
        while left:
            suspects = yield from _round(work, left, self._jobs)
            left = [source for source in left if source not in suspects]
            for source in suspects:  # alone, so that the one that kills its process is known
                for _ in range(TRIES):
                    if not (yield from _round(work, [source], 1)):
                        break
                else:
                    yield Finished(source, UNEXPECTED, complained=DIED.format(shown(source)))


def _round(work: Work, left: list[str], jobs: int) -> Generator[Finished, None, list[str]]:
    """Work until all is done or a process dies; what is done leaves `left`, what was under way returns."""
    with ProcessPoolExecutor(min(jobs, len(left)), get_context("spawn"), _ignore_interrupts) as pool:
        futures: dict[Future[Finished], str] = {
            pool.submit(_interruptible, work, source): source for source in left
        }
        try:
            for future in as_completed(futures):
                finished = future.result()
                left.remove(finished.source)
                yield finished
        except BrokenProcessPool:
            return left[: jobs + 1]  # handed out in this order, and one more waited at the door
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return []


def _ignore_interrupts() -> None:
    """An idle process has nothing to close; the one that waits for it tells it to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _interruptible(work: Work, source: str) -> Finished:
    """Ctrl-C reaches every process of the terminal: the work closes its session and says so."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return work(source)
    finally:
        _ignore_interrupts()


class RayCluster:
    """One input per processor of a Ray cluster; femon and the files lie there under the same paths."""

    def run(self, work: Work, sources: Sequence[str]) -> Iterator[Finished]:
        """Yield each input's outcome as it comes; raises SettingsError without Ray or its cluster."""
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # it would report to its makers
        try:
            import ray
        except ImportError as error:
            raise SettingsError("Ray is not installed. Run: pip install 'femon[cluster]'") from error
        with _connected(ray):
            remote = ray.remote(num_cpus=1, max_retries=1)(_call)
            under_way = {remote.remote(work, source): source for source in sources}
            try:
                while under_way:
                    (done,), _ = ray.wait(list(under_way), num_returns=1)
                    source = under_way.pop(done)
                    try:
                        yield ray.get(done)
                    except ray.exceptions.RayError as error:  # where a process died, Ray has tried again
                        yield _lost(source, error)
            except BaseException:
                for task in under_way:
                    ray.cancel(task)  # as Ctrl-C would there
                ray.wait(list(under_way), num_returns=len(under_way), timeout=CANCEL_LIMIT_S)
                raise


def _lost(source: str, error: Exception) -> Finished:
    """Ray's own texts are pages long, with addresses and colours: they go to the log."""
    log.info("%s: %s", shown(source), error)
    return Finished(source, UNEXPECTED, complained=LOST.format(shown(source), type(error).__name__))


def _call(work: Work, source: str) -> Finished:
    return work(source)


@contextmanager
def _connected(ray: object) -> Iterator[None]:
    """In a running cluster, or in one of this machine for as long as it is needed."""
    try:
        ray.init(include_dashboard=False, log_to_driver=False, logging_level="error")  # type: ignore[attr-defined]
    except ConnectionError as error:
        address = os.environ.get("RAY_ADDRESS", "")
        raise SettingsError(
            f"No Ray cluster answers at '{address}'. Start it with `ray start --head`, or unset RAY_ADDRESS."
        ) from error
    try:
        yield
    finally:
        ray.shutdown()  # type: ignore[attr-defined]
