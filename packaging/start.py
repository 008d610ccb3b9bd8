"""Where the folder without Python starts: as main.py, and again for each process that femon starts."""

from multiprocessing import freeze_support

from femon.cli import main

if __name__ == "__main__":
    freeze_support()  # a process of `femon analyze --jobs` is this program again, and ends here
    raise SystemExit(main())
