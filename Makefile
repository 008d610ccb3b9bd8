# Every target makes its own .venv: with uv when it is installed, else with venv and pip.
PYTHON ?= python3
RUN := .venv/bin/python
STAMP := .venv/.ready

.PHONY: run test lint check benchmark clean

run: $(STAMP)
	$(RUN) main.py

test: $(STAMP)
	$(RUN) -m pytest -n 2

lint: $(STAMP)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

check: lint test

benchmark: $(STAMP)
	$(RUN) -m benchmarks

# uv installs exactly what uv.lock holds; pip takes the same versions from the exported list.
$(STAMP): pyproject.toml uv.lock
	@if command -v uv >/dev/null 2>&1; then \
		uv sync --quiet --locked; \
	else \
		$(PYTHON) -m venv .venv && \
		$(RUN) -m pip install --quiet --upgrade pip && \
		$(RUN) -m pip install --quiet --group dev --editable .; \
	fi
	@touch $(STAMP)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
