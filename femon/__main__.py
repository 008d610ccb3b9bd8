"""`python -m femon` is `femon`."""

from femon.cli import main

raise SystemExit(main())
