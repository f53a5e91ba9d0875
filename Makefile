# Every command of this repository, written once. `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

# Tests and drills start hundreds of processes: without compiled files, each compiles everything again.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python -m
# How many processes run tests side by side, each with an engine; a server of NEO4J_URI has one database.
WORKERS ?= $(if $(NEO4J_URI),1,2)
# What `make bench` measures: BENCH="paths --size 500000" for the largest graph alone.
BENCH ?=
# What `make lock UPGRADE=--upgrade` changes: without it every pin that still fits is kept.
UPGRADE ?=

.PHONY: help setup demo test check lint covered answers bench bench-results drills drills-timed drills-worlds drills-browser drills-short golden outlines lock browser e2e unplugged messages components pictures screen-reader notebook sbom mutants docs

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

setup: .venv/.packages .venv/.jars $(if $(wildcard .git),.venv/.hooks) ## Python packages, Neo4j and the commit hook; every other target asks for it

demo: setup ## from nothing to a printed contact path, then the API until Ctrl-C
	@$(BIN)/kontaktvej demo --serve

test: setup ## the tests, except the slow ones, in WORKERS processes side by side
	@$(RUN) pytest $(SIDE_BY_SIDE) -m "not browser and not drill and not slow"

check: lint covered answers ## everything a change must pass: lint, the tests with coverage, the answers

lint: .venv/.packages ## format, rules, types and the import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports --no-logo

covered: setup
	@rm -rf build/coverage
	@$(RUN) coverage run -m pytest $(SIDE_BY_SIDE) -m "not browser and not drill"
	@$(RUN) coverage combine --quiet
	@$(RUN) coverage report

answers: setup ## what the answers on the demo must be, as a table; fails where one is missed
	@$(RUN) tests.answers

bench: setup ## benchmarks, as ratios and seconds
	@$(RUN) tests.bench $(BENCH)

bench-results: setup ## what `make bench` measured, as tests/bench/RESULTS.md
	@$(RUN) tests.bench --results

# A drill may take longer than five minutes: the dump of its stack then can end it on Python 3.11.
drills-timed drills-worlds drills-browser: export PYTEST_ADDOPTS += -o faulthandler_timeout=0

drills: ## all drills: killed engines and durations, thousands of drawn cases, every screen; hours
	@verdict=0; for part in timed worlds browser; do $(MAKE) drills-$$part || verdict=1; done; exit $$verdict

drills-timed: setup ## the drills that kill or measure, which run alone; half an hour of load is one
	@$(RUN) pytest --junitxml=build/tests/$@.xml -m "drill and not worlds"

# What is written and read again hundreds of thousands of times lies in memory, where Linux has a folder for it.
drills-worlds: export TMPDIR = $(wildcard /dev/shm)
drills-worlds: setup ## thousands of drawn cases, and tests too long for every change
	@$(RUN) pytest $(SIDE_BY_SIDE) --dist worksteal -m "worlds and not browser"

drills-browser: setup browser ## every screen in each size, theme and language, and the journeys on a telephone
	@$(RUN) pytest $(SIDE_BY_SIDE) -m "drill and browser"

drills-short: setup ## the drills short enough for every change
	@$(RUN) pytest $(SIDE_BY_SIDE) -m ci_drill

mutants: setup ## whether the tests notice each small change to the rules of access, the gate and the audit
	@$(BIN)/uv pip install --python $(BIN)/python --quiet --no-deps --require-hashes -r tests/mutants/requirements.lock
	@$(RUN) tests.mutants

golden: setup ## write the worked answers and the OpenAPI snapshot again; read the difference before committing it
	@$(RUN) tests.golden

browser: .venv/.packages ## the Chromium that the tests draw in, where it is missing and may be installed
	@$(RUN) tests.browser

e2e: setup browser ## the journeys of users in a real browser, and the drawings in it
	@$(RUN) pytest $(SIDE_BY_SIDE) -m "browser and not drill"

unplugged: setup browser ## the same journeys without a network, where Linux allows a namespace without one
	@$(BIN)/python -c 'from explorer.components.build import install; install()'
	@$(RUN) tests.unplugged $(RUN) pytest $(SIDE_BY_SIDE) -m "browser and not drill"

messages: .venv/.packages ## the messages of the API, extracted into the catalogs that translators fill in
	@mkdir -p build
	@$(BIN)/pybabel -q extract --keyword=bilingual --add-location=file --width=100 \
		--output-file=build/messages.pot api
	@$(BIN)/pybabel -q update --input-file=build/messages.pot --output-dir=api/locale --domain=kontaktvej \
		--width=100 --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

components: setup ## build the drawings of the explorer and copy its typeface, from locked npm packages
	@$(RUN) explorer.components.build

pictures: setup browser ## take the pictures of the README and the user guide again, from the served demo
	@$(RUN) tests.e2e.pictures

screen-reader: setup browser ## write again what a screen reader reads out of answer, network and map; read the difference
	@$(RUN) tests.e2e.screen_reader

docs: .venv/.packages ## the pages of docs/ as a site in build/docs; a broken link fails
	@rm -rf build/docs
	@$(BIN)/zensical build --strict

notebook: setup ## execute the notebook of the docs again, on the demo
	@$(RUN) tests.notebook

outlines: setup ## draw the outlines of the map again from their npm package
	@$(RUN) explorer.outlines.convert

sbom: setup ## all parts of the product, with hashes, as build/sbom/kontaktvej.cdx.json
	@SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || echo 0)} $(RUN) tests.sbom

lock: .venv/.packages ## pin every package again (UPGRADE=--upgrade for newer ones)
	$(PIN) --output-file requirements.lock
	$(PIN) --group dev --group bench --extra fast --extra metrics --extra notebook --constraints requirements.lock --output-file requirements-dev.lock
	$(subst pyproject.toml,,$(PIN)) --group mutants --constraints requirements-dev.lock --output-file tests/mutants/requirements.lock

# A worker runs whole files, whose tests share fixtures, in the order of tests/conftest.py. In
# `drills-worlds`, whose tests take minutes, an idle worker takes over single tests of the other.
SIDE_BY_SIDE = -n $(WORKERS) --dist loadfile --no-loadscope-reorder --junitxml=build/tests/$@.xml

# One pin for every platform and Python we support; the header names this target, not a host.
PIN = $(BIN)/uv pip compile pyproject.toml --quiet $(UPGRADE) --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --no-annotate --custom-compile-command "make lock"

# The stamp names the folder it was made for: scripts in a moved or copied .venv name the old one.
ifneq "$(shell [ -x $(BIN)/python ] && cat .venv/.packages 2>/dev/null)" "$(CURDIR)"
.PHONY: .venv/.packages
endif

.venv/.packages: requirements-dev.lock pyproject.toml
	@if [ -L .venv ]; then echo ".venv is a link: remove it, or it would be emptied where it leads" >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Kontaktvej needs Python 3.11 or newer, and '$(PYTHON)' is not. Try: make PYTHON=python3.12 setup" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "'$(PYTHON)' cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv" >&2; \
		exit 1; }
	@if ! [ -x $(BIN)/python ] || [ "$$(cat $@ 2>/dev/null)" != "$$(pwd -P)" ]; then \
		echo "Making .venv ..."; \
		$(PYTHON) -m venv --clear .venv; \
	fi
	@echo "Installing the locked packages (about 300 MB, once) ..."
	@sed -n '/^uv==/,/[^\]$$/p' requirements-dev.lock > .venv/uv.lock
	@{ $(RUN) pip install --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.lock && \
		$(BIN)/uv pip sync --python $(BIN)/python --compile-bytecode --require-hashes requirements-dev.lock && \
		$(BIN)/uv pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .; } || { \
		echo "The packages could not be installed. Behind a proxy or a mirror, set SSL_CERT_FILE, UV_DEFAULT_INDEX and PIP_INDEX_URL." >&2; \
		exit 1; }
	@pwd -P > $@

.venv/.jars: graph/store/engine/jars.lock | .venv/.packages
	@$(RUN) graph.store.engine.jars fetch
	@touch $@

# A hook that cannot be set (core.hooksPath is in use, no git) is no reason to stop.
.venv/.hooks: .pre-commit-config.yaml | .venv/.packages
	@$(BIN)/pre-commit install >/dev/null || echo "The commit hook was not set; \`make lint\` does the same by hand."
	@touch $@
