"""The memory of the C library: one heap for all threads, so that hours of pictures leave no holes in many."""

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
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library has no such choice
            ctypes.CDLL(None).mallopt(_MOST_HEAPS, 1)
