"""Threads and what passes between them: the only place that constructs threads."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from femon.errors import FemonError

log = logging.getLogger(__name__)

# How long (s) a thread that only computes keeps the interpreter while one that comes back from a library
# waits for it. Python's 5 ms is a third of the time that finding a face takes.
SWITCH_INTERVAL_S = 0.0005

# How nice the threads are that give way; 10 would gain little, and leave them little beside another program.
NICER = 5

Item = TypeVar("Item")


class Closed(Exception):  # noqa: N818 - the normal end of a flow, not an error
    """The mailbox is closed: nothing more goes in, or comes out once it is empty."""


class Mailbox(Generic[Item]):
    """A bounded queue between two stages. What is put must not be written afterwards.

    newest_wins: a full mailbox gives up its oldest item for the new one (live sources). Otherwise `put` waits
    for room, so that nothing is lost (files).
    """

    def __init__(self, capacity: int, *, newest_wins: bool) -> None:
        self._capacity = capacity
        self._newest_wins = newest_wins
        self._waiting: deque[Item] = deque()
        self._closed = False
        self._changed = threading.Condition()

    def hold(self, capacity: int) -> None:
        """From now on hold so many items; to be called before the first `put`."""
        self._capacity = capacity

    def keep_newest(self) -> None:
        """From now on hold one item, the newest; to be called before the first `put`."""
        self._capacity, self._newest_wins = 1, True

    def put(self, item: Item) -> Item | None:
        """Add an item; returns the one it displaced, if any. Raises Closed, also while it waits for room."""
        with self._changed:
            if not self._newest_wins:
                self._changed.wait_for(lambda: self._closed or not self._is_full())
            if self._closed:
                raise Closed
            displaced = self._waiting.popleft() if self._is_full() else None
            self._waiting.append(item)
            self._changed.notify_all()
            return displaced

    def offer(self, item: Item) -> bool:
        """Add an item unless the mailbox is full; never waits. Raises Closed."""
        with self._changed:
            if self._closed:
                raise Closed
            if self._is_full():
                return False
            self._waiting.append(item)
            self._changed.notify_all()
            return True

    def get(self, timeout: float | None = None) -> Item:
        """The oldest item. Raises Closed when closed and empty, TimeoutError after `timeout` seconds."""
        return self.get_many(1, timeout)[0]

    def get_many(self, limit: int | None = None, timeout: float | None = None) -> list[Item]:
        """All waiting items, oldest first, at most `limit`; waits for the first one. Raises as `get`."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._closed or self._waiting, timeout):
                raise TimeoutError
            if not self._waiting:
                raise Closed
            count = len(self._waiting) if limit is None else min(limit, len(self._waiting))
            items = [self._waiting.popleft() for _ in range(count)]
            self._changed.notify_all()
            return items

    def close(self) -> None:
        """Refuse new items and wake both sides; what waits can still be taken. Safe to call twice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _is_full(self) -> bool:
        return len(self._waiting) >= self._capacity


class Stage:
    """One named thread that runs `work` once, until it returns.

    `work` watches `stopped()` or lets Closed of a mailbox end it. Any other exception is logged and handed to
    `on_failure(name, error)` on this thread. `on_end` is called last, however the work ended. A stage that
    `gives_way` leaves the processor to the others when all want it, and so do the threads it makes (on Linux;
    elsewhere only whole programs can be nice).
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], None],
        *,
        on_failure: Callable[[str, BaseException], None],
        on_end: Callable[[], None] = lambda: None,
        gives_way: bool = False,
    ) -> None:
        self.name = name
        self._gives_way = gives_way
        self._work = work
        self._on_failure = on_failure
        self._on_end = on_end
        self._stopping = threading.Event()
        # A driver that never returns must not keep the program from ending, hence a daemon.
        self._thread = threading.Thread(target=self._run, name=f"femon-{name}", daemon=True)

    def start(self) -> None:
        """Start the thread; only once."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self._thread.start()

    def request_stop(self) -> None:
        """Make `stopped()` true and wake `wait()`; returns at once."""
        self._stopping.set()

    def stop(self, limit_s: float) -> bool:
        """Ask the work to end and wait for it; False when it has not ended in time.

        For other threads than its own. Work that waits on a mailbox is woken by closing that mailbox.
        """
        self.request_stop()
        if self._thread.ident is None:
            return True  # never started
        self._thread.join(limit_s)
        if self._thread.is_alive():
            log.error("the %s stage has not stopped within %.1f s", self.name, limit_s)
            return False
        return True

    def stopped(self) -> bool:
        """Whether the work has been asked to end."""
        return self._stopping.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep for the work: ends early, with True, when it is asked to stop."""
        return self._stopping.wait(seconds)

    def _run(self) -> None:
        log.debug("the %s stage starts", self.name)
        if self._gives_way and sys.platform == "linux":
            with suppress(OSError):  # where a sandbox forbids it
                os.nice(NICER)  # of this thread alone
        try:
            self._work()
        except Closed:
            log.debug("the %s stage has nothing left to do: its mailbox is closed", self.name)
        except FemonError as error:  # foreseen, and told to the user in words
            log.info("the %s stage ended: %s", self.name, error)
            self._on_failure(self.name, error)
        except BaseException as error:
            log.exception("the %s stage failed", self.name)
            self._on_failure(self.name, error)
        finally:
            self._on_end()
        log.debug("the %s stage ends", self.name)


def run_in_background(name: str, work: Callable[[], None]) -> None:
    """Run a slow job once on its own thread, for callers that must not wait; errors are logged."""
    Stage(name, work, on_failure=lambda _name, _error: None).start()
