"""Several sources together without a window: frames in, a session folder for each, and how each ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from femon.address import distinct, shown_name
from femon.cli.batch import Outcome, hang_of, next_event, take_notice, tell_opened
from femon.pipelines.group import Outlet, PipelineGroup
from femon.recording import SessionRequest
from femon.settings import Settings
from femon.types import Notice, Readings, SourceInfo


def run_together(
    sources: Sequence[str],
    settings: Settings,
    *,
    models: Path,
    request: SessionRequest | None,
    on_open: Callable[[SourceInfo], None] = lambda info: None,
    on_readings: Callable[[Readings], None] = lambda readings: None,
) -> list[Outcome]:
    """Watch all until the last one has ended; one that fails leaves the others alone.

    The callbacks run on pipeline threads, `on_open` before the first frame of its source is taken. Ctrl-C
    closes every session and is an outcome.
    """
    outcomes = [Outcome() for _ in sources]
    begins = [f"{name}: " for name in distinct([shown_name(source) for source in sources])]
    events: SimpleQueue[tuple[int, Notice]] = SimpleQueue()

    def hear(number: int, notice: Notice) -> None:
        tell_opened(notice, on_open)
        events.put((number, notice))

    outlets = [Outlet(on_readings, partial(hear, number)) for number in range(len(sources))]
    group = PipelineGroup(
        sources,
        settings,
        models=models,
        outlets=outlets,
        on_notice=lambda notice: None,
        record=request,
        paced=settings.lsl,  # what is sent is sent at its time
    )
    group.start()
    running = set(range(len(sources)))

    def hanging() -> str | None:
        found = ((begins[number], hang_of(group.stats_of(number))) for number in sorted(running))
        return next((f"{begin}{text}" for begin, text in found if text is not None), None)

    try:
        while running:
            number, notice = next_event(events, hanging)
            if not take_notice(notice, outcomes[number], begins[number]):
                running.discard(number)
    except KeyboardInterrupt:
        for number in running:
            outcomes[number].state = "interrupted"
    group.stop()
    while not events.empty():
        number, notice = events.get()
        take_notice(notice, outcomes[number], begins[number])
    return outcomes
