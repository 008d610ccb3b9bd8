"""Mailboxes and stages, driven by handshakes: who waits, who wakes, what is dropped and what is reported."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from femon.errors import CameraError
from femon.stage import NICER, Closed, Mailbox, Stage, run_in_background

LIMIT_S = 10.0  # for what must happen; a sound run never waits that long


@pytest.fixture
def spawn() -> Iterator[Callable[[Callable[[], object]], threading.Thread]]:
    """Starts a thread for the other side of a mailbox and joins it after the test."""
    threads: list[threading.Thread] = []

    def spawned(work: Callable[[], object]) -> threading.Thread:
        thread = threading.Thread(target=work, daemon=True)
        threads.append(thread)
        thread.start()
        return thread

    yield spawned
    for thread in threads:
        thread.join(LIMIT_S)
        assert not thread.is_alive()


def drain(box: Mailbox[int]) -> list[int]:
    """Everything that still comes before the box is closed."""
    taken = []
    try:
        while True:
            taken.append(box.get(LIMIT_S))
    except Closed:
        return taken


def no_failure(name: str, error: BaseException) -> None:
    raise AssertionError(f"{name} failed: {error}")


def test_items_come_out_in_the_order_they_went_in() -> None:
    box: Mailbox[int] = Mailbox(3, newest_wins=False)
    assert [box.put(number) for number in (1, 2, 3)] == [None, None, None]
    assert [box.get(), box.get(), box.get()] == [1, 2, 3]


def test_a_box_holds_as_many_as_it_is_told_before_the_first_item() -> None:
    box: Mailbox[int] = Mailbox(1, newest_wins=False)
    box.hold(2)
    assert [box.offer(1), box.offer(2), box.offer(3)] == [True, True, False]


def test_the_newest_item_replaces_the_waiting_one_and_gives_it_back() -> None:
    box: Mailbox[int] = Mailbox(1, newest_wins=True)
    assert [box.put(1), box.put(2), box.put(3)] == [None, 1, 2]
    assert box.get() == 3


def test_a_larger_live_box_gives_up_its_oldest_item() -> None:
    box: Mailbox[int] = Mailbox(2, newest_wins=True)
    assert [box.put(1), box.put(2), box.put(3)] == [None, None, 1]
    assert box.get_many() == [2, 3]


def test_all_waiting_items_are_taken_at_once_up_to_a_limit() -> None:
    box: Mailbox[int] = Mailbox(5, newest_wins=False)
    for number in range(5):
        box.put(number)
    assert box.get_many(2) == [0, 1]
    assert box.get_many() == [2, 3, 4]


def test_an_empty_box_makes_its_reader_wait_for_the_next_item(spawn: Callable[..., threading.Thread]) -> None:
    box: Mailbox[int] = Mailbox(1, newest_wins=True)
    answers: Mailbox[list[int]] = Mailbox(1, newest_wins=False)
    spawn(lambda: answers.put(box.get_many()))
    box.put(7)
    assert answers.get(LIMIT_S) == [7]


def test_a_reader_with_a_time_limit_gives_up() -> None:
    box: Mailbox[int] = Mailbox(1, newest_wins=True)
    with pytest.raises(TimeoutError):
        box.get(timeout=0.0)


def test_a_slow_reader_loses_nothing_from_a_lossless_box(spawn: Callable[..., threading.Thread]) -> None:
    box: Mailbox[int] = Mailbox(2, newest_wins=False)
    put = []

    def produce() -> None:
        for number in range(100):
            box.put(number)
            put.append(number)
        box.close()

    producer = spawn(produce)
    taken = [box.get(LIMIT_S)]
    assert len(put) <= 3  # one was taken and two wait
    taken += drain(box)
    producer.join(LIMIT_S)
    assert taken == put == list(range(100))


def test_a_slow_reader_of_a_live_box_drops_old_items_and_none_goes_missing(
    spawn: Callable[..., threading.Thread],
) -> None:
    box: Mailbox[int] = Mailbox(1, newest_wins=True)
    busy, resume = threading.Event(), threading.Event()
    taken: list[int] = []

    def consume() -> None:
        taken.append(box.get(LIMIT_S))
        busy.set()
        resume.wait(LIMIT_S)
        taken.append(box.get(LIMIT_S))

    consumer = spawn(consume)
    box.put(0)
    assert busy.wait(LIMIT_S)
    dropped = [box.put(number) for number in range(1, 10)]
    resume.set()
    consumer.join(LIMIT_S)
    assert taken == [0, 9]
    assert dropped == [None, *range(1, 9)]


def test_a_closed_box_gives_out_what_it_holds_and_then_says_so() -> None:
    box: Mailbox[int] = Mailbox(2, newest_wins=False)
    box.put(1)
    box.close()
    box.close()
    assert box.get() == 1
    with pytest.raises(Closed):
        box.get()
    with pytest.raises(Closed):
        box.get_many()


@pytest.mark.parametrize("newest_wins", [True, False])
def test_a_closed_box_takes_nothing(newest_wins: bool) -> None:
    box: Mailbox[int] = Mailbox(1, newest_wins=newest_wins)
    box.close()
    with pytest.raises(Closed):
        box.put(1)


@pytest.mark.parametrize("side", ["reader", "writer"])
def test_closing_wakes_whoever_waits(spawn: Callable[..., threading.Thread], side: str) -> None:
    box: Mailbox[int] = Mailbox(1, newest_wins=False)
    if side == "writer":
        box.put(1)
    woken, started = threading.Event(), threading.Event()

    def wait() -> None:
        started.set()
        try:
            _ = box.get() if side == "reader" else box.put(2)
        except Closed:
            woken.set()

    spawn(wait)
    assert started.wait(LIMIT_S)
    box.close()
    assert woken.wait(LIMIT_S)


def test_a_stage_runs_its_work_on_a_thread_with_its_name() -> None:
    names = []
    stage = Stage("faces", lambda: names.append(threading.current_thread().name), on_failure=no_failure)
    stage.start()
    assert stage.stop(LIMIT_S)
    assert names == ["femon-faces"]


def test_a_stage_that_waits_ends_as_soon_as_it_is_asked_to() -> None:
    woken = threading.Event()

    def work() -> None:
        if stage.wait(LIMIT_S * 100) and stage.stopped():
            woken.set()

    stage = Stage("capture", work, on_failure=no_failure)
    assert not stage.stopped()
    stage.start()
    assert stage.stop(LIMIT_S)
    assert woken.is_set()


def test_a_stage_can_be_asked_to_stop_without_waiting_for_it() -> None:
    stage = Stage("capture", lambda: None, on_failure=no_failure)
    assert not stage.wait(0.0)
    stage.request_stop()
    assert stage.stopped()
    assert stage.wait(LIMIT_S)


def test_a_stage_that_never_started_is_stopped_at_once() -> None:
    assert Stage("capture", lambda: None, on_failure=no_failure).stop(LIMIT_S)


def test_a_stage_gives_way_alone() -> None:
    before, seen = os.getpriority(os.PRIO_PROCESS, 0), []
    for gives_way in (True, False):
        stage = Stage(
            "capture",
            lambda: seen.append(os.getpriority(os.PRIO_PROCESS, 0)),
            on_failure=no_failure,
            gives_way=gives_way,
        )
        stage.start()
        assert stage.stop(LIMIT_S)
    nicer = NICER if sys.platform == "linux" else 0  # elsewhere a whole program is nice, or none of it
    assert seen == [min(before + nicer, 19), before]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_a_stage_that_hangs_is_named(caplog: pytest.LogCaptureFixture) -> None:
    release = threading.Event()

    def work() -> None:
        release.wait(LIMIT_S)

    stage = Stage("classify", work, on_failure=no_failure)
    stage.start()
    assert not stage.stop(0.0)
    assert "classify stage has not stopped" in caplog.text
    release.set()
    assert stage.stop(LIMIT_S)


@pytest.mark.parametrize("error", [ValueError("no lens"), SystemExit(3)])
def test_a_failure_is_logged_and_reported_with_the_name_of_the_stage(
    caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    failures = []

    def work() -> None:
        raise error

    stage = Stage("capture", work, on_failure=lambda name, error: failures.append((name, error)))
    stage.start()
    assert stage.stop(LIMIT_S)
    assert failures == [("capture", error)]
    assert "the capture stage failed" in caplog.text
    assert caplog.records[-1].exc_info is not None


def test_a_closed_mailbox_ends_a_stage_without_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    box: Mailbox[int] = Mailbox(1, newest_wins=False)

    def work() -> None:
        box.get()

    stage = Stage("faces", work, on_failure=no_failure)
    stage.start()
    box.close()
    assert stage.stop(LIMIT_S)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_two_stages_pass_everything_on_and_end_in_turn() -> None:
    first: Mailbox[int] = Mailbox(1, newest_wins=False)
    second: Mailbox[int] = Mailbox(1, newest_wins=False)

    def double() -> None:
        try:
            while True:
                second.put(2 * first.get())
        finally:
            second.close()

    def count() -> None:
        for number in range(50):
            first.put(number)
        first.close()

    stages = [Stage("count", count, on_failure=no_failure), Stage("double", double, on_failure=no_failure)]
    for stage in stages:
        stage.start()
    assert drain(second) == [2 * number for number in range(50)]
    assert [stage.stop(LIMIT_S) for stage in stages] == [True, True]


def test_a_background_job_runs_elsewhere_and_does_not_keep_the_program_open() -> None:
    threads: Mailbox[threading.Thread] = Mailbox(1, newest_wins=False)

    def work() -> None:
        threads.put(threading.current_thread())

    run_in_background("stop", work)
    thread = threads.get(LIMIT_S)
    assert (thread.name, thread.daemon) == ("femon-stop", True)
    assert thread is not threading.current_thread()


def test_a_background_job_that_fails_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    started: Mailbox[threading.Thread] = Mailbox(1, newest_wins=False)

    def work() -> None:
        started.put(threading.current_thread())
        raise RuntimeError("the camera does not let go")

    run_in_background("stop", work)
    started.get(LIMIT_S).join(LIMIT_S)
    assert "the camera does not let go" in caplog.text


def test_a_foreseen_error_is_reported_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    failures = []

    def work() -> None:
        raise CameraError("The lens is covered.")

    with caplog.at_level("INFO"):
        stage = Stage("capture", work, on_failure=lambda name, error: failures.append(str(error)))
        stage.start()
        assert stage.stop(LIMIT_S)
    assert failures == ["The lens is covered."]
    assert "the capture stage ended: The lens is covered." in caplog.text
    assert all(record.exc_info is None for record in caplog.records)


def test_an_offer_to_a_full_box_is_refused_at_once() -> None:
    box: Mailbox[int] = Mailbox(2, newest_wins=False)
    assert [box.offer(number) for number in (1, 2, 3)] == [True, True, False]
    assert box.get() == 1
    assert box.offer(4)
    box.close()
    with pytest.raises(Closed):
        box.offer(5)
    assert drain(box) == [2, 4]
