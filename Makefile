# Every target sets up .venv by itself: with uv when it is installed, else with venv and pip.
# Both take the versions of uv.lock; `make requirements` exports it for pip.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
EXPORT := uv export --quiet --locked --no-emit-project --no-header

# Tests, benchmarks and the app start many processes, which would each compile femon anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint check audit benchmark soak package requirements clean

run: .venv/.app
	$(BIN)/python main.py

test: .venv/.dev
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
ifneq ($(UV),)
	uv lock --check --quiet
	@$(EXPORT) --no-dev | diff -q - requirements/app.txt && $(EXPORT) | diff -q - requirements/dev.txt \
		&& $(EXPORT) --no-dev --group package | diff -q - requirements/package.txt \
		|| { echo "requirements/ does not fit uv.lock: run make requirements"; exit 1; }
endif

check: lint test audit

# Known vulnerabilities of the locked packages; said and passed over where the service cannot be reached.
audit:
ifneq ($(UV),)
	@uv audit --locked --quiet; code=$$?; if [ $$code -eq 2 ]; \
		then echo "The vulnerability service was not reached: nothing was audited."; else exit $$code; fi
else
	@echo "uv is not installed: nothing was audited."
endif

benchmark: .venv/.dev
	$(BIN)/python -m benchmarks

# Two hours of stream, and two hundred recordings killed at random moments: a quarter of an hour and more.
soak: .venv/.dev
	$(BIN)/python -m benchmarks.soak --hours 2
	FEMON_KILLS=220 $(BIN)/python -m pytest tests/test_faults_kills.py -rP

# femon as a folder that runs without Python, in dist/femon; see packaging/README.md.
package: .venv-package/.done
	.venv-package/bin/pyinstaller --noconfirm --log-level ERROR --workpath build packaging/femon.spec
	dist/femon/femon models verify

.venv-package/.done: pyproject.toml uv.lock
ifneq ($(UV),)
	UV_PROJECT_ENVIRONMENT=.venv-package uv sync --quiet --locked --no-dev --group package
else
	test -x .venv-package/bin/python || $(PYTHON) -m venv .venv-package
	.venv-package/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements/package.txt
	.venv-package/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
endif
	@touch $@

requirements:
	$(EXPORT) --no-dev --output-file requirements/app.txt > /dev/null
	$(EXPORT) --no-dev --group package --output-file requirements/package.txt > /dev/null
	$(EXPORT) --output-file requirements/dev.txt > /dev/null

# What the app needs, and with it what tests, lint and training need.
.venv/.app .venv/.dev: pyproject.toml uv.lock
ifneq ($(UV),)
	uv sync --quiet --locked --compile-bytecode $(if $(filter %.app,$@),--no-dev --inexact)
else
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements/$(@:.venv/.%=%).txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
endif
	@touch $@

clean:
	rm -rf .venv .venv-package build dist .mypy_cache .ruff_cache .pytest_cache
