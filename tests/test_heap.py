"""One heap for all threads, by what the C library says of itself, and idle memory given back."""

from __future__ import annotations

import subprocess
import sys

import pytest

COUNT_HEAPS = """
import ctypes, sys, threading
from femon.heap import share_one_heap
if sys.argv[1] == "shared":
    share_one_heap()
ready = threading.Barrier(5)
def work():
    ready.wait()
    kept = [bytearray(1000 + n) for n in range(1000)]
    ready.wait()
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
ready.wait()
ready.wait()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
stream = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, stream)
libc.fflush(stream)
"""


GIVE_BACK = """
import numpy as np, psutil
from femon.heap import give_back_idle_memory
pictures, between = [], []
for _ in range(200):  # each 100 kB: below the size that glibc maps by itself
    pictures.append(np.ones(100_000, np.uint8))
    between.append(np.ones(1_000, np.uint8))
pictures.clear()
before = psutil.Process().memory_info().rss
give_back_idle_memory()
print(before - psutil.Process().memory_info().rss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps what is freed")
def test_what_lies_idle_between_things_in_use_goes_back_to_the_system() -> None:
    run = subprocess.run(
        [sys.executable, "-c", GIVE_BACK], capture_output=True, text=True, check=True, timeout=60
    )
    assert int(run.stdout) > 10_000_000


def heaps(choice: str) -> int:
    run = subprocess.run(
        [sys.executable, "-c", COUNT_HEAPS, choice], capture_output=True, text=True, check=True, timeout=60
    )
    return run.stdout.count("<heap nr=")


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has several heaps")
def test_threads_allocate_from_one_heap_once_it_is_shared() -> None:
    assert heaps("separate") > 1
    assert heaps("shared") == 1
