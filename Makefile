# `make demo` runs the demo cohort, `make test` the tests. Each first makes .venv from the lock
# files when it is missing or older than they are; nothing is downloaded after that.
SHELL := /bin/bash
PYTHON ?= python3
CORES ?= 2
TESTS ?= tests
DEMO := results/demo

BIN := .venv/bin
# Every file is checked against the hash in its lock; build tools come from a lock too.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation
LOCKED := $(INSTALL) --require-hashes -r
EXTRAS := --extra cohort --extra pdf --extra xlsx --extra workflow
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock"

.PHONY: help demo test lint mutation lock clean
help:
	@echo "make demo    run the demo cohort through Snakemake, then say where the reports are"
	@echo "make test    run the tests (TESTS=tests/some_file.py for some of them)"
	@echo "make lint    formatting, types, import contracts, workflow, knowledge base"
	@echo "make mutation  which small changes of interpret/ no test notices (ten minutes)"
	@echo "make lock    resolve the dependencies anew into the lock files"
	@echo "make clean   remove .venv, results and caches"

demo: .venv/.package
	$(BIN)/snakemake --cores $(CORES) --configfile examples/config.yaml
	@printf '\nReports of the demo cohort:\n'
	@printf '  cohort  %s\n' "$(CURDIR)/$(DEMO)/cohort/cohort.html"
	@printf '  sample  %s\n' $(CURDIR)/$(DEMO)/batches/*/samples/*/*.report.html
	@printf '  as PDF  %s\n' "$(CURDIR)/$(DEMO)/pdf/"

test: .venv/.dev
	$(BIN)/python -m pytest -n $(CORES) $(TESTS)

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint
	$(BIN)/netboard knowledge check

# What no test notices is written to the record that docs/curating.md tells the score of.
mutation: .venv/.dev
	PYTHONPATH=src:tests $(BIN)/python -m pytest -q -p no:cacheprovider -p interpret.mutation \
		--mutate-cores $(CORES) --mutate-record tests/interpret/survivors.tsv -k "not GRCh37" --ignore tests/interpret/test_mutation.py \
		tests/interpret tests/vignettes/test_letters.py tests/vignettes/test_vignettes.py \
		tests/cli/test_alterations_shown.py tests/cli/test_burden.py tests/cli/test_reinterpret.py \
		tests/cohort tests/report tests/export

lock: .venv/.dev
	$(COMPILE) pyproject.toml --group build $(EXTRAS) --output-file requirements.lock
	$(COMPILE) pyproject.toml --group build $(EXTRAS) --extra dev --constraint requirements.lock \
		--output-file requirements-dev.lock
	$(COMPILE) --group build --constraint requirements.lock --output-file requirements-build.lock

clean:
	rm -rf .venv results build dist .snakemake .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/.locked: requirements-build.lock requirements.lock
	@echo "Making .venv from the lock files; this takes about a minute."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "netboard needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(LOCKED) requirements-build.lock
	$(LOCKED) requirements.lock
	@touch $@

.venv/.package: .venv/.locked pyproject.toml
	$(INSTALL) --no-deps --editable .
	@touch $@

.venv/.dev: .venv/.package requirements-dev.lock
	$(LOCKED) requirements-dev.lock
	@touch $@
