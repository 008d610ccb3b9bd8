"""Speed, start-up and memory of femon, beside plain alternatives in the same run: `python -m benchmarks`."""
