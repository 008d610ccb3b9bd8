"""Memory in a program that runs for hours: one heap for all threads, idle pages go back, no long pauses."""

from __future__ import annotations

import ctypes
import gc
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


def spare_what_is_loaded() -> None:
    """Let Python's collections pass over all that exists by now; to be called once, when all is loaded.

    A full one takes 20 to 70 ms for the objects of the libraries, and no thread can go on meanwhile.
    """
    gc.freeze()


def _ask_glibc(function: str, *arguments: int) -> None:
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library has no such function
            getattr(ctypes.CDLL(None), function)(*arguments)
