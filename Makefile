# The verbs of the project. Every target does its own set-up: on a fresh machine only Python 3.11+, make and a
# package index are needed.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin

# uv lives inside the environment and uses its interpreter: nothing outside the clone is touched.
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON := $(CURDIR)/.venv/bin/python
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
# compiled once here instead of at every start: the heavy libraries import in half the time
export UV_COMPILE_BYTECODE := 1
SYNC := $(BIN)/uv sync --frozen --inexact --quiet

CUSTOMERS ?=
DEMO_FLAGS := $(if $(CUSTOMERS),--customers $(CUSTOMERS))

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "crm-warehouse needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V). Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Creating .venv"
	@$(PYTHON) -m venv .venv || { echo "Could not create .venv. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.runtime: $(BIN)/uv pyproject.toml uv.lock
	@echo "Installing the locked dependencies"
	@$(SYNC) --no-dev
	@touch $@

.venv/.dev: .venv/.runtime
	@$(SYNC)
	@touch $@

.venv/.bench: .venv/.dev
	@$(SYNC) --group bench
	@touch $@

.PHONY: install
install: .venv/.runtime ## create .venv and install from the lock

.PHONY: demo
demo: .venv/.runtime ## run a night on the embedded demo company; again: the next night
	@$(BIN)/crm-warehouse demo $(DEMO_FLAGS)

.PHONY: ui
ui: .venv/.runtime ## Dagster UI on 127.0.0.1:3000 over the same data
	@$(BIN)/crm-warehouse ui

.PHONY: test
test: .venv/.dev ## every test, with its servers (PostgreSQL, MariaDB)
	@bash tests/setup_servers.sh
	@$(BIN)/python -m pytest tests -n 2 --dist loadfile

.PHONY: test-fast
test-fast: .venv/.dev ## unit and architecture tests only
	@$(BIN)/python -m pytest -q tests/unit tests/architecture -m "not slow"

.PHONY: check
check: .venv/.dev ## lint, types, SQL style, dbt parse, Dagster definitions
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests
	@$(BIN)/dagster definitions validate -w workspace.yaml

.PHONY: format
format: .venv/.dev ## rewrite Python in the project's format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: docs
docs: .venv/.runtime ## write docs/: the dictionary of the tables, their diagrams, dbt's site
	@$(BIN)/crm-warehouse docs

.PHONY: bench
bench: .venv/.bench ## the benchmarks of BENCHMARKS.md
	@bash tests/setup_servers.sh
	@$(BIN)/python -m tests.benchmarks

.PHONY: clean
clean: ## remove the environment and caches; data stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dbt_project/target dbt_project/logs
