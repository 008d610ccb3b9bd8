"""Start femon from a checkout: `python main.py` is `femon`."""

from femon.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
