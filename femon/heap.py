"""The memory of the C library: one heap for all threads, and what lies idle in it goes back to the system."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Final

_MOST_HEAPS: Final = -8  # M_ARENA_MAX of glibc's malloc.h


def share_one_heap() -> None:
    """Let threads that start from now on allocate from the heap of the first one, where glibc is used.

    Pictures are made on one thread and freed on another. With a heap for each thread, glibc's default, small
    things come to lie between them, and the heaps grow although what is in use does not: decision 0035.
    """
    _ask_glibc("mallopt", _MOST_HEAPS, 1)


def give_back_idle_memory() -> None:
    """Return free pages to the system, where glibc is used; takes a fifth of a millisecond."""
    _ask_glibc("malloc_trim", 0)


def _ask_glibc(function: str, *arguments: int) -> None:
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library has no such function
            getattr(ctypes.CDLL(None), function)(*arguments)
