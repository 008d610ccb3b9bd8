"""The training program: `python -m training COMMAND`; see `--help`."""

from training.commands import main

raise SystemExit(main())
