# `make run` and `make test` need Python 3.11+ (with venv) and make; the rest they make themselves.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11 python; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
# Twice the cores: many tests wait for a terminal to draw.
JOBS ?= $(shell $(PYTHON) -c "import os; print(2 * (os.cpu_count() or 1))")

.PHONY: run test lint types imports check bench samples snapshots wheel clean

run: $(VENV)/run.stamp  ## Open the explorer on the sample sessions
	@$(BIN)/codexlog sample_sessions

test: lint types imports check  ## Lint, types, import contract, tests

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check tui tests
	$(BIN)/ruff format --check tui tests

types: $(VENV)/dev.stamp
	$(BIN)/mypy

imports: $(VENV)/dev.stamp
	$(BIN)/lint-imports --no-cache

check: $(VENV)/dev.stamp
	$(PYTEST) -n $(JOBS)

bench: $(VENV)/dev.stamp  ## Speed as ratios, measured side by side; BENCH=--quick for a small run
	cd tests && ../$(BIN)/python -m benchmarks $(BENCH)

samples: $(VENV)/dev.stamp  ## Make sample_sessions/ anew
	cd tests && ../$(BIN)/python -m samples

snapshots: $(VENV)/dev.stamp  ## Accept what the screens look like now
	$(PYTEST) tests/app --snapshot-update

wheel: $(VENV)/run.stamp
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

$(VENV)/run.stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "codexlog needs Python 3.11 or newer" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e . >&2
	@touch $@

$(VENV)/dev.stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "codexlog needs Python 3.11 or newer" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' >&2
	@touch $@ $(VENV)/run.stamp

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
