# `make quiz` and `make test` do all the set-up themselves; nothing is needed but Python >= 3.11.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: quiz test check lint types imports bench clean

quiz: $(VENV)/.installed
	@$(BIN)/quizcli quiz

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

check: lint types imports test

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

imports: $(VENV)/.installed-dev
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/start_up.py
	$(BIN)/python benchmarks/grading_latency.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "quizcli needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 quiz"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# The stamps depend on pyproject.toml, so that a changed dependency is installed at the next call.
$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV); PyTorch is large, so the first time takes some minutes."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist
